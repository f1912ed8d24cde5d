import { describe, expect, test } from "vitest";
import {
  checkGeneral,
  checkLinearizability,
  type KeyOperation,
  keyModel,
  LIMITS,
  type Limits,
  type Model,
  type Operation,
} from "../../../grader/check/linearizability/index.ts";
import { Undecided } from "../../../grader/check/undecided.ts";
import { operationsOf } from "./notation.ts";

const search = (lines: string, initial: "" | null = "", limits?: Limits) =>
  checkGeneral(keyModel(initial), [["k", operationsOf(lines)]], limits);

describe("the search accepts", () => {
  test.each([
    ["nothing at all", ""],
    ["a value written again", "put a 1-2, put b 3-4, put a 5-6, get a 7-8"],
    ["a read of either of two", "put a 1-9, put b 1-9, get a 2-8, get b 3-8, put a 4-8, get a 10-11"],
    ["a return and a call at the same position, in either order", "put a 1-2, put b 2-3, get a 4-5"],
    ["a lost write that took effect late", "put b 1-?, put a 2-3, get a 4-5, get b 6-7"],
    [
      "a lost write that took effect twice over, once each",
      "put b 1-?, put b 1-?, put a 2-3, get b 4-5, put a 6-7, get b 8-9",
    ],
    ["a lost write that nobody saw, but a failed cas", "put a 1-2, put z 1-?, cas a>b 3-4!, get a 5-?"],
    ["a failed cas that does not say what it found", "put a 1-2, cas z>b 3-4!, get a 5-6"],
    ["a lost append", "append a 1-?, append a 2-3, get a 4-5, get aa 6-7"],
    ["a lost cas that was needed", "put a 1-2, cas a>b 3-?, get b 5-6"],
    ["a lost cas that never found what it expected", "put a 1-2, cas z>b 3-?, get a 5-6"],
    ["lost writes of one value, each in its time", "put b 1-?, put b 8-?, get b 4-5, put a 6-7, get b 9-10"],
  ])("%s", (_, lines) => expect(search(lines).is).toBe("linearizable"));
});

describe("the search refuses", () => {
  test.each([
    ["a value of which all writes are over", "put a 1-2, put b 3-4, get a 5-6, put a 7-8", [1, 2]],
    ["a read before the write", "get a 1-2, put a 3-4", [0]],
    [
      "a lost write that took effect once more often",
      "put b 1-?, put a 2-3, get b 4-5, put a 6-7, get b 8-9",
      [2, 3, 4],
    ],
    ["a failed cas that must have swapped", "put a 1-2, cas a>b 3-4!, get a 5-6", [1, 2]],
    ["a cas that cannot have swapped", "put a 1-2, cas b>c 3-4, get a 5-6", [1]],
    ["an append too many", "append a 1-2, append a 3-4, get a 5-6", [0, 1, 2]],
    [
      "a value that goes back and forth with one write of each",
      "put a 1-?, put b 1-?, get a 2-3, get b 4-5, get a 6-7",
      [2, 3, 4],
    ],
  ])("%s, and shows what it needs", (_, lines, needed) => {
    const operations = operationsOf(lines);
    const judgement = checkGeneral(keyModel(""), [["k", operations]]);
    if (judgement.is !== "violated") throw new Error(judgement.is);
    const shown = judgement.counterexample();
    const clients = shown.operations.filter((_, i) => !shown.context.includes(i)).map(({ client }) => client);
    expect(clients.sort((a, b) => a - b)).toEqual(needed);
  });
});

describe("a counterexample of the search", () => {
  const explained = (lines: string) => {
    const judgement = search(lines);
    if (judgement.is !== "violated") throw new Error(judgement.is);
    return judgement.counterexample();
  };

  test("says how far an order goes, and what cannot be next", () => {
    const { operations, ...rest } = explained("put a 1-2, put b 3-4, get b 5-6, put c 7-8, get b 9-10, put b 11-12");
    expect(operations.map(({ client }) => client)).toEqual([3, 4]);
    expect(rest).toEqual({
      part: "k",
      context: [],
      orders: [{ before: 0, after: 1, by: "time" }],
      why: { kind: "no-order", longest: [0], state: '"c"', stuck: [1] },
    });
  });

  test("adds the writes of others that the order takes, and no more", () => {
    const { operations, context, why } = explained(
      "put x 0-?, put a 1-?, put y 1-?, get a 4-5, get b 6-7, put b 9-10, put a 9-10",
    );
    expect(operations.map(({ client }) => client)).toEqual([4]);
    expect({ context, why }).toEqual({ context: [], why: { kind: "no-order", longest: [], state: '""', stuck: [0] } });
    const again = explained("put a 1-?, put b 1-?, get a 2-3, get b 4-5, get a 6-7");
    expect(again.context.map((i) => again.operations[i]?.client)).toEqual([0, 1]);
  });
});

// ── Other models ─────────────────────────────────────────────────────────────────────────────────────────────────

interface LockCall extends Operation<{ readonly ok: boolean }> {
  readonly call: number;
  readonly what: "acquire" | "release";
  readonly lock: string;
}

/** Who holds the lock; whoever asks for it while somebody does is refused. */
const LOCK: Model<number | null, LockCall> = {
  initial: null,
  step(holder, { client, what, returned }) {
    const ok = what === "acquire" ? holder === null : holder === client;
    if (returned !== null && returned.ok !== ok) return undefined;
    return ok ? (what === "acquire" ? client : null) : holder;
  },
  keyOf: (holder) => String(holder),
  say: (holder) => `held by ${holder}`,
  classOf: ({ client, what, returned }) => `${client} ${what} ${returned?.ok}`,
  isReading: ({ returned }) => returned?.ok === false,
  visible: () => () => true,
  telling: () => () => true,
};

const lockCall = (client: number, what: LockCall["what"], call: number, at: number | null, ok = true): LockCall => ({
  client,
  what,
  lock: "l",
  call,
  returned: at === null ? null : { at, ok },
});

describe("a model of one's own", () => {
  test("a lock that two hold at once is none", () => {
    const held = [lockCall(0, "acquire", 1, 2), lockCall(1, "acquire", 3, 4), lockCall(0, "release", 5, null)];
    const judgement = checkGeneral(LOCK, [["l", held]]);
    const { operations, why } = judgement.is === "violated" ? judgement.counterexample() : {};
    expect(operations).toEqual(held.slice(0, 2));
    expect(why).toMatchObject({ longest: [0], state: "held by 0", stuck: [1] });
  });

  test("a lock whose release was lost may be free or not", () => {
    const released = [lockCall(0, "acquire", 1, 2), lockCall(0, "release", 3, null)];
    expect(checkGeneral(LOCK, [["l", [...released, lockCall(1, "acquire", 5, 6)]]]).is).toBe("linearizable");
    expect(checkGeneral(LOCK, [["l", [...released, lockCall(1, "acquire", 5, 6, false)]]]).is).toBe("linearizable");
  });
});

// ── What it costs ────────────────────────────────────────────────────────────────────────────────────────────────

/** Appends at once, with values again and again, and a read that no order gives: all orders are to be tried. */
const hard = (count: number) =>
  [...Array.from({ length: count }, (_, i) => `append ${"abc"[i % 3]} 1-9`), "get aabbccz 10-11"].join(", ");

describe("the limits", () => {
  test("beyond them nothing is decided, at the same step every time", () => {
    const limits = { steps: 30_000, memory: LIMITS.memory };
    const judgement = search(hard(16), "", limits);
    expect(judgement).toMatchObject({ is: "undecided", part: "k" });
    expect(judgement).toEqual(search(hard(16), "", limits));
    expect(judgement.is === "undecided" && judgement.steps).toBeGreaterThanOrEqual(30_000);
    expect(search(hard(6)).is).toBe("violated");
  });

  test("memory is one of them", () => {
    const judgement = search(hard(16), "", { steps: LIMITS.steps, memory: 5_000 });
    expect(judgement.is === "undecided" && judgement.steps).toBeLessThan(100_000);
  });

  test("a part that is plainly wrong is found behind one that is hard", () => {
    const parts = [
      ["hard", operationsOf(hard(18))],
      ["plain", operationsOf("get a 1-2")],
    ] as const;
    const judgement = checkGeneral(keyModel(""), parts, { steps: 50_000, memory: LIMITS.memory });
    expect(judgement).toMatchObject({ is: "violated", part: "plain" });
  });

  test("a long history with few operations at once takes few steps", () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `put ${"ab"[i % 2]} ${4 * i}-${4 * i + 2}, get ${"ab"[i % 2]} ${4 * i + 1}-${4 * i + 3}`,
    );
    const limits = { steps: 50_000, memory: 500_000 };
    expect(search(lines.join(", "), "", limits).is).toBe("linearizable");
  });
});

// ── The choice ───────────────────────────────────────────────────────────────────────────────────────────────────

describe("the choice", () => {
  const at = (lines: string, key: string) => operationsOf(lines, key);
  const unique = at("put a 1-2, append b 3-4, get ab 5-6", "u");
  const repeated = at("put a 1-2, put b 3-4, put a 5-6, get a 7-8", "r");

  test("decides each key by itself, whichever check it takes", () => {
    expect(checkLinearizability([...unique, ...repeated]).is).toBe("linearizable");
    const stale = at("put a 1-2, put b 3-4, get a 5-6", "s");
    expect(checkLinearizability([...unique, ...repeated, ...stale])).toMatchObject({ is: "violated", part: "s" });
    const wrong = at("put a 1-2, put a 3-4, get b 5-6", "w");
    expect(checkLinearizability([...unique, ...wrong])).toMatchObject({ is: "violated", part: "w" });
  });

  test("takes the exact check where values are unique: the search would not decide this", () => {
    const letters = "abcdefghijklmnopqrstuvwx";
    const lines = [...[...letters].map((letter) => `append ${letter} 1-9`), `get ${letters}z 10-11`].join(", ");
    const none = { steps: 1_000, memory: 1_000 };
    expect(search(lines, "", none).is).toBe("undecided");
    expect(checkLinearizability(operationsOf(lines), "", none)).toMatchObject({ is: "violated" });
  });

  test("is no pass where a key is not decided", () => {
    const limits = { steps: 2_000, memory: LIMITS.memory };
    expect(checkLinearizability([...unique, ...operationsOf(hard(16))], "", limits).is).toBe("undecided");
  });

  test("refuses a history that cannot have happened", () => {
    expect(() => checkLinearizability(operationsOf("put a 5-4"))).toThrow(Undecided);
    const never: KeyOperation = { kind: "put", client: 0, key: "k", value: "a", call: Number.NaN, returned: null };
    expect(() => checkLinearizability([never])).toThrow(Undecided);
  });

  test("looks at the operations that are recorded as they are, and changes none", () => {
    const history = [...unique, ...repeated];
    const before = structuredClone(history);
    checkLinearizability(Object.freeze(history.map((operation) => Object.freeze(operation))));
    expect(history).toEqual(before);
  });
});
