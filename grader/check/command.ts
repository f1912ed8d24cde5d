import { decode } from "../../labs/api/codec.ts";

/**
 * Whether two commands, as MessagePack, are the same data. Equal bytes are. Others are decoded when they are equally long,
 * since the order of an object's fields is of no account, and nothing else can be written in another way. So no more is
 * decoded than the shorter one says.
 */
export function sameCommand(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  return sameBytes(one, other) || canonicalText(one) === canonicalText(other);
}

/**
 * The same text for the same data, whatever the order of fields. Bytes that are not plain data stand for themselves. It
 * takes many times the memory of the bytes: only for what is not longer than something that the grader made.
 */
export function canonicalText(command: Uint8Array): string {
  let value: unknown;
  try {
    value = decode(command);
  } catch {
    return `raw ${hex(command)}`;
  }
  return textOf(value);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

function textOf(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `<${hex(value)}>`;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${textOf(field)}`).join()}}`;
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}
