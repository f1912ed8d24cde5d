import { expect, test } from "vitest";
import { toRunResult } from "../../grader/run/run-result.ts";
import { type RunTask, Schedule } from "../../grader/run/schedule.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { failed, played } from "./fake-player.ts";
import { mapper, meta, playThrough } from "./schedule-fixture.ts";

const four = () => new Schedule({ scenarios: ["a/1", "a/2", "a/3"].map((id) => meta(id)), runs: 4, baseSeed: 1 });
const nameOf = (task: RunTask | null) => `${task?.scenarioId} ${task?.index}`;

test("a scenario that nobody plays comes first: runs behind one that fails are played for nothing", () => {
  const schedule = four();
  const [first, second] = [schedule.take(), schedule.take()] as [RunTask, RunTask];
  expect([first, second].map(nameOf)).toEqual(["a/1 0", "a/2 0"]);
  schedule.record(first, toRunResult("a/1", first.seed, played(), mapper));
  schedule.leave(first);
  expect(nameOf(schedule.take())).toBe("a/1 1");
  expect(nameOf(schedule.take())).toBe("a/3 0");
  expect(nameOf(schedule.take())).toBe("a/1 2");
});

test("of each scenario that fails at once one run is played, but of the last, when there is nothing else to do", async () => {
  const { orders } = await playThrough({
    scenarios: ["a/1", "a/2", "a/3", "a/4"].map((id) => meta(id)),
    outcome: () => failed(),
    workers: 2,
  });
  const runsOf = (id: string) => new Set(orders.flatMap(({ scenarioId, seed }) => (scenarioId === id ? [seed] : [])));
  expect(["a/1", "a/2", "a/3"].map((id) => runsOf(id).size)).toEqual([1, 1, 1]);
});

test("a failure that no result follows from is not played a second time", async () => {
  const { results, orders } = await playThrough({
    scenarios: ["a/1", "a/2"].map((id) => meta(id)),
    outcome: ({ scenarioId }) => (scenarioId === "a/1" ? failed() : played()),
    workers: 3,
    // The second run fails when the first has decided, and something else is still played.
    delay: (index) => 20 * index,
  });
  expect(results[0]?.runs).toHaveLength(1);
  const seeds = orders.flatMap(({ scenarioId, seed }) => (scenarioId === "a/1" ? [seed] : []));
  expect(seeds).toEqual([0, 1, 0].map((i) => runSeed(1, "a/1", i)));
});
