import { expect, it } from "vitest";
import { type Timed, TimeHeap } from "../../grader/sim/heap.ts";

it("gives items by time, and those of one time in the order in which they were added", () => {
  const heap = new TimeHeap<Timed & { name: number }>();
  const times = [5, 1, 3, 1, 5, 5, 2, 1, 0, 3, 3, 5, 1];
  for (const [name, timeUs] of times.entries()) heap.push({ timeUs, order: 0, name });
  const taken: [number, number][] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) taken.push([item.timeUs, item.name]);
  expect(taken).toEqual(
    [...times.entries()].map(([name, time]) => [time, name]).sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j),
  );
  expect(heap.nextUs).toBe(Number.POSITIVE_INFINITY);
});
