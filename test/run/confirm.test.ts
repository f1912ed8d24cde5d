import { describe, expect, test } from "vitest";
import { playConfirmed } from "../../grader/run/confirm.ts";
import type { AuditFinding, Played } from "../../grader/run/player.ts";
import type { HostLoss } from "../../grader/sandbox/host-table.ts";
import { FakePlayer, failed, played } from "./fake-player.ts";

const ORDER = { scenarioId: "a", seed: 1, audit: [1, 2] };
const SAME: AuditFinding = { kind: "same", peer: 1 };
const HUNG: HostLoss = { verdict: "hung", message: "it stood still", stackLines: [] };
const WAITED: HostLoss = { ...HUNG, isDoubtful: true };
const ENDED: HostLoss = { verdict: "internal-error", message: "ended from outside", stackLines: [] };
const lost = (loss: HostLoss): AuditFinding => ({ kind: "lost", peer: 2, loss });
const LOST = lost(HUNG);
const DIFFERENT: AuditFinding = {
  kind: "different",
  peer: 2,
  difference: { peer: 2, incarnation: 1, timeUs: 5_000, expected: { kind: "nothing" }, seen: { kind: "no-entry" } },
};

function playerOf(...outcomes: Played[]): FakePlayer {
  return new FakePlayer((_, nth) => outcomes[nth] as Played);
}

test("an audit that found nothing changes nothing", async () => {
  const run = played({ audits: [SAME] });
  const player = playerOf(run);
  expect(await playConfirmed(player, ORDER)).toBe(run);
  expect(player.orders).toEqual([ORDER]);
});

test("an audit that found a difference makes a passed run nondeterministic", async () => {
  const run = await playConfirmed(playerOf(played({ audits: [LOST, DIFFERENT] })), ORDER);
  expect(run).toMatchObject({
    verdict: "nondeterministic",
    difference: expect.stringMatching(/^peer 2 .* at 0\.005 s/),
  });
});

describe("a difference that was seen in realms of earlier lives", () => {
  const doubtful = () => played({ audits: [SAME, DIFFERENT], hasRenewedAudits: true });

  test("is no evidence: the run is audited again, in realms of their own, and that counts", async () => {
    const good = played({ audits: [SAME, { kind: "same", peer: 2 }] });
    const player = playerOf(doubtful(), good);
    expect(await playConfirmed(player, ORDER)).toBe(good);
    expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true }]);
    const found = await playConfirmed(playerOf(doubtful(), played({ audits: [DIFFERENT] })), ORDER);
    expect(found).toMatchObject({
      verdict: "nondeterministic",
      difference: expect.stringMatching(/^peer 2 .* at 0\.005 s/),
    });
  });

  test.each([
    ["fails then", failed()],
    ["passes on another way, which an audit of it says nothing about", played({ traceHash: "b" })],
  ])("makes a run nondeterministic that %s, and is what is told of it", async (_title, second) => {
    const run = await playConfirmed(playerOf(doubtful(), second), ORDER);
    expect(run).toMatchObject({
      verdict: "nondeterministic",
      difference: expect.stringMatching(/^peer 2 .* at 0\.005 s/),
    });
  });

  test("is no second time of an audit that was lost", async () => {
    const lostToo = played({ audits: [LOST, DIFFERENT], hasRenewedAudits: true });
    expect((await playConfirmed(playerOf(lostToo, played({ audits: [SAME] })), ORDER)).verdict).toBe("passed");
    expect((await playConfirmed(playerOf(lostToo, played({ audits: [LOST] })), ORDER)).verdict).toBe(
      "nondeterministic",
    );
  });
});

test("a lost audit that is made again in a run that comes out on another way makes it nondeterministic", async () => {
  const player = playerOf(played({ audits: [LOST] }), played({ traceHash: "b", audits: [SAME] }));
  expect(await playConfirmed(player, ORDER)).toMatchObject({
    verdict: "nondeterministic",
    difference: expect.stringMatching(/on different ways/),
  });
});

test("a lost audit is made again on fresh hosts, and then counts", async () => {
  const good = played({ audits: [SAME, { kind: "same", peer: 2 }] });
  const player = playerOf(played({ audits: [SAME, LOST] }), good);
  expect(await playConfirmed(player, ORDER)).toBe(good);
  expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true }]);
  const second = await playConfirmed(playerOf(played({ audits: [LOST] }), played({ audits: [DIFFERENT] })), ORDER);
  expect(second.verdict).toBe("nondeterministic");
});

/** One run after the other that passed, each with an audit that was lost so. */
const losing = (...losses: HostLoss[]) => playerOf(...losses.map((loss) => played({ audits: [SAME, lost(loss)] })));

test.each(["crashed", "hung", "out-of-memory", "output-limit"] as const)(
  "an audit that ends %s twice, although the run passed, makes the run nondeterministic",
  async (verdict) => {
    const player = losing({ ...HUNG, verdict }, { ...HUNG, verdict });
    const run = await playConfirmed(player, ORDER);
    expect(run).toMatchObject({ verdict: "nondeterministic", difference: expect.stringMatching(/^peer 2 .*alone/) });
    expect(run.difference).toContain(`${verdict}: it stood still`);
    expect(run.difference).toMatch(/In the run the peers stayed within all limits; alone this one did not/);
    expect(player.orders).toHaveLength(2);
  },
);

test("so does one that ends in two ways, each of them its own doing", async () => {
  const run = await playConfirmed(losing({ ...HUNG, verdict: "crashed", message: "exit code 7" }, HUNG), ORDER);
  expect(run.verdict).toBe("nondeterministic");
  expect(run.difference).toMatch(/crashed: exit code 7.*hung: it stood still/);
});

test("an audit that is lost twice by the grader or the machine is nobody's fault but theirs", async () => {
  const run = await playConfirmed(losing(ENDED, ENDED), ORDER);
  expect(run).toMatchObject({
    verdict: "internal-error",
    fault: "the audit of peer 2 was lost twice: internal-error: ended from outside",
  });
});

test.each([
  ["the machine's once and its own once", [ENDED, HUNG]],
  ["its own once and perhaps the machine's once", [HUNG, WAITED]],
  ["each of the three once", [HUNG, WAITED, ENDED]],
])("losses of several kinds are no evidence, and it is audited again: %s", async (_title, losses) => {
  const good = played({ audits: [SAME] });
  const player = playerOf(...losses.map((loss) => played({ audits: [lost(loss)] })), good);
  expect(await playConfirmed(player, ORDER)).toBe(good);
  expect((await playConfirmed(losing(...losses, HUNG, HUNG), ORDER)).verdict).toBe("nondeterministic");
});

test("a machine that is loaded twice is believed to be so no third time", async () => {
  expect((await playConfirmed(losing(WAITED, WAITED), ORDER)).verdict).toBe("nondeterministic");
});

const lostRun = (loss: HostLoss) => played({ verdict: loss.verdict, loss });

test("a run that was lost by wall time alone is played again in a fresh host, and that counts", async () => {
  for (const second of [played(), lostRun(WAITED), lostRun(HUNG)]) {
    const player = playerOf(lostRun(WAITED), second);
    expect(await playConfirmed(player, ORDER)).toBe(second);
    expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true, explain: true }]);
  }
});

const MEASURED = ["hung", "out-of-memory", "output-limit"] as const;

test.each(MEASURED)("a run that ended %s by its own doing in a fresh host stands at once", async (verdict) => {
  const player = playerOf({ ...lostRun({ ...HUNG, verdict }), isOnFreshHost: true });
  expect((await playConfirmed(player, ORDER)).verdict).toBe(verdict);
  expect(player.orders).toHaveLength(1);
});

test.each(MEASURED)(
  "one that ended %s in a host that had played before counts as a fresh host has it",
  async (verdict) => {
    const first = lostRun({ ...HUNG, verdict });
    for (const second of [
      played({ audits: [SAME] }),
      ...MEASURED.map((other) => lostRun({ ...HUNG, verdict: other })),
    ]) {
      const player = playerOf(first, second);
      expect(await playConfirmed(player, ORDER)).toBe(second);
      expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true, explain: true }]);
    }
  },
);

test("what the fresh host shows instead is confirmed and audited like any other run", async () => {
  const bad = failed();
  const player = playerOf(lostRun(HUNG), bad, failed());
  expect(await playConfirmed(player, ORDER)).toBe(bad);
  expect(player.orders).toHaveLength(3);
  expect((await playConfirmed(playerOf(lostRun(HUNG), failed(), played()), ORDER)).verdict).toBe("nondeterministic");
  const audited = playerOf(lostRun(HUNG), played({ audits: [DIFFERENT] }));
  expect((await playConfirmed(audited, ORDER)).verdict).toBe("nondeterministic");
});

test("each kind of chance is believed once, and the other is no second time of it", async () => {
  const fault = played({ verdict: "internal-error", fault: "a thread", isOnFreshHost: true });
  expect((await playConfirmed(playerOf(fault, lostRun(WAITED), played()), ORDER)).verdict).toBe("passed");
  expect((await playConfirmed(playerOf(fault, lostRun(WAITED), lostRun(WAITED)), ORDER)).verdict).toBe("hung");
  expect((await playConfirmed(playerOf(lostRun(WAITED), fault, fault), ORDER)).verdict).toBe("internal-error");
});

test("what a loaded machine did to a confirmation is played again too", async () => {
  const first = failed();
  expect(await playConfirmed(playerOf(first, lostRun(WAITED), failed()), ORDER)).toBe(first);
  const good = played({ audits: [SAME] });
  expect(await playConfirmed(playerOf(played({ audits: [LOST] }), lostRun(WAITED), good), ORDER)).toBe(good);
});

test("who ends as if the machine had done it, each time, has crashed", async () => {
  const killed = lostRun({ ...WAITED, verdict: "crashed" });
  expect((await playConfirmed(playerOf(killed, killed, killed, killed), ORDER)).verdict).toBe("crashed");
});

test("a run that failed is confirmed without audits", async () => {
  const player = playerOf(failed(), failed());
  expect((await playConfirmed(player, ORDER)).verdict).toBe("failed");
  expect(player.orders[1]).toEqual({ ...ORDER, audit: [], freshHost: true, explain: true });
});

test.each(["hung", "out-of-memory", "output-limit"] as const)(
  "a second time that ends %s is no evidence of more",
  async (verdict) => {
    const measured = played({ verdict, loss: { verdict, message: "m", stackLines: [] } });
    expect(await playConfirmed(playerOf(failed(), measured), ORDER)).toBe(measured);
    expect(await playConfirmed(playerOf(played({ audits: [LOST] }), measured), ORDER)).toBe(measured);
  },
);

test("what a confirmed failure's second trace tells goes with its result, and nothing of one that came out otherwise", async () => {
  const explanation = { facts: [{ label: "since", text: "x" }], departures: [] };
  const player = playerOf(failed(), failed({ explanation }));
  expect(await playConfirmed(player, ORDER)).toEqual(failed({ explanation }));
  expect(player.orders).toEqual([ORDER, { ...ORDER, audit: [], freshHost: true, explain: true }]);
  const other = await playConfirmed(playerOf(failed(), failed({ explanation, traceHash: "b" })), ORDER);
  expect([other.verdict, other.explanation]).toEqual(["nondeterministic", undefined]);
});

test("what is measured again is explained too", async () => {
  const hung = played({ verdict: "hung", loss: HUNG });
  const player = playerOf(hung, hung);
  await playConfirmed(player, ORDER);
  expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true, explain: true }]);
});
