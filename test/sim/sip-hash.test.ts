import { expect, it } from "vitest";
import { sipHash } from "../../grader/sim/sip-hash.ts";

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);

/** The definition, word for word, on integers of any size. */
function slowly(key: Uint8Array, bytes: Uint8Array): bigint {
  const word = (from: Uint8Array) => from.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const add = (a: bigint, b: bigint) => BigInt.asUintN(64, a + b);
  const turn = (a: bigint, by: bigint) => BigInt.asUintN(64, (a << by) | (a >> (64n - by)));
  const [k0, k1] = [word(key.subarray(0, 8)), word(key.subarray(8))];
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      a = add(a, b);
      c = add(c, d);
      b = turn(b, 13n) ^ a;
      d = turn(d, 16n) ^ c;
      a = turn(a, 32n);
      c = add(c, b);
      a = add(a, d);
      b = turn(b, 17n) ^ c;
      d = turn(d, 21n) ^ a;
      c = turn(c, 32n);
    }
  };
  const padded = new Uint8Array(8 * (Math.floor(bytes.length / 8) + 1));
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length;
  for (let at = 0; at < padded.length; at += 8) {
    const block = word(padded.subarray(at, at + 8));
    d ^= block;
    rounds(2);
    a ^= block;
  }
  c ^= 0xffn;
  rounds(4);
  return a ^ b ^ c ^ d;
}

it("is SipHash-2-4 of a text's UTF-16 units, whatever its length", () => {
  // The example of the paper's appendix, which has an odd length, tells that the definition above is the right one.
  expect(slowly(KEY, KEY.subarray(0, 15))).toBe(0xa129ca6149be45e5n);
  const hash = sipHash(KEY);
  for (let length = 0; length < 150; length++) {
    const units = Array.from({ length }, (_, i) => (i % 5 === 0 ? 0xd800 + 37 * i : 32 + ((i * 7) % 200)));
    const bytes = Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
    const { high, low } = hash(String.fromCharCode(...units));
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(slowly(KEY, bytes));
  }
});

it("needs its key", () => {
  const other = Uint8Array.from(KEY);
  other[15] = 14;
  expect({ ...sipHash(other)("a") }).not.toEqual({ ...sipHash(KEY)("a") });
});
