import { decode } from "../../../labs/api/codec.ts";

/** What the n-th write of a run writes. It stands for its operation wherever it turns up, and none begins another. */
export function tokenOf(nth: number): string {
  return `v${nth};`;
}

/** Deeper than anything that is to be looked through. */
const DEPTH_MAX = 32;

/** Longer ones are not looked through: no store of a scenario is as large. */
const BYTES_MAX = 1 << 18;

/**
 * The tokens in the texts of a value, however it is built. In bytes they are looked for in what these encode, or in the text that they
 * are; in others nothing is.
 */
export function tokensIn(value: unknown): string[] {
  const found: string[] = [];
  collect(value, DEPTH_MAX, found);
  return found;
}

function meantBy(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return null;
    }
  }
}

/** Into one list: each save of each server is looked through, and lists of lists took longer than all checks together. */
function collect(value: unknown, depth: number, found: string[]): void {
  if (typeof value === "string") {
    // Nearly all texts are names and keys.
    if (value.includes(";")) for (const token of value.match(/v\d+;/g) ?? []) found.push(token);
    return;
  }
  if (typeof value !== "object" || value === null || depth === 0) return;
  if (value instanceof Uint8Array) {
    if (value.length <= BYTES_MAX) collect(meantBy(value), depth - 1, found);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    collect(name, depth - 1, found);
    collect(member, depth - 1, found);
  }
}
