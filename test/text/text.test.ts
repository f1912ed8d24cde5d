import { describe, expect, test } from "vitest";
import { typeProblemLines } from "../../grader/report/grading-report.ts";
import { toJson } from "../../grader/report/json.ts";
import { makeStyle } from "../../grader/report/style.ts";
import type { GradingResult } from "../../grader/run/result.ts";
import { parseProblems } from "../../grader/submission/type-check.ts";
import { cutText } from "../../grader/text/cut.ts";
import { beginningOf, dataText } from "../../grader/text/data-text.ts";
import { escapedJson, oneLine, printable } from "../../grader/text/printable.ts";
import { decode, encode } from "../../labs/api/codec.ts";

describe("cutting", () => {
  test("says how long the text was, and stays within its limit", () => {
    expect(cutText("a".repeat(100), 100)).toBe("a".repeat(100));
    const cut = cutText("a".repeat(101), 100);
    expect(cut).toMatch(/^a+… \(cut off: 101 characters\)$/);
    expect(cut).toHaveLength(100);
  });

  test("leaves no half of a letter", () => {
    for (const limit of [60, 61]) expect(cutText("😀".repeat(100), limit)).not.toMatch(/\p{Cs}/u);
  });
});

describe("a long text is shown as a short one is", () => {
  const LONG = 65_536;

  test("a letter of two halves that only steers is one, wherever it stands", () => {
    for (const before of [LONG - 2, LONG - 1, LONG, 2 * LONG]) {
      const text = `${"a".repeat(before)}\u{e0001}b\u009b\u009b`;
      expect(printable(text).slice(before)).toBe("\ufffdb\ufffd\ufffd");
      expect(escapedJson(text).slice(before + 1)).toBe('\\udb40\\udc01b\\u009b\\u009b"');
    }
  });

  test("blanks become one, wherever they stand", () => {
    for (const before of [LONG - 2, LONG - 1, LONG]) {
      expect(oneLine(`${"a".repeat(before)} \n\t b `).slice(before)).toBe(" b");
    }
  });
});

describe("what joins letters, or keeps them apart", () => {
  test.each([
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
    "\u0d28\u0d4d\u200d\u0d31\u0d46",
    "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}",
    "\u{1f469}\u{1f3fd}\u200d\u{1f4bb}",
  ])("stays in a name: %s", (name) => {
    expect(printable(name)).toBe(name);
    expect(oneLine(` ${name} `)).toBe(name);
  });

  test.each(["\u200c", "a\u200d", "\u200da", "a\u200d\u200db", "a\u200c b", "=\u200d1", "a\u200bb", "a\u2060b"])(
    "is replaced where it joins nothing: %j",
    (text) => {
      expect(printable(text)).not.toMatch(/\p{Cf}/u);
    },
  );
});

describe("data as text", () => {
  const VALUES = [
    null,
    [1, -1, -33, 200, 70_000, 2 ** 40, -(2 ** 40), 1.5, true, false],
    { a: [], b: {}, "c\n": 'd\u0000"é😀'.repeat(2_000), e: { f: [null, "x".repeat(40)] } },
    "",
    [[[["deep"]]], { x: { y: [1, { z: 2 }] } }],
  ];

  test.each(VALUES.map((value) => [value]))("is what JSON.stringify gives: %j", (value) => {
    expect([...dataText(encode(value))].join("")).toBe(JSON.stringify(value));
  });

  test("bytes are named, not spelled out", () => {
    expect([...dataText(encode({ a: new Uint8Array(5) }))].join("")).toBe('{"a":"5 bytes"}');
  });

  test("is refused where decoding refuses, once it comes there", () => {
    for (const bytes of [[], [0xc1], [0x92, 1], [0x81, 1, 1], [0xa2, 0xff, 0xff], [1, 1], Array(300).fill(0x91)]) {
      expect(() => decode(Uint8Array.from(bytes)), `decode ${bytes}`).toThrow();
      expect(() => [...dataText(Uint8Array.from(bytes))], `dataText ${bytes}`).toThrow();
    }
  });

  test("of 16 MB of lists in lists no more is read than is shown", () => {
    const lists = new Uint8Array(16_000_005).fill(0x90);
    lists.set([0xdd, 0x00, 0xf4, 0x24, 0x00]);
    const before = process.memoryUsage().heapUsed;
    expect(beginningOf(dataText(lists), 20)).toBe("[[],[],[],[],[],[],…");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  });
});

describe("names of files that steer a terminal", () => {
  const file = "a\u009b2J\u001b[31m\u0085.ts";
  const problems = parseProblems(`${file}(1,2): error TS1: no\u009b\n  more\n`);

  test("are data in a result", () => {
    expect(problems).toEqual([{ file, line: 1, column: 2, code: "TS1", message: "no\u009b\n  more" }]);
  });

  test("are shown without it, and escaped in JSON, which reads back the same", () => {
    const shown = typeProblemLines(problems, makeStyle(false)).join("\n");
    expect(shown).toMatch(/a\ufffd2J\ufffd\[31m\ufffd?\.ts:1:2 {2}no\ufffd TS1/);
    const result = { typeProblems: problems, scenarios: [] } as unknown as GradingResult;
    const json = toJson(result);
    expect(json.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(json).toContain("\\u009b");
    expect(JSON.parse(json)).toEqual(result);
  });

  test("a name that looks like a place is taken as far as the first place", () => {
    expect(
      parseProblems("(1,1): error TS1: a\nb(c(1,2): error TS2: d\n x(1).ts(3,4): error TS5: (6,7): error TS8: e"),
    ).toEqual([
      { file: "b(c", line: 1, column: 2, code: "TS2", message: "d" },
      { file: " x(1).ts", line: 3, column: 4, code: "TS5", message: "(6,7): error TS8: e" },
    ]);
  });
});
