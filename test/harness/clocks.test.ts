import { describe, expect, it } from "vitest";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { engineFor, raft } from "../host/fixture.ts";
import { logScenario } from "./log-scenario.ts";
import { playPingers } from "./pingers.ts";

describe("clocks", () => {
  const TRUE = [
    [1_000_000, "one 1000"],
    [10_000_000, "ten 10000"],
  ];

  /** Says after a second of its own, and after ten, what it takes the time to be. */
  const watch = raft(`
    this.state = { term: 0, isLeader: false };
    console.log("boot " + Date.now());
    const from = Date.now();
    setTimeout(() => console.log("one " + (Date.now() - from)), 1000);
    setTimeout(() => console.log("ten " + (Date.now() - from)), 10000);
  `);

  /** What peer 1 says, and by how much its clock is ahead of the true one of peer 0 when both boot. */
  function said(clock?: { skewMs?: number; driftPpm?: number }): { lines: unknown[][]; aheadMs: number } {
    const scenario = logScenario({
      peers: 2,
      ...(clock && { setup: (setup) => setup.clock(1, clock) }),
      run: (c) => c.sleep(20_000),
    });
    const { console: lines, verdict } = playScenario(scenario, 1, engineFor(watch));
    expect(verdict).toBe("passed");
    const of = (id: number) => lines.filter(({ peer }) => peer === id).map(({ timeUs, text }) => [timeUs, text]);
    const bootMs = [0, 1].map((id) => Number(String(of(id)[0]?.[1]).slice("boot ".length)));
    // The other peer's clock is never touched.
    expect(of(0).slice(1)).toEqual(TRUE);
    return { lines: of(1).slice(1), aheadMs: (bootMs[1] as number) - (bootMs[0] as number) };
  }

  it("are true when nobody sets them", () => expect(said()).toEqual({ lines: TRUE, aheadMs: 0 }));

  it.each([
    [80_000, 925_926, 9_259_260],
    [-80_000, 1_086_957, 10_869_566],
    [1, 1_000_000, 9_999_991],
  ])(
    "that run %i parts per million too fast let a timer of 1 s fire after %i µs, one of 10 s after %i µs",
    (driftPpm, one, ten) => {
      expect(said({ driftPpm })).toEqual({
        lines: [
          [one, "one 1000"],
          [ten, "ten 10000"],
        ],
        aheadMs: 0,
      });
    },
  );

  it.each([-5_000, 250, 3_600_000])("that are set %i ms forward tell another time, and wait as long", (skewMs) => {
    expect(said({ skewMs })).toEqual({ lines: TRUE, aheadMs: skewMs });
  });

  it("of a peer that there is not cannot be set", () => {
    expect(() => playPingers(2, () => {}, { setup: (setup) => setup.clock(2, {}) })).toThrow("there is no peer 2");
  });
});
