import { describe, expect, it } from "vitest";
import type { Script } from "./scripted-host.ts";
import { bytes, log, peerOf, save, times, world } from "./world.ts";

const saver: Script = {
  onBoot: (act) => act.timer(500, "work"),
  onTimer: (act) => {
    act.effect(save(1));
    act.effect(log("one"));
    act.effect(save(2));
    act.effect(log("two"));
  },
};

describe("a crash between effects", () => {
  it.each([
    ["before", 1],
    ["after", 2],
  ] as const)("drops everything %s the second save", (when, kept) => {
    const w = world(() => saver, { size: 1 });
    let saves = 0;
    w.sim.crashRules.push((_, effect) => (effect.kind === "save" && ++saves === 2 ? when : null));
    w.sim.runUntil(10_000);
    const peer = peerOf(w, 0);
    expect([peer.up, peer.state[0]]).toEqual([false, kept]);
    expect(w.events).toEqual(["0 boot 0.1", "500 log 0 one", "500 crash 0"]);
  });

  it("is decided by the first rule that says so", () => {
    const w = world(() => saver, { size: 1 });
    const asked: string[] = [];
    w.sim.crashRules.push(
      (_, { kind }) => {
        asked.push(`first ${kind}`);
        return null;
      },
      (_, { kind }) => {
        asked.push(`second ${kind}`);
        return kind === "log" ? "after" : null;
      },
      () => "before",
    );
    w.sim.crashRules.pop();
    w.sim.runUntil(10_000);
    expect(asked).toEqual(["first save", "second save", "first log", "second log"]);
    expect(w.events).toEqual(["0 boot 0.1", "500 log 0 one", "500 crash 0"]);
  });
});

describe("a crashed peer", () => {
  it("boots with what was saved, one incarnation on, and with random words of its own", () => {
    const w = world(() => saver, { size: 1 });
    w.sim.runUntil(700);
    w.sim.crash(peerOf(w, 0));
    w.sim.runUntil(2000);
    w.sim.boot(peerOf(w, 0));
    w.sim.runUntil(2001);
    expect(w.events.at(-1)).toBe("2000 boot 0.2");
    expect(w.trace.records.filter((record) => record.kind === "boot").at(-1)?.bytes).toEqual(bytes(2));
    const boots = w.host.windows.flatMap(({ inputs }) => inputs.flatMap((one) => (one.kind === "boot" ? [one] : [])));
    expect(boots.map(({ state }) => [...state])).toEqual([[], [2]]);
    expect(new Set(boots.flatMap(({ seed }) => seed)).size).toBe(8);
  });

  it("keeps the snapshot that it saved before its last state", () => {
    const both: Script = {
      onBoot: (act) => {
        act.effect({ kind: "save", state: bytes(1), snapshot: bytes(8, 9) });
        act.effect(save(2));
      },
    };
    const w = world(() => both, { size: 1 });
    w.sim.runUntil(10);
    expect([[...peerOf(w, 0).state], [...peerOf(w, 0).snapshot]]).toEqual([[2], [8, 9]]);
  });

  it("fires no timer that it had set, and does nothing that was to come in the same window", () => {
    const w = world(() => ({ onBoot: (act) => act.timer(2_000, "a"), onTimer: (act) => act.effect(log("fired")) }));
    w.sim.at(1_999, () => w.sim.crash(peerOf(w, 0)));
    w.sim.runUntil(10_000);
    expect(w.events.slice(2)).toEqual(["1999 crash 0", "2000 log 1 fired"]);
  });

  it("gets nothing; a request that finds nobody there is given up within 0–7 s of its arrival", () => {
    const w = world((peer) => ({
      onBoot: (act) => void (peer === 0 && act.call(1, "ping")),
      onReply: (act, { reply }) => act.effect(log(reply === null ? "null" : "answer")),
    }));
    w.sim.network.model = { delayMs: [4, 4], longDelays: false };
    w.sim.runUntil(2_000);
    w.sim.crash(peerOf(w, 1));
    w.sim.runUntil(200_000);
    expect(times(w, "deliver-request")).toEqual([]);
    expect(times(w, "lost").map(([at]) => at)).toEqual([5_000]);
    const told = w.events.at(-1) ?? "";
    expect(told).toMatch(/ log 0 null$/);
    expect(Number(told.split(" ")[0])).toBeGreaterThanOrEqual(6_000);
    expect(Number(told.split(" ")[0])).toBeLessThanOrEqual(106_000);
  });

  it("that crashed at what one request brought about answers none that came right behind it; its caller soon knows", () => {
    const w = world((peer) => ({
      onBoot: (act) => {
        for (let i = 0; peer === 0 && i < 3; i++) act.call(1, "ping", bytes(i));
      },
      onRequest: (act) => act.effect(save(1)),
      onReply: (act, { callId, reply }) => act.effect(log(`${callId} ${reply === null ? "null" : "answer"}`)),
    }));
    w.sim.network.model = { longDelays: false };
    w.sim.crashRules.push((_, { kind }) => (kind === "save" ? "before" : null));
    w.sim.runUntil(300_000);
    expect(times(w, "deliver-request")).toHaveLength(1);
    const told = w.events.filter((event) => event.endsWith("null"));
    expect(told.map((event) => event.split(" ")[3]).sort()).toEqual(["1", "2", "3"]);
  });

  it("crashes once: to crash a peer that is down changes nothing", () => {
    const w = world(() => saver, { size: 1 });
    w.sim.runUntil(100);
    w.sim.crash(peerOf(w, 0));
    w.sim.runUntil(300);
    w.sim.crash(peerOf(w, 0));
    expect([w.events, peerOf(w, 0).crashedUs]).toEqual([["0 boot 0.1", "100 crash 0"], 100]);
  });

  it("loses the result of a call of a local method that was dropped, and keeps one that was not", () => {
    const script: Script = {
      onInvoke: (act, input) => act.effect({ kind: "result", invokeId: input.invokeId, value: bytes(9) }),
    };
    const w = world(() => script, { size: 1 });
    const start = { peer: peerOf(w, 0), method: "start", args: bytes() };
    expect(w.sim.invoke([start, start])).toEqual([bytes(9), bytes(9)]);
    w.sim.crashRules.push((_, effect) => (effect.kind === "result" ? "before" : null));
    expect(w.sim.invoke([start])).toEqual([null]);
    expect(peerOf(w, 0).up).toBe(false);
  });
});

it("what a peer does after kill() is counted by kind, and is nothing again after a boot", () => {
  const busy: Script = {
    onBoot: (act) => act.timer(1_000, "work"),
    onTimer: (act) => {
      act.call(1, "a");
      act.call(1, "b");
      act.effect(save(1));
      act.effect({ kind: "upcall", message: bytes(5) });
      act.timer(1_000, "work");
    },
  };
  const w = world(() => busy);
  w.sim.runUntil(1_500);
  peerOf(w, 0).killed = true;
  w.sim.runUntil(3_500);
  expect(peerOf(w, 0).afterKill).toEqual({ calls: 4, saves: 2, upcalls: 2, timers: 2 });
  w.sim.crash(peerOf(w, 0));
  w.sim.runUntil(5_000);
  w.sim.boot(peerOf(w, 0));
  w.sim.runUntil(7_500);
  expect(peerOf(w, 0).afterKill).toEqual({ calls: 0, saves: 0, upcalls: 0, timers: 0 });
});

describe("a request that arrives at the very moment at which its receiver is back", () => {
  const asker: Script = { onBoot: (act) => act.timer(500, "ask"), onTimer: (act) => void act.call(1, "ask", bytes(7)) };
  const answerer: Script = {
    onRequest: (act, { requestId }) => act.effect({ kind: "reply", requestId, reply: bytes(9) }),
  };
  const script = (peer: number) => (peer === 0 ? asker : answerer);

  it("meets it, and is answered", () => {
    const first = world(script);
    first.sim.runUntil(20_000);
    const arrivesUs = times(first, "deliver-request")[0]?.[0] ?? 0;
    const w = world(script);
    w.sim.runUntil(600);
    w.sim.crash(peerOf(w, 1));
    w.sim.runUntil(arrivesUs);
    w.sim.boot(peerOf(w, 1));
    w.sim.runUntil(20_000);
    expect(times(w, "deliver-request")).toEqual([[arrivesUs, 1, 0]]);
    expect(
      w.trace.records.filter(({ timeUs, peer }) => timeUs === arrivesUs && peer === 1).map(({ kind }) => kind),
    ).toEqual(["boot", "deliver-request", "reply"]);
    expect(times(w, "deliver-reply")).toHaveLength(1);
  });
});
