import type { ModuleParts } from "../importer.ts";

/** `node:assert/strict`. */
export function create({ importModule }: ModuleParts): unknown {
  return (importModule("assert") as { strict: unknown }).strict;
}
