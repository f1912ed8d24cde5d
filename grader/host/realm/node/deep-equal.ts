/** How Node's `assert` compares: strictly, or as `==` does. */
export type Strictness = "strict" | "loose";

/** Compares two values and all they contain, as `assert.deepStrictEqual` and `assert.deepEqual` do. */
export function isDeepEqual(a: unknown, b: unknown, strictness: Strictness): boolean {
  return compare(a, b, { isStrict: strictness === "strict", seen: new Map() });
}

interface Comparison {
  readonly isStrict: boolean;
  /** Pairs that are being compared further up: where they meet again, they are taken as equal. */
  readonly seen: Map<object, object>;
}

function compare(a: unknown, b: unknown, comparison: Comparison): boolean {
  if (a === b) return a !== 0 || !comparison.isStrict || Object.is(a, b);
  const areObjects = typeof a === "object" && typeof b === "object" && a !== null && b !== null;
  if (!areObjects) return comparePrimitives(a, b, comparison.isStrict);
  if (comparison.isStrict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (tagOf(a) !== tagOf(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (comparison.seen.get(a) === b) return true;
  comparison.seen.set(a, b);
  const result = compareContents(a, b, comparison) && compareFields(a, b, comparison);
  comparison.seen.delete(a);
  return result;
}

function comparePrimitives(a: unknown, b: unknown, isStrict: boolean): boolean {
  if (isStrict) return Object.is(a, b);
  const isCompound = (value: unknown) => (typeof value === "object" && value !== null) || typeof value === "function";
  if (isCompound(a) || isCompound(b)) return false;
  // biome-ignore lint/suspicious/noDoubleEquals: this is what loose comparison means
  return a == b || (Number.isNaN(a) && Number.isNaN(b));
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** What an object holds beside its fields. */
function compareContents(a: object, b: object, comparison: Comparison): boolean {
  if (Array.isArray(a)) return a.length === (b as unknown[]).length;
  if (a instanceof Date) return b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp) {
    return b instanceof RegExp && a.source === b.source && a.flags === b.flags && a.lastIndex === b.lastIndex;
  }
  if (a instanceof Error) {
    const [x, y] = [a, b as Error];
    return x.message === y.message && x.name === y.name && compare(x.cause, y.cause, comparison);
  }
  if (a instanceof Map) return b instanceof Map && compareMaps(a, b, comparison);
  if (a instanceof Set) return b instanceof Set && compareSets(a, b, comparison);
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && compareBytes(a, b);
  if (a instanceof ArrayBuffer) return b instanceof ArrayBuffer && compareBytes(new Uint8Array(a), new Uint8Array(b));
  if (/^\[object (?:Number|String|Boolean|BigInt|Symbol)\]$/.test(tagOf(a))) return Object.is(a.valueOf(), b.valueOf());
  if (a instanceof Promise || a instanceof WeakMap || a instanceof WeakSet) return false;
  return true;
}

function compareBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) as [
    Uint8Array,
    Uint8Array,
  ];
  return x.every((byte, i) => byte === y[i]);
}

function compareMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>, comparison: Comparison): boolean {
  if (a.size !== b.size) return false;
  const left = new Map(b);
  for (const [key, value] of a) {
    const partner =
      left.has(key) && compare(value, left.get(key), comparison) ? [key] : findPair(left, key, value, comparison);
    if (partner === null) return false;
    left.delete(partner[0]);
  }
  return true;
}

function findPair(map: Map<unknown, unknown>, key: unknown, value: unknown, comparison: Comparison): [unknown] | null {
  if (comparison.isStrict && typeof key !== "object") return null;
  for (const [other, item] of map)
    if (compare(key, other, comparison) && compare(value, item, comparison)) return [other];
  return null;
}

function compareSets(a: Set<unknown>, b: Set<unknown>, comparison: Comparison): boolean {
  if (a.size !== b.size) return false;
  const left = new Set(b);
  const others: unknown[] = [];
  for (const item of a) if (!left.delete(item)) others.push(item);
  for (const item of others) {
    if (comparison.isStrict && typeof item !== "object") return false;
    const partner = [...left].find((other) => compare(item, other, comparison));
    if (partner === undefined) return false;
    left.delete(partner);
  }
  return true;
}

function compareFields(a: object, b: object, comparison: Comparison): boolean {
  const keys = fieldsOf(a, comparison.isStrict);
  if (keys.length !== fieldsOf(b, comparison.isStrict).length) return false;
  for (const key of keys) {
    if (!Object.prototype.propertyIsEnumerable.call(b, key)) return false;
    const [x, y] = [(a as Record<PropertyKey, unknown>)[key], (b as Record<PropertyKey, unknown>)[key]];
    if (!compare(x, y, comparison)) return false;
  }
  return true;
}

function fieldsOf(value: object, isStrict: boolean): PropertyKey[] {
  // Bytes are compared as a whole.
  if (ArrayBuffer.isView(value)) return [];
  if (!isStrict) return Object.keys(value);
  return Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
}
