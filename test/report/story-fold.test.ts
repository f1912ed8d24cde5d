import { expect, test } from "vitest";
import { foldedSteps } from "../../grader/report/story-fold.ts";
import type { ToldStep } from "../../grader/report/story-text.ts";
import type { Script, Step } from "../../grader/shrink/script.ts";

const told = (did: string, text = "x"): ToldStep => ({ text, did });
const scriptOf = (steps: readonly Step[]) => ({ groups: [{ role: "peer", size: 3 }], steps }) as unknown as Script;
const start = (command: number): Step => ({ do: "start", peer: 2, command });
const timer = (peer: number, times?: number): Step => ({ do: "timer", peer, ...(times !== undefined && { times }) });

test("alike steps in which the same was done are told in one line, and what did something else stays a line", () => {
  const steps = [start(1), start(2), start(3), start(4), timer(0), timer(1, 4), timer(0), timer(1)];
  const lines = foldedSteps(scriptOf(steps), [
    told("saves its state"),
    told("saves its state"),
    told("saves its state"),
    told("saves its state; applies 4", "peer 2 is given 4 to start"),
    told(""),
    told(""),
    told(""),
    told("sends requestVote to 0"),
  ]);
  expect(lines.map(({ from, to, text }) => `${from}-${to} ${text}`)).toEqual([
    "1-3 peer 2 is given 3 commands to start, one by one: 1 to 3",
    "4-4 peer 2 is given 4 to start",
    "5-7 timers fire 6 times (peer 0, peer 1), and nothing comes of it",
    "8-8 x",
  ]);
});
