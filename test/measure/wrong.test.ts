import { expect, test } from "vitest";
import type { GradingResult } from "../../grader/run/result.ts";
import type { MeasuredGrading } from "../../scripts/measure/grading.ts";
import { measureWrong, type WrongOptions } from "../../scripts/measure/wrong.ts";

interface Fake {
  readonly cpuMs: number;
  readonly verdict?: string;
  readonly hash?: string;
  readonly boundary?: string;
  readonly isGraded?: boolean;
}

const CHECKOUT = { checkout: "/here", args: ["--runs", "1"] };
const OTHER = { checkout: "/there", args: [] };

/** Measures what takes as long as `fakeOf` says; gives what was printed, who was graded, and what it came to. */
function figuresOf(fakeOf: (folder: string, checkout: string) => Fake, more: Partial<WrongOptions> = {}) {
  const lines: string[] = [];
  const calls: string[] = [];
  const nodes: string[] = [];
  const isFine = measureWrong({
    lab: "lab2",
    reference: "reference",
    submissions: ["one", "two"].map((id) => ({ id, folder: id })),
    way: CHECKOUT,
    most: 5,
    caches: "caches",
    print: (line) => lines.push(line),
    measure: (checkout, args, _caches, node = "this"): MeasuredGrading => {
      calls.push([checkout, ...args].join(" "));
      nodes.push(node);
      const fake = fakeOf(args[1] as string, checkout);
      const { cpuMs, verdict = "failed", hash = "same", boundary = "none", isGraded = true } = fake;
      const run = { verdict, traceHash: hash, timing: { wallMs: cpuMs }, virtualMs: 1, rpcs: 1, replay: "x/y@3" };
      const result = { boundary, timing: { cpuMs }, scenarios: [{ id: "x/y", runs: [run] }] };
      return {
        wallMs: cpuMs,
        cpuMs,
        status: 1,
        result: isGraded ? (result as unknown as GradingResult) : null,
        err: "error: it does not load\nmore",
      };
    },
    ...more,
  });
  return { text: lines.join("\n"), calls, nodes, isFine };
}

const isReference = (folder: string) => folder === "reference";

test("each is graded once, and told beside the reference, whose first grading does not count", () => {
  let gradings = 0;
  const { text, calls, isFine } = figuresOf((folder) => ({
    cpuMs: isReference(folder) ? (gradings++ === 0 ? 90_000 : 2_000) : folder === "one" ? 3_000 : 9_000,
  }));
  expect(calls.slice(3)).toEqual(["reference", "one", "two"].map((folder) => `/here lab2 ${folder} --runs 1`));
  expect(text).toContain("the reference: 2.0 s of CPU time");
  expect(text).toMatch(/^one: 3\.0 s of CPU time, 1\.5 × the reference.* bad runs: 1, longest x\/y@3: failed/m);
  expect(text).toContain("2 submissions: 12.0 s of CPU time; the slowest:\n  two: 9.0 s");
  expect(text).toContain("ended by no limit: none");
  expect(isFine).toBe(true);
});

test("one that takes too long is named, unless a limit ended it", () => {
  const taking = (verdict: string) => (folder: string) => ({ cpuMs: folder === "two" ? 11_000 : 2_000, verdict });
  const { text, isFine } = figuresOf(taking("failed"));
  expect(text).toContain("slower than 5 × the reference, and ended by no limit: two");
  expect(isFine).toBe(false);
  expect(figuresOf(taking("hung"))).toMatchObject({ isFine: true, text: expect.stringContaining("no limit: none") });
});

test("with another way to grade it is done in turns, and what comes out differently is named", () => {
  const { text, calls, isFine } = figuresOf(
    (folder, checkout) => ({
      cpuMs: checkout === "/there" ? 4_000 : 2_000,
      hash: folder === "two" ? checkout : "same",
      boundary: checkout,
    }),
    { other: OTHER },
  );
  expect(calls.slice(4).map((call) => call.replace(" lab2", "").replace(" --runs 1", ""))).toEqual([
    "/here one",
    "/there one",
    "/there two",
    "/here two",
  ]);
  expect(text).toMatch(/^one: 2\.0 s .*\(the other: 4\.0 s, 2\.0 × the reference\).*$/m);
  expect(text).not.toMatch(/^one: .*DIFFERENTLY/m);
  expect(text).toMatch(/^two: .*COMES OUT DIFFERENTLY/m);
  expect(text).toContain("come out differently: two");
  expect(isFine).toBe(false);
});

test("how far a run had come when a limit ended it is no difference", () => {
  const ended = (verdict: string) => (_: string, checkout: string) => ({ cpuMs: 1, verdict, hash: checkout });
  expect(figuresOf(ended("hung"), { other: OTHER })).toMatchObject({
    isFine: true,
    text: expect.stringContaining("come out differently: none"),
  });
  expect(figuresOf(ended("failed"), { other: OTHER }).text).toContain("come out differently: one, two");
});

test("one that cannot be graded is no success", () => {
  const { text, isFine } = figuresOf((folder) => ({ cpuMs: 1, isGraded: folder !== "one" }));
  expect(text).toContain("one: not graded: error: it does not load");
  expect(isFine).toBe(false);
});

test("the other way may be another Node with the same checkout and options", () => {
  const { nodes } = figuresOf(() => ({ cpuMs: 1 }), { other: { ...CHECKOUT, node: "/other/node" } });
  expect(nodes.slice(4)).toEqual(["this", "/other/node", "/other/node", "this"]);
});
