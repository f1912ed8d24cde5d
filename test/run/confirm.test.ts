import { expect, test } from "vitest";
import type { SoloFinding } from "../../grader/audit/solo-peer.ts";
import { playConfirmed } from "../../grader/run/confirm.ts";
import type { Played } from "../../grader/run/player.ts";
import { FakePlayer, failed, played } from "./fake-player.ts";

const ORDER = { scenarioId: "a", seed: 1, audit: [1, 2] };
const SAME: SoloFinding = { kind: "same", peer: 1 };
const LOST: SoloFinding = { kind: "lost", peer: 2, reason: "hung: it stood still" };
const DIFFERENT: SoloFinding = {
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

test("a lost audit is made again on fresh hosts, and then counts", async () => {
  const good = played({ audits: [SAME, { kind: "same", peer: 2 }] });
  const player = playerOf(played({ audits: [SAME, LOST] }), good);
  expect(await playConfirmed(player, ORDER)).toBe(good);
  expect(player.orders).toEqual([ORDER, { ...ORDER, freshHost: true }]);
  const second = await playConfirmed(playerOf(played({ audits: [LOST] }), played({ audits: [DIFFERENT] })), ORDER);
  expect(second.verdict).toBe("nondeterministic");
});

test("an audit that is lost twice is the grader's fault, whatever it was lost by", async () => {
  const run = await playConfirmed(playerOf(played({ audits: [LOST] }), played({ audits: [LOST] })), ORDER);
  expect(run).toMatchObject({
    verdict: "internal-error",
    fault: expect.stringContaining("peer 2 was lost twice: hung"),
  });
});

test("a run that failed is confirmed without audits", async () => {
  const player = playerOf(failed(), failed());
  expect((await playConfirmed(player, ORDER)).verdict).toBe("failed");
  expect(player.orders[1]).toEqual({ ...ORDER, audit: [], freshHost: true });
});

test.each(["hung", "out-of-memory", "output-limit"] as const)(
  "a second time that ends %s is no evidence of more",
  async (verdict) => {
    const measured = played({ verdict, loss: { verdict, message: "m", stackLines: [] } });
    expect(await playConfirmed(playerOf(failed(), measured), ORDER)).toBe(measured);
    expect(await playConfirmed(playerOf(played({ audits: [LOST] }), measured), ORDER)).toBe(measured);
  },
);
