import { describe, expect, it } from "vitest";
import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { EXPECT_CHECKS } from "../../../grader/harness/log/expect.ts";
import { playScenario } from "../../../grader/harness/run-scenario.ts";
import { fakeLog, type Quirks } from "../fake-log.ts";
import { logScenario } from "../log-scenario.ts";

const play = (run: (c: LogCluster) => void, quirks: Quirks = {}) =>
  playScenario(logScenario({ run }), 1, fakeLog(quirks));

const NO_LEADER: Quirks = { state: () => ({ term: 3, isLeader: false }) };
const TERMS_APART: Quirks = { state: ({ me }) => ({ term: me, isLeader: false }) };
const OTHERWISE = { property: "efficiency", check: "mine", expected: "less", cite: "here" } as const;

describe("what is expected is known with the failure, as data, and since when it is judged", () => {
  it.each<[check: string, quirks: Quirks, run: (c: LogCluster) => void, expectation: object]>([
    ["elects", NO_LEADER, (c) => c.checkOneLeader(200), { is: "leader", withinMs: 200 }],
    ["elects-among", NO_LEADER, (c) => c.leaderWithin([0, 1], 2), { is: "leader-among", among: [0, 1], newerThan: 2 }],
    ["terms-agree", TERMS_APART, (c) => c.checkTerms(300), { is: "terms-agree", withinMs: 300 }],
    ["no-leader-of-few", {}, (c) => c.checkNoLeader(), { is: "no-leader" }],
    [
      "accepts",
      NO_LEADER,
      (c) => c.one("x", 3, { withinMs: 500 }),
      { is: "agree", command: "x", by: 3, withinMs: 500 },
    ],
    ["agrees", { applies: () => [] }, (c) => c.one("x", 2, { withinMs: 500 }), { is: "agree", command: "x", by: 2 }],
    ["agrees-among", NO_LEADER, (c) => c.agreeAmong([1, 2]), { is: "agree-among", command: 1, among: [1, 2] }],
    ["applies", {}, (c) => c.wait(1, 2, { withinMs: 50 }), { is: "applied", index: 1, by: 2, withinMs: 50 }],
    ["mine", {}, (c) => c.expectCaughtUp([1, 2], 4, 50, OTHERWISE), { is: "caught-up", peers: [1, 2], index: 4 }],
    ["mine", {}, (c) => c.expectSpent(c.meter(), "rpcs", -1, OTHERWISE), { is: "spent", of: "rpcs", atMost: -1 }],
  ])("%s", (check, quirks, run, expectation) => {
    const { failure, judged } = play((c) => {
      c.sleep(30);
      run(c);
    }, quirks);
    expect(failure?.check).toBe(check);
    expect(judged).toMatchObject({ expect: expectation, sinceUs: 30_000 });
    expect(structuredClone(judged)).toEqual(judged);
  });

  it("calm asks for one leader and one term meanwhile, and the innermost is told", () => {
    const term = (act: { nowUs: number }) => ({ term: Math.floor(act.nowUs / 1_000), isLeader: false });
    expect(play((c) => c.checkCalm(100, 2), { state: term }).judged?.expect.is).toBe("leader");
  });

  it("a command that must not be applied, and was", () => {
    const { failure, judged } = play((c) => {
      c.one("x", 3);
      c.expectNotApplied("x", "nobody asked for it");
    });
    expect(failure).toMatchObject({ check: "not-applied", where: { index: 1 } });
    expect(judged?.expect).toEqual({ is: "not-applied", command: "x", why: "nobody asked for it" });
  });

  it("is of no part when a checker finds something meanwhile, when nothing was asked for, or when it came about", () => {
    const twoLeaders: Quirks = { state: () => ({ term: 1, isLeader: true }) };
    const byChecker = play((c) => void c.wait(5, 3), twoLeaders);
    expect([byChecker.failure?.check, byChecker.judged]).toEqual(["one-leader-a-term", undefined]);
    const byPeer = play((c) => void c.one("x", 1), { started: () => 7 });
    expect([byPeer.failure?.check, byPeer.judged]).toEqual(["log-interface", undefined]);
    const byCode = play((c) => {
      c.checkOneLeader();
      c.fail({ ...OTHERWISE, seen: "more" });
    });
    expect([byCode.failure?.check, byCode.judged]).toEqual(["mine", undefined]);
  });
});

it("every check of an expectation is of one kind only", () => {
  expect(new Set(EXPECT_CHECKS).size).toBe(EXPECT_CHECKS.length);
});
