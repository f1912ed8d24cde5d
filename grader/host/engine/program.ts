import vm from "node:vm";
import type { Role } from "../../sim/role.ts";
import { PRIVATE_FIELDS, withPrivateFields } from "../fields/private-names.ts";
import { PrivateFields } from "../fields/privates.ts";
import type { RawHook, RealmEntries } from "../realm/hook.ts";
import type { LayerCode } from "../wire.ts";

/** What the peers of one submission are made from. */
export interface ProgramTexts {
  /** The bundled submission: the body of a function with the parameters `exports`, `module` and `__import`. */
  readonly code: string;
  /** How the bundle is named in stack traces. */
  readonly filename: string;
  readonly roles: readonly Role[];
  /** Layers that it may import, by name. Absent: none. */
  readonly layers?: Readonly<Record<string, LayerCode>>;
  /** CommonJS that exports `start`. */
  readonly prelude: string;
  /** CommonJS that exports `create`, by module name without `node:`. */
  readonly modules: Readonly<Record<string, string>>;
  /** The fields of every peer's object are told after each entry. */
  readonly tellsFields?: boolean;
}

/** Named so that frames of the prelude are told from those of the submission. */
const PRELUDE_FILE = "consensus-labs:realm";

/** Code of the submission's own that does not parse. */
export class UnreadableSubmission extends Error {}

type Start = (raw: RawHook, ...rest: unknown[]) => RealmEntries;

/** One realm, with the submission's function in it, not called yet. */
export interface Realm {
  readonly context: vm.Context;
  readonly start: Start;
  readonly modules: unknown;
  readonly submission: unknown;
  /** The layers' functions, and the texts of those that are ours, made in this realm; undefined where there are none. */
  readonly layers: unknown;
  /** What its classes tell of their private fields, where fields are told. */
  readonly privates: PrivateFields | null;
}

/** Compiles a submission once, and makes realms that hold it. */
export class Program {
  readonly roles: readonly Role[];
  /** Under which names code of the submission stands in stacks. */
  readonly filenames: readonly string[];
  private readonly prelude: vm.Script;
  private readonly submission: vm.Script;
  private readonly tellsFields: boolean;
  private readonly layers: LayerScripts | null;
  private readonly nothing = new vm.Script("0", { filename: PRELUDE_FILE });

  /** Throws UnreadableSubmission. */
  constructor(texts: ProgramTexts) {
    this.roles = texts.roles;
    const layers = Object.entries(texts.layers ?? {});
    this.filenames = [texts.filename, ...layers.flatMap(([, { filename }]) => filename ?? [])];
    this.prelude = preludeScript(texts);
    this.tellsFields = texts.tellsFields === true;
    this.submission = ownScript(texts, this.tellsFields);
    this.layers = layers.length === 0 ? null : layerScripts(layers, this.tellsFields);
  }

  createRealm(): Realm {
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context, {
      microtaskMode: "afterEvaluate",
      codeGeneration: { strings: false, wasm: false },
    });
    const { start, modules } = this.prelude.runInContext(context) as { start: Start; modules: unknown };
    const privates = this.tellsFields ? new PrivateFields() : null;
    const own = (script: vm.Script): unknown => {
      const made: unknown = script.runInContext(context);
      return privates === null ? made : (made as Telling)(privates.note, privates.noteNone);
    };
    const layers = this.layers === null ? undefined : layersIn(context, this.layers, own);
    return { context, start, modules, submission: own(this.submission), layers, privates };
  }

  /** Runs a realm's microtasks until none is left. */
  drain(context: vm.Context): void {
    this.nothing.runInContext(context);
  }
}

const FUNCTION_HEAD = '(function (exports, module, __import) { "use strict";';

/** Gives the function of a submission's own code once it knows whom its classes tell of their private fields. */
type Telling = (note: PrivateFields["note"], noteNone: PrivateFields["noteNone"]) => unknown;

interface OwnCode {
  readonly code: string;
  readonly filename: string;
}

/**
 * What a submission's own code is compiled to: the expression of a function, in which all places are those of the code. It begins
 * on the code's first line: debuggers do not agree on what a source map says of a script that begins above it. Where fields are
 * told, it is the expression of a `Telling`, and no debugger is there. Throws UnreadableSubmission.
 */
function ownScript(own: OwnCode, tellsFields: boolean): vm.Script {
  try {
    return compiledOwn(own, tellsFields);
  } catch (error) {
    throw new UnreadableSubmission(String(error));
  }
}

function compiledOwn({ code, filename }: OwnCode, tellsFields: boolean): vm.Script {
  if (!tellsFields)
    return new vm.Script(`${FUNCTION_HEAD}${code}\n})`, { filename, columnOffset: -FUNCTION_HEAD.length });
  const options = { filename, lineOffset: -1 };
  // What the submission sees of it is a function of its own realm.
  const made = `const ${PRIVATE_FIELDS} = (of, name, read) => { note(of, name, read); }; noteNone(${PRIVATE_FIELDS});`;
  const telling = (body: string) => `((note, noteNone) => { ${made} return ${functionOf(body)}; })`;
  // Code that knows the name could have functions of its own called as if they read fields: it is told nothing.
  if (code.includes(PRIVATE_FIELDS)) return new vm.Script(`(() => ${functionOf(code)})`, options);
  try {
    return new vm.Script(telling(withPrivateFields(code)), options);
  } catch {
    // A bundle that was misread: its private fields are not seen.
    return new vm.Script(telling(code), options);
  }
}

function functionOf(code: string): string {
  return `${FUNCTION_HEAD}\n${code}\n})`;
}

/** Layers of ours together, as one file in stacks of which no frame is shown; and the submission's own, each by itself. */
interface LayerScripts {
  readonly given: vm.Script;
  readonly own: readonly (readonly [name: string, script: vm.Script])[];
}

function layerScripts(
  layers: readonly (readonly [name: string, layer: LayerCode])[],
  tellsFields: boolean,
): LayerScripts {
  const given = layers.filter(([, { filename }]) => filename === undefined);
  const functions = given.map(([name, { code }]) => `${JSON.stringify(name)}: ${functionOf(code)}`);
  const texts = given.map(([, { code }]) => JSON.stringify(code));
  const names = given.map(([name]) => `${JSON.stringify(name)}: true`);
  const tables = `functions: { __proto__: null, ${functions.join(",\n")} }, given: { __proto__: null, ${names.join(", ")} }`;
  const text = `({ ${tables}, texts: [${texts.join(", ")}] })`;
  return {
    given: new vm.Script(text, { filename: "consensus-labs:layers" }),
    own: layers.flatMap(([name, { code, filename }]) =>
      filename === undefined ? [] : [[name, ownScript({ code, filename }, tellsFields)] as const],
    ),
  };
}

function layersIn(context: vm.Context, { given, own }: LayerScripts, run: (script: vm.Script) => unknown): unknown {
  const layers = given.runInContext(context) as { readonly functions: Record<string, unknown> };
  for (const [name, script] of own) layers.functions[name] = run(script);
  return layers;
}

/** Compiled preludes, by their text: every engine of a process uses the same. */
const compiled = new Map<string, vm.Script>();

function preludeScript({ prelude, modules }: ProgramTexts): vm.Script {
  const factories = Object.entries(modules).map(([name, code]) => `${JSON.stringify(name)}: ${factory(code)}`);
  const text = `({ start: ${factory(prelude)}().start, modules: { __proto__: null, ${factories.join(",\n")} } })`;
  let script = compiled.get(text);
  if (script === undefined) {
    script = new vm.Script(text, { filename: PRELUDE_FILE });
    compiled.set(text, script);
  }
  return script;
}

function factory(code: string): string {
  return `(function () { "use strict"; const module = { exports: {} };\n${code}\nreturn module.exports; })`;
}
