import { describe, expect, it } from "vitest";
import { TreeParts, treeOf } from "../../grader/page/tree.ts";
import { TREE } from "../../grader/page/types.ts";
import { Run } from "../../grader/page/viewer/model/run.ts";
import { fieldOf, lineOf, partsOf } from "../../grader/page/viewer/model/trees.ts";
import { APPLIES } from "../../grader/text/upcall-words.ts";
import { encode } from "../../labs/api/codec.ts";

const LIMITS = { nodes: 100, items: 6, chars: 20 };

/** How a value is told, by what the page reads of it. */
function shown(value: unknown, limits = LIMITS): string {
  const parts = new TreeParts();
  const tree = treeOf(value instanceof Uint8Array ? value : encode(value), limits, parts);
  return lineOf(runWith(parts), tree, 500);
}

const runWith = ({ shapes }: TreeParts) =>
  new Run({
    ...{
      names: [],
      entries: { place: "index", content: "command", title: "Logs" },
      upcall: APPLIES,
      operations: [],
      kinds: [],
      columns: [],
      texts: [],
      values: [],
      sizes: [],
      gaps: [],
      marks: [],
      left: [],
      shapes,
    },
    events: { timeUs: [], kind: [], peer: [], other: [], call: [], id: [], text: [], value: [] },
  });

describe("values", () => {
  it.each([
    [null, "null"],
    [-3.5, "-3.5"],
    ['a "b"', '"a \\"b\\""'],
    [{ term: 3, ok: true, log: [{ t: 1 }, []] }, "{ term: 3, ok: true, log: [{ t: 1 }, []] }"],
    [{ ["__proto__"]: 1 }, "{ __proto__: 1 }"],
    [{ data: Uint8Array.from([1, 2, 255]) }, "{ data: 3 bytes: 0102ff }"],
    [{ data: new TextEncoder().encode("plain") }, "{ data: 5 bytes: plain }"],
    [{ log: [encode({ term: 1 })] }, "{ log: [{ term: 1 }] }"],
  ])("%j is told as it would be written", (value, text) => expect(shown(value)).toBe(text));

  it("of long lists the first and the last items are told, with their places", () => {
    const parts = new TreeParts();
    const tree = treeOf(encode(Array.from({ length: 50 }, (_, i) => i)), LIMITS, parts);
    const told = partsOf(runWith(parts), tree);
    expect(told).toMatchObject({ kind: "list", more: "44 items from 2 on are left out" });
    expect(told.kind === "leaf" ? [] : told.items.map(([name]) => name)).toEqual(["0", "1", "46", "47", "48", "49"]);
    expect(parts.isCut).toBe(true);
  });

  it("of long texts the beginning, and how long they are", () =>
    expect(shown("x".repeat(1_000))).toBe(`"${"x".repeat(20)}"… (1000 bytes)`));

  it("what is too deep, or too much, is told by its size", () => {
    let deep: unknown = [1, 2];
    for (let i = 0; i < 60; i++) deep = [deep];
    expect(shown(deep)).toMatch(/^\[+\(a list of 1\)\]+$/);
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`f${i}`, i]));
    expect(shown(fields, { ...LIMITS, nodes: 20 })).toMatch(/^\{ f0: 0, .*… \}$/);
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i]));
    expect(shown(many)).toMatch(/^\(an object of 100000, \d+ bytes\)$/);
  });

  it("bytes that are no encoded value are shown as bytes", () => {
    expect(shown(Uint8Array.from([0xc1, 0, 1]))).toBe("3 bytes: c10001");
    expect(shown(encode({ a: 1 }).subarray(0, 2))).toMatch(/^2 bytes: /);
    // Blank padding is no text, whatever its bytes would be; breaks of lines in texts are told, and break none.
    expect(shown({ data: new Uint8Array(400).fill(10) })).toBe(`{ data: 400 bytes: ${"0a".repeat(16)}… }`);
    expect(shown({ data: new TextEncoder().encode("one\ntwo") })).toBe("{ data: 7 bytes: one\\ntwo }");
    expect(shown(new Uint8Array(50_000_000))).toBe(`50000000 bytes: ${"00".repeat(16)}…`);
  });

  it("fields are found by name, in what was encoded twice too", () => {
    const parts = new TreeParts();
    const tree = treeOf(encode([encode({ term: 7 })]), LIMITS, parts);
    const inner = (tree as readonly unknown[])[1] as readonly [number, ...unknown[]];
    expect(inner[0]).toBe(TREE.encoded);
    expect(fieldOf(runWith(parts), inner, "term")).toBe(7);
    expect(fieldOf(runWith(parts), inner, "other")).toBeUndefined();
  });
});
