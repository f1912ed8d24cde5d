import { describe, expect, it } from "vitest";
import type { Effect, Entry, Window, WindowResult } from "../../grader/sim/peer-host.ts";
import type { Script } from "./scripted-host.ts";
import { bytes, log, peerOf, save, type World, world } from "./world.ts";

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

  it("leads to another trace for another seed", () => {
    expect(hash({ seed: 1 })).not.toBe(hash({ seed: 2 }));
  });
});

describe("an answer that cannot be true is refused, for itself alone:", () => {
  /** Peer 0 writes at 10 ms, and else nobody does anything: no later check can take offence at what the first let pass. */
  const once = (peer: number): Script => ({
    onBoot: (act) => void (peer === 0 && act.timer(10_000, "write")),
    onTimer: (act) => act.effect(log("here")),
  });

  /** Lets `lie` change the answer to the first window for which it gives another one, and plays 100 ms. */
  function playWith(lie: (window: Window, honest: WindowResult) => WindowResult | null, script = once): () => World {
    const w = world(script);
    const { exchange } = w.host;
    let lied = false;
    w.host.exchange = (window) => {
      const honest = exchange.call(w.host, window);
      const changed = lied ? null : lie(window, honest);
      lied ||= changed !== null;
      return changed ?? honest;
    };
    return () => {
      w.sim.runUntil(100_000);
      expect(lied).toBe(true);
      return w;
    };
  }

  const writes = ({ entries }: WindowResult) => entries.some(({ effects }) => effects.length > 0);
  const REFUSED = "broke the protocol";

  it("the window in which somebody writes ends one lookahead later, and is not refused when it is said so", () => {
    const ends: number[] = [];
    playWith((_, honest) => {
      if (!writes(honest)) return null;
      ends.push(honest.endUs);
      return { ...honest };
    })();
    expect(ends).toEqual([11_000]);
  });

  it.each([1, 500, 89_000])("that %i µs more went by than may, after somebody did something", (moreUs) => {
    const play = playWith((_, honest) => (writes(honest) ? { ...honest, endUs: honest.endUs + moreUs } : null));
    expect(play).toThrow(REFUSED);
  });

  it("that more went by than was asked for", () => {
    const play = playWith((window, honest) =>
      honest.endUs === window.untilUs ? { ...honest, endUs: honest.endUs + 1 } : null,
    );
    expect(play).toThrow(REFUSED);
  });

  it("that less went by than nobody can shorten: one lookahead", () => {
    const play = playWith((_, honest) => (writes(honest) ? { ...honest, endUs: 10_999 } : null));
    expect(play).toThrow(REFUSED);
  });

  const quiet = (timeUs: number, fields: Partial<Entry> = {}): Entry => ({
    timeUs,
    peer: 0,
    incarnation: 1,
    cause: "timer",
    effects: [],
    ...fields,
  });
  const adding = (timeUs: (honest: WindowResult) => number, fields: Partial<Entry> = {}) =>
    playWith((_, honest) =>
      writes(honest) ? { ...honest, entries: [...honest.entries, quiet(timeUs(honest), fields)] } : null,
    );

  it("an entry at the end of the window, or beyond it", () => {
    expect(adding(({ endUs }) => endUs - 1)).not.toThrow();
    expect(adding(({ endUs }) => endUs)).toThrow(REFUSED);
  });

  it("an entry before the one that it follows", () => {
    expect(adding(() => 10_000)).not.toThrow();
    expect(adding(() => 9_999)).toThrow(REFUSED);
  });

  it("an entry of a peer that there is not", () => expect(adding(() => 10_500, { peer: 2 })).toThrow(REFUSED));

  it("an entry of a peer that has not booted yet, which no checker knows", () => {
    const play = playWith((window, honest) =>
      window.inputs.some(({ kind }) => kind === "boot") ? { ...honest, entries: [quiet(0), ...honest.entries] } : null,
    );
    expect(play).toThrow(REFUSED);
  });

  it("an entry for an input that nobody sent", () => expect(adding(() => 10_500, { cause: "input" })).toThrow(REFUSED));

  it("an input that is taken before its time", () => {
    // The second of two that fall into one window, so that its time is not past either.
    const twice = (peer: number): Script => ({
      onBoot: (act) => {
        if (peer === 1) return;
        act.call(1, "ping");
        act.timer(500, "again");
      },
      onTimer: (act) => void act.call(1, "ping"),
    });
    const movedBy = (byUs: number) =>
      playWith((_, { entries, ...honest }) => {
        const at = entries.findIndex(({ cause, timeUs }) => cause === "input" && timeUs === 1_500);
        if (at < 0) return null;
        return { ...honest, entries: entries.map((one, i) => (i === at ? { ...one, timeUs: 1_500 + byUs } : one)) };
      }, twice);
    expect(movedBy(0)).not.toThrow();
    expect(movedBy(-1)).toThrow(REFUSED);
    expect(movedBy(1)).toThrow(REFUSED);
  });

  it.each([-1, 2])("a call to peer %i, of two peers", (to) => {
    const call: Effect = { kind: "call", callId: 1, to, method: "ping", args: bytes() };
    expect(adding(() => 10_500, { effects: [call] })).toThrow(REFUSED);
    expect(adding(() => 10_500, { effects: [{ ...call, to: 1 }] })).not.toThrow();
  });
});

describe("time", () => {
  it("cannot be let pass from inside a window", () => {
    const w = world(() => ({ onBoot: (act) => act.effect(log("x")) }));
    w.sim.crashRules.push(() => {
      w.sim.runUntil(5_000);
      return null;
    });
    expect(() => w.sim.runUntil(10_000)).toThrow("inside a window");
  });

  it("is at each action's moment when it runs, in the order of their times, and stands still for calls of methods", () => {
    const seen: string[] = [];
    const w = world((peer) => ({
      onInvoke: (act, { invokeId }) => act.effect({ kind: "result", invokeId, value: bytes(peer) }),
    }));
    for (const [name, us] of [
      ["late", 700],
      ["early", 300],
      ["late too", 700],
    ] as const) {
      w.sim.at(us, () => void seen.push(`${name} ${w.sim.nowUs}`));
    }
    w.sim.runUntil(699);
    expect(w.sim.nowUs).toBe(699);
    w.sim.runUntil(700);
    expect(seen).toEqual(["early 300", "late 700", "late too 700"]);
    expect(w.sim.invoke([1, 0].map((id) => ({ peer: peerOf(w, id), method: "m", args: bytes() })))).toEqual([
      bytes(1),
      bytes(0),
    ]);
    expect(w.sim.nowUs).toBe(700);
  });

  it("of one moment is dealt with peer by peer, and for one peer in the order of sending", () => {
    const w = world(
      (peer) => ({
        onBoot: (act) => {
          for (const [i, to] of [2, 1, 2, 1].entries()) if (peer === 0) act.call(to, "ping", bytes(i));
        },
        onRequest: (act, { args }) => act.effect(log(`${args[0]}`)),
      }),
      { size: 3 },
    );
    w.sim.runUntil(2_000);
    expect(w.events.slice(3)).toEqual(["1000 log 1 1", "1000 log 1 3", "1000 log 2 0", "1000 log 2 2"]);
  });

  it("a method called for later is called then, in the incarnation that it was called for, or never", () => {
    const w = world(() => ({ onInvoke: (act, { method }) => act.effect(log(method)) }));
    w.sim.invokeAt(4_000, peerOf(w, 0), "one", bytes());
    w.sim.invokeAt(8_000, peerOf(w, 0), "two", bytes());
    w.sim.at(5_000, () => w.sim.crash(peerOf(w, 0)));
    w.sim.at(6_000, () => w.sim.boot(peerOf(w, 0)));
    w.sim.runUntil(10_000);
    expect(w.events.filter((event) => event.includes("log"))).toEqual(["4000 log 0 one"]);
  });
});
