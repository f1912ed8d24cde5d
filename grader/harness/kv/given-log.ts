import { decode } from "../../../labs/api/codec.ts";

/** An entry of a log that a server has saved. */
export interface SavedEntry {
  readonly index: number;
  readonly term: number;
  readonly command: unknown;
}

/** What a server has saved of its log: what its snapshot covers is not in it any more. */
export interface SavedLog {
  readonly coveredUpTo: number;
  readonly entries: readonly SavedEntry[];
}

/** More is not read: no log of a scenario is as long. */
const BYTES_MAX = 1 << 20;

/**
 * The log in what the given Raft saves; null where it was another one that saved it. It is the submission's process that hands
 * it over, so that it can say more of what went wrong, and never that nothing did.
 */
export function savedLog(state: Uint8Array): SavedLog | null {
  if (state.length > BYTES_MAX) return null;
  if (state.length === 0) return { coveredUpTo: 0, entries: [] };
  try {
    const { lastIncludedIndex, entries } = decode(state) as { lastIncludedIndex?: unknown; entries?: unknown };
    if (!isIndex(lastIncludedIndex) || !(entries instanceof Uint8Array)) return null;
    const list = decode(entries);
    if (!Array.isArray(list)) return null;
    return {
      coveredUpTo: lastIncludedIndex,
      entries: list.flatMap((entry: unknown, i) => {
        const { term, command } = (entry ?? {}) as { term?: unknown; command?: unknown };
        return isIndex(term) ? [{ index: lastIncludedIndex + 1 + i, term, command }] : [];
      }),
    };
  } catch {
    return null;
  }
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
