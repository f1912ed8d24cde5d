import { describe, expect, test } from "vitest";
import {
  standIns,
  timersElsewhere,
  timersInstead,
  timersTogether,
  withSmallerOptions,
  writtenSize,
} from "../../grader/shrink/rewrites.ts";
import type { Step } from "../../grader/shrink/script.ts";

/** `t0` a timer of peer 0, `t0!` one that ends in a crash, `s0` a silent one, `d01` a request from 0 to 1, `r01` a reply of 0 to 1, `b0` a boot, `lose`. */
function stepsOf(text: string): Step[] {
  return text.split(" ").map((word): Step => {
    const [what, one, other] = [word[0], Number(word[1]), Number(word[2])];
    if (word === "lose") return { do: "lose" };
    if (what === "b") return { do: "boot", peer: one };
    if (what === "s") return { do: "timer", peer: one, once: true };
    if (word.endsWith("!")) return { do: "timer", peer: one, crash: { when: "after", effect: "call", nth: 1 } };
    if (what === "t") return { do: "timer", peer: one };
    return { do: "deliver", ref: { what: what === "d" ? "request" : "reply", from: one, to: other } };
  });
}

function textOf(steps: readonly Step[]): string {
  const words = steps.map((step) => {
    if (step.do === "deliver") return `${step.ref.what === "request" ? "d" : "r"}${step.ref.from}${step.ref.to}`;
    if (step.do === "timer") return `${step.once ? "s" : "t"}${step.peer}${step.crash === undefined ? "" : "!"}`;
    return step.do === "boot" ? `b${step.peer}` : step.do;
  });
  return words.join(" ");
}

describe("timers of a peer", () => {
  test.each([
    ["t0 t1 t0 t1 t0", "t0 t0 t0 t1 t1"],
    ["t0 d01 t0", "t0 t0 d01"],
    ["t0 d10 t0", "t0 d10 t0"],
    ["t0 lose t0", "t0 lose t0"],
    ["t0 t1 s0 t0", "t0 t1 s0 t0"],
    ["t0! t1 t0", "t0! t1 t0"],
  ])("come together over what the peer has no part in: %s", (before, after) => {
    expect(textOf(timersTogether(stepsOf(before)))).toBe(after);
  });

  test("are tried beside the others of it, before and after", () => {
    expect(timersElsewhere(stepsOf("t0 t0 d10 t0 d20 t0")).map(textOf)).toEqual([
      "d10 t0 t0 t0 d20 t0",
      "t0 t0 t0 d10 d20 t0",
      "t0 t0 d10 d20 t0 t0",
      "t0 t0 d10 t0 t0 d20",
    ]);
    expect(timersElsewhere(stepsOf("t0 d10 s0 t1"))).toEqual([]);
  });

  test("are tried instead of what it is sent, as one step with those that are there", () => {
    const steps = stepsOf("t0 d01 d02 t1 d12");
    const ways = timersInstead(steps);
    expect(ways.map(textOf)).toEqual(["t0 d02 t1 t1 d12"]);
    expect(writtenSize(ways[0] as Step[])).toBe(4);
    expect(timersInstead(stepsOf("t1 r01 t1"))).toEqual([]);
  });
});

describe("a peer that stands in for another one", () => {
  test("has its part from where that one takes part again, and the other way round", () => {
    const ways = standIns(stepsOf("b0 b1 b2 t0 d01 d02 r10 t2 d21"), [0, 1, 2]).map(textOf);
    // What is sent to 2 is left out, and 0 or 1 does what 2 would have done.
    expect(ways).toContain("b0 b1 b2 t0 d01 r10 t0 d01");
    expect(ways).toContain("b0 b1 b2 t0 d01 r10 t1 d12");
  });

  test("is one that took part in something, of those that can", () => {
    expect(standIns(stepsOf("b0 b2 t0 d02 t2"), [0, 1, 2]).map(textOf)).toEqual(["b0 b2 d20 t0", "b0 b2 t0 t0"]);
    expect(standIns(stepsOf("b0 b2 t0 d02 t2"), [0, 1])).toEqual([]);
  });
});

test("what a lab lets be set to anything is tried as less, the smallest first, where nothing is asked for behind the steps", () => {
  const groups = [{ role: "peer", size: 3 }];
  const script = {
    lab: "lab2",
    groups,
    seed: 1,
    steps: stepsOf("t0"),
    options: { snapshotEvery: 4, snapshotBytes: 9 },
  };
  const tried = (more: object) => withSmallerOptions({ ...script, ...more }).map(({ options }) => options);
  const freeOptions = ["snapshotEvery", "unset"];
  expect(tried({ freeOptions })).toEqual([1, 2, 3].map((snapshotEvery) => ({ snapshotEvery, snapshotBytes: 9 })));
  expect(tried({})).toEqual([]);
  expect(tried({ freeOptions, tail: stepsOf("lose") })).toEqual([]);
});
