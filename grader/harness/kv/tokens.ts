import { decode } from "../../../labs/api/codec.ts";

/** What the n-th write of a run writes. It stands for its operation wherever it turns up, and none begins another. */
export function tokenOf(nth: number): string {
  return `v${nth};`;
}

/** Deeper than anything that is to be looked through. */
const DEPTH_MAX = 32;

/** The tokens in the texts of a value, however it is built. */
export function tokensIn(value: unknown, depth = DEPTH_MAX): string[] {
  if (typeof value === "string") return value.match(/v\d+;/g) ?? [];
  if (typeof value !== "object" || value === null || depth === 0) return [];
  if (value instanceof Uint8Array) return tokensInBytes(value, depth - 1);
  return Object.entries(value).flatMap(([name, member]) => [
    ...tokensIn(name, depth - 1),
    ...tokensIn(member, depth - 1),
  ]);
}

/** Longer ones are not looked through: no store of a scenario is as large. */
const BYTES_MAX = 1 << 18;

/** The tokens in bytes: in what they encode, or in the text that they are. In others nothing is looked for. */
export function tokensInBytes(bytes: Uint8Array, depth = DEPTH_MAX): string[] {
  if (bytes.length > BYTES_MAX) return [];
  try {
    return tokensIn(decode(bytes), depth);
  } catch {
    try {
      return tokensIn(new TextDecoder("utf-8", { fatal: true }).decode(bytes), depth);
    } catch {
      return [];
    }
  }
}
