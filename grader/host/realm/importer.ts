import { part } from "../../../labs/api/part.ts";
import type { Timers } from "./globals/timers.ts";
import { format } from "./inspect/format.ts";
import { customInspect, inspect } from "./inspect/inspect.ts";
import type { Buffers } from "./peer/buffers.ts";

/** What the modules of a realm are made from. */
export interface ModuleParts {
  readonly timerFunctions: Record<string, unknown>;
  readonly timers: Timers;
  readonly inspect: typeof inspect;
  readonly customInspect: symbol;
  readonly format: typeof format;
  /** Another module, by its name without `node:`. */
  readonly importModule: (name: string) => unknown;
}

/** For each module, by its name without `node:`, a function that evaluates it and gives its exports. */
export type ModuleFactories = Readonly<Record<string, () => { create(parts: ModuleParts): unknown }>>;

/** The function of a layer, made in this realm. */
export type Layer = (exports: object, module: { exports: object }, importModule: (name: string) => unknown) => void;

/** Layers, by their names, and the texts that those of ours were made from. */
export interface Layers {
  readonly functions: Readonly<Record<string, Layer>>;
  /** Which of them are ours. */
  readonly given: Readonly<Record<string, true>>;
  readonly texts: readonly string[];
}

const API = "consensus-labs";

/**
 * Gives `import`: modules are evaluated when they are first asked for. `layers`: by their names behind `consensus-labs/`.
 * `foreign` gets the prototypes of the classes of those that are ours and how they are exported, in turn.
 */
export function createImporter(
  factories: ModuleFactories,
  layers: Layers | undefined,
  parts: { buffers: Buffers; timers: Timers; timerFunctions: Record<string, unknown>; foreign: unknown[] },
): (name: string) => unknown {
  const { buffers, timers, timerFunctions, foreign } = parts;
  const functions = layers?.functions ?? {};
  const loaded = new Map<string, unknown>();
  const encode = (value: unknown) => buffers.encode(value);
  const decode = (bytes: unknown) => buffers.decode(bytes);
  loaded.set(API, { encode, decode, part });

  const importModule = (name: string): unknown => {
    const base = String(name).replace(/^node:/, "");
    const layer = base.startsWith(`${API}/`) ? base.slice(API.length + 1) : null;
    if (layer !== null && Object.hasOwn(functions, layer) && !loaded.has(base)) {
      const module: { exports: object } = { exports: {} };
      // Nobody else is asked for what a layer imports, and it imports nothing that is not there.
      loaded.set(base, module.exports);
      (functions[layer] as Layer)(module.exports, module, importModule);
      loaded.set(base, module.exports);
      for (const name in layers?.given[layer] === true ? module.exports : {}) {
        const made = (module.exports as Record<string, unknown>)[name];
        // By its index: the submission may have changed what lists can do.
        if (typeof made !== "function" || !made.prototype) continue;
        foreign[foreign.length] = made.prototype;
        foreign[foreign.length] = name;
      }
    }
    if (!loaded.has(base)) {
      const factory = Object.hasOwn(factories, base) ? factories[base] : undefined;
      if (factory === undefined) throw new Error(`Cannot find module '${name}'`);
      loaded.set(base, factory().create({ timerFunctions, timers, inspect, customInspect, format, importModule }));
    }
    return loaded.get(base);
  };
  return importModule;
}
