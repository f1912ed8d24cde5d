import { describe, expect, test } from "vitest";
import type { Property } from "../../grader/check/failure.ts";
import type { ScenarioMeta } from "../../grader/harness/scenario.ts";
import { playAll } from "../../grader/run/grade.ts";
import type { RunResult, ScenarioResult } from "../../grader/run/result.ts";
import { DEFAULT_SAFETY_CAP, NO_CAP, scoreOf } from "../../grader/run/safety-cap.ts";
import { Schedule, type SchedulePlan } from "../../grader/run/schedule.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { FakePlayer, failed, played } from "./fake-player.ts";

const PROPERTIES: readonly Property[] = ["election-safety", "state-machine-safety", "durability"];
const rules = { properties: PROPERTIES, cap: DEFAULT_SAFETY_CAP };

function run(property?: Property): RunResult {
  const verdict = property === undefined ? "passed" : "failed";
  const figures = { seed: 1, virtualMs: 1, rpcs: 1, bytes: 1, traceHash: "", replay: "", timing: { wallMs: 1 } };
  return { ...figures, verdict, ...(property && { property }) };
}

/** A scenario of 5 points; it earns them unless a run failed, or when it passes in spite of that. */
function scenario(id: string, failures: readonly (Property | undefined)[] = [undefined], passes?: boolean) {
  const passed = passes ?? failures.every((property) => property === undefined);
  const verdict = passed ? "passed" : "failed";
  return { id, title: id, points: passed ? 5 : 0, maxPoints: 5, verdict, runs: failures.map(run) } as ScenarioResult;
}

function meta(id: string): ScenarioMeta {
  return { id, title: id, about: "", points: 5, peers: 3 };
}

const stage = (...bad: readonly (readonly (Property | undefined)[])[]) =>
  Array.from({ length: 5 }, (_, i) => scenario(`x/${i}`, bad[i]));

describe("a stage in which safety was violated", () => {
  test.each([
    ["none", [], 25, 25],
    ["one", [["durability"]], 20, 12.5],
    ["two", [["durability"], ["election-safety"]], 15, 7.5],
    ["three", [["durability"], ["election-safety"], ["durability"]], 10, 5],
    ["four", [["durability"], ["durability"], ["durability"], ["durability"]], 5, 5],
    ["none, but for other properties", [["liveness"], ["resource"], ["api"], ["efficiency"]], 5, 5],
  ] as [string, Property[][], number, number][])("%s: its points", (_, bad, rawPoints, points) => {
    expect(scoreOf(stage(...bad), rules)).toMatchObject({ points, rawPoints, maxPoints: 25 });
  });

  test("says so in words, with the properties in the lab's order, and names no scenario", () => {
    const { suites } = scoreOf(stage(["durability"], ["durability", "election-safety"]), rules);
    expect(suites).toEqual([
      {
        id: "x",
        points: 7.5,
        rawPoints: 15,
        maxPoints: 25,
        safetyCap: {
          atMost: 7.5,
          scenarios: 2,
          properties: ["election-safety", "durability"],
          reason:
            "at most 7.5 of 25 points: 2 scenarios of this stage saw a safety violation (election-safety, durability)",
        },
      },
    ]);
  });

  test("is capped by itself: other stages keep what they earned", () => {
    const other = [scenario("y/0"), scenario("y/1")];
    const { suites, points, rawPoints } = scoreOf([...stage(["durability"]), ...other], rules);
    expect(suites.map(({ id, points: left }) => [id, left])).toEqual([
      ["x", 12.5],
      ["y", 10],
    ]);
    expect([points, rawPoints]).toEqual([22.5, 30]);
  });

  test("counts a violating run of a scenario that passes by the share of its runs", () => {
    const lenient = [scenario("x/0", [undefined, "state-machine-safety", undefined], true), scenario("x/1")];
    expect(scoreOf(lenient, rules)).toMatchObject({ points: 5, rawPoints: 10 });
  });

  test("counts a scenario once, however many of its runs violated what", () => {
    expect(scoreOf(stage(["durability", "election-safety", "durability"]), rules).points).toBe(12.5);
  });

  test("keeps what it has when that is less than the cap", () => {
    const bad: Property[] = ["liveness"];
    expect(scoreOf(stage(["durability"], bad, bad, bad), rules)).toMatchObject({ points: 5, rawPoints: 5 });
  });
});

describe("the runs that count", () => {
  /** Plays two scenarios, of which runs 1 and 3 of the first violate safety, by a rule; gives their score. */
  async function play(workers: number, runs: number, passes?: (good: number) => boolean) {
    const [first, second] = [meta("x/0"), meta("x/1")];
    const plan: SchedulePlan = {
      scenarios: [first, second],
      runs,
      baseSeed: 1,
      ...(passes && {
        policyOf: () => ({
          runs,
          rule: {
            moreRuns: () => 0,
            passes: (verdicts) => passes(verdicts.filter((verdict) => verdict === "passed").length),
          },
        }),
      }),
    };
    const failure = { property: "durability", check: "x", expected: "a", seen: "b", cite: "c", timeUs: 1 } as const;
    const unsafe = failed({ failure });
    const bad = [1, 3].map((i) => runSeed(1, first.id, i));
    const player = new FakePlayer(
      ({ seed }) => (bad.includes(seed) ? unsafe : played()),
      // Later runs are done first.
      ({ seed }) => 5 * (4 - [0, 1, 2, 3].findIndex((i) => runSeed(1, first.id, i) === seed)),
    );
    const schedule = new Schedule(plan);
    await playAll({ schedule, player, mapper: { map: () => null, mapStack: () => [] }, workers });
    return scoreOf(schedule.results("undecided"), rules);
  }

  test.each([
    ["all must pass", undefined, 5, 5],
    ["two of four must pass", (good: number) => good >= 2, 5, 10],
    ["half of them must pass", (good: number) => good / 4 >= 0.5, 5, 10],
  ] as const)("are the same with one worker and with two: %s", async (_, passes, points, rawPoints) => {
    const alone = await play(1, 4, passes);
    expect(alone).toMatchObject({ points, rawPoints, suites: [{ safetyCap: { scenarios: 1 } }] });
    expect(await play(2, 4, passes)).toEqual(alone);
    expect(await play(4, 4, passes)).toEqual(alone);
  });
});

describe("what a policy may say", () => {
  test("nothing is capped by an empty list", () => {
    const { points, suites } = scoreOf(stage(["durability"]), { ...rules, cap: [] });
    expect(points).toBe(20);
    expect(suites[0]).not.toHaveProperty("safetyCap");
    expect(scoreOf(stage(["durability"]), NO_CAP).points).toBe(20);
  });

  test("the last fraction holds for more scenarios too, and may be 0", () => {
    expect(scoreOf(stage(["durability"], ["durability"]), { ...rules, cap: [0] }).points).toBe(0);
  });

  test("caps are rounded to hundredths, halves up, and sums have no noise of binary fractions", () => {
    const odd = (id: string, points: number) => ({ ...scenario(id), points, maxPoints: points });
    const unsafe = { ...scenario("x/0", ["durability"]), maxPoints: 0.35 };
    expect(scoreOf([unsafe, odd("x/1", 0.35)], { ...rules, cap: [0.15] }).points).toBe(0.11);
    expect(scoreOf([odd("x/0", 0.1), odd("y/0", 0.2)], rules)).toMatchObject({ points: 0.3, rawPoints: 0.3 });
  });
});
