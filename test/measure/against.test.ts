import { expect, test } from "vitest";
import type { GradingResult } from "../../grader/run/result.ts";
import { compareCheckouts } from "../../scripts/measure/against.ts";
import { medianOf, ratiosOf, spread, turnsOf } from "../../scripts/measure/figures.ts";
import type { MeasuredGrading } from "../../scripts/measure/grading.ts";
import { makeFolder } from "../submission/folder.ts";

test("figures: the median, what it lies between, and ratios pair by pair", () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(3);
  expect(spread([2, 1.234, 3], 2)).toBe("2.00   (1.23 … 3.00)");
  expect(ratiosOf([1, 4], [2, 2])).toEqual([0.5, 2]);
});

test("turns: every one once a round, each round in the opposite order", () => {
  expect(turnsOf(2, 3)).toEqual([
    [0, 1],
    [1, 0],
    [0, 1],
  ]);
});

const built = () => makeFolder({ "dist/cli.js": "" });
const GRADING = ["lab2b", "reference"];

interface Fake {
  readonly wallMs: number;
  /** Of a run of each scenario, the requests that it sends and the time that it takes. Default: one scenario. */
  readonly runs?: Readonly<Record<string, readonly [rpcs: number, wallMs: number]>>;
  readonly hash?: string;
  readonly status?: number;
  readonly cpuMs?: number | null;
}

/** Compares two checkouts that take what `fakes` says, call by call; gives what was printed and who was measured. */
function compare(rounds: number, fakeOf: (isPresent: boolean, call: number) => Fake) {
  const checkouts = [built(), built()] as const;
  const lines: string[] = [];
  const calls: string[] = [];
  const caches = new Map<string, Set<string>>();
  compareCheckouts({
    checkouts,
    rounds,
    gradings: [GRADING],
    print: (line) => lines.push(line),
    measure: (checkout, args, cache): MeasuredGrading => {
      expect(args).toEqual(GRADING);
      const isPresent = checkout === checkouts[0];
      caches.set(checkout, (caches.get(checkout) ?? new Set()).add(cache));
      calls.push(isPresent ? "A" : "B");
      const fake = fakeOf(isPresent, calls.length - 1);
      const { wallMs, hash = "same", status = 0, cpuMs = wallMs * 2, runs = { x: [0, 0] } } = fake;
      const scenarios = Object.entries(runs).map(([id, [rpcs, runMs]]) => {
        const run = { seed: 1, verdict: "passed", traceHash: hash, virtualMs: 1000, rpcs, bytes: 70 };
        return { id, runs: [{ ...run, timing: { wallMs: runMs } }] };
      });
      const result = status < 2 ? ({ points: 1, scenarios } as unknown as GradingResult) : null;
      return { wallMs, cpuMs, status, result, err: "error: no sandbox works here\nmore" };
    },
  });
  return { text: lines.join("\n"), calls: calls.join(""), caches: [...caches.values()] };
}

test("two checkouts are measured in turns after one grading each that does not count, each with a cache of its own", () => {
  const { text, calls, caches } = compare(3, (isPresent, call) => ({
    wallMs: call < 2 ? 99_000 : isPresent ? 500 : ([1000, 2000, 1000][Math.floor((call - 2) / 2)] as number),
  }));
  expect(calls).toBe("AB" + "ABBAAB");
  expect(text).toMatch(/wall +0\.50 +\(0\.25 … 0\.50\) +0\.50 against 1\.00 s/);
  expect(text).toMatch(/CPU +0\.50 +\(0\.25 … 0\.50\) +1\.00 against 2\.00 s/);
  expect(text).not.toContain("do not come to the same");
  expect(caches.map((used) => used.size)).toEqual([1, 1]);
  expect(new Set(caches.flatMap((used) => [...used])).size).toBe(2);
});

test("it is said when one of them comes to something else", () => {
  const { text } = compare(2, (isPresent) => ({ wallMs: 1000, hash: isPresent ? "this" : "that" }));
  expect(text).toContain("they do not come to the same");
});

test("where runs differ, those of scenarios that are alike in both are compared by themselves", () => {
  const present: Fake["runs"] = { same: [100, 300], near: [105, 200], grown: [150, 900], further: [9, 50] };
  const other: Fake["runs"] = { same: [100, 500], near: [100, 500], grown: [100, 700] };
  const { text } = compare(3, (isPresent) => ({
    wallMs: 1000,
    hash: isPresent ? "this" : "that",
    runs: isPresent ? present : other,
  }));
  expect(text).toContain("runs of 2 of 4 scenarios, alike in both");
  expect(text).toMatch(/alike in both.*\n +wall +0\.50 +\(0\.50 … 0\.50\) +0\.50 against 1\.00 s/);
});

test("nothing is said of scenarios that are alike where all runs are the same, or none are", () => {
  expect(compare(1, () => ({ wallMs: 1000 })).text).not.toContain("alike");
  const grown = compare(1, (isPresent) => ({
    wallMs: 1000,
    hash: `${isPresent}`,
    runs: { x: [isPresent ? 2 : 1, 9] },
  }));
  expect(grown.text).not.toContain("alike");
});

test("what cannot be graded is not measured, and the reason is told", () => {
  const { text, calls } = compare(3, (isPresent) => ({ wallMs: 10, status: isPresent ? 0 : 2 }));
  expect(calls).toBe("AB");
  expect(text).toContain("not measured: error: no sandbox works here");
  expect(text).not.toContain("wall  ");
});

test("CPU time is left out where the system does not tell it", () => {
  expect(compare(1, () => ({ wallMs: 1000, cpuMs: null })).text).not.toContain("  CPU ");
});

test("a checkout that is not built is refused before anything is measured", () => {
  const options = { rounds: 1, gradings: [GRADING], print: () => {}, measure: () => expect.unreachable() };
  expect(() => compareCheckouts({ checkouts: [built(), makeFolder({})], ...options })).toThrow(
    /is not built: npm ci there$/,
  );
});
