import { describe, expect, it } from "vitest";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { HostLost } from "../../grader/sim/peer-host.ts";
import { fakeLog, type Quirks } from "./fake-log.ts";
import { type LogDraft, logScenario } from "./log-scenario.ts";

function play(run: (c: LogCluster) => void, quirks: Quirks = {}, more: Partial<LogDraft> = {}) {
  return playScenario(logScenario({ run, ...more }), 1, fakeLog(quirks), { keepTrace: true });
}

/** What the failure says, for short. */
function failureOf(result: ReturnType<typeof play>): string {
  return `${result.failure?.property}: ${result.failure?.expected}; ${result.failure?.seen}`;
}

describe("a run", () => {
  it("passes when the body returns, and says how much virtual time went by", () => {
    const result = play((c) => {
      expect(c.checkOneLeader()).toBe(0);
      expect(c.one("x", 3)).toBe(1);
      c.sleep(250);
    });
    expect(result.verdict).toBe("passed");
    expect(result.virtualMs).toBeGreaterThanOrEqual(250);
    expect(result.peers.map((peer) => peer.facts.appliedIndex)).toEqual([1, 1, 1]);
  });

  it("fails with the failure that the body throws, at its moment", () => {
    const result = play((c) => {
      c.sleep(40);
      c.fail({ property: "efficiency", check: "less", expected: "less", seen: "more", cite: "here" });
    });
    expect(result.verdict).toBe("failed");
    expect(result.failure).toMatchObject({ property: "efficiency", timeUs: 40_000 });
  });

  it("says with each failure, whoever found it, what the scenario was about; the trace does not know", () => {
    const expecting = play((c) => {
      c.phase("one is alone");
      c.phase("two are alone");
      c.fail({ property: "efficiency", check: "less", expected: "less", seen: "more", cite: "here" });
    });
    expect(expecting.failure?.during).toBe("two are alone");
    const twoLeaders: Quirks = { state: () => ({ term: 1, isLeader: true }) };
    const [said, unsaid] = [true, false].map((says) =>
      play((c) => {
        if (says) c.phase("all claim to lead");
        c.sleep(100);
      }, twoLeaders),
    );
    expect(said?.failure).toMatchObject({ property: "election-safety", during: "all claim to lead" });
    expect(unsaid?.failure).not.toHaveProperty("during");
    expect(said?.traceHash).toBe(unsaid?.traceHash);
  });

  it.each(["hung", "out-of-memory", "output-limit", "crashed", "internal-error"] as const)(
    "that loses its host is %s, as whoever watches the host says",
    (verdict) => {
      const loss = new HostLost(verdict, "it is gone");
      const host = fakeLog();
      host.exchange = () => {
        throw loss;
      };
      const scenario = logScenario({ run: (c) => c.sleep(5) });
      expect(playScenario(scenario, 1, host)).toMatchObject({ verdict, loss, virtualMs: 0 });
    },
  );

  it("ends with an exception of a peer, which says where it came from", () => {
    const thrown = { kind: "exception", where: "a timer", name: "TypeError", message: "no", stack: "here" } as const;
    const result = play((c) => c.sleep(10), {
      state: (act) => {
        act.effect(thrown);
        return { term: 0, isLeader: false };
      },
    });
    expect(result).toMatchObject({
      verdict: "crashed",
      crash: { peer: 0, timeUs: 2_500, where: "a timer", name: "TypeError", message: "no", stack: "here" },
    });
  });

  it("throws on a mistake of the scenario, which is nobody's failure", () => {
    expect(() =>
      play(() => {
        throw new Error("a mistake of ours");
      }),
    ).toThrow("a mistake of ours");
  });
});

it("a scenario that goes round without letting time pass is a mistake of ours, and ends after 100 000 calls at one moment", () => {
  let starts = 0;
  const round = (c: LogCluster): void => {
    // Who is down is not asked: what counts are the calls.
    c.crash(1);
    for (let i = 0; i < 60_000; i++) c.start(1, "x");
    c.sleep(1);
    for (;;) {
      c.start(1, "x");
      starts++;
    }
  };
  expect(() => play(round)).toThrow(/without letting time pass/);
  expect(starts).toBe(100_000);
});

it("a wait ends at its last microsecond, whatever the moment it began at", () => {
  const result = play((c) => {
    for (let i = 1; i < 300; i++) {
      c.sleep(i / 7);
      const fromMs = c.nowMs();
      expect(c.until(0.1 * i, () => false, 0.3)).toBe(false);
      expect(c.nowMs() - fromMs).toBeCloseTo(0.1 * i, 6);
    }
  });
  expect(result.verdict).toBe("passed");
});

describe("checks, all the time", () => {
  it("sees two leaders of one term although nobody polls", () => {
    expect(failureOf(play((c) => c.sleep(10), { state: () => ({ term: 1, isLeader: true }) }))).toMatch(
      /^election-safety: at most one leader in term 1/,
    );
  });

  it("sees a gap in what is applied", () => {
    const result = play((c) => void c.one("x", 1), {
      applies: (command, index) => [{ kind: "command", index: index + 1, command }],
    });
    expect(failureOf(result)).toMatch(/^state-machine-safety: .* leaving a gap$/);
  });

  it("sees a command that nobody started", () => {
    const result = play((c) => void c.one("x", 1), {
      applies: (_, index) => [{ kind: "command", index, command: "y" }],
    });
    expect(failureOf(result)).toMatch(/^state-machine-safety: .*nobody started$/);
  });

  it("takes what is no state, no start result and no message for a misuse of the interface", () => {
    const wait = (c: LogCluster): void => c.sleep(5);
    expect(failureOf(play(wait, { state: () => ({ term: -1, isLeader: true }) }))).toMatch(/^api: .*the term -1$/);
    expect(failureOf(play(wait, { state: () => 7 }))).toMatch(/^api: .*getState\(\) returned 7$/);
    const start = (c: LogCluster): void => void c.start(0, "x");
    expect(failureOf(play(start, { started: () => ({ index: 0, term: 1, isLeader: true }) }))).toMatch(
      /^api: .*indices start at 1$/,
    );
    expect(failureOf(play(start, { applies: () => [{ kind: "thing", index: 1 }] }))).toMatch(
      /^api: .*the kind "thing" at index 1$/,
    );
  });
});

describe("expectations", () => {
  it("one() gives up with what it waited for, who applied it, and where it stood", () => {
    const text = failureOf(play((c) => void c.one("x", 3, { withinMs: 500 }), { applies: () => [] }));
    expect(text).toMatch(
      /^liveness: the command "x" to be applied by 3 of 3 peers within 0.5 s; started at index \d+ in term 1, applied by nobody$/,
    );
  });

  it("one() says so when no leader accepts", () => {
    const text = failureOf(
      play((c) => void c.one("x", 3, { withinMs: 500 }), { state: () => ({ term: 1, isLeader: false }) }),
    );
    expect(text).toMatch(/no connected peer that says it leads accepted it$/);
  });

  it("checkOneLeader() gives up when nobody leads", () => {
    const text = failureOf(play((c) => void c.checkOneLeader(200), { state: () => ({ term: 3, isLeader: false }) }));
    expect(text).toMatch(/^liveness: .*become leader within 0.2 s; none says that it leads; terms are 3 at peer 0/);
  });

  it("checkNoLeader() tells who leads", () => {
    expect(
      failureOf(
        play((c) => {
          c.sleep(10);
          c.checkNoLeader();
        }),
      ),
    ).toMatch(/peer 0 says that it leads term 1$/);
  });

  it("expectNotApplied() tells who applied it", () => {
    expect(
      failureOf(
        play((c) => {
          c.one("x", 3);
          c.expectNotApplied("x", "nobody should");
        }),
      ),
    ).toMatch(/applied at index 1 by peers 0, 1, 2$/);
  });

  it("start() on a peer that is down, paused or no leader gives null", () => {
    const result = play((c) => {
      c.sleep(1);
      expect(c.start(1, "x")).toBeNull();
      c.pause(0);
      expect(c.start(0, "x")).toBeNull();
      c.resume(0);
      c.crash(0);
      expect(c.start(0, "x")).toBeNull();
      expect(c.leader()).toBeNull();
    });
    expect(result.verdict).toBe("passed");
  });
});

describe("faults", () => {
  it("restarts a peer at least one lookahead after its crash, as another incarnation", () => {
    const result = play((c) => {
      c.sleep(10);
      c.crash(1);
      c.restart(1);
      expect(c.nowMs()).toBe(11);
      c.sleep(1);
    });
    expect(
      result.trace.filter(({ kind, peer }) => kind === "boot" && peer === 1).map(({ timeUs, id }) => [timeUs, id]),
    ).toEqual([
      [0, 1],
      [11_000, 2],
    ]);
  });

  it("crashes between effects as often as it was told to, leaves a majority up, and boots again in time", () => {
    const result = play((c) => {
      c.sleep(1);
      const crashes = c.crashOnEffect({ effect: "upcall", peers: [1, 2], limit: 5, restartAfterMs: [2, 2] });
      c.start(0, "x");
      c.sleep(1.5);
      expect(crashes.crashes()).toBe(1);
      expect([c.isUp(1), c.isUp(2)].filter(Boolean)).toHaveLength(1);
      c.sleep(10);
      expect(c.connected()).toEqual([0, 1, 2]);
    });
    expect(result.verdict).toBe("passed");
  });

  it("counts what a peer does after kill()", () => {
    const result = play((c) => {
      c.sleep(1);
      c.kill(1);
      c.start(0, "x");
      c.sleep(5);
      expect(c.effectsAfterKill(1)).toMatchObject({ calls: 0, upcalls: 1 });
    });
    expect(result.verdict).toBe("passed");
  });
});

describe("background activities", () => {
  it("run beside the main line, sleep by yield, and end", () => {
    const seen: string[] = [];
    play((c) => {
      const task = c.spawn("ticker", function* () {
        for (let i = 0; i < 3; i++) {
          seen.push(`tick ${c.nowMs()}`);
          yield 10;
        }
      });
      c.sleep(15);
      seen.push(`main ${c.nowMs()}`);
      c.join([task], 100);
    });
    expect(seen).toEqual(["tick 0", "tick 10", "main 15", "tick 20"]);
  });

  it("are joined when all have ended, and go no further once stopped", () => {
    const seen: string[] = [];
    play((c) => {
      const tick = (name: string, times: number) =>
        c.spawn(name, function* () {
          for (let i = 0; i < times; i++) {
            seen.push(`${name} ${c.nowMs()}`);
            yield 10;
          }
        });
      const endless = tick("endless", 1_000);
      c.join([tick("short", 1), tick("long", 3)], 100);
      expect(c.nowMs()).toBeGreaterThanOrEqual(30);
      expect([endless.done, endless.name]).toEqual([false, "endless"]);
      endless.stop();
      c.join([endless], 0);
      c.sleep(100);
    });
    expect(seen.filter((line) => line.startsWith("long"))).toEqual(["long 0", "long 10", "long 20"]);
    expect(seen.filter((line) => line.startsWith("endless")).length).toBeLessThanOrEqual(6);
  });

  it("cannot let time pass in another way", () => {
    const wrong = (c: LogCluster): void => {
      // biome-ignore lint/correctness/useYield: this one is wrong on purpose.
      c.spawn("sleeper", function* () {
        c.sleep(1);
      });
      c.sleep(1);
    };
    expect(() => play(wrong)).toThrow(/yield ms/);
  });

  it("that do not end in time are a failure", () => {
    const result = play((c) => {
      const task = c.spawn("forever", function* () {
        for (;;) yield 10;
      });
      c.join([task], 100);
    });
    expect(failureOf(result)).toMatch(/^liveness: forever to finish within 0.1 s/);
  });
});
