import { tokensIn } from "../../../grader/harness/kv/tokens.ts";
import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import { decode } from "../../api/codec.ts";

/** One try of an operation: what its clerk asked a server for, and what became of that. */
export interface Try {
  readonly server: number;
  readonly timeUs: Micros;
  readonly method: string;
  readonly args: unknown;
  /** Absent: nothing came of it yet. */
  ended?: { readonly timeUs: Micros; readonly isAnswer: boolean };
}

/** An operation as the trace has it: its call, its tries, and what it returned. */
export interface Operation {
  readonly clerk: number;
  readonly kind: "get" | "put" | "append" | "cas";
  readonly key: string;
  /** What it writes; "" of a get. */
  readonly value: string;
  readonly callUs: Micros;
  readonly tries: Try[];
  /** The saved logs that have had it. */
  readonly loggedBy: Set<number>;
  returned?: {
    readonly timeUs: Micros;
    readonly found: string;
    readonly swapped: boolean;
    readonly from: number | null;
  };
}

/** The operation that an invocation of a clerk begins; null when it is none. */
export function operationOf({ peer, timeUs, text, bytes }: TraceRecord): Operation | null {
  if (bytes === null || !isKind(text)) return null;
  const args = tryDecode(bytes);
  if (!Array.isArray(args) || typeof args[0] !== "string") return null;
  const value: unknown = text === "get" ? "" : args.at(-1);
  if (typeof value !== "string") return null;
  return { clerk: peer, kind: text, key: args[0], value, callUs: timeUs, tries: [], loggedBy: new Set() };
}

/** What it returned, as far as that is a value; "" where it returns none. */
export function foundIn(bytes: Uint8Array | null): { readonly found: string; readonly swapped: boolean } {
  const answer = bytes === null ? null : tryDecode(bytes);
  if (typeof answer === "string") return { found: answer, swapped: false };
  const { value, swapped } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  return { found: typeof value === "string" ? value : "", swapped: swapped === true };
}

/** Which of the operations that are open a request is a try of: that whose value is the newest in it; null where none shows. */
export function triedIn(bytes: Uint8Array | null, open: readonly Operation[]): Operation | null {
  const tokens = new Set(bytes === null ? [] : tokensIn(bytes));
  return [...open].reverse().find(({ value }) => value !== "" && tokens.has(value)) ?? null;
}

export function tryDecode(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** The parts of a request that are no content of an operation, by where they stand in it, as texts. */
export function labelsOf(value: unknown, path = "", depth = 6): [path: string, text: string][] {
  if (depth === 0) return [];
  if (value instanceof Uint8Array) return [[path, Buffer.from(value).toString("hex")]];
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => labelsOf(member, `${path}.${name}`, depth - 1));
  }
  const written = tokensIn(value).join("");
  if (typeof value !== "string" || written === "") return [[path, `${typeof value} ${String(value)}`]];
  // A text that is what is written says nothing else; one that holds it among other things may.
  return written === value ? [] : labelsIn(value, path, depth);
}

/** Of a text that holds what is written: of the data that it is, or as a whole where it is none. */
function labelsIn(text: string, path: string, depth: number): [path: string, text: string][] {
  try {
    return labelsOf(JSON.parse(text), path, depth - 1);
  } catch {
    return [[path, `string ${text}`]];
  }
}

function isKind(text: string): text is Operation["kind"] {
  return text === "get" || text === "put" || text === "append" || text === "cas";
}
