import { expect, test } from "vitest";
import { tooMuchCpu } from "./cpu.ts";

/** Looks through all of a text again for each of its letters. */
function square(size: number): number {
  let sum = 0;
  for (let at = 0; at < size; at++) for (let to = 0; to < size; to++) sum = (sum + to) | 0;
  return sum;
}

test("work that is a square is told with what it took, and linear work is not", () => {
  expect(tooMuchCpu(() => square(12_000), 2)).toMatch(/^\d+ ms of CPU time, where \d+ are allowed$/);
  expect(tooMuchCpu(() => square(100), 2)).toBeNull();
});
