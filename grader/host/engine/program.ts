import vm from "node:vm";
import type { Role } from "../../sim/role.ts";
import type { RawHook, RealmEntries } from "../realm/hook.ts";

/** What the peers of one submission are made from. */
export interface ProgramTexts {
  /** The bundled submission: the body of a function with the parameters `exports`, `module` and `__import`. */
  readonly code: string;
  /** How the bundle is named in stack traces. */
  readonly filename: string;
  readonly roles: readonly Role[];
  /** Layers of ours that it may import, by name: CommonJS that asks for `consensus-labs` only. Absent: none. */
  readonly layers?: Readonly<Record<string, string>>;
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
  /** The layers' functions and texts, made in this realm; undefined where there are none. */
  readonly layers: unknown;
}

/** Compiles a submission once, and makes realms that hold it. */
export class Program {
  readonly roles: readonly Role[];
  readonly filename: string;
  private readonly prelude: vm.Script;
  private readonly submission: vm.Script;
  private readonly layers: vm.Script | null;
  private readonly nothing = new vm.Script("0", { filename: PRELUDE_FILE });

  /** Throws a SyntaxError when the submission does not parse. */
  constructor(texts: ProgramTexts) {
    this.roles = texts.roles;
    this.filename = texts.filename;
    this.prelude = preludeScript(texts);
    this.submission = new vm.Script(`(function (exports, module, __import) { "use strict";\n${texts.code}\n})`, {
      filename: texts.filename,
      // The bundle's own first line is line 1.
      lineOffset: -1,
    });
    this.layers = layersScript(texts.layers ?? {});
  }

  createRealm(): Realm {
    const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context, {
      microtaskMode: "afterEvaluate",
      codeGeneration: { strings: false, wasm: false },
    });
    const { start, modules } = this.prelude.runInContext(context) as { start: Start; modules: unknown };
    const layers: unknown = this.layers?.runInContext(context);
    return { context, start, modules, submission: this.submission.runInContext(context), layers };
  }

  /** Runs a realm's microtasks until none is left. */
  drain(context: vm.Context): void {
    this.nothing.runInContext(context);
  }
}

/** A layer is a file of its own in stacks, of which none of its frames is shown. */
function layersScript(layers: Readonly<Record<string, string>>): vm.Script | null {
  const names = Object.keys(layers);
  if (names.length === 0) return null;
  const functions = names.map(
    (name) => `${JSON.stringify(name)}: (function (exports, module, __import) { "use strict";\n${layers[name]}\n})`,
  );
  const texts = names.map((name) => JSON.stringify(layers[name]));
  const text = `({ functions: { __proto__: null, ${functions.join(",\n")} }, texts: [${texts.join(", ")}] })`;
  return new vm.Script(text, { filename: "consensus-labs:layers" });
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
