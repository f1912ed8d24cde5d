import { describe, expect, test } from "vitest";
import { checkUnique, Written } from "../../../grader/check/linearizability/index.ts";
import { operationsOf } from "./notation.ts";

const check = (lines: string, initial: "" | null = "") => {
  const operations = operationsOf(lines);
  const written = Written.of(operations);
  if (typeof written === "string") throw new Error(written);
  return checkUnique("k", operations, written, initial);
};

describe("the exact check accepts", () => {
  const good: Record<string, string> = {
    "nothing at all": "",
    "a read of what nobody wrote": "get '' 1-2",
    "what happens one after the other": "put a 1-2, append b 3-4, get ab 5-6, cas ab>c 7-8, get c 9-10",
    "a read of a write that has not returned": "put a 1-9, get a 2-3, get a 4-5",
    "reads that see a write at different moments while it goes on": "put a 1-9, get '' 2-3, get a 4-5",
    "two writes at once, in either order": "put a 1-5, put b 2-6, get b 7-8, get b 9-10",
    "two puts at once that are read in the other order": "put a 1-5, put b 2-6, get a 7-8",
    "a return and a call at the same position, in either order": "put a 1-2, put b 2-3, get a 4-5",
    "a lost write that nobody saw": "put a 1-2, put b 3-?, get a 4-5, get a 6-7",
    "a lost write that was seen late": "put a 1-2, put b 3-?, get a 4-5, get b 6-7",
    "a lost cas that only another cas needed": "put a 1-2, cas a>b 3-?, cas b>c 4-5, get c 6-7",
    "a chain of lost cas that is known by its end": "cas ''>a 1-?, cas a>b 1-?, cas b>c 1-?, get c 4-5",
    "an append that nobody ever saw": "put a 1-2, append b 3-4, put c 5-6, get c 7-8",
    "an append that nobody saw, at the same time as reads of what was before":
      "put a 1-2, append b 3-9, get a 4-5, put c 6-7, get c 8-9",
    "a failed cas that says what it found": "put a 1-2, cas z>b 3-4!a, get a 5-6",
    "a failed cas before anything was written": "cas z>b 3-4!'', get '' 5-6",
    "a lost get": "put a 1-2, get ? 3-?, get a 4-5",
    "a value that is put before what is appended to nothing is read": "append a 1-2, get a 3-4, put b 5-6, get b 7-8",
  };
  test.each(Object.entries(good))("%s", (_, lines) => expect(check(lines).is).toBe("linearizable"));

  test("nothing there at first, where that is what it is told", () => {
    expect(check("get nil 1-2, cas nil>a 3-4, get a 5-6", null).is).toBe("linearizable");
    expect(check("get nil 1-2").is).toBe("violated");
    expect(check("get '' 1-2", null).is).toBe("violated");
  });
});

describe("the exact check refuses", () => {
  /** The history, why it is none, and the operations that are shown, by their places in the history. */
  const bad: Record<string, [lines: string, kind: string, shown: number[]]> = {
    "a read of what was replaced before": ["put a 1-2, put b 3-4, get a 5-6", "interleaved", [0, 1, 2]],
    "a read of nothing after a write": ["put a 1-2, get '' 3-4", "reversed", [0, 1]],
    "a value that comes back": [
      "put a 1-9, put b 1-9, get a 10-11, get b 12-13, get a 14-15",
      "interleaved",
      [0, 1, 3, 4],
    ],
    "a read of what is written later": ["get a 1-2, put a 3-4", "reversed", [0, 1]],
    "a read of what is written later by who never returns": ["get a 1-2, put a 3-?", "reversed", [0, 1]],
    "an append that is lost again": ["put a 1-2, append b 3-4, get ab 5-6, get a 7-8", "reversed", [0, 1, 2, 3]],
    "an append that did not wait for the one before": [
      "put a 1-2, append b 3-4, append c 5-6, get acb 7-8",
      "reversed",
      [0, 1, 2, 3],
    ],
    "a read of what had been appended to, by who nobody saw": [
      "put a 1-2, get a 3-4, append b 5-6, get a 7-8",
      "interleaved",
      [0, 2, 3],
    ],
    "an append that took effect twice": ["put a 1-2, append b 3-4, get abb 5-6", "twice", [0, 1, 2]],
    "an append that took effect twice, seen by two": [
      "append b 1-2, get b 3-4, put a 5-6, get ab 7-8",
      "twice",
      [0, 1, 2, 3],
    ],
    "a lost append that took effect twice": ["append b 1-?, put a 5-6, get abb 7-8", "twice", [0, 1, 2]],
    "a put within a value": ["put a 1-2, put b 3-4, get ab 5-6", "unwritten", [0, 1, 2]],
    "a value that nobody wrote": ["put a 1-2, get z 3-4", "unwritten", [1]],
    "a value cut off in its middle": ["put aa 1-2, get a 3-4", "unwritten", [1]],
    "a value with something behind it": ["put a 1-2, get a- 3-4", "unwritten", [0, 1]],
    "two orders of appends": ["append a 1-9, append b 1-9, get ab 10-11, get ba 12-13", "two-successors", [0, 1, 2, 3]],
    "a write that a failed cas made": ["put a 1-2, cas z>b 3-4!a, get b 5-6", "unwritten", [0, 1, 2]],
    "a failed cas that found what it expected": ["put a 1-2, cas a>b 3-4!a", "own-return", [0, 1]],
    "a cas that swapped and left something else": ["put a 1-2, cas a>b 3-4=a", "own-return", [0, 1]],
    "a cas that found what had been replaced": ["put a 1-2, put b 3-4, cas a>c 5-6", "interleaved", [0, 1, 2]],
    "two cas that replaced the same value": ["put a 1-2, cas a>b 3-9, cas a>c 3-9", "two-successors", [0, 1, 2]],
    "two cas that replaced the same value, of which one was lost and seen": [
      "put a 1-2, cas a>b 3-?, cas a>c 3-9, get b 10-11",
      "two-successors",
      [0, 1, 2, 3],
    ],
    "a cas of a value that was appended to": [
      "put a 1-2, append b 3-9, cas a>c 3-9, get ab 10-11",
      "two-successors",
      [0, 1, 2, 3],
    ],
    "two cas that need each other": ["cas a>b 1-9, cas b>a 1-9", "circle", [0, 1]],
    "a cas that needs itself": ["cas a>a 1-9", "circle", [0]],
    "a value that is older by what a cas made of it": [
      "put a 1-2, cas a>b 3-9, get b 4-5, get a 6-7",
      "reversed",
      [0, 1, 2, 3],
    ],
  };
  test.each(Object.entries(bad))("%s", (_, [lines, kind, shown]) => {
    const operations = operationsOf(lines);
    const judgement = check(lines);
    if (judgement.is !== "violated") throw new Error(judgement.is);
    const counterexample = judgement.counterexample();
    expect(counterexample.why.kind).toBe(kind);
    const places = counterexample.operations.map((one) => operations.findIndex((other) => sameOf(one, other)));
    expect(places.sort((a, b) => a - b)).toEqual(shown);
  });
});

const sameOf = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

describe("a counterexample names", () => {
  test("the operations, the orders that contradict each other, and what is there to be understood", () => {
    const judgement = check("put q 0-1, put a 2-3, get a 4-5, append b 6-7, get ab 8-9, get a 10-11, get ab 12-13");
    if (judgement.is !== "violated") throw new Error(judgement.is);
    const { operations, ...rest } = judgement.counterexample();
    expect(operations.map(({ kind, call }) => `${kind} ${call}`)).toEqual(["put 2", "append 6", "get 8", "get 10"]);
    expect(rest).toEqual({
      part: "k",
      context: [0],
      orders: [
        { before: 1, after: 3, by: "time" },
        { before: 3, after: 1, by: "values" },
      ],
      why: { kind: "reversed", earlier: 3, later: 1 },
    });
  });

  test("few operations out of many", () => {
    const many = Array.from(
      { length: 500 },
      (_, i) => `put v${i}. ${4 * i}-${4 * i + 1}, get v${i}. ${4 * i + 2}-${4 * i + 3}`,
    );
    const judgement = check(`${many.join(", ")}, get v250. 3000-3001`);
    if (judgement.is !== "violated") throw new Error(judgement.is);
    expect(judgement.counterexample().operations.length).toBeLessThanOrEqual(5);
  });
});

describe("the exact check applies to", () => {
  const applies = (lines: string) => {
    const written = Written.of(operationsOf(lines));
    return typeof written === "string" ? written : "yes";
  };
  test.each([
    ["put a 1-2, append b 3-4, cas ab>c 5-6, get c 7-8", "yes"],
    ["put a 1-2, put a 3-4", "a value is written twice"],
    ["put a 1-2, append a 3-?", "a value is written twice"],
    ["put a 1-2, append ab 3-4", "one value begins another"],
    ["put '' 1-2", "one value begins another"],
    ["put a 1-2, cas z>b 3-4!", "a failed cas says no value"],
  ])("%s: %s", (lines, answer) => expect(applies(lines)).toBe(answer));
});
