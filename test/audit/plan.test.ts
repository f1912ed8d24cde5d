import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { planAudits } from "../../grader/audit/plan.ts";

const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test.each([
  [3, 5],
  [7, 5],
  [5, 5],
  [4, 1],
])("%i peers over %i runs: each is audited once, and no run has many more than another", (peers, runs) => {
  const plan = planAudits(
    "each-peer",
    upTo(runs).map(() => peers),
    randomInt,
  );
  expect(plan).toHaveLength(runs);
  expect(sorted(plan.flat())).toEqual(upTo(peers));
  for (const audited of plan) expect(audited.length).toBeLessThanOrEqual(Math.ceil(peers / runs));
});

test("where clusters differ in size, a peer is audited in a run that has it", () => {
  for (let i = 0; i < 100; i++) {
    const sizes = [3, 7, 2, 5, 4];
    const plan = planAudits("each-peer", sizes, randomInt);
    expect(sorted(plan.flat())).toEqual(upTo(7));
    for (const [run, audited] of plan.entries()) for (const peer of audited) expect(peer).toBeLessThan(sizes[run] ?? 0);
  }
});

test("for a close look every run has all, and without audits none has any", () => {
  expect(planAudits("every-run", [3, 2], randomInt)).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
  expect(planAudits("none", [3, 2], randomInt)).toEqual([[], []]);
});

test.each([
  ["each-peer", 0.75],
  ["every-run", 0],
  ["none", 1],
] as const)(
  "%s: a peer that breaks the rules in one of four runs is missed by %f of the gradings",
  (extent, missed) => {
    // The grader draws these; here every draw comes equally often.
    let turn = 0;
    const below = (count: number) => Math.floor(((turn++ * 0.6180339887) % 1) * count);
    for (const size of [3, 5, 7]) {
      let misses = 0;
      for (let grading = 0; grading < 2_000; grading++) {
        const [peer, run] = [grading % size, grading % 4];
        if (!planAudits(extent, [size, size, size, size], below)[run]?.includes(peer)) misses++;
      }
      expect(misses / 2_000).toBeCloseTo(missed, 1);
    }
  },
);

test("every peer may be audited in every run", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    for (const [run, audited] of planAudits("each-peer", [3, 3, 3, 3, 3], randomInt).entries())
      for (const peer of audited) seen.add(`${peer} in ${run}`);
  }
  expect(seen.size).toBe(15);
});
