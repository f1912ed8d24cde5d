import { describe, expect, it } from "vitest";
import type { Rule } from "../../grader/sim/network.ts";
import type { Script } from "./scripted-host.ts";
import { bytes, log, peerOf, times, type World, world } from "./world.ts";

/** Peer 0 calls peer 1 when it boots; peer 1 gives back what it was given; peer 0 says what came. */
const echo = (peer: number): Script => ({
  onBoot: (act) => void (peer === 0 && act.call(1, "ping", bytes(42))),
  onRequest: (act, input) => act.effect({ kind: "reply", requestId: input.requestId, reply: input.args }),
  onReply: (act, input) => act.effect(log(`reply ${input.reply?.[0] ?? "null"}`)),
});

/** Peer 0 calls peer 1 so many times, one each millisecond from 1 ms on. */
const caller =
  (calls: number, onRequest: Script["onRequest"] = echo(1).onRequest as Script["onRequest"]) =>
  (peer: number): Script => ({
    onBoot: (act) => void (peer === 0 && act.timer(1_000, "call")),
    onTimer: (act) => {
      const nth = act.call(1, "ping", bytes(1, 2, 3));
      if (nth < calls) act.timer(1_000, "call");
    },
    ...(onRequest && { onRequest }),
    onReply: (act, input) => act.effect(log(`${input.callId} ${input.reply === null ? "null" : "answer"}`)),
  });

/** How long after its call each of `caller`'s calls was answered with null. */
function nullsAfter({ events }: World): number[] {
  return events.flatMap((event) => {
    const [, at, call] = event.match(/^(\d+) log 0 (\d+) null$/) ?? [];
    return at === undefined ? [] : [Number(at) - Number(call) * 1_000];
  });
}

const isEven = (values: readonly number[], max: number): boolean => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.abs(mean - max / 2) < max / 20 && Math.max(...values) <= max;
};

describe("a call", () => {
  it("takes one lookahead each way on a quiet network, and is counted", () => {
    const w = world(echo);
    w.sim.runUntil(10_000);
    expect(w.events).toContain("2000 log 0 reply 42");
    expect([w.sim.calls.rpcs, w.sim.calls.bytes]).toEqual([1, 2]);
    expect([0, 1].map((id) => [peerOf(w, id).sent, peerOf(w, id).received])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("is heard by its handler's peer, and its answer by its caller; null is heard of nobody", () => {
    const w = world(echo);
    w.sim.runUntil(10_000);
    expect(w.heard).toEqual(["1<0", "0<1"]);
    const silent = world((peer) => ({ ...echo(peer), onRequest: () => {} }));
    silent.sim.runUntil(8_000_000);
    expect(times(silent, "deliver-reply")).toHaveLength(1);
    expect(silent.heard).toEqual(["1<0"]);
  });

  it("is delayed by the weather on both ways, beside the lookahead", () => {
    const w = world(echo);
    w.sim.network.model = { delayMs: [3, 3] };
    w.sim.runUntil(20_000);
    expect(times(w, "deliver-request")).toEqual([[4_000, 1, 0]]);
    expect(times(w, "deliver-reply")).toEqual([[8_000, 0, 1]]);
  });

  it("that a handler never answers gives null at 7 s exactly", () => {
    const w = world((peer) => ({ ...echo(peer), onRequest: () => {} }));
    w.sim.runUntil(8_000_000);
    expect(w.events).toContain("7000000 log 0 reply null");
  });

  it("that is answered after its 7 s gives null then, and nothing later", () => {
    const w = world(echo);
    w.sim.network.rules.push({ decide: ({ kind }) => (kind === "reply" ? { delayMs: 7_000 } : "pass") });
    w.sim.runUntil(9_000_000);
    expect(w.events.filter((event) => event.includes("log 0"))).toEqual(["7000000 log 0 reply null"]);
  });

  it("is answered once for an incarnation, and never to the next one", () => {
    const w = world((peer) => ({
      ...echo(peer),
      onBoot: (act) => void (act.incarnation === 1 && echo(peer).onBoot?.(act)),
    }));
    w.sim.network.model = { delayMs: [5, 5] };
    w.sim.runUntil(1_000);
    w.sim.crash(peerOf(w, 0));
    w.sim.runUntil(2_000);
    w.sim.boot(peerOf(w, 0));
    w.sim.runUntil(8_000_000);
    expect(times(w, "deliver-request")).toHaveLength(1);
    expect(times(w, "deliver-reply")).toEqual([]);
  });

  it("that is on its way when its link is cut arrives all the same; its answer does not set out", () => {
    const w = world(echo);
    w.sim.runUntil(500);
    w.sim.network.setConnected(0, false);
    w.sim.runUntil(8_000_000);
    expect(times(w, "deliver-request")).toEqual([[1_000, 1, 0]]);
    expect(times(w, "lost").map(([at]) => at)).toEqual([1_000]);
    expect(w.events.filter((event) => event.endsWith("log 0 reply null"))).toHaveLength(1);
  });

  it("goes in the one direction of a link whose other one is cut", () => {
    const w = world(echo);
    w.sim.network.setCut(1, 0, true);
    w.sim.runUntil(8_000_000);
    expect(times(w, "deliver-request")).toHaveLength(1);
    expect(w.events.filter((event) => event.includes("log 0 reply"))).toEqual(["7000000 log 0 reply null"]);
    const other = world(echo);
    other.sim.network.setCut(0, 1, true);
    other.sim.runUntil(8_000_000);
    expect(times(other, "deliver-request")).toEqual([]);
  });

  it("whose answer a rule drops gives null at 7 s exactly, as nothing may tell that there was one", () => {
    const w = world(echo);
    w.sim.network.rules.push({ decide: ({ kind }) => (kind === "reply" ? "drop" : "pass") });
    w.sim.runUntil(8_000_000);
    expect(times(w, "reply")).toHaveLength(1);
    expect(w.events.filter((event) => event.includes("log 0 reply"))).toEqual(["7000000 log 0 reply null"]);
  });
});

describe("of 1000 calls", () => {
  const CALLS = 1_000;

  it.each([
    ["to a peer that is down", (w: World) => w.sim.crash(peerOf(w, 1))],
    ["to a peer that is disconnected", (w: World) => w.sim.network.setConnected(1, false)],
    ["over a link that is cut", (w: World) => w.sim.network.setCut(0, 1, true)],
    ["out of another group of a partition", (w: World) => w.sim.network.partition([[0], [1]])],
  ])("%s each gives null after 0–6999 ms and a lookahead, 0–99 ms without long delays", (_, sever) => {
    for (const [longDelays, mostUs] of [
      [true, 7_000_000],
      [false, 101_000],
    ] as const) {
      const w = world(caller(CALLS));
      w.sim.network.model = { longDelays };
      sever(w);
      w.sim.runUntil(9_000_000);
      expect(times(w, "deliver-request")).toEqual([]);
      const after = nullsAfter(w);
      expect(after).toHaveLength(CALLS);
      expect(Math.min(...after)).toBeGreaterThanOrEqual(1_000);
      expect(isEven(after, mostUs)).toBe(true);
    }
  });

  it("under unreliable a tenth never arrives and a tenth of the answers neither; callers know a lookahead later", () => {
    const w = world(caller(CALLS));
    w.sim.network.model = { unreliable: true };
    w.sim.runUntil(9_000_000);
    const arrived = times(w, "deliver-request").length;
    expect(Math.abs(arrived - 900)).toBeLessThan(40);
    const after = nullsAfter(w);
    expect(Math.abs(after.length - 190)).toBeLessThan(50);
    expect(Math.max(...after)).toBeLessThanOrEqual(26_000 + 2_000);
    expect(times(w, "deliver-reply")).toHaveLength(CALLS);
  });

  it("under duplicate 0.3 some 300 arrive twice, each is answered once, and its handler ran twice", () => {
    const w = world(caller(CALLS));
    w.sim.network.model = { duplicate: 0.3 };
    w.sim.runUntil(9_000_000);
    expect(Math.abs(times(w, "deliver-request").length - 1_300)).toBeLessThan(60);
    expect(times(w, "reply")).toHaveLength(times(w, "deliver-request").length);
    expect(times(w, "deliver-reply")).toHaveLength(CALLS);
    expect(peerOf(w, 1).received).toBe(times(w, "deliver-request").length);
    expect(w.sim.calls.rpcs).toBe(CALLS);
  });

  it("under reorder some 100 arrive after one that was sent later", () => {
    const order: number[] = [];
    const w = world((peer) => ({
      ...caller(CALLS)(peer),
      onTimer: (act) => {
        const nth = act.call(1, "ping", bytes(act.nowUs / 1_000 / 256, (act.nowUs / 1_000) % 256));
        if (nth < CALLS) act.timer(1_000, "call");
      },
      onRequest: (_, { args: [high = 0, low = 0] }) => void order.push(256 * high + low),
    }));
    w.sim.network.model = { reorder: 0.1 };
    w.sim.runUntil(2_000_000);
    expect(order).toHaveLength(CALLS);
    const overtaken = order.filter((nth, i) => i > 0 && nth < Math.max(...order.slice(0, i))).length;
    expect(Math.abs(overtaken - 100)).toBeLessThan(40);
  });

  it("that the handlers of a crashed peer hold each is given up 0–100 ms after the crash, and not at its 7 s", () => {
    const w = world(caller(CALLS, () => {}));
    w.sim.runUntil(1_500_000);
    expect(peerOf(w, 1).handling.size).toBe(CALLS);
    w.sim.crash(peerOf(w, 1));
    expect(peerOf(w, 1).handling.size).toBe(0);
    w.sim.runUntil(1_700_000);
    const at = w.events.flatMap((event) => (event.endsWith(" null") ? [Number(event.split(" ")[0])] : []));
    expect(at).toHaveLength(CALLS);
    expect(Math.min(...at)).toBeGreaterThanOrEqual(1_501_000);
    expect(
      isEven(
        at.map((us) => us - 1_501_000),
        100_000,
      ),
    ).toBe(true);
  });
});

it("a handler that answers after its peer was booted again answers nobody", () => {
  const w = world((peer) => ({
    ...echo(peer),
    onRequest: (act) => act.timer(1, "crash now"),
    onTimer: (act) => act.effect({ kind: "reply", requestId: 1, reply: bytes(7) }),
    ...(peer === 1 && { onBoot: (act) => void (act.incarnation === 2 && act.timer(10_000, "answer")) }),
  }));
  w.sim.runUntil(1_001);
  w.sim.crash(peerOf(w, 1));
  w.sim.runUntil(3_000);
  w.sim.boot(peerOf(w, 1));
  w.sim.runUntil(8_000_000);
  expect(times(w, "reply").map(([at]) => at)).toEqual([13_000]);
  expect(w.events.filter((event) => event.includes("log 0"))).toEqual([expect.stringMatching(/reply null$/)]);
});

describe("a rule", () => {
  const gotIt = (peer: number): Script => ({ ...echo(peer), onRequest: (act) => act.effect(log("got it")) });

  it("holds a request past its caller's patience, and delivers it a lookahead after it is released", () => {
    const w = world(gotIt);
    const rule = { decide: () => "hold" as const };
    w.sim.network.rules.push(rule);
    w.sim.runUntil(7_500_000);
    expect(w.sim.calls.held(rule)).toBe(1);
    expect(times(w, "held")).toEqual([[0, 0, 1]]);
    w.sim.calls.release(rule);
    expect(w.sim.calls.held(rule)).toBe(0);
    w.sim.runUntil(8_000_000);
    expect(w.events).toContain("7000000 log 0 reply null");
    expect(w.events).toContain("7501000 log 1 got it");
  });

  it("holds answers too, and sees from whom to whom each message goes", () => {
    const w = world(echo);
    const seen: string[] = [];
    const decide: Rule = ({ kind, from, to, method, nth, sizeBytes, timeMs }) => {
      seen.push(`${kind} ${from}>${to} ${method} #${nth} ${sizeBytes} bytes at ${timeMs} ms`);
      return kind === "reply" ? "hold" : "pass";
    };
    const rule = { decide };
    w.sim.network.rules.push(rule);
    w.sim.runUntil(5_000);
    w.sim.calls.release(rule);
    w.sim.runUntil(7_000);
    expect(seen).toEqual(["request 0>1 ping #1 1 bytes at 0 ms", "reply 1>0 ping #1 1 bytes at 1 ms"]);
    expect(w.events).toContain("6000 log 0 reply 42");
  });

  it("lets go what it holds in the order in which it was sent, and nothing that another one holds", () => {
    const got: number[] = [];
    const w = world((peer) => ({
      ...caller(6)(peer),
      onTimer: (act) => {
        const nth = act.call(1, "ping", bytes(act.nowUs / 1_000));
        if (nth < 6) act.timer(1_000, "call");
      },
      onRequest: (_, { args }) => void got.push(args[0] as number),
    }));
    const odd = { decide: (({ nth }) => (nth % 2 === 1 ? "hold" : "pass")) satisfies Rule as Rule };
    const even = { decide: (() => "hold") satisfies Rule as Rule };
    w.sim.network.rules.push(odd, even);
    w.sim.runUntil(10_000);
    expect([w.sim.calls.held(odd), w.sim.calls.held(even), got]).toEqual([3, 3, []]);
    w.sim.calls.release(even);
    w.sim.runUntil(20_000);
    expect([w.sim.calls.held(odd), w.sim.calls.held(even), got]).toEqual([3, 0, [2, 4, 6]]);
    w.sim.calls.release();
    w.sim.runUntil(30_000);
    expect([w.sim.calls.held(odd), got]).toEqual([0, [2, 4, 6, 1, 3, 5]]);
  });

  it("that duplicates a request lets its handler run twice, and only the first answer counts", () => {
    const w = world(echo);
    w.sim.network.rules.push({ decide: ({ kind }) => (kind === "request" ? { duplicate: 1 } : "pass") });
    w.sim.runUntil(8_000_000);
    expect(times(w, "deliver-request")).toHaveLength(2);
    expect(w.events.filter((event) => event.includes("log 0 reply"))).toEqual(["2000 log 0 reply 42"]);
  });

  it("that drops a message leaves its caller without an answer for up to 7 s", () => {
    const w = world(caller(1_000));
    w.sim.network.rules.push({ decide: () => "drop" });
    w.sim.runUntil(9_000_000);
    expect(times(w, "deliver-request")).toEqual([]);
    expect(isEven(nullsAfter(w), 7_000_000)).toBe(true);
  });
});
