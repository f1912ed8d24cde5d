import { describe, expect, test } from "vitest";
import { freelyFrom } from "../../grader/shrink/freely.ts";
import type { Step } from "../../grader/shrink/script.ts";
import type { FailedRun } from "../../grader/shrink/shrink.ts";

/** A run of 100 steps, one each millisecond, in which a leader was asked for after 40 of them and did not come. */
const run: FailedRun = {
  ...{ lab: "lab2", scenario: "lab2a/re-election", seed: 1, signature: "liveness, elects", isAboutTime: true },
  recording: {
    groups: [{ role: "peer", size: 3 }],
    clocks: {},
    steps: Array.from({ length: 100 }, (_, place): Step => ({ do: "timer", peer: place % 3, place })),
    timesUs: Array.from({ length: 100 }, (_, i) => 1_000 * (i + 1)),
    world: { up: [0, 1], unreachable: [], paused: [], isDisturbed: false },
    isTooLong: false,
  },
  failedUs: 30_000_000,
  asked: [{ name: "leader", args: [], needs: [], sinceUs: 40_500 }],
};

describe("scripts of what did not come", () => {
  const ways = [...freelyFrom(run)];
  const asking = ways.filter(({ tail }) => tail.some((step) => step.do === "expect" && step.expect.name === "leader"));
  const untimed = asking.filter(({ steps }) => steps.every((step) => step.do === "timer"));

  test("are all up to where it was asked for, and then up to a while later, as far as the run went", () => {
    expect([...new Set(untimed.map(({ steps }) => steps.length))]).toEqual([40, 48, 72]);
    expect(untimed[0]?.steps).toEqual(run.recording.steps.slice(0, 40));
  });

  test("make the world what it was, and lose what is on its way, or let it arrive", () => {
    const world = [
      { do: "crash", peer: 2 },
      { do: "boot", peer: 0 },
      { do: "boot", peer: 1 },
    ];
    const expected = { do: "expect", expect: { name: "leader", args: [] } };
    for (const { tail, needs } of asking) {
      expect([
        [...world, { do: "lose" }, expected],
        [...world, expected],
      ]).toContainEqual(tail);
      expect(needs).toEqual([]);
    }
  });

  test("end with all that the scenario does", () => {
    expect(ways.at(-1)?.tail.at(-1)).toEqual({ do: "expect", expect: { name: "lab2a/re-election", args: [] } });
  });
});
