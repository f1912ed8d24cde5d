import { types } from "node:util";

/**
 * What objects are read with, as it was when this process began. These functions look at what an object is made of and run
 * nothing of its realm, which is why they alone are used: no property is got, but its descriptor.
 */
const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const getterOf = (prototype: object, name: string | symbol) =>
  getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown;
const methodOf = (prototype: object, name: string) =>
  getOwnPropertyDescriptor(prototype, name)?.value as (this: unknown, ...args: unknown[]) => unknown;
const nextOf = (iterator: object) => methodOf(getPrototypeOf(iterator) as object, "next");

const { isProxy, isMap, isSet, isTypedArray, isAnyArrayBuffer, isDate, isPromise, isNativeError, isBoxedPrimitive } =
  types;

export { getOwnPropertyDescriptor, getPrototypeOf, ownKeys };
export const is = {
  ...{ proxy: isProxy, map: isMap, set: isSet, typedArray: isTypedArray, buffer: isAnyArrayBuffer, date: isDate },
  ...{ promise: isPromise, error: isNativeError, boxed: isBoxedPrimitive },
  array: Array.isArray,
  enumerable: methodOf(Object.prototype, "propertyIsEnumerable"),
};

const typedArray = getPrototypeOf(Uint8Array.prototype) as object;
const getters = {
  mapSize: getterOf(Map.prototype, "size"),
  setSize: getterOf(Set.prototype, "size"),
  buffer: getterOf(typedArray, "buffer"),
  byteOffset: getterOf(typedArray, "byteOffset"),
  byteLength: getterOf(typedArray, "byteLength"),
  length: getterOf(typedArray, "length"),
  kind: getterOf(typedArray, Symbol.toStringTag),
  description: getterOf(Symbol.prototype, "description"),
  source: getterOf(RegExp.prototype, "source"),
};

/** A figure or text that the language keeps of an object of that kind. */
export function internal(name: keyof typeof getters, of: unknown): unknown {
  return apply(getters[name], of, []);
}

const getTime = methodOf(Date.prototype, "getTime");
const toISOString = methodOf(Date.prototype, "toISOString");

/** A date as text, whatever its realm made of it. */
export function dateText(date: unknown): string {
  return Number.isNaN(apply(getTime, date, [])) ? "Invalid Date" : String(apply(toISOString, date, []));
}

/** The source of a regular expression; undefined for what is none. */
export function regexSource(value: object): string | undefined {
  if (!types.isRegExp(value)) return undefined;
  return String(internal("source", value));
}

const mapEntries = methodOf(Map.prototype, "entries");
const mapNext = nextOf(new Map().entries());
const setValues = methodOf(Set.prototype, "values");
const setNext = nextOf(new Set().values());

type Step = { readonly done?: boolean; readonly value: unknown };

/** Goes through a map of any realm: key and value. Ends when `visit` gives false. */
export function eachEntry(map: object, visit: (key: unknown, value: unknown) => boolean): void {
  const iterator = apply(mapEntries, map, []);
  for (;;) {
    const { done, value } = apply(mapNext, iterator, []) as Step;
    if (done === true) return;
    const [key, item] = [(value as unknown[])[0], (value as unknown[])[1]];
    if (!visit(key, item)) return;
  }
}

/** Goes through a set of any realm. Ends when `visit` gives false. */
export function eachItem(set: object, visit: (item: unknown) => boolean): void {
  const iterator = apply(setValues, set, []);
  for (;;) {
    const { done, value } = apply(setNext, iterator, []) as Step;
    if (done === true || !visit(value)) return;
  }
}

/** The first bytes of a buffer or of what lies over one, as the host's own array; none where it was given away. */
export function firstBytes(of: object, most: number): Uint8Array {
  try {
    if (!isTypedArray(of)) return new Uint8Array(of as ArrayBuffer).subarray(0, most);
    const length = Math.min(most, internal("byteLength", of) as number);
    return new Uint8Array(internal("buffer", of) as ArrayBuffer, internal("byteOffset", of) as number, length);
  } catch {
    return new Uint8Array(0);
  }
}
