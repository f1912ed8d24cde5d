import { encode } from "../../../labs/api/codec.ts";
import { beginningOf, dataText } from "../../text/data-text.ts";
import { content, fieldsIn, isCount, isWord, SHOWN_CHARS, scalar, shownField } from "../submitted.ts";

/** What a peer handed to `apply()`, checked for its shape. The bytes are part of the message: what is kept is to be copied. */
export type Applied =
  | { readonly kind: "command"; readonly index: number; readonly command: Uint8Array }
  | { readonly kind: "noop"; readonly index: number; readonly command: Uint8Array }
  | { readonly kind: "snapshot"; readonly index: number; readonly term: number; readonly snapshot: Uint8Array };

const NOTHING = new Uint8Array(0);

/** Reads what `getState()` returned; a string says what is wrong with it. */
export function decodeState(bytes: Uint8Array): { term: number; isLeader: boolean } | string {
  const fields = fieldsIn(bytes, STATE_FIELDS);
  if (typeof fields === "string") return `getState() returned ${fields}`;
  const [term, isLeader] = [scalar(bytes, fields[0]), scalar(bytes, fields[1])];
  if (!isCount(term)) return `getState() returned the term ${shownField(bytes, fields[0])}`;
  if (typeof isLeader !== "boolean") return `getState() returned isLeader: ${shownField(bytes, fields[1])}`;
  return { term, isLeader };
}

/** Reads what `start()` returned; a string says what is wrong with it. */
export function decodeStarted(bytes: Uint8Array): { index: number; term: number; isLeader: boolean } | string {
  const fields = fieldsIn(bytes, STARTED_FIELDS);
  if (typeof fields === "string") return `start() returned ${fields}`;
  const [term, isLeader, index] = [scalar(bytes, fields[0]), scalar(bytes, fields[1]), scalar(bytes, fields[2])];
  if (typeof isLeader !== "boolean") return `start() returned isLeader: ${shownField(bytes, fields[1])}`;
  if (!isLeader) return { index: 0, term: 0, isLeader };
  if (!isCount(index) || index < 1)
    return `start() accepted a command at the index ${shownField(bytes, fields[2])}; log indices start at 1`;
  if (!isCount(term)) return `start() accepted a command in the term ${shownField(bytes, fields[0])}`;
  return { index, term, isLeader };
}

/** Reads the argument of `apply()`; a string says what is wrong with it. */
export function decodeApplied(bytes: Uint8Array): Applied | string {
  const fields = fieldsIn(bytes, APPLIED_FIELDS);
  if (typeof fields === "string") return `apply() was given ${fields}`;
  const [kindAt, indexAt, commandAt, termAt, snapshotAt] = fields;
  const index = scalar(bytes, indexAt);
  if (!isCount(index) || index < 1) return `apply() was given the index ${shownField(bytes, indexAt)}`;
  if (isWord(bytes, kindAt, "command")) {
    if (commandAt === undefined) return `apply() was given no command at index ${index}`;
    return { kind: "command", index, command: bytes.subarray(commandAt.start, commandAt.end) };
  }
  if (isWord(bytes, kindAt, "noop")) return { kind: "noop", index, command: NOTHING };
  if (!isWord(bytes, kindAt, "snapshot"))
    return `apply() was given the kind ${shownField(bytes, kindAt)} at index ${index}`;
  const snapshot = content(bytes, snapshotAt);
  if (snapshot === null) return `apply() was given no snapshot bytes at index ${index}`;
  const term = scalar(bytes, termAt);
  if (!isCount(term)) return `apply() was given a snapshot with the term ${shownField(bytes, termAt)}`;
  return { kind: "snapshot", index, term, snapshot };
}

/** A value in a few words, for a message. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value === undefined ? "undefined" : beginningOf(dataText(encode(value)), SHOWN_CHARS);
}

const STATE_FIELDS = ["term", "isLeader"];
const STARTED_FIELDS = ["term", "isLeader", "index"];
const APPLIED_FIELDS = ["kind", "index", "command", "term", "snapshot"];
