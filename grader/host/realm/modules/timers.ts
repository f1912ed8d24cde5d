import type { ModuleParts } from "../importer.ts";

/** `node:timers`. */
export function create({ timerFunctions, importModule }: ModuleParts): object {
  return {
    ...timerFunctions,
    get promises() {
      return importModule("timers/promises");
    },
  };
}
