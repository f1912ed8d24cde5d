import { describe, expect, it } from "vitest";
import type { SimulationEvents } from "../../grader/sim/entries.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";
import { Simulation } from "../../grader/sim/simulation.ts";
import { Tape } from "../../grader/sim/tape.ts";
import { Trace } from "../../grader/sim/trace.ts";
import { type Script, ScriptedHost } from "./scripted-host.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const save = (value: number): Effect => ({ kind: "save", state: bytes(value), snapshot: null });

function world(
  script: (peer: number) => Script,
  options: { size?: number; windowUs?: number; oneEntry?: boolean; seed?: number } = {},
) {
  const events: string[] = [];
  const at = (what: string): void => void events.push(`${sim.nowUs} ${what}`);
  const handlers: SimulationEvents = {
    booted: (peer) => at(`boot ${peer.id}.${peer.incarnation}`),
    crashed: (peer) => at(`crash ${peer.id}`),
    sent: () => {},
    heard: () => {},
    observed: () => {},
    upcall: (peer, message) => at(`upcall ${peer.id} ${message[0]}`),
    log: (peer, { text }) => at(`log ${peer.id} ${text}`),
    exception: (peer, { message }) => at(`exception ${peer.id} ${message}`),
    misuse: () => {},
  };
  const host = new ScriptedHost(script);
  const trace = new Trace(true);
  const sim: Simulation = new Simulation({
    size: options.size ?? 2,
    host,
    tape: new Tape(options.seed ?? 1),
    trace,
    events: handlers,
    oneEntry: options.oneEntry ?? false,
    windowUs: options.windowUs ?? 1000,
  });
  for (const peer of sim.peers) sim.boot(peer);
  return { sim, host, trace, events };
}

const log = (text: string): Effect => ({ kind: "log", level: "log", text });
const peerOf = (w: ReturnType<typeof world>, id: number) => w.sim.peers[id] as (typeof w.sim.peers)[number];

describe("calls", () => {
  const echo = (peer: number): Script => ({
    onBoot: (act) => void (peer === 0 && act.call(1, "ping", bytes(42))),
    onRequest: (act, input) => act.effect({ kind: "reply", requestId: input.requestId, reply: input.args }),
    onReply: (act, input) => act.effect(log(`reply ${input.reply?.[0] ?? "null"}`)),
  });

  it("takes one lookahead each way on a quiet network", () => {
    const w = world(echo);
    w.sim.runUntil(10_000);
    expect(w.events).toContain("2000 log 0 reply 42");
    expect([w.sim.calls.rpcs, w.sim.calls.bytes]).toEqual([1, 2]);
  });

  it("answers null when the other is down, within 7 s", () => {
    const w = world(echo);
    w.sim.crash(peerOf(w, 1));
    w.sim.runUntil(8_000_000);
    const line = w.events.find((event) => event.endsWith("log 0 reply null"));
    expect(Number(line?.split(" ")[0])).toBeLessThanOrEqual(7_000_000);
  });

  it("answers null at 7 s exactly when the handler never answers", () => {
    const w = world((peer) => ({ ...echo(peer), onRequest: () => {} }));
    w.sim.runUntil(8_000_000);
    expect(w.events).toContain("7000000 log 0 reply null");
  });

  it("holds what a rule holds past its caller's patience, and delivers it when released", () => {
    const w = world((peer) => ({ ...echo(peer), onRequest: (act) => act.effect(log("got it")) }));
    const rule = { decide: () => "hold" as const };
    w.sim.network.rules.push(rule);
    w.sim.runUntil(7_500_000);
    expect(w.sim.calls.held(rule)).toBe(1);
    w.sim.calls.release(rule);
    w.sim.runUntil(8_000_000);
    expect(w.events).toContain("7000000 log 0 reply null");
    expect(w.events).toContain("7501000 log 1 got it");
  });

  it("runs the handler twice for a duplicated request, and only the first reply counts", () => {
    const w = world(echo);
    w.sim.network.rules.push({ decide: (message) => (message.kind === "request" ? { duplicate: 1 } : "pass") });
    w.sim.runUntil(8_000_000);
    expect(w.trace.records.filter((record) => record.kind === "deliver-request")).toHaveLength(2);
    expect(w.events.filter((event) => event.includes("log 0 reply"))).toEqual(["2000 log 0 reply 42"]);
  });

  it("cuts one direction only", () => {
    const w = world(echo);
    w.sim.network.setCut(1, 0, true);
    w.sim.runUntil(8_000_000);
    expect(w.trace.records.filter((record) => record.kind === "deliver-request")).toHaveLength(1);
    expect(w.events.some((event) => event.endsWith("log 0 reply null"))).toBe(true);
  });
});

describe("a crash between effects", () => {
  const saver: Script = {
    onBoot: (act) => act.timer(500, "work"),
    onTimer: (act) => {
      act.effect(save(1));
      act.effect(log("one"));
      act.effect(save(2));
      act.effect(log("two"));
    },
  };

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

  it("boots with what was saved, one incarnation on", () => {
    const w = world(() => saver, { size: 1 });
    w.sim.runUntil(700);
    w.sim.crash(peerOf(w, 0));
    w.sim.runUntil(2000);
    w.sim.boot(peerOf(w, 0));
    w.sim.runUntil(2001);
    expect(w.events.at(-1)).toBe("2000 boot 0.2");
    expect(w.trace.records.filter((record) => record.kind === "boot").at(-1)?.bytes).toEqual(bytes(2));
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

it("after a pause fires due timers first, then delivers what waited, all at the moment of resuming", () => {
  const w = world((peer) => ({
    onBoot: (act) => (peer === 1 ? act.timer(2_000, "tick") : act.timer(1_500, "send")),
    onTimer: (act, name) => (name === "send" ? void act.call(1, "hello") : act.effect(log("tick"))),
    onRequest: (act) => act.effect(log("hello")),
  }));
  w.sim.runUntil(1_000);
  w.sim.pause(peerOf(w, 1));
  w.sim.runUntil(5_000);
  w.sim.resume(peerOf(w, 1));
  w.sim.runUntil(6_000);
  expect(w.events.slice(2)).toEqual(expect.arrayContaining(["5000 log 1 hello"]));
  expect(w.events.filter((event) => event.includes("log 1"))).toHaveLength(2);
});

describe("window edges", () => {
  /** Peers that chatter on odd timers, save, crash between effects, over lossy links. */
  const chatter = (peer: number): Script => ({
    onBoot: (act) => act.timer(137 * (peer + 1), "tick"),
    onTimer: (act) => {
      act.call((act.me + 1) % 3, "a", bytes(act.nowUs & 0xff));
      act.call((act.me + 2) % 3, "b");
      act.effect(save(act.nowUs & 0xff));
      act.timer(713 + peer, "tick");
    },
    onRequest: (act, input) => act.effect({ kind: "reply", requestId: input.requestId, reply: bytes(act.me) }),
    onReply: (act, input) => act.effect(log(`${input.callId} ${input.reply?.[0] ?? "null"}`)),
  });

  /** The same, but silent about replies, now and then with a timer that has something to say: windows can stretch. */
  const terse = (peer: number): Script => ({
    ...chatter(peer),
    onBoot: (act) => act.timer(9_137 * (peer + 1), "tick"),
    onTimer: (act, name) => {
      if (name === "nothing") return;
      if (name === "late") return act.effect(log("late"));
      act.call((act.me + 1) % 3, "a", bytes(act.nowUs & 0xff));
      act.call((act.me + 2) % 3, "b");
      act.timer(61_713 + 97 * peer, "tick");
      act.timer(2_500, "nothing");
      if (act.nowUs % 3 === 0) act.timer(18_000, "late");
    },
    onReply: (act, input) => {
      if (input.callId % 5 === 0) act.effect(save(input.callId));
    },
  });

  function hash(options: {
    windowUs?: number;
    oneEntry?: boolean;
    seed: number;
    script?: typeof chatter;
    stepUs?: number;
  }): string {
    return play(options).trace.digest();
  }

  function play({
    script = chatter,
    stepUs = 7_331,
    ...options
  }: Parameters<typeof hash>[0]): ReturnType<typeof world> {
    const w = world(script, { size: 3, ...options });
    w.sim.network.model = { unreliable: true, duplicate: 0.2, reorder: 0.1, longDelays: false };
    let saves = 0;
    w.sim.crashRules.push((peer, effect) => {
      if (effect.kind !== "save" || ++saves % 97 !== 0) return null;
      w.sim.at(w.sim.nowUs + 1_000, () => w.sim.boot(peer));
      return "before";
    });
    for (let step = 1; step <= 40; step++) {
      w.sim.runUntil(step * stepUs);
      if (step % 10 === 0) w.sim.pause(peerOf(w, 0));
      if (step % 10 === 3) w.sim.resume(peerOf(w, 0));
      if (step % 7 === 0 && peerOf(w, 1).up) w.sim.invoke([{ peer: peerOf(w, 1), method: "poke", args: bytes(step) }]);
    }
    return w;
  }

  it.each([1, 2, 3, 4, 5])("cannot be observed: widths L, L/2, L/7 and one entry at a time agree (seed %i)", (seed) => {
    const hashes = [
      { seed },
      { seed, windowUs: 500 },
      { seed, windowUs: 143 },
      { seed, windowUs: 1 },
      { seed, oneEntry: true },
    ].map(hash);
    expect(new Set(hashes).size).toBe(1);
  });

  it.each([1, 2, 3, 4, 5])("cannot be observed where windows stretch (seed %i)", (seed) => {
    const terseRun = { seed, script: terse, stepUs: 73_310 };
    const stretched = play(terseRun);
    const narrow = play({ ...terseRun, windowUs: 999 });
    const others = [narrow, play({ ...terseRun, windowUs: 143 }), play({ ...terseRun, oneEntry: true })];
    const digest = stretched.trace.digest();
    for (const other of others) expect(other.trace.digest()).toBe(digest);
    expect(stretched.host.windows.length).toBeLessThan(0.8 * narrow.host.windows.length);
  });

  it("refuses a window that a host ends before time, or after somebody did something", () => {
    for (const byUs of [-1, 1]) {
      const w = world(terse, { size: 3 });
      const { exchange } = w.host;
      w.host.exchange = (window) => {
        const result = exchange.call(w.host, window);
        const isToTest = window.spanUs === 1_000 && result.endUs < window.untilUs;
        return isToTest ? { ...result, endUs: result.endUs + byUs } : result;
      };
      expect(() => w.sim.runUntil(200_000)).toThrow("broke the protocol");
    }
  });

  it("leads to another trace for another seed", () => {
    expect(hash({ seed: 1 })).not.toBe(hash({ seed: 2 }));
  });
});
