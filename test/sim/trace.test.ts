import { describe, expect, it } from "vitest";
import { TRACE_KINDS, Trace } from "../../grader/sim/trace.ts";

type Fields = Parameters<Trace["add"]>;
const RECORD: Fields = [1_000, "call", 1, 2, 3, "ask", Uint8Array.from([1, 2, 3])];
const BUFFER_BYTES = 1 << 16;

function digestOf(...records: Fields[]): string {
  const trace = new Trace();
  for (const record of records) trace.add(...record);
  return trace.digest();
}

/** The record with another field. */
const changed = (at: number, value: unknown): Fields => RECORD.map((field, i) => (i === at ? value : field)) as Fields;

describe("the hash of a trace", () => {
  it("is the same for the same records, kept or not", () => {
    const kept = new Trace(true);
    kept.add(...RECORD);
    expect(kept.digest()).toBe(digestOf(RECORD));
    expect(kept.records).toEqual([
      { timeUs: 1_000, kind: "call", peer: 1, other: 2, id: 3, text: "ask", bytes: Uint8Array.from([1, 2, 3]) },
    ]);
  });

  it.each([
    ["time", 0, 1_001],
    ["peer", 2, 0],
    ["other peer", 3, -1],
    ["id", 4, 4],
    ["text", 5, "asl"],
    ["length of the text", 5, "ask\u0001"],
    ["data", 6, Uint8Array.from([1, 2, 4])],
    ["length of the data", 6, Uint8Array.from([1, 2, 3, 0])],
    ["absence of data", 6, null],
  ])("is another one for another %s", (_, at, value) => {
    expect(digestOf(changed(at, value))).not.toBe(digestOf(RECORD));
  });

  it("is another one for each kind, and for another order", () => {
    expect(new Set(TRACE_KINDS.map((kind) => digestOf(changed(1, kind)))).size).toBe(TRACE_KINDS.length);
    const other = changed(0, 2_000);
    expect(digestOf(RECORD, other)).not.toBe(digestOf(other, RECORD));
    expect(digestOf(changed(6, null))).not.toBe(digestOf(changed(6, new Uint8Array(0))));
  });

  it.each([10, BUFFER_BYTES - 40, BUFFER_BYTES, BUFFER_BYTES + 1, 3 * BUFFER_BYTES])(
    "covers %i bytes of data or text to the last",
    (length) => {
      const data = new Uint8Array(length);
      const other = data.slice();
      other[length - 1] = 1;
      expect(digestOf(changed(6, other))).not.toBe(digestOf(changed(6, data)));
      expect(digestOf(changed(5, `${"x".repeat(length)}y`))).not.toBe(digestOf(changed(5, `${"x".repeat(length)}z`)));
      expect(digestOf(RECORD, changed(6, other), RECORD)).not.toBe(digestOf(RECORD, changed(6, data), RECORD));
    },
  );
});
