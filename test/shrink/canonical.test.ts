import { expect, test } from "vitest";
import { canonical, type Style } from "../../grader/shrink/canonical.ts";
import type { Script, Step } from "../../grader/shrink/script.ts";

const STYLE: Style = { oldestUnsaid: true, commandsRenamed: true, timersMerged: true };

/** What is started in a script as it is written to a file. */
function startedIn(lab: string, steps: readonly Step[]): unknown[] {
  const script: Script = { lab, groups: [{ role: "peer", size: 3 }], seed: 1, steps };
  return canonical(script, [], STYLE).steps.flatMap((step) => (step.do === "start" ? [step.command] : []));
}

test("commands of a log are numbered in the order in which they are named", () => {
  const start = (command: unknown): Step => ({ do: "start", peer: 0, command });
  expect(startedIn("lab2", [start({ key: "y" }), start("x"), start({ key: "y" })])).toEqual([1, 2, 1]);
});

test("values of slots are texts, which nobody takes for a peer or a ballot", () => {
  const start = (peer: number, command: unknown): Step => ({ do: "start", peer, slot: 1, command });
  expect(startedIn("paxos", [start(0, 4), start(1, "x"), start(2, 4)])).toEqual(["v1", "v2", "v1"]);
});
