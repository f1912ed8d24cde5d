import { describe, expect, it } from "vitest";
import type { Script } from "./scripted-host.ts";
import { bytes, log, peerOf, times, world } from "./world.ts";

/** Peer 0 calls peer 1 at 1.5, 2.5 and 3.5 ms; peer 1 has timers at 2 and 3 ms, and says all that happens to it. */
const script = (peer: number): Script => ({
  onBoot: (act) => {
    for (const us of peer === 1 ? [2_000, 3_000] : [1_500, 2_500, 3_500]) act.timer(us, `${us}`);
  },
  onTimer: (act, name) => (peer === 0 ? void act.call(1, "ping", bytes(Number(name) / 500)) : act.effect(log(name))),
  onRequest: (act, { args, requestId }) => {
    act.effect(log(`request ${args[0]}`));
    act.effect({ kind: "reply", requestId, reply: args });
  },
  onReply: (act, { reply }) => act.effect(log(`reply ${reply?.[0] ?? "null"}`)),
  onInvoke: (act, { invokeId }) => {
    act.effect(log("invoked"));
    act.effect({ kind: "result", invokeId, value: bytes(1) });
  },
});

const said = (events: readonly string[], peer: number): string[] =>
  events.filter((event) => event.includes(` log ${peer} `)).map((event) => event.replace(`log ${peer} `, ""));

describe("a peer that stands still", () => {
  it("does nothing; then its due timers fire, then what waited comes in its order, all at the moment of resuming", () => {
    const w = world(script);
    w.sim.runUntil(1_000);
    w.sim.pause(peerOf(w, 1));
    w.sim.runUntil(5_000);
    expect(said(w.events, 1)).toEqual([]);
    w.sim.resume(peerOf(w, 1));
    w.sim.runUntil(8_000);
    expect(said(w.events, 1)).toEqual(["5000 2000", "5000 3000", "5000 request 3", "5000 request 5", "5000 request 7"]);
    expect(times(w, "deliver-request").map(([at]) => at)).toEqual([5_000, 5_000, 5_000]);
    expect(said(w.events, 0)).toEqual(["6000 reply 3", "6000 reply 5", "6000 reply 7"]);
    expect(times(w, "pause")).toEqual([[1_000, 1, -1]]);
    expect(times(w, "resume")).toEqual([[5_000, 1, -1]]);
  });

  it("gets its answers when it goes on, and null in place of one that it waited for too long", () => {
    const w = world(script);
    w.sim.runUntil(1_600);
    w.sim.pause(peerOf(w, 0));
    w.sim.runUntil(6_000_000);
    w.sim.resume(peerOf(w, 0));
    w.sim.runUntil(6_010_000);
    expect(said(w.events, 0)).toEqual(["6000000 reply 3", "6002000 reply 5", "6002000 reply 7"]);
    const silent = world((peer) => ({ ...script(peer), onRequest: () => {} }));
    silent.sim.runUntil(1_600);
    silent.sim.pause(peerOf(silent, 0));
    silent.sim.runUntil(7_100_000);
    expect(said(silent.events, 0)).toEqual([]);
    silent.sim.resume(peerOf(silent, 0));
    silent.sim.runUntil(7_200_000);
    expect(said(silent.events, 0)).toEqual(["7100000 reply null"]);
  });

  it("has local methods called neither at once, which gives null, nor before it goes on", () => {
    const w = world(script);
    w.sim.runUntil(1_000);
    w.sim.pause(peerOf(w, 1));
    expect(w.sim.invoke([0, 1].map((id) => ({ peer: peerOf(w, id), method: "start", args: bytes() })))).toEqual([
      bytes(1),
      null,
    ]);
    w.sim.invokeAt(1_500, peerOf(w, 1), "snapshot", bytes());
    w.sim.runUntil(4_000);
    expect(said(w.events, 1)).toEqual([]);
    w.sim.resume(peerOf(w, 1));
    w.sim.runUntil(4_001);
    // The one for later comes now; the one that gave null never does.
    expect(said(w.events, 1)).toEqual(["4000 2000", "4000 3000", "4000 invoked", "4000 request 3", "4000 request 5"]);
  });

  it("is paused once, and resumed once", () => {
    const w = world(script);
    w.sim.runUntil(1_000);
    w.sim.resume(peerOf(w, 1));
    for (let i = 0; i < 3; i++) w.sim.pause(peerOf(w, 1));
    w.sim.runUntil(5_000);
    for (let i = 0; i < 3; i++) w.sim.resume(peerOf(w, 1));
    w.sim.runUntil(6_000);
    expect([times(w, "pause").length, times(w, "resume").length]).toEqual([1, 1]);
    expect(said(w.events, 1)).toHaveLength(5);
  });

  it("loses in a crash what waited for it, and goes on by itself when it boots", () => {
    const w = world(script);
    w.sim.runUntil(1_000);
    w.sim.pause(peerOf(w, 1));
    w.sim.runUntil(5_000);
    w.sim.crash(peerOf(w, 1));
    w.sim.runUntil(7_000);
    w.sim.boot(peerOf(w, 1));
    w.sim.runUntil(12_000);
    expect(peerOf(w, 1).paused).toBe(false);
    w.sim.pause(peerOf(w, 1));
    w.sim.resume(peerOf(w, 1));
    w.sim.runUntil(20_000);
    expect(said(w.events, 1)).toEqual(["9000 2000", "10000 3000"]);
    w.sim.pause(peerOf(w, 0));
    w.sim.crash(peerOf(w, 0));
    w.sim.pause(peerOf(w, 0));
    w.sim.runUntil(22_000);
    w.sim.boot(peerOf(w, 0));
    w.sim.runUntil(30_000);
    expect(said(w.events, 1).slice(2)).toEqual(["24500 request 3", "25500 request 5", "26500 request 7"]);
  });
});
