import { define, nodeError, wrongType } from "../define.ts";
import type { ModuleParts } from "../importer.ts";
import { isDeepEqual } from "../node/deep-equal.ts";
import { types } from "../node/types.ts";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Callback = (error: unknown, value?: unknown) => void;

const customPromisify = Symbol.for("nodejs.util.promisify.custom");

/** `node:util`. */
export function create({ inspect, customInspect, format, timerFunctions, importModule }: ModuleParts): object {
  define(inspect, "custom", customInspect);
  define(inspect, "defaultOptions", {});
  // As in Node, these two promisify to the functions of node:timers/promises.
  const waits = importModule("timers/promises") as Record<string, unknown>;
  for (const name of ["setTimeout", "setImmediate"])
    define(timerFunctions[name] as object, customPromisify, waits[name]);

  define(promisify, "custom", customPromisify);
  return {
    callbackify,
    debug: debuglog,
    debuglog,
    deprecate,
    format,
    formatWithOptions: (_options: object, ...args: unknown[]) => format(...args),
    inherits,
    inspect,
    isArray: Array.isArray,
    isDeepStrictEqual: (a: unknown, b: unknown) => isDeepEqual(a, b, "strict"),
    promisify,
    stripVTControlCharacters,
    toUSVString: (text: unknown) => String(text).replace(/\p{Surrogate}/gu, "\ufffd"),
    types,
    TextDecoder,
    TextEncoder,
    AbortController,
    AbortSignal,
  };
}

function promisify(original: AnyFunction): unknown {
  if (typeof original !== "function") throw wrongType("original", "function", original);
  const custom = (original as { [customPromisify]?: unknown })[customPromisify];
  if (typeof custom === "function") return custom;
  function promisified(this: unknown, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const done: Callback = (error, value) => (error ? reject(error) : resolve(value));
      Reflect.apply(original, this, [...args, done]);
    });
  }
  Object.setPrototypeOf(promisified, Object.getPrototypeOf(original));
  return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(original));
}

function callbackify(original: AnyFunction): unknown {
  if (typeof original !== "function") throw wrongType("original", "function", original);
  return function callbackified(this: unknown, ...args: unknown[]): void {
    const callback = args.pop() as Callback;
    if (typeof callback !== "function") throw wrongType("last argument", "function", callback);
    const settle = (...result: [unknown, unknown?]) => queueMicrotask(() => Reflect.apply(callback, this, result));
    (Reflect.apply(original, this, args) as Promise<unknown>).then(
      (value) => settle(null, value),
      (reason) =>
        settle(reason || nodeError(new Error("Promise was rejected with a falsy value"), "ERR_FALSY_VALUE_REJECTION")),
    );
  };
}

function inherits(ctor: unknown, superCtor: unknown): void {
  if (typeof ctor !== "function") throw wrongType("ctor", "function", ctor);
  if (typeof superCtor !== "function") throw wrongType("superCtor", "function", superCtor);
  define(ctor, "super_", superCtor);
  Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

/** The warning is said once, as a line of the peer's log. */
function deprecate(original: AnyFunction, message: string, code?: string): AnyFunction {
  let isSaid = false;
  return function deprecated(this: unknown, ...args: unknown[]) {
    if (!isSaid) console.warn(`DeprecationWarning: ${code === undefined ? "" : `[${code}] `}${message}`);
    isSaid = true;
    return new.target === undefined
      ? Reflect.apply(original, this, args)
      : Reflect.construct(original, args, new.target);
  };
}

/** There is no NODE_DEBUG here, so that it never says anything. */
function debuglog(): AnyFunction {
  const log = () => {};
  define(log, "enabled", false);
  return log;
}

function stripVTControlCharacters(text: unknown): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  return String(text).replace(/[\u001b\u009b][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g, "");
}
