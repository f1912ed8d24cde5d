import { describe, expect, it } from "vitest";
import type { Rule } from "../../grader/sim/network.ts";
import { bytes, times, world } from "./world.ts";

/** Peer 0 calls peer 1 six times, a millisecond apart, and all requests or all answers are held; `got`: which arrive. */
function holding(kind: "request" | "reply") {
  const got: number[] = [];
  const w = world((peer) => ({
    onBoot: (act) => void (peer === 0 && act.timer(1_000, "call")),
    onTimer: (act) => {
      if (act.call(1, "ping", bytes(1)) < 6) act.timer(1_000, "call");
    },
    onRequest: (act, { args, requestId }) => {
      if (kind === "request") got.push(requestId);
      act.effect({ kind: "reply", requestId, reply: args });
    },
    onReply: (_, { callId, reply }) => void (kind === "reply" && reply !== null && got.push(callId)),
  }));
  const rule = { decide: ((message) => (message.kind === kind ? "hold" : "pass")) satisfies Rule as Rule };
  w.sim.network.rules.push(rule);
  w.sim.runUntil(10_000);
  return { w, rule, got, held: w.sim.calls };
}

describe("a rule that holds", () => {
  it("lists what it holds, each by a number of its own, and nothing that another one holds", () => {
    const { w, rule, held } = holding("reply");
    expect(held.listHeld({ decide: rule.decide })).toEqual([]);
    const list = held.listHeld(rule);
    expect(list.map(({ kind, from, to, nth, timeMs }) => [kind, from, to, nth, timeMs])).toEqual(
      [1, 2, 3, 4, 5, 6].map((nth) => ["reply", 1, 0, nth, nth + 1]),
    );
    expect(new Set(list.map(({ id }) => id)).size).toBe(6);
    w.sim.calls.release(rule);
    expect(held.listHeld(rule)).toEqual([]);
  });

  it.each(["request", "reply"] as const)("lets go a single %s that it holds, in any order, once", (kind) => {
    const { w, rule, got, held } = holding(kind);
    const [first, second, third] = held.listHeld(rule).map(({ id }) => id) as [number, number, number];
    expect([held.releaseOne({ decide: rule.decide }, third), held.releaseOne(rule, third)]).toEqual([false, true]);
    w.sim.runUntil(20_000);
    expect(held.releaseOne(rule, first)).toBe(true);
    expect([held.releaseOne(rule, first), held.held(rule)]).toEqual([false, 4]);
    w.sim.runUntil(30_000);
    expect(got).toEqual(kind === "request" ? [1, 2] : [3, 1]);
    expect(held.listHeld(rule)[0]?.id).toBe(second);
    w.sim.calls.release(rule);
    w.sim.runUntil(40_000);
    expect(got).toHaveLength(6);
  });

  it("loses a single request as if it had been dropped then: its caller is told in time, and it never arrives", () => {
    const { w, rule, got, held } = holding("request");
    const [, second] = held.listHeld(rule).map(({ id }) => id) as [number, number];
    expect([held.dropOne(rule, second), held.dropOne(rule, second), held.releaseOne(rule, second)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(times(w, "lost")).toEqual([[10_000, 0, 1]]);
    w.sim.calls.release(rule);
    w.sim.runUntil(20_000_000);
    expect(got).toHaveLength(5);
    expect(times(w, "deliver-reply")).toHaveLength(6);
  });

  it("loses a single answer: its caller is told at the deadline, as of an answer that is held", () => {
    const { w, rule, held } = holding("reply");
    const [, second] = held.listHeld(rule).map(({ id }) => id) as [number, number];
    expect(held.dropOne(rule, second)).toBe(true);
    w.sim.calls.release(rule);
    w.sim.runUntil(20_000_000);
    expect(times(w, "deliver-reply").at(-1)).toEqual([7_002_000, 0, 1]);
  });
});
