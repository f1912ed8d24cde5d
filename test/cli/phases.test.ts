import { expect, test } from "vitest";
import { PhaseClock } from "../../grader/cli/output/phases.ts";
import type { GradingEvent } from "../../grader/run/grade.ts";
import type { GradingResult } from "../../grader/run/result.ts";

/** A clock that is told what happens, one every ten milliseconds. */
function phasesOf(...kinds: GradingEvent["kind"][]) {
  let nowMs = 40.4;
  const clock = new PhaseClock(() => nowMs);
  for (const kind of kinds) {
    nowMs += 10;
    clock.onEvent({ kind } as GradingEvent);
  }
  nowMs += 10;
  return clock.timed({ timing: { wallMs: 1 } } as GradingResult).timing;
}

test("each step is noted when it is through: the first run and the last, and types whenever they are", () => {
  expect(phasesOf("opened", "started", "run", "types", "scenario", "run")).toEqual({
    wallMs: 1,
    phasesMs: { begun: 40, opened: 50, bundled: 60, firstRun: 70, types: 80, lastRun: 100, ended: 110 },
  });
});

test("what was not reached is not there", () => {
  expect(phasesOf("opened")).toEqual({ wallMs: 1, phasesMs: { begun: 40, opened: 50, ended: 60 } });
  expect(phasesOf().phasesMs).toEqual({ begun: 40, ended: 50 });
});
