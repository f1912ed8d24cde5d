import {
  dateText,
  firstBytes,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  internal,
  is,
  regexSource,
} from "./intrinsics.ts";

/** Letters of a text that are told. */
const TEXT_CHARS = 160;
/** Letters of a name. */
const NAME_CHARS = 60;
/** Letters of the way to another place that are told. */
const PATH_CHARS = 240;
/** Bytes of an array of bytes that are told. */
const BYTES_SHOWN = 24;
/** A larger integer takes long to write down. */
const BIGINT_MAX = 2n ** 256n;

/** A value that holds no others, as a literal or a word. */
export function primitiveText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return textText(value);
    case "number":
      return Object.is(value, -0) ? "-0" : `${value}`;
    case "bigint":
      return value < BIGINT_MAX && value > -BIGINT_MAX ? `${value}n` : "a huge bigint";
    case "symbol":
      return `Symbol(${short(String(internal("description", value) ?? ""), NAME_CHARS)})`;
    case "function":
      return "function";
    default:
      return `${value as undefined | null | boolean}`;
  }
}

function textText(text: string): string {
  return text.length <= TEXT_CHARS
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, TEXT_CHARS))}… (${text.length} characters)`;
}

/** An object that is not gone into, in a word; undefined for one that is. */
export function leafText(value: object): string | undefined {
  if (is.proxy(value)) return "Proxy";
  if (typeof value === "function") return "function";
  if (is.promise(value)) return "Promise";
  if (is.date(value)) return `Date(${dateText(value)})`;
  if (is.typedArray(value) || is.buffer(value)) return bytesText(value);
  if (is.boxed(value)) return "a boxed value";
  const source = regexSource(value);
  return source === undefined ? undefined : `/${short(source, TEXT_CHARS)}/`;
}

function bytesText(value: object): string {
  const isArray = is.typedArray(value);
  const kind = isArray ? String(internal("kind", value)) : "ArrayBuffer";
  const bytes = firstBytes(value, BYTES_SHOWN + 1);
  const hex = [...bytes.subarray(0, BYTES_SHOWN)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const size = isArray ? `(${internal("length", value)})` : "";
  return `${kind}${size} ${hex}${bytes.length > BYTES_SHOWN ? "…" : ""}`.trimEnd();
}

/** An object that is told at another place already: where. */
export function sameText(path: string): string {
  return `→ ${short(path, PATH_CHARS)}`;
}

/** The name of a field as it is told. */
export function keyText(key: string | symbol): string {
  if (typeof key === "symbol") return `[${primitiveText(key)}]`;
  if (key.length > NAME_CHARS) return JSON.stringify(`${key.slice(0, NAME_CHARS)}…`);
  return /^[\w$]+$/.test(key) ? key : JSON.stringify(key);
}

/** The key of a map's entry as it is told; objects have no better name than their place. */
export function entryText(key: unknown, place: number): string {
  const isObject = (typeof key === "object" && key !== null) || typeof key === "function";
  return isObject ? `(object key, entry ${place})` : primitiveText(key);
}

/** The name of an object's class as its prototype has it, where that is plain to see. */
export function classNameOf(prototype: object | null): string {
  if (prototype === null) return "Object without a prototype";
  for (let one: object | null = prototype, depth = 0; one !== null && depth < 8; one = getPrototypeOf(one), depth++) {
    if (is.proxy(one)) break;
    const made = getOwnPropertyDescriptor(one, "constructor")?.value as unknown;
    if (typeof made !== "function" || is.proxy(made)) continue;
    const name = getOwnPropertyDescriptor(made, "name")?.value as unknown;
    if (typeof name === "string" && name !== "") return short(name, NAME_CHARS);
  }
  return "Object";
}

function short(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
