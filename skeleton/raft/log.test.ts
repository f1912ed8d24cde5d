/**
 * Tests of single parts, without a grading: `npm test`, or `npx --no vitest`, which runs them again at each save. They run in
 * plain Node, with real time, and count for nothing: what counts is what scenarios see.
 */
import { expect, test } from "vitest";
import { RaftLog } from "./log.ts";

test("an empty log ends at index 0, with term 0", () => {
  const log = new RaftLog();
  expect(log.lastIndex).toBe(0);
  expect(log.lastTerm).toBe(0);
});

test.todo("the first entry that is appended has index 1");
test.todo("a leader's entries replace those that contradict them, and no others");
test.todo("an index that only the snapshot holds still has a term");
