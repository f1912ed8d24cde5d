import { afterEach, describe, expect, test, vi } from "vitest";
import type { BootInput } from "../../grader/host/engine/incarnation.ts";
import { Program } from "../../grader/host/engine/program.ts";
import type { EngineOptions } from "../../grader/host/engine.ts";
import { boot, engineFor, raft, readable, window } from "./fixture.ts";

const realms = vi.spyOn(Program.prototype, "createRealm");
afterEach(() => realms.mockClear());

const LIFE = boot({ seed: [5, 6, 7, 8], state: new Uint8Array([1]) });
const NEXT_LIFE = boot({ incarnation: 2, seed: [4, 3, 2, 1], state: new Uint8Array([2, 2]) });

/** What the next life of a peer does within a second of its clock, after a first one, in the same realm if that can be. */
function nextLife(
  code: string,
  hasFirst = true,
  options: Partial<EngineOptions> = {},
): { readonly effects: unknown[]; readonly realms: number } {
  const engine = engineFor(code, options);
  engine.reset(true);
  if (hasFirst) engine.exchange(window(1, LIFE));
  const { entries } = engine.exchange(window(1_000_000, NEXT_LIFE));
  return { effects: entries.flatMap((entry) => entry.effects.map(readable)), realms: realms.mock.calls.length };
}

test("another life in the same realm is as one in a realm of its own", () => {
  const code = raft(
    `console.log(++lives, Math.random(), Date.now(), performance.now(), persister.readState().length);
    console.count(); console.time("here"); console.group("inner"); console.log("in it");
    console.log(String(Number(setTimeout(() => console.log("fired"), 20))));
    void peers[1].call("ask", lives).then(() => console.log("answered"));
    Promise.resolve().then(() => console.log("later", Math.random()));`,
    "ask() { return 1; }",
    "let lives = 0;",
  );
  const again = nextLife(code);
  expect(again.realms).toBe(1);
  realms.mockClear();
  const alone = nextLife(code, false);
  expect(again.effects).toEqual(alone.effects);
  expect(JSON.stringify(again.effects)).toContain("fired");
});

test("nothing of the life before goes on in it, and nothing is answered twice", () => {
  const code = raft(
    `const { length } = persister.readState();
    if (length === 2) return;
    setTimeout(() => console.log("late"), 10);
    setInterval(() => console.log("late"), 10);
    void peers[1].call("ask", 1).then(() => console.log("late"));`,
    "ask() { return 1; }",
  );
  const engine = engineFor(code);
  engine.reset(true);
  engine.exchange(window(1, LIFE));
  const reply = { kind: "reply", timeUs: 5_000, peer: 0, incarnation: 2, callId: 1, reply: null } as const;
  const { entries } = engine.exchange(window(1_000_000, NEXT_LIFE, reply));
  expect(entries.flatMap(({ effects }) => effects).filter(({ kind }) => kind === "log")).toEqual([]);
  expect(realms).toHaveBeenCalledTimes(1);
});

test("what was matched in the life before is not known in it", () => {
  const code = raft("console.log(RegExp.$1, RegExp.input, RegExp.lastMatch); /(o)/.exec('of a life before')");
  const again = nextLife(code);
  expect(again.realms).toBe(1);
  expect(again.effects).toEqual(nextLife(code, false).effects);
});

test.each([
  ["globalThis.lives = (globalThis.lives ?? 0) + 1; console.log(globalThis.lives)"],
  ["Array.prototype.lives = (Array.prototype.lives ?? 0) + 1; console.log(Array.prototype.lives)"],
  ["Math.lives = (Math.lives ?? 0) + 1; console.log(Math.lives)"],
  ["const before = globalThis.Map; globalThis.Map = class extends before {}; console.log(before.name)"],
  ["console.log(crypto.randomUUID())"],
  ["Array.prototype[Symbol.iterator] = () => { throw new Error() }; Set.prototype.lives = 1"],
])("where a life left something in the globals the next one has a realm of its own: %s", (body) => {
  const again = nextLife(raft(body));
  expect(again.realms).toBe(2);
  expect(again.effects).toEqual(nextLife(raft(body), false).effects);
});

test.each([
  ["const before = Math.random; Math.random = () => before() / 2; console.log(Math.random())"],
  ["const before = console.log; console.log = (text) => before('Raft: ' + text); console.log(me)"],
  ["Promise.lives = (Promise.lives ?? 0) + 1; console.log(Promise.lives)"],
  ["const typed = Object.getPrototypeOf(Int8Array); typed.lives = (typed.lives ?? 0) + 1; console.log(typed.lives)"],
])("so it has where realms are always renewed, and are looked at closely: %s", (body) => {
  const options = { renewsRealms: true };
  const again = nextLife(raft(body), true, options);
  expect(again.realms).toBe(2);
  expect(again.effects).toEqual(nextLife(raft(body), false, options).effects);
});

test("without being asked for, each life has a realm of its own", () => {
  const engine = engineFor(raft(""));
  engine.reset(true);
  engine.reset();
  engine.exchange(window(1, LIFE));
  engine.exchange(window(1, NEXT_LIFE));
  expect(realms).toHaveBeenCalledTimes(2);
});

describe("in the next run", () => {
  const code = raft(
    `console.log(++lives, Math.random(), Date.now(), performance.now(), performance.timeOrigin);
    console.log(me, peers.filter((_, peer) => peer !== me).length, "others");
    setTimeout(() => console.log("fired", performance.now()), 20);`,
    "",
    "let lives = 0;",
  );

  /** What a life that begins a little later does in a run of its own, after one with a first life. */
  function nextRun(next: BootInput, [first, second]: readonly [boolean, boolean]) {
    const engine = engineFor(code);
    engine.reset(first);
    engine.exchange(window(1, LIFE));
    engine.reset(second);
    const { entries } = engine.exchange(window(1_000_000, next));
    return { effects: entries.flatMap((entry) => entry.effects.map(readable)), realms: realms.mock.calls.length };
  }
  const later = boot({ timeUs: 7_000, seed: [4, 3, 2, 1] });

  test("a peer has the realm of its last life, as if it were one of its own", () => {
    const again = nextRun(later, [true, true]);
    expect(again.realms).toBe(1);
    realms.mockClear();
    const alone = nextRun(later, [true, false]);
    expect(alone.realms).toBe(2);
    expect(again.effects).toEqual(alone.effects);
    expect(JSON.stringify(again.effects)).toContain("fired");
  });

  test("it has one of its own where it is not asked for in both", () => {
    expect(nextRun(later, [false, true]).realms).toBe(2);
  });

  test("it has that realm also in another cluster, and with another clock", () => {
    const processes = boot().processes.slice(0, 1);
    const other = boot({ timeUs: 7_000, processes, clock: { offsetUs: 5_000_000, driftPpm: 200 } });
    const again = nextRun(other, [true, true]);
    expect(again.realms).toBe(1);
    expect(again.effects).toEqual(nextRun(other, [true, false]).effects);
    expect(JSON.stringify(again.effects)).toContain("0 others");
  });

  test("an engine that always renews realms need not be asked", () => {
    const engine = engineFor(code, { renewsRealms: true });
    for (const run of [0, 1]) {
      engine.reset();
      engine.exchange(window(1_000_000, run === 0 ? LIFE : later));
    }
    expect(realms).toHaveBeenCalledTimes(1);
  });

  test("a peer that crashed in a run has its realm again in that run", () => {
    const engine = engineFor(code);
    engine.reset(true);
    engine.exchange(window(1, LIFE));
    engine.exchange(window(10, { kind: "drop", timeUs: 5, peer: 0, incarnation: 1 }));
    engine.exchange(window(1_000_000, boot({ incarnation: 2, timeUs: 7_000 })));
    expect(realms).toHaveBeenCalledTimes(1);
  });
});
