import { describe, expect, test } from "vitest";
import type { Engine } from "../../grader/host/engine.ts";
import type { Entry, Input, Window } from "../../grader/sim/peer-host.ts";
import { encode } from "../../labs/api/codec.ts";
import { boot, engineFor, raft, readable, request, window } from "./fixture.ts";

const texts = (entry: Entry) => entry.effects.flatMap((effect) => (effect.kind === "log" ? [effect.text] : []));
const summary = (entries: readonly Entry[]) =>
  entries.map((entry) =>
    `${entry.timeUs} peer ${entry.peer}.${entry.incarnation} ${entry.cause} ${texts(entry).join(" | ")}`.trimEnd(),
  );
const at = (kind: "pause" | "resume" | "drop", timeUs: number, peer = 0, incarnation = 1): Input => ({
  kind,
  timeUs,
  peer,
  incarnation,
});

describe("the order of entries", () => {
  test("by time, then peer; at equal times inputs before timers", () => {
    const engine = engineFor(
      raft("setTimeout(() => console.log('timer', me), 1)", "ask() { console.log('ask', this.me); return 1 }"),
    );
    const { entries } = engine.exchange(
      window(
        2000,
        boot(),
        boot({ peer: 1 }),
        request(999, "ask", 1, { peer: 1 }),
        request(1000, "ask", 1),
        request(1000, "ask", 1),
        request(1000, "ask", 1, { peer: 1 }),
      ),
    );
    expect(summary(entries)).toEqual([
      "0 peer 0.1 input",
      "0 peer 1.1 input",
      "999 peer 1.1 input ask 1",
      "1000 peer 0.1 input ask 0",
      "1000 peer 0.1 input ask 0",
      "1000 peer 0.1 timer timer 0",
      "1000 peer 1.1 input ask 1",
      "1000 peer 1.1 timer timer 1",
    ]);
  });

  test("the end of a window is exclusive, and the next wake-up is told", () => {
    const engine = engineFor(raft("setTimeout(() => console.log('timer'), 5)"));
    expect(engine.exchange(window(5000, boot())).nextWakeUs).toBe(5000);
    expect(engine.exchange(window(5000))).toEqual({ entries: [], endUs: 5000, nextWakeUs: 5000 });
    const { entries, nextWakeUs } = engine.exchange(window(5001));
    expect(summary(entries)).toEqual(["5000 peer 0.1 timer timer"]);
    expect(nextWakeUs).toBe(Number.POSITIVE_INFINITY);
  });

  test("a window with a span ends so long after the first entry with effects, and inputs beyond are forgotten", () => {
    const engine = engineFor(
      raft("setTimeout(() => {}, 3); setTimeout(() => console.log('timer'), 5)", "ask() { return 1 }"),
    );
    engine.exchange(window(1, boot()));
    const inputs = [request(5_900, "ask", 1), request(6_000, "ask", 2), request(7_000, "ask", 3)];
    const first = engine.exchange({ ...window(9_000, ...inputs), spanUs: 1_000 });
    expect(first.entries.map(({ timeUs }) => timeUs)).toEqual([3_000, 5_000, 5_900]);
    expect(first).toMatchObject({ endUs: 6_000, nextWakeUs: Number.POSITIVE_INFINITY });
    expect(engine.exchange(window(9_000, ...inputs.slice(1))).entries).toHaveLength(2);
  });

  test("a window with a span ends after many entries without effects, between two moments", () => {
    const engine = engineFor(raft("setInterval(() => {}, 2)"));
    engine.exchange(window(1, boot(), boot({ peer: 1 }), boot({ peer: 2 })));
    const { entries, endUs, nextWakeUs } = engine.exchange({ ...window(1_000_000), spanUs: 1_000 });
    expect(entries).toHaveLength(33);
    expect([endUs, nextWakeUs]).toEqual([24_000, 24_000]);
  });
});

describe("pauses", () => {
  const ticking = raft(
    "setInterval(() => console.log('tick', performance.now()), 2); setTimeout(() => console.log('a'), 3); setTimeout(() => console.log('b'), 3)",
    "ask() { console.log('ask'); return 1 }",
  );

  test("nothing fires meanwhile; then what came due, in order of its due time and before later inputs", () => {
    const engine = engineFor(ticking);
    const paused = engine.exchange(window(5000, boot(), at("pause", 1000)));
    expect(summary(paused.entries)).toEqual(["0 peer 0.1 input", "1000 peer 0.1 input"]);
    expect(paused.nextWakeUs).toBe(Number.POSITIVE_INFINITY);
    const resumed = engine.exchange(window(8000, at("resume", 6500), request(6500, "ask", 1), request(6600, "ask", 1)));
    expect(summary(resumed.entries)).toEqual([
      "6500 peer 0.1 input",
      "6500 peer 0.1 timer tick 6.5",
      "6500 peer 0.1 timer a",
      "6500 peer 0.1 timer b",
      "6500 peer 0.1 input ask",
      "6600 peer 0.1 input ask",
    ]);
    expect(resumed.nextWakeUs).toBe(8500);
  });

  test("other peers go on, and a pause or resume too many does nothing", () => {
    const engine = engineFor(ticking);
    const { entries } = engine.exchange(
      window(
        4001,
        boot(),
        boot({ peer: 1 }),
        at("resume", 500),
        at("pause", 1000),
        at("pause", 1100),
        request(1200, "ask", 1),
      ),
    );
    expect(summary(entries).filter((line) => line.includes("peer 0"))).toEqual([
      "0 peer 0.1 input",
      "500 peer 0.1 input",
      "1000 peer 0.1 input",
      "1100 peer 0.1 input",
      "1200 peer 0.1 input ask",
    ]);
    expect(summary(entries).filter((line) => line.includes("peer 1 ") || line.includes("peer 1."))).toHaveLength(5);
  });
});

describe("incarnations", () => {
  test("a dropped one does nothing more, and inputs for it give empty entries", () => {
    const engine = engineFor(
      raft("setInterval(() => console.log('tick'), 1)", "ask() { console.log('ask'); return 1 }"),
    );
    const { entries, nextWakeUs } = engine.exchange(
      window(3000, boot(), at("drop", 1500), request(1600, "ask", 1), at("resume", 1700)),
    );
    expect(summary(entries)).toEqual([
      "0 peer 0.1 input",
      "1000 peer 0.1 timer tick",
      "1500 peer 0.1 input",
      "1600 peer 0.1 input",
      "1700 peer 0.1 input",
    ]);
    expect(nextWakeUs).toBe(Number.POSITIVE_INFINITY);
  });

  test("the next one begins with counters of its own, and what is left of the old one is not seen", () => {
    const engine = engineFor(
      raft(
        "peers[1].call('ask', 1).then(() => console.log('reply')); globalThis.n = (globalThis.n ?? 0) + 1; console.log(n, +setTimeout(() => {}, 9))",
        "ask() {}",
      ),
    );
    const reply: Input = { kind: "reply", timeUs: 2500, peer: 0, incarnation: 1, callId: 1, reply: null };
    const { entries } = engine.exchange(
      window(3000, boot(), at("drop", 1000), boot({ timeUs: 2000, incarnation: 2 }), reply),
    );
    expect(entries.map((entry) => entry.effects.map(readable))).toMatchObject([
      [{ kind: "call", callId: 1 }, { text: "1 1" }, {}],
      [],
      [{ kind: "call", callId: 1 }, { text: "1 1" }, {}],
      [],
    ]);
    expect(entries[3]?.incarnation).toBe(1);
  });

  test("inputs for a peer that was never booted give empty entries", () => {
    const { entries } = engineFor(raft("")).exchange(window(10, request(1, "ask", 1, { peer: 3 })));
    expect(entries).toEqual([{ timeUs: 1, peer: 3, incarnation: 1, cause: "input", effects: [] }]);
  });

  test("what a constructor did before it threw goes on", () => {
    const engine = engineFor(raft("setTimeout(() => console.log('timer'), 1); throw new Error('x')"));
    const { entries } = engine.exchange(window(5000, boot(), request(500, "ask", 1)));
    expect(entries.map((entry) => entry.effects.map((effect) => effect.kind))).toEqual([["exception"], [], ["log"]]);
  });
});

describe("the observer", () => {
  test("is asked after microtasks, and reported only when its value changed", () => {
    const members = "async ask(x) { await null; await null; this.state = x; return 1 } same() { return 1 }";
    const { entries } = engineFor(raft("this.state = { term: 0 }", members)).exchange(
      window(10, boot(), request(1, "ask", { term: 1 }), request(2, "ask", { term: 1 }), request(3, "same", 1)),
    );
    expect(entries.map((entry) => entry.effects.map(readable))).toEqual([
      [{ kind: "observed", value: { term: 0 } }],
      [
        { kind: "reply", requestId: 1, reply: 1 },
        { kind: "observed", value: { term: 1 } },
      ],
      [{ kind: "reply", requestId: 1, reply: 1 }],
      [{ kind: "reply", requestId: 1, reply: 1 }],
    ]);
  });
});

describe("window edges cannot be observed", () => {
  const busy = raft(
    `let n = 0;
    const say = (what) => console.log(what, ++n, Date.now(), Math.random());
    setInterval(() => { say("interval"); peers[(me + 1) % 3].call("ask", { n }).then((r) => say("reply " + JSON.stringify(r))) }, 1 + me);
    const again = () => { setTimeout(again, Math.random() * 5); setImmediate(() => say("immediate")); persister.save(new Uint8Array([n & 255])) };
    again();
    setTimeout(() => { throw new Error("once") }, 4);`,
    "async ask(x) { await null; return { ...x, me: this.me } }",
  );
  const inputs: Input[] = [
    ...[0, 1, 2].map((peer) =>
      boot({ peer, seed: [peer, 7, 7, 7], clock: { offsetUs: peer * 777, driftPpm: (peer - 1) * 50_000 } }),
    ),
    ...Array.from({ length: 60 }, (_, i) => request(300 * (i + 1), "ask", { i }, { peer: i % 3, requestId: i })),
    ...Array.from(
      { length: 20 },
      (_, i): Input => ({
        kind: "reply",
        timeUs: 301 + 700 * i,
        peer: i % 3,
        incarnation: 1,
        callId: i,
        reply: i % 2 ? null : encode({ i }),
      }),
    ),
    at("pause", 5000, 1),
    at("resume", 9000, 1),
    at("drop", 11_000, 2),
    boot({ timeUs: 12_100, peer: 2, incarnation: 2, seed: [9, 9, 9, 9] }),
  ].sort((a, b) => a.timeUs - b.timeUs || a.peer - b.peer);
  const endUs = 20_000;

  /** Runs all with windows of that width; the engine may keep back inputs. */
  const run = (widthUs: number, maxEntries: number) => {
    const engine: Engine = engineFor(busy);
    const entries: Entry[] = [];
    for (let fromUs = 0; fromUs < endUs; fromUs += widthUs) {
      const untilUs = Math.min(endUs, fromUs + widthUs);
      let next: Window = {
        untilUs,
        spanUs: Number.POSITIVE_INFINITY,
        maxEntries,
        inputs: inputs.filter(({ timeUs }) => timeUs >= fromUs && timeUs < untilUs),
      };
      for (;;) {
        const result = engine.exchange(next);
        entries.push(...result.entries);
        if (maxEntries > 0) expect(result.entries.length).toBeLessThanOrEqual(maxEntries);
        if (result.nextWakeUs >= untilUs) break;
        next = { ...next, inputs: [] };
      }
    }
    return entries;
  };

  const whole = run(endUs, 0);

  test("the run is worth comparing", () => {
    expect(whole.length).toBeGreaterThan(150);
    expect(whole.filter((entry) => entry.cause === "input")).toHaveLength(inputs.length);
    expect(new Set(whole.flatMap((entry) => entry.effects).map((effect) => effect.kind))).toEqual(
      new Set(["call", "reply", "save", "log", "exception", "observed"]),
    );
  });

  test.each([
    [1000, 0],
    [142, 0],
    [7, 0],
    [1000, 1],
    [endUs, 1],
    [3333, 5],
  ])("windows of %i µs, at most %i entries each", (widthUs, maxEntries) => {
    expect(run(widthUs, maxEntries)).toEqual(whole);
  });
});
