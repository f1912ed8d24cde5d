import { decode, encode } from "../../labs/api/codec.ts";
import { beginningOf, dataText } from "../text/data-text.ts";

/** What a peer handed to `apply()`, checked for its shape. */
export type Applied =
  | { readonly kind: "command"; readonly index: number; readonly command: Uint8Array }
  | { readonly kind: "noop"; readonly index: number; readonly command: Uint8Array }
  | { readonly kind: "snapshot"; readonly index: number; readonly term: number; readonly snapshot: Uint8Array };

const NOTHING = new Uint8Array(0);

/** Reads what `getState()` returned; a string says what is wrong with it. */
export function decodeState(bytes: Uint8Array): { term: number; isLeader: boolean } | string {
  const value = record(bytes);
  if (typeof value === "string") return `getState() returned ${value}`;
  const { term, isLeader } = value;
  if (!isCount(term)) return `getState() returned the term ${show(term)}`;
  if (typeof isLeader !== "boolean") return `getState() returned isLeader: ${show(isLeader)}`;
  return { term, isLeader };
}

/** Reads what `start()` returned; a string says what is wrong with it. */
export function decodeStarted(bytes: Uint8Array): { index: number; term: number; isLeader: boolean } | string {
  const value = record(bytes);
  if (typeof value === "string") return `start() returned ${value}`;
  const { index, term, isLeader } = value;
  if (typeof isLeader !== "boolean") return `start() returned isLeader: ${show(isLeader)}`;
  if (!isLeader) return { index: 0, term: 0, isLeader };
  if (!isCount(index) || index < 1)
    return `start() accepted a command at the index ${show(index)}; log indices start at 1`;
  if (!isCount(term)) return `start() accepted a command in the term ${show(term)}`;
  return { index, term, isLeader };
}

/** Reads the argument of `apply()`; a string says what is wrong with it. */
export function decodeApplied(bytes: Uint8Array): Applied | string {
  const value = record(bytes);
  if (typeof value === "string") return `apply() was given ${value}`;
  const { kind, index, term, snapshot, command } = value;
  if (!isCount(index) || index < 1) return `apply() was given the index ${show(index)}`;
  if (kind === "command") {
    if (!("command" in value)) return `apply() was given no command at index ${index}`;
    return { kind, index, command: encode(command) };
  }
  if (kind === "noop") return { kind, index, command: NOTHING };
  if (kind !== "snapshot") return `apply() was given the kind ${show(kind)} at index ${index}`;
  if (!(snapshot instanceof Uint8Array)) return `apply() was given no snapshot bytes at index ${index}`;
  if (!isCount(term)) return `apply() was given a snapshot with the term ${show(term)}`;
  return { kind, index, term, snapshot };
}

const SHOWN_CHARS = 60;

/** A value in a few words, for a message. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value === undefined ? "undefined" : beginningOf(dataText(encode(value)), SHOWN_CHARS);
}

function record(bytes: Uint8Array): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = decode(bytes);
  } catch {
    return "something that is not plain data";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return show(value);
  return value as Record<string, unknown>;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
