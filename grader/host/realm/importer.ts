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

/** Gives `import`: modules are evaluated when they are first asked for. */
export function createImporter(
  factories: ModuleFactories,
  parts: { buffers: Buffers; timers: Timers; timerFunctions: Record<string, unknown> },
): (name: string) => unknown {
  const { buffers, timers, timerFunctions } = parts;
  const loaded = new Map<string, unknown>();
  const encode = (value: unknown) => buffers.encode(value);
  const decode = (bytes: unknown) => buffers.decode(bytes);
  loaded.set("consensus-labs", { encode, decode });

  const importModule = (name: string): unknown => {
    const base = String(name).replace(/^node:/, "");
    if (!loaded.has(base)) {
      const factory = Object.hasOwn(factories, base) ? factories[base] : undefined;
      if (factory === undefined) throw new Error(`Cannot find module '${name}'`);
      loaded.set(base, factory().create({ timerFunctions, timers, inspect, customInspect, format, importModule }));
    }
    return loaded.get(base);
  };
  return importModule;
}
