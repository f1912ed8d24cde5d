import { expect, test } from "vitest";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { fakeLog, type Quirks } from "./fake-log.ts";
import { logScenario } from "./log-scenario.ts";

function play(run: (c: LogCluster) => void, quirks: Quirks = {}) {
  return playScenario(logScenario({ run }), 1, fakeLog(quirks));
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
