import { deepStrictEqual } from "node:assert";
import * as reference from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";
import { decode, EncodeError, encode } from "../../labs/api/codec.ts";

class LogEntry {
  constructor(
    readonly term: number,
    readonly command: unknown,
  ) {}
  shout() {}
}

const integers = [0, 1, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const values: unknown[] = [
  null,
  true,
  false,
  ...integers,
  ...integers.map((n) => 0 - n - 1).filter(Number.isSafeInteger),
  -32,
  -33,
  2 ** 53,
  1.5,
  1e300,
  -1e-9,
  "",
  "a",
  "x".repeat(31),
  "x".repeat(32),
  "x".repeat(255),
  "x".repeat(256),
  "x".repeat(70000),
  "é".repeat(20),
  "é€😀".repeat(40),
  "é".repeat(130),
  new Uint8Array(0),
  new Uint8Array([1, 2, 255]),
  new Uint8Array(300).fill(7),
  new Uint8Array(70000).fill(9),
  [],
  [1, [2, [3, "x", null]]],
  Array.from({ length: 16 }, (_, i) => i),
  Array.from({ length: 70000 }, (_, i) => i),
  {},
  { term: 1, entries: [{ term: 1, command: "x" }], leader: true, data: new Uint8Array([4]) },
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i])),
];

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("agreement with another MessagePack implementation", () => {
  test.each(values.map((value) => [String(JSON.stringify(value)).slice(0, 40), value]))("%s", (_, value) => {
    const bytes = encode(value);
    // Natively: to go through large arrays of bytes element by element, as `toEqual` does, takes seconds.
    expect(hexOf(bytes)).toBe(hexOf(reference.encode(value)));
    deepStrictEqual(decode(bytes), value);
    deepStrictEqual(reference.decode(bytes), value);
  });
});

test("minus zero keeps its sign", () => {
  expect(Object.is(decode(encode(-0)), -0)).toBe(true);
});

test("undefined fields are dropped, whatever the size of the header", () => {
  const sparse = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i < 5 ? i : undefined]));
  expect(encode(sparse)).toEqual(encode({ key0: 0, key1: 1, key2: 2, key3: 3, key4: 4 }));
});

test("class instances are sent by their fields", () => {
  expect(decode(encode(new LogEntry(3, "x")))).toEqual({ term: 3, command: "x" });
});

test("lone surrogates become the replacement character", () => {
  expect(decode(encode("a\ud800b"))).toBe("a\ufffdb");
});

test("a __proto__ field is data", () => {
  const value = decode(encode(JSON.parse('{"__proto__": {"polluted": true}}'))) as object;
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect("polluted" in value).toBe(false);
});

test("decoded bytes are copies", () => {
  const bytes = encode(new Uint8Array([1, 2, 3]));
  const value = decode(bytes) as Uint8Array;
  bytes.fill(0);
  expect(value).toEqual(new Uint8Array([1, 2, 3]));
  expect(value.buffer.byteLength).toBe(3);
});

test("a getter may encode while it is encoded", () => {
  const value = {
    a: 1,
    get b() {
      return encode({ c: 2 });
    },
  };
  expect(decode(encode(value))).toEqual({ a: 1, b: encode({ c: 2 }) });
});

const cyclic: { list: unknown[] } = { list: [] };
cyclic.list.push(1, { again: cyclic.list });
let deep: unknown = 1;
for (let i = 0; i < 250; i++) deep = [deep];

test.each<[unknown, string]>([
  [undefined, "value is undefined; use null, or leave the field out"],
  [[1, undefined], "value[1] is undefined; use null, or leave the field out"],
  [
    { entries: [0, { command: new Map() }] },
    "value.entries[1].command is a Map; use a plain object or an array of pairs",
  ],
  [{ "a b": new Set() }, 'value["a b"] is a Set; use an array'],
  [[new Date()], "value[0] is a Date; use its getTime()"],
  [10n, "value is a bigint; use a number or a string"],
  [{ f() {} }, "value.f is a function; send plain data"],
  [Symbol("x"), "value is a symbol; use a string"],
  [Number.NaN, "value is NaN; send a finite number or null"],
  [[Number.POSITIVE_INFINITY], "value[0] is Infinity; send a finite number or null"],
  [Promise.resolve(), "value is a Promise; await it first"],
  [new Uint16Array(1), "value is a Uint16Array; use a Uint8Array"],
  [new Int8Array(1), "value is an Int8Array; use a Uint8Array"],
  [new ArrayBuffer(1), "value is an ArrayBuffer; use a Uint8Array"],
  [new Error("x"), "value is an Error; use its message"],
  [cyclic, "value.list[1].again is a cycle back to value.list; send data without cycles"],
])("%o cannot be encoded", (value, message) => {
  expect(() => encode(value)).toThrow(EncodeError);
  expect(() => encode(value)).toThrow(message);
});

test("nesting is limited on both sides", () => {
  expect(() => encode(deep)).toThrow("nested deeper than 200 levels");
  expect(() => decode(reference.encode(deep, { maxDepth: 1000 }))).toThrow("nested deeper than 200 levels");
});

test.each<[string, number[]]>([
  ["nothing", []],
  ["trailing bytes", [0xc0, 0xc0]],
  ["a string cut short", [0xa5, 0x61]],
  ["a claimed length of 4 GB of bytes", [0xc6, 0xff, 0xff, 0xff, 0xff]],
  ["a claimed length of 4 G items", [0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0]],
  ["a claimed count of 4 G fields", [0xdf, 0xff, 0xff, 0xff, 0xff, 0xa1, 0x61]],
  ["an extension", [0xd4, 0x01, 0x00]],
  ["the unused tag", [0xc1]],
  ["a number as field name", [0x81, 0x01, 0x01]],
  ["NaN", [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]],
  ["an integer beyond 2^53", [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ["text that is not UTF-8", [0xa1, 0xff]],
  ["an overlong code", [0xa2, 0xc0, 0x80]],
  ["a surrogate in UTF-8", [0xa3, 0xed, 0xa0, 0x80]],
])("decode refuses %s", (_, bytes) => {
  expect(() => decode(new Uint8Array(bytes))).toThrow(/encoded|does not begin|field name/);
});
