import vm from "node:vm";
import type { Role } from "../../sim/role.ts";
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
}

/** Named so that frames of the prelude are told from those of the submission. */
const PRELUDE_FILE = "consensus-labs:realm";

type Start = (raw: RawHook, ...rest: unknown[]) => RealmEntries;

/** One realm, with the submission's function in it, not called yet. */
export interface Realm {
  readonly context: vm.Context;
  readonly start: Start;
  readonly modules: unknown;
  readonly submission: unknown;
  /** The layers' functions, and the texts of those that are ours, made in this realm; undefined where there are none. */
  readonly layers: unknown;
}

/** Compiles a submission once, and makes realms that hold it. */
export class Program {
  readonly roles: readonly Role[];
  /** Under which names code of the submission stands in stacks. */
  readonly filenames: readonly string[];
  private readonly prelude: vm.Script;
  private readonly submission: vm.Script;
  private readonly layers: LayerScripts | null;
  private readonly nothing = new vm.Script("0", { filename: PRELUDE_FILE });

  /** Throws a SyntaxError when the submission does not parse. */
  constructor(texts: ProgramTexts) {
    this.roles = texts.roles;
    const layers = Object.entries(texts.layers ?? {});
    this.filenames = [texts.filename, ...layers.flatMap(([, { filename }]) => filename ?? [])];
    this.prelude = preludeScript(texts);
    this.submission = ownScript(texts.code, texts.filename);
    this.layers = layers.length === 0 ? null : layerScripts(layers);
  }

  createRealm(): Realm {
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context, {
      microtaskMode: "afterEvaluate",
      codeGeneration: { strings: false, wasm: false },
    });
    const { start, modules } = this.prelude.runInContext(context) as { start: Start; modules: unknown };
    const layers = this.layers === null ? undefined : layersIn(context, this.layers);
    return { context, start, modules, submission: this.submission.runInContext(context), layers };
  }

  /** Runs a realm's microtasks until none is left. */
  drain(context: vm.Context): void {
    this.nothing.runInContext(context);
  }
}

/** What a submission's own code is compiled to: the expression of a function, of which the first line of the code is line 1. */
function ownScript(code: string, filename: string): vm.Script {
  return new vm.Script(functionOf(code), { filename, lineOffset: -1 });
}

function functionOf(code: string): string {
  return `(function (exports, module, __import) { "use strict";\n${code}\n})`;
}

/** Layers of ours together, as one file in stacks of which no frame is shown; and the submission's own, each by itself. */
interface LayerScripts {
  readonly given: vm.Script;
  readonly own: readonly (readonly [name: string, script: vm.Script])[];
}

function layerScripts(layers: readonly (readonly [name: string, layer: LayerCode])[]): LayerScripts {
  const given = layers.filter(([, { filename }]) => filename === undefined);
  const functions = given.map(([name, { code }]) => `${JSON.stringify(name)}: ${functionOf(code)}`);
  const texts = given.map(([, { code }]) => JSON.stringify(code));
  const text = `({ functions: { __proto__: null, ${functions.join(",\n")} }, texts: [${texts.join(", ")}] })`;
  return {
    given: new vm.Script(text, { filename: "consensus-labs:layers" }),
    own: layers.flatMap(([name, { code, filename }]) =>
      filename === undefined ? [] : [[name, ownScript(code, filename)] as const],
    ),
  };
}

function layersIn(context: vm.Context, { given, own }: LayerScripts): unknown {
  const layers = given.runInContext(context) as { readonly functions: Record<string, unknown> };
  for (const [name, script] of own) layers.functions[name] = script.runInContext(context);
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
