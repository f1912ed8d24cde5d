import { SourceMap } from "node:module";
import { expect, it } from "vitest";
import { Mappings } from "../../grader/submission/mappings.ts";
import { tooMuchCpu } from "../cpu.ts";
import { collectGarbage } from "../memory.ts";
import { load, makeFolder } from "./folder.ts";

const SOURCES = ["a.ts", "b.ts", "c.ts"];

/** What Node's own reader says, in the words of ours. */
function nodes(mappings: string, sources: string[]) {
  const map = new SourceMap({
    version: 3,
    file: "x",
    sources,
    sourcesContent: [],
    names: ["x"],
    mappings,
    sourceRoot: "",
  });
  return (line: number, column: number) => {
    const entry = map.findEntry(line, column);
    if (!("originalSource" in entry) || entry.originalSource === undefined) return null;
    return { source: sources.indexOf(entry.originalSource), line: entry.originalLine, column: entry.originalColumn };
  };
}

it.each([
  ["nothing", ""],
  ["one segment, away from the beginning", ";;EAAA"],
  ["several in a line, and lines without any", "AAAA,CAAC,IAIG;;;EAFF,GAAD;"],
  ["other sources, forwards and backwards", "AAAA,CCAA;ADAC,CEEC"],
  ["names", "AAAAA,EAAEC,CADDD"],
  ["what comes from nowhere", "AAAA,E,EAAC;E;AAAA"],
  ["great differences", "gggBAAgggBgggB,CAAhggBhggB"],
])("finds what Node finds: %s", (_, text) => {
  const [ours, theirs] = [new Mappings(text), nodes(text, SOURCES)];
  for (let line = 0; line < 6; line++) {
    for (let column = 0; column < 40; column++) expect(ours.find(line, column)).toEqual(theirs(line, column));
    expect(ours.find(line, 1e9)).toEqual(theirs(line, 1e9));
  }
});

it("passes over marks without anything between them, which Node takes for a segment", () => {
  const [loose, tight] = [new Mappings(",,AAAA,,CAAC,;,"), new Mappings("AAAA,CAAC")];
  for (let column = 0; column < 3; column++) expect(loose.find(0, column)).toEqual(tight.find(0, column));
});

it("finds what Node finds, everywhere in a bundle", async () => {
  const files = {
    "raft.ts": 'import { f } from "./f.ts";\nexport class Raft {\n  x = () => f([1, { a: 1 }], this.x);\n}\n',
    "f.ts": "export const f = (...args: unknown[]) => args.map((arg) => String(arg));\n",
  };
  const { code, sourceMap } = await load(makeFolder(files));
  const { mappings, sources } = JSON.parse(sourceMap) as { mappings: string; sources: string[] };
  const [ours, theirs] = [new Mappings(mappings), nodes(mappings, sources)];
  const lines = code.split("\n");
  expect(lines.length).toBeGreaterThan(10);
  for (const [line, text] of lines.entries()) {
    for (let column = 0; column <= text.length; column++) {
      expect(ours.find(line, column)).toEqual(theirs(line, column));
    }
  }
});

it("keeps a million places small, and finds each of them at once", () => {
  const text = "AAAA".concat(",IAAI".repeat(499_999), ";AAAA", ",IAAI".repeat(499_999));
  const held = () => {
    // What is joined of pieces takes another form when it is read first.
    text.charCodeAt(0);
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  const mappings = new Mappings(text);
  expect(held() - before).toBeLessThan(24e6);
  const walk = () => {
    for (let at = 0; at < 500_000; at++) mappings.find(1, 4 * at + 1);
  };
  expect(mappings.find(1, 4 * 499_999 + 1)).toMatchObject({ column: 8 * 499_999 });
  expect(tooMuchCpu(walk, 1_000)).toBeNull();
});

it("knows no place of a map of more than there can be", () => {
  expect(new Mappings("AAAA".concat(",".repeat(4_000_000))).find(0, 0)).toBeNull();
});
