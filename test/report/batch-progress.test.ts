import { expect, test } from "vitest";
import { BatchProgress } from "../../grader/report/batch-progress.ts";
import { makeStyle } from "../../grader/report/style.ts";

/** What is printed of a batch of 40 in which each submission takes so many seconds. */
function printed(isTerminal: boolean, secondsEach: number): string[] {
  const lines: string[] = [];
  let nowMs = 0;
  const output = { write: (text: string) => lines.push(...text.split("\n").filter((line) => line !== "")) };
  const progress = new BatchProgress(output, makeStyle(false), isTerminal, () => nowMs);
  for (let done = 1; done <= 40; done++) {
    nowMs += secondsEach * 1000;
    progress.step(done, 40, true, `student-${done}`);
  }
  progress.end();
  return lines;
}

test("in a file, each submission has a line, and once a minute there is one with the time left", () => {
  const lines = printed(false, 15);
  expect(lines.filter((line) => line.includes("student-"))).toHaveLength(40);
  expect(lines.filter((line) => line.includes(" left"))).toEqual([
    "4/40 submissions  60 s  4.0 a minute  about 9 min left",
    expect.stringMatching(/^8\/40 submissions {2}2 min {2}4\.0 a minute {2}about 8 min left$/),
    ...Array.from({ length: 7 }, () => expect.stringMatching(/^\d+\/40 submissions .* left$/)),
  ]);
});

test("a short batch says nothing of time", () => {
  expect(printed(false, 1).filter((line) => line.includes(" left"))).toEqual([]);
});
