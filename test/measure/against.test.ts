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
      const { wallMs, hash = "same", status = 0, cpuMs = wallMs * 2 } = fakeOf(isPresent, calls.length - 1);
      const runs = [{ seed: 1, verdict: "passed", traceHash: hash }];
      const result = status < 2 ? ({ points: 1, scenarios: [{ id: "x", runs }] } as unknown as GradingResult) : null;
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
