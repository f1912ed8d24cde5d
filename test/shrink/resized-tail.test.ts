import { describe, expect, test } from "vitest";
import type { ArgumentKind } from "../../grader/harness/scenario.ts";
import { inBetterWorlds, resizedTail } from "../../grader/shrink/resized-tail.ts";
import type { Step } from "../../grader/shrink/script.ts";

const expecting = (name: string, ...args: unknown[]): Step => ({ do: "expect", expect: { name, args } });
const disconnected = (...peers: number[]) => peers.map((peer): Step => ({ do: "fault", fault: "disconnect", peer }));

/** What stays behind the steps of five peers, when these go. */
function resized(tail: readonly Step[], needs: readonly ArgumentKind[] | undefined, ...gone: number[]) {
  const groups = [{ role: "peer", size: 5 }];
  const script = { ...{ lab: "lab2", groups, seed: 1, steps: [], tail }, ...(needs && { needs }) };
  return resizedTail(script, gone, (peer) => peer - gone.filter((other) => other < peer).length);
}

describe("what is asked of a cluster, asked of a smaller one", () => {
  test("names those that are left by their new numbers, and as many of them as mean the same", () => {
    expect(resized([expecting("agree", "x", 5)], ["command", "count"], 0, 1)).toEqual([expecting("agree", "x", 3)]);
    expect(resized([expecting("agree", "x", 3)], ["command", "count"], 0, 1)).toEqual([expecting("agree", "x", 2)]);
    expect(resized([expecting("leader-among", [1, 3, 4])], ["peers"], 0, 3)).toEqual([
      expecting("leader-among", [0, 2]),
    ]);
    expect(resized([expecting("leads-on", 4)], ["peer"], 0, 1)).toEqual([expecting("leads-on", 2)]);
    expect(resized([...disconnected(4), expecting("leader")], [], 0, 4)).toEqual([expecting("leader")]);
  });

  test("is not asked where who is there was a majority and would be none, or the other way round", () => {
    expect(resized([...disconnected(3, 4), expecting("leader")], [], 0, 1)).toBeNull();
    expect(resized([...disconnected(3, 4), expecting("leader")], [], 0, 3)).toEqual([
      ...disconnected(2),
      expecting("leader"),
    ]);
    expect(resized([...disconnected(2, 3, 4), expecting("no-leader")], [], 3, 4)).toBeNull();
    expect(resized([expecting("leader-among", [0, 1, 2])], ["peers"], 0, 1)).toBeNull();
    expect(resized([expecting("agree", "x", 4)], ["command", "count"], 0, 1)).toBeNull();
  });

  test("is not asked of somebody who is gone, where links are cut one way, or where it is said of one size only", () => {
    expect(resized([expecting("leads-on", 4)], ["peer"], 0, 4)).toBeNull();
    expect(resized([{ do: "fault", fault: "cut", from: 0, to: 1 }, expecting("leader")], [], 3, 4)).toBeNull();
    expect(resized([expecting("lab2a/re-election")], undefined, 3, 4)).toBeNull();
    expect(resized([...disconnected(1), { do: "run", ms: 5 }], undefined, 3, 4)).toEqual([
      ...disconnected(1),
      { do: "run", ms: 5 },
    ]);
  });
});

describe("faults that what is asked does not need", () => {
  const worlds = (tail: readonly Step[], needs?: readonly ArgumentKind[]) =>
    inBetterWorlds({
      lab: "lab2",
      groups: [{ role: "peer", size: 3 }],
      seed: 1,
      steps: [],
      tail,
      ...(needs && { needs }),
    }).map((script) => script.tail);
  const boot: Step = { do: "boot", peer: 0 };

  test("are left out one at a time, as is the loss of what is on its way", () => {
    const tail: Step[] = [boot, ...disconnected(2), { do: "lose" }, expecting("leader")];
    expect(worlds(tail, [])).toEqual([
      [boot, { do: "lose" }, expecting("leader")],
      [boot, ...disconnected(2), expecting("leader")],
    ]);
  });

  test("stay where it may need them: without a majority, of a group that is named, or where it is said of one size only", () => {
    expect(worlds([...disconnected(2), expecting("leader-among", [0, 1])], ["peers"])).toEqual([]);
    expect(worlds([...disconnected(1, 2), expecting("no-leader")], [])).toEqual([]);
    expect(worlds([...disconnected(2), expecting("loss-noticed", 0)])).toEqual([]);
    expect(worlds([...disconnected(2), { do: "run", ms: 5 }])).toEqual([[{ do: "run", ms: 5 }]]);
  });
});
