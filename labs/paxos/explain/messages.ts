import { fieldsOf, PullReader, type Range } from "../../api/codec/pull-reader.ts";

/** A ballot as it is written: a number, or several that are compared one after the other. */
export type Ballot = readonly number[];

/** What was accepted, as a promise reports it. The value as MessagePack. */
export interface Report {
  readonly ballot: Ballot;
  readonly value: Uint8Array;
}

/** A request whose method and fields have the names of the skeleton. */
export type Request =
  | { readonly method: "prepare"; readonly slot: number; readonly ballot: Ballot }
  | { readonly method: "accept"; readonly slot: number; readonly ballot: Ballot; readonly value: Uint8Array }
  | { readonly method: "learn"; readonly slot: number; readonly value: Uint8Array };

/** What an answer says; `unclear` where it cannot be told. */
export type Answer =
  /** `report`: what it has accepted; null: nothing; undefined: it does not say, or in other words. */
  { readonly is: "yes"; readonly report?: Report | null } | { readonly is: "no" } | { readonly is: "unclear" };

/** Fields that some have beside a round, which only together with it make a ballot. */
const TIE_BREAKERS = ["proposer", "proposerId", "from", "me", "peer", "id"];
const YES_WORDS = ["promised", "promise", "accepted", "accept", "ok", "yes"];
const NO_WORDS = ["refused", "refusal", "rejected", "reject", "nack", "no"];

export function readRequest(method: string, bytes: Uint8Array | null): Request | null {
  if (method !== "prepare" && method !== "accept" && method !== "learn") return null;
  const fields = fieldsIn(bytes, ["slot", "ballot", "value", ...TIE_BREAKERS]);
  if (fields === null || bytes === null) return null;
  const [slotAt, ballotAt, valueAt, ...ties] = fields;
  const slot = numberAt(bytes, slotAt);
  const value = valueAt === undefined ? null : bytes.slice(valueAt.start, valueAt.end);
  if (slot === null) return null;
  if (method === "learn") return value === null ? null : { method, slot, value };
  const written = ballotOf(bytes, ballotAt);
  if (written === null) return null;
  const tie = ties.map((at) => numberAt(bytes, at)).find((one) => one !== null);
  const ballot = written.length === 1 && tie !== undefined ? [...written, tie] : written;
  if (method === "prepare") return { method, slot, ballot };
  return value === null ? null : { method, slot, ballot, value };
}

/** The answer to a request of phase 1 or 2. */
export function readAnswer(method: "prepare" | "accept", bytes: Uint8Array): Answer {
  const fields = fieldsIn(bytes, ["ok", "kind", "accepted", "decided"]);
  if (fields === null) return { is: "unclear" };
  const [okAt, kindAt, acceptedAt, decidedAt] = fields;
  if (decidedAt !== undefined) return { is: "unclear" };
  const ok =
    booleanAt(bytes, okAt) ??
    (isOneOf(bytes, kindAt, YES_WORDS) ? true : isOneOf(bytes, kindAt, NO_WORDS) ? false : null);
  if (ok === false) return { is: "no" };
  if (ok === null) return { is: "unclear" };
  if (method === "accept" || acceptedAt === undefined) return { is: "yes" };
  if (headOf(bytes, acceptedAt).kind === "null") return { is: "yes", report: null };
  const accepted = bytes.subarray(acceptedAt.start, acceptedAt.end);
  const [ballotAt, valueAt] = fieldsIn(accepted, ["ballot", "value"]) ?? [];
  const ballot = ballotOf(accepted, ballotAt);
  if (ballot === null || valueAt === undefined) return { is: "yes" };
  return { is: "yes", report: { ballot, value: accepted.slice(valueAt.start, valueAt.end) } };
}

/** What a peer handed to `decide()`. */
export function readDecision(bytes: Uint8Array | null): { readonly slot: number; readonly value: Uint8Array } | null {
  const [slotAt, valueAt] = fieldsIn(bytes, ["slot", "value"]) ?? [];
  const slot = bytes === null ? null : numberAt(bytes, slotAt);
  return slot === null || bytes === null || valueAt === undefined
    ? null
    : { slot, value: bytes.slice(valueAt.start, valueAt.end) };
}

/** Less than 0 when `a` is the lower one; null when they are written in different ways. */
export function compareBallots(a: Ballot, b: Ballot): number | null {
  if (a.length !== b.length) return null;
  for (const [i, one] of a.entries()) {
    const other = b[i] as number;
    if (one !== other) return one - other;
  }
  return 0;
}

export function isHigher(a: Ballot, b: Ballot): boolean {
  return (compareBallots(a, b) ?? 0) > 0;
}

/** "7", or "2.1" of several numbers. */
export function ballotText(ballot: Ballot): string {
  return ballot.join(".");
}

function fieldsIn(bytes: Uint8Array | null, names: readonly string[]): (Range | undefined)[] | null {
  if (bytes === null) return null;
  try {
    return fieldsOf(bytes, names);
  } catch {
    return null;
  }
}

function headOf(bytes: Uint8Array, { start, end }: Range): PullReader {
  const reader = new PullReader(bytes, start, end);
  reader.head();
  return reader;
}

function numberAt(bytes: Uint8Array, at: Range | undefined): number | null {
  if (at === undefined) return null;
  const reader = headOf(bytes, at);
  return reader.kind === "number" ? reader.number : null;
}

function booleanAt(bytes: Uint8Array, at: Range | undefined): boolean | null {
  if (at === undefined) return null;
  const reader = headOf(bytes, at);
  return reader.kind === "boolean" ? reader.boolean : null;
}

function isOneOf(bytes: Uint8Array, at: Range | undefined, words: readonly string[]): boolean {
  if (at === undefined) return false;
  const reader = headOf(bytes, at);
  return words.some((word) => reader.isText(word));
}

/** A number, or a short list of numbers. */
function ballotOf(bytes: Uint8Array, at: Range | undefined): Ballot | null {
  if (at === undefined) return null;
  const reader = headOf(bytes, at);
  if (reader.kind === "number") return [reader.number];
  if (reader.kind !== "array" || reader.size === 0 || reader.size > 3) return null;
  const numbers: number[] = [];
  for (let left = reader.size; left > 0; left--) {
    const number = nextNumber(reader);
    if (number === null) return null;
    numbers.push(number);
  }
  return numbers;
}

function nextNumber(reader: PullReader): number | null {
  reader.head();
  return reader.kind === "number" ? reader.number : null;
}
