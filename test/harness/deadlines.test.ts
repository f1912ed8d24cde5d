import { describe, expect, test } from "vitest";
import { GivenUp } from "../../grader/harness/expectations.ts";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { type PlayOptions, playScenario } from "../../grader/harness/run-scenario.ts";
import { fakeLog, type Quirks } from "./fake-log.ts";
import { logScenario } from "./log-scenario.ts";

function play(run: (c: LogCluster) => void, quirks: Quirks = {}, options: PlayOptions = {}) {
  return playScenario(logScenario({ run }), 1, fakeLog(quirks), options);
}

test("a wait ends at its microsecond, though milliseconds are rounded", () => {
  play((c) => {
    for (let i = 0; i < 2_000; i++) {
      c.sleep(0.137);
      const fromMs = c.nowMs();
      expect(c.until(700.7, () => false, 333.3)).toBe(false);
      expect(c.nowMs() - fromMs).toBeCloseTo(700.7, 6);
    }
  });
});

test("a start() that always names an index that is taken does not stop the clock", () => {
  const started = (_: unknown, index: number) => (index === 1 ? undefined : { index: 1, term: 0, isLeader: true });
  const { failure, virtualMs } = play(
    (c) => {
      c.one("first", 1);
      c.one("second", 1, { withinMs: 1_000 });
    },
    { started },
  );
  expect(failure?.property).toBe("liveness");
  expect(virtualMs).toBeGreaterThanOrEqual(1_000);
});

describe("somebody without patience", () => {
  /** When it gives up; undefined if it does not. */
  const givesUpAtMs = (run: (c: LogCluster) => void, isImpatient = true): number | undefined => {
    let atMs: number | undefined;
    try {
      play(
        (c) => {
          try {
            run(c);
          } catch (error) {
            if (error instanceof GivenUp) atMs = c.nowMs();
            throw error;
          }
        },
        {},
        { isImpatient },
      );
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    }
    return atMs;
  };
  const waitingFor = (withinMs: number, lastsMs: number) => (c: LogCluster) => {
    c.sleep(20_000);
    judged(c, withinMs, () => c.until(lastsMs, () => false));
    c.sleep(60_000);
  };
  const judged = (c: LogCluster, withinMs: number, judge: () => void) =>
    (c as unknown as { judging(expect: object, judge: () => void): void }).judging({ is: "test", withinMs }, judge);

  test("gives up after a quarter of what may be waited for, and not before 10 s", () => {
    expect(givesUpAtMs(waitingFor(60_000, 40_000))).toBeCloseTo(35_020, -2);
    expect(givesUpAtMs(waitingFor(12_000, 12_000))).toBeCloseTo(30_020, -2);
  });

  test("waits for what comes before, sleeps as long as anybody, and gives up nothing when it has patience", () => {
    expect(givesUpAtMs(waitingFor(60_000, 14_900))).toBeUndefined();
    expect(givesUpAtMs(waitingFor(60_000, 40_000), false)).toBeUndefined();
  });

  test("has no more of it for a part than for the whole", () => {
    const parts = (c: LogCluster) =>
      judged(c, 48_000, () => {
        for (let i = 0; i < 10; i++) judged(c, 30_000, () => c.until(4_000, () => false));
      });
    expect(givesUpAtMs(parts)).toBeCloseTo(12_020, -2);
  });
});
