import { describe, expect, test } from "vitest";
import { fieldsOf, ITEMS_MAX, PullReader, TooManyItems } from "../../labs/api/codec/pull-reader.ts";
import { decode, encode } from "../../labs/api/codec.ts";

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  ...[0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1],
  ...[-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53) + 1, -0, 0.5, 1e300],
  ...["", "x", 'quoted "and" \\ so on \n', "é€😀".repeat(2_000), "x".repeat(70_000)],
  ...[0, 1, 300, 70_000].map((size) => new Uint8Array(size).fill(7)),
  [],
  {},
  [1, [2, [3, {}]], "x"],
  { a: 1, b: { c: [null, { d: new Uint8Array(3) }] }, "": "" },
  Array.from({ length: 70_000 }, (_, i) => i % 5),
  Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`name ${i}`, i])),
];

/** Whether the reader comes to the end of a value and no further. */
function isWhole(bytes: Uint8Array): boolean {
  try {
    const reader = new PullReader(bytes);
    reader.skip();
    return reader.isAtEnd;
  } catch {
    return false;
  }
}

function isDecoded(bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < levels; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

describe("a pull reader goes through what the decoder reads, and refuses what it refuses:", () => {
  test("every kind of value, whole and cut short", () => {
    for (const value of VALUES) {
      const bytes = encode(value);
      expect(isWhole(bytes)).toBe(true);
      expect(isWhole(bytes.subarray(0, bytes.length - 1))).toBe(false);
      expect(isWhole(Uint8Array.from([...bytes.subarray(0, 100), 0xc1]))).toBe(false);
    }
  });

  test("as deep as values may be nested, and no deeper", () => {
    expect(isWhole(encode(nested(200)))).toBe(true);
    const deeper = Uint8Array.from([...new Array<number>(200).fill(0x91), 0x90]);
    expect([isWhole(deeper.subarray(1)), isWhole(deeper)]).toEqual([true, false]);
    expect([isDecoded(deeper.subarray(1)), isDecoded(deeper)]).toEqual([true, false]);
  });

  test("random damage, with the same judgement but for texts", () => {
    const whole = encode({ term: 300, list: [1.5, -70_000, { ok: true }, null], bytes: new Uint8Array(40), x: "y" });
    let state = 1;
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = whole.slice();
      for (let hits = 0; hits < 2; hits++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        bytes[(state >>> 8) % bytes.length] = state & 255;
      }
      // The decoder also looks whether texts are UTF-8.
      if (isDecoded(bytes)) expect(isWhole(bytes)).toBe(true);
      if (!isWhole(bytes)) refused++;
      if (!isWhole(bytes)) expect(isDecoded(bytes)).toBe(false);
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe("fields of an object", () => {
  const fields = (value: unknown, ...names: string[]) => {
    const bytes = encode(value);
    return fieldsOf(bytes, names)?.map((at) => at && decode(bytes.subarray(at.start, at.end)));
  };

  test("are found by their names, in any order, among others", () => {
    const value = { junk: nested(50), b: [1, { b: 2 }], ab: 3, a: "x", "": 4 };
    expect(fields(value, "a", "b", "")).toEqual(["x", [1, { b: 2 }], 4]);
    expect(fields(value, "nothing", "a")).toEqual([undefined, "x"]);
    expect(fields({}, "a")).toEqual([]);
  });

  test("are none in what is no object", () => {
    for (const value of [null, 1, "a", [{ a: 1 }], new Uint8Array(9)]) expect(fields(value, "a")).toBe(undefined);
    for (const bytes of [[], [0xc1], [0x81, 1, 2], [0x80, 0], [0x91, 0x81], [0x81, 0xa1, 0x61]]) {
      expect(() => fieldsOf(Uint8Array.from(bytes), ["a"])).toThrow();
    }
  });

  test("of a value with far too many items are not looked for", () => {
    const items = (count: number) => encode({ junk: new Array(count).fill(0), a: 1 });
    expect(fieldsOf(items(ITEMS_MAX - 10), ["a"])?.length).toBe(1);
    expect(() => fieldsOf(items(ITEMS_MAX), ["a"])).toThrow(TooManyItems);
    const names = encode(Object.fromEntries(Array.from({ length: ITEMS_MAX / 2 }, (_, i) => [`${i}`, 0])));
    expect(() => fieldsOf(names, ["a"])).toThrow(TooManyItems);
  });
});
