import { define } from "../../define.ts";
import { inspect } from "../../inspect/inspect.ts";
import { DOMException } from "./dom-exception.ts";

const ERRORS: Readonly<Record<string, ErrorConstructor>> = {
  EvalError: EvalError as ErrorConstructor,
  RangeError: RangeError as ErrorConstructor,
  ReferenceError: ReferenceError as ErrorConstructor,
  SyntaxError: SyntaxError as ErrorConstructor,
  TypeError: TypeError as ErrorConstructor,
  URIError: URIError as ErrorConstructor,
};

/** A deep copy as the HTML standard makes it; nothing is transferred. Throws a DataCloneError on functions and the like. */
export function structuredClone(value: unknown): unknown {
  return clone(value, new Map());
}

function clone(value: unknown, seen: Map<object, object>): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw uncloneable(value);
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const copy = begin(value, seen);
  seen.set(value, copy);
  fill(value, copy, seen);
  return copy;
}

/** The copy, still without what it contains. */
function begin(value: object, seen: Map<object, object>): object {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return cloneView(value, seen);
  if (value instanceof Error) return cloneError(value);
  if (tag === "Number" || tag === "String" || tag === "Boolean" || tag === "BigInt") return Object(value.valueOf());
  const isForeign = value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet;
  if (isForeign || tag === "Symbol") throw uncloneable(value);
  return {};
}

function cloneView(view: ArrayBufferView, seen: Map<object, object>): object {
  const buffer = clone(view.buffer, seen) as ArrayBuffer;
  const Kind = view.constructor as new (buffer: ArrayBuffer, offset: number, length?: number) => object;
  const Known = view instanceof DataView ? DataView : (typedArrayOf(view) ?? Kind);
  return new Known(buffer, view.byteOffset, view instanceof DataView ? view.byteLength : (view as Uint8Array).length);
}

type ViewConstructor = new (buffer: ArrayBuffer, offset: number, length?: number) => object;

/** The constructor that made a typed array, whatever class it was extended to. */
function typedArrayOf(view: ArrayBufferView): ViewConstructor | undefined {
  const name = (view as unknown as Record<symbol, string>)[Symbol.toStringTag];
  return (globalThis as unknown as Record<string, ViewConstructor>)[name as string];
}

function cloneError(error: Error): Error {
  const Kind = ERRORS[String(error.name)] ?? Error;
  const copy = new Kind(error.message);
  const fields: (keyof Error)[] = ["message", "stack"];
  for (const name of fields) if (Object.hasOwn(error, name)) define(copy, name, error[name]);
  return copy;
}

function fill(value: object, copy: object, seen: Map<object, object>): void {
  if (value instanceof Map) {
    for (const [key, item] of [...value]) (copy as Map<unknown, unknown>).set(clone(key, seen), clone(item, seen));
  } else if (value instanceof Set) {
    for (const item of [...value]) (copy as Set<unknown>).add(clone(item, seen));
  } else if (value instanceof Error) {
    if (Object.hasOwn(value, "cause")) define(copy, "cause", clone(value.cause, seen));
  } else if (Array.isArray(value) || Object.prototype.toString.call(value) === "[object Object]") {
    for (const key of Object.keys(value)) {
      const item = clone((value as Record<string, unknown>)[key], seen);
      Object.defineProperty(copy, key, { value: item, writable: true, configurable: true, enumerable: true });
    }
  }
}

function uncloneable(value: unknown): DOMException {
  return new DOMException(`${inspect(value, { depth: 0 })} could not be cloned.`, "DataCloneError");
}
