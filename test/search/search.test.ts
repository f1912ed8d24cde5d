import { describe, expect, test } from "vitest";
import type { Instance } from "../../grader/harness/instance.ts";
import { DEFAULT_CAPS, searchInstance } from "../../grader/search/search.ts";
import { playScript } from "../../grader/shrink/play-script.ts";
import { signatureOf } from "../../grader/shrink/signature.ts";
import type { Window, WindowResult } from "../../grader/sim/peer-host.ts";
import { bruteForce } from "./brute-force.ts";
import { type Did, type Given, instance, THEATRE, type Toy, ToyHost, ToyWorker } from "./toy.ts";

const search = (toy: Toy, of: Instance, caps = DEFAULT_CAPS) =>
  searchInstance("toy", THEATRE, of, new ToyHost(toy), caps);
const last = (given: readonly Given[]): Given => given.at(-1) as Given;

/** Who starts asks all others, and decides when all have agreed to it. Others agree to what they were asked first. */
const firstCome =
  (remembers: "for ever" | "in memory" | "never", size = 3): Toy =>
  (me, given) => {
    const now = last(given);
    const saved = given[0]?.kind === "boot" ? given[0].saved : null;
    if (now.kind === "start")
      return Array.from({ length: size }, (_, to) => to)
        .filter((to) => to !== me)
        .map((to): Did => ({ kind: "call", to, args: now.command }));
    if (now.kind === "request") {
      const asked = given.flatMap((one) => (one.kind === "request" ? [one.args] : []));
      const first = remembers === "never" ? now.args : ((remembers === "for ever" ? saved : null) ?? asked[0]);
      const reply: Did = { kind: "reply", id: now.id, reply: first };
      return remembers === "never" ? [reply] : [{ kind: "save", state: first }, reply];
    }
    if (now.kind === "reply") {
      const started = given.find(({ kind }) => kind === "start") as { command?: unknown } | undefined;
      const yes = given.filter((one) => one.kind === "reply" && one.reply === started?.command).length;
      return yes === size - 1 && now.reply !== null ? [{ kind: "decide", value: started?.command }] : [];
    }
    return now.kind === "timer" ? null : [];
  };

/** One start asks two peers; an answer that does not come is asked for again; the first timer asks once more. */
const asker: Toy = (me, given) => {
  const now = last(given);
  if (now.kind === "start" && me === 0) return [1, 2].map((to) => ({ kind: "call", to, args: "x" }));
  if (now.kind === "request")
    return [
      { kind: "save", state: given.length },
      { kind: "reply", id: now.id, reply: given.length },
    ];
  if (now.kind === "reply" && now.reply === null) return [{ kind: "call", to: 1, args: "again" }];
  if (now.kind === "timer") return me === 2 ? [{ kind: "call", to: 1, args: "time" }] : null;
  return [];
};

/** Peer 0 asks peer 1 in each of its lives. */
const booter: Toy = (me, given) => {
  const now = last(given);
  if (now.kind === "boot" && me === 0) return [{ kind: "call", to: 1, args: "up" }];
  if (now.kind === "start") return [{ kind: "save", state: 1 }];
  return now.kind === "request" ? [{ kind: "reply", id: now.id, reply: now.args }] : [];
};

const starts = [
  { peers: [0], command: "a" },
  { peers: [1], command: "b" },
];
const one = [{ peers: [0], command: "a" }];

describe("all orders of a small instance", () => {
  test.each([
    ["two rivals", firstCome("for ever"), { starts }],
    ["one, and nobody else", asker, { starts: one }],
    ["a start that one of two peers may get", firstCome("for ever"), { starts: [{ peers: [0, 2], command: "a" }] }],
    ["two starts of one peer", asker, { starts: [...one, { peers: [0], command: "c" }] }],
    ["a loss", asker, { starts: one, lost: 1 }],
    ["two losses", asker, { starts: one, lost: 2 }],
    ["a duplicate", asker, { starts: one, duplicated: 1 }],
    ["a duplicate among rivals", firstCome("in memory"), { starts: one, duplicated: 2 }],
    ["a crash", asker, { starts: one, crashes: 1 }],
    ["two crashes", asker, { starts: one, crashes: 2 }],
    ["timers", asker, { starts: one, timers: [1, 0, 2] }],
    ["a crash of somebody whose earlier life is answered", booter, { starts: one, crashes: 2 }],
    ["a loss and a crash", asker, { starts: one, lost: 1, crashes: 1 }],
    ["a duplicate and a crash", asker, { starts: one, duplicated: 1, crashes: 1 }],
  ] as const)("are as many as brute force finds: %s", (_, toy, fields) => {
    const of = instance({ peers: 3, ...fields });
    const { coverage, found, ended } = search(toy, of);
    expect([ended, coverage.leftAtLeast, found]).toEqual([undefined, null, []]);
    expect({ orders: coverage.orders, prefixes: coverage.prefixes }).toEqual(bruteForce(toy, of));
    expect(coverage.orders).toBeGreaterThan(1);
  });

  test("let student code run once for each thing that a peer is led through, and are the same each time", () => {
    const host = new ToyHost(firstCome("for ever"));
    const of = instance({ peers: 3, starts });
    const { coverage } = searchInstance("toy", THEATRE, of, host);
    expect(coverage.histories).toBeLessThan(coverage.prefixes / 2);
    expect(search(firstCome("for ever"), of).coverage).toEqual(coverage);
  });

  test.each([
    ["rivals", firstCome("for ever"), { starts }],
    ["a loss", asker, { starts: one, lost: 1 }],
    ["a mistake", firstCome("in memory"), { starts, crashes: 1 }],
    ["timers", asker, { starts: one, timers: [1, 0, 2] }],
    ["crashes", booter, { starts: one, crashes: 2 }],
  ] as const)(
    "are the same with hosts that work by themselves, and where each step is waited for: %s",
    (_, toy, fields) => {
      const of = instance({ peers: 3, ...fields });
      const searched = search(toy, of);
      const worker = new ToyWorker(toy);
      expect(searchInstance("toy", THEATRE, of, worker)).toEqual(searched);
      expect(worker.most).toBeGreaterThan(1);
      const host = new ToyHost(toy);
      const stepwise = searchInstance("toy", THEATRE, of, host, DEFAULT_CAPS, { isStepwise: true });
      expect(stepwise).toEqual(searched);
      expect(host.exchanges).toBeGreaterThan(worker.exchanges);
    },
  );

  test("are some where a cap ends them, to the very beginning, and what is left is said", () => {
    const of = instance({ peers: 3, starts });
    const all = search(firstCome("for ever"), of).coverage;
    const some = search(firstCome("for ever"), of, { ...DEFAULT_CAPS, prefixes: 50 }).coverage;
    expect(some.prefixes).toBe(50);
    expect(some.leftAtLeast).toBeGreaterThan(0);
    expect(some.prefixes + (some.leftAtLeast as number)).toBeLessThanOrEqual(all.prefixes);
    const few = search(firstCome("for ever"), of, { ...DEFAULT_CAPS, histories: 20 }).coverage;
    expect([few.histories, few.leftAtLeast === null]).toEqual([20, false]);
  });

  test("are cut where peers answer each other without end, and that is said", () => {
    const toy: Toy = (me, given) => {
      const now = last(given);
      if (now.kind === "request") return [{ kind: "reply", id: now.id, reply: given.length }];
      return now.kind === "boot" ? [] : [{ kind: "call", to: 1 - me, args: given.length }];
    };
    const of = instance({ peers: 2, starts: one });
    const { coverage, found, ended } = search(toy, of);
    expect([ended, found]).toEqual([undefined, []]);
    expect(coverage).toMatchObject({ orders: 0, prefixes: DEFAULT_CAPS.steps + 1, leftAtLeast: 1 });
    const { steps, ...rest } = DEFAULT_CAPS;
    const few = search(firstCome("for ever"), instance({ peers: 3, starts }), { ...rest, steps: steps / 100 }).coverage;
    expect([few.orders, few.leftAtLeast === null]).toEqual([0, false]);
  });

  test("leave a peer alone that has handed something to its service, where the instance says so", () => {
    const toy: Toy = (me, given) => {
      const now = last(given);
      if (now.kind === "start")
        return [
          { kind: "decide", value: 1 },
          { kind: "call", to: 1 - me, args: "late" },
        ];
      return now.kind === "request" ? [{ kind: "reply", id: now.id, reply: 1 }] : [];
    };
    expect(search(toy, instance({ peers: 2, starts: one })).coverage.orders).toBe(1);
    expect(search(toy, instance({ peers: 2, starts: one })).coverage.prefixes).toBe(4);
    expect(search(toy, instance({ peers: 2, starts: one, endsWithUpcall: true })).coverage.prefixes).toBe(2);
  });
});

describe("what is wrong in few orders", () => {
  const cases: [string, Toy, Partial<Instance>, Partial<Instance>][] = [
    ["a voter that votes twice", firstCome("never"), { starts }, { starts: one }],
    ["a vote that is forgotten in a crash", firstCome("in memory"), { starts, crashes: 1 }, { starts }],
  ];
  test.each(cases)("is found, and the ordinary kernel plays it from its script: %s", (_, toy, wrong, right) => {
    const of = instance({ peers: 3, starts, ...wrong });
    const { found, coverage } = search(toy, of);
    expect(found.map(({ signature }) => signature)).toContain("state-machine-safety, one-value");
    expect(coverage.leftAtLeast === null || found.length === 3).toBe(true);
    for (const { script, signature } of found) {
      const play = playScript(THEATRE, script, new ToyHost(toy));
      expect(signatureOf(play)).toBe(signature);
      expect(play.outcomes.filter(({ nothing }) => nothing !== undefined)).toEqual([]);
      expect(play.outcomes).toHaveLength(script.steps.length);
    }
    expect(search(toy, instance({ peers: 3, starts, ...right })).found).toEqual([]);
    expect(search(firstCome("for ever"), of).found).toEqual([]);
  });

  test("of two answers to a request that arrived twice, the script says which one comes", () => {
    const toy: Toy = (me, given) => {
      const now = last(given);
      if (now.kind === "start")
        return [{ kind: "call", to: 2, args: "?" }, ...(me === 1 ? [{ kind: "decide", value: 1 } as const] : [])];
      if (now.kind === "request")
        return [{ kind: "reply", id: now.id, reply: given.filter(({ kind }) => kind === "request").length }];
      return now.kind === "reply" && now.reply === 2 && me === 0 ? [{ kind: "decide", value: now.reply }] : [];
    };
    const of = instance({ peers: 3, starts: [{ peers: [0], command: "a" }], duplicated: 1 });
    expect(search(toy, of).found).toEqual([]);
    const both = search(toy, instance({ ...of, starts: [...of.starts, { peers: [1], command: "b" }] }));
    expect(both.found.length).toBeGreaterThan(0);
    for (const { script, signature } of both.found)
      expect(signatureOf(playScript(THEATRE, script, new ToyHost(toy)))).toBe(signature);
  });

  test("a peer that does not do the same again is no function of its inputs", () => {
    let calls = 0;
    const toy: Toy = (me, given) => {
      const now = last(given);
      if (now.kind === "request") return [{ kind: "reply", id: now.id, reply: ++calls }];
      return firstCome("for ever")(me, given);
    };
    const of = instance({ peers: 3, starts });
    expect(search(toy, of).ended?.by).toBe("unrepeatable");
    expect(searchInstance("toy", THEATRE, of, new ToyWorker(toy)).ended?.by).toBe("unrepeatable");
  });

  test("one that does something else only where another life left something is searched without that, and not accused", () => {
    const of = instance({ peers: 3, starts });
    const toy = firstCome("for ever");
    /** Its realms keep a count of lives, where they are renewed. */
    class Leaky extends ToyHost {
      readonly asked: (boolean | undefined)[] = [];
      lives = 0;
      override reset(renewsRealms?: boolean): void {
        super.reset();
        this.asked.push(renewsRealms);
        this.lives = 0;
      }
      override exchange(window: Window): WindowResult {
        if (window.inputs[0]?.kind === "boot") this.lives++;
        const result = super.exchange(window);
        if (this.asked.at(-1) !== true || this.lives < 6) return result;
        return { ...result, entries: result.entries.map((entry) => ({ ...entry, effects: [] })) };
      }
    }
    const host = new Leaky(toy);
    const { coverage, ended, found } = searchInstance("toy", THEATRE, of, host);
    expect([ended, found, new Set(host.asked)]).toEqual([undefined, [], new Set([true, false])]);
    expect(coverage).toEqual(search(toy, of).coverage);
  });
});
