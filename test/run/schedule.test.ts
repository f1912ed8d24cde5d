import { describe, expect, test } from "vitest";
import type { PlayOrder } from "../../grader/run/player.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { type RunTask, Schedule } from "../../grader/run/schedule.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { failed, played } from "./fake-player.ts";
import { type Course, mapper, meta, playThrough, verdicts } from "./schedule-fixture.ts";

describe("which runs are played and listed", () => {
  test("all of them when all pass", async () => {
    const { results, orders } = await playThrough({ scenarios: [meta("a/x")], outcome: () => played() });
    expect(results[0]).toMatchObject({ verdict: "passed", points: 5, maxPoints: 5 });
    expect(results[0]?.runs.map((run) => run.seed)).toEqual([0, 1, 2, 3].map((i) => runSeed(1, "a/x", i)));
    expect(orders).toHaveLength(4);
  });

  test("none behind one that did not pass is begun, while one before it is still played", () => {
    const schedule = new Schedule({ scenarios: [meta("a/x")], runs: 10, baseSeed: 1 });
    const [first, second] = [schedule.take(), schedule.take()] as [RunTask, RunTask];
    expect(schedule.record(second, toRunResult("a/x", second.seed, failed(), mapper))).toEqual([]);
    expect(schedule.take()).toBeNull();
    expect(schedule.record(first, toRunResult("a/x", first.seed, played(), mapper))).toHaveLength(1);
  });

  test("up to and including the lowest-numbered one that did not pass, though a later one failed first", async () => {
    const { results } = await playThrough({
      scenarios: [meta("a/x")],
      outcome: ({ index }) => (index === 3 ? failed() : index === 1 ? played({ verdict: "hung" }) : played()),
      workers: 4,
      delay: (index) => (index === 1 ? 20 : 0),
    });
    expect(results[0]).toMatchObject({ verdict: "hung", points: 0 });
    expect(results[0]).not.toHaveProperty("property");
    expect(results[0]?.runs.map((run) => run.verdict)).toEqual(["passed", "hung"]);
  });

  test("all of them with allRuns; the verdict is still that of the lowest-numbered one", async () => {
    const { results } = await playThrough({
      scenarios: [meta("a/x")],
      outcome: ({ index }) => (index === 1 || index === 2 ? failed() : played()),
      plan: { allRuns: true },
    });
    expect(results[0]).toMatchObject({ verdict: "failed", property: "liveness" });
    expect(results[0]?.runs.map((run) => run.verdict)).toEqual(["passed", "failed", "failed", "passed"]);
  });

  test("none is played after the first that did not pass", async () => {
    const outcome = () => played({ verdict: "hung", isOnFreshHost: true });
    const { orders } = await playThrough({ scenarios: [meta("a/x")], outcome });
    expect(orders).toHaveLength(1);
  });

  test("none behind one that did not pass is begun while an earlier one is still under way", async () => {
    const { results, orders } = await playThrough({
      scenarios: [meta("a/x")],
      outcome: ({ index }) => (index === 1 ? played({ verdict: "hung", isOnFreshHost: true }) : played()),
      workers: 2,
      delay: (index) => (index === 0 ? 50 : 0),
    });
    expect(results[0]?.verdict).toBe("hung");
    expect(orders.map(({ seed }) => seed)).toEqual([0, 1].map((i) => runSeed(1, "a/x", i)));
  });
});

test.each([1, 3])(
  "what a submission has no time left for is hung, and what is decided stays, with %i workers",
  async (workers) => {
    const loss = { verdict: "hung", message: "the budget of the submission", stackLines: [] } as const;
    const isPlayed = ({ scenarioId, index }: PlayOrder & { index: number }) => scenarioId === "a/1" || index === 0;
    const { results } = await playThrough({
      scenarios: [meta("a/1"), meta("a/2", ["a/1"]), meta("a/3", ["a/2"]), meta("a/4")],
      outcome: (order) =>
        order.scenarioId === "a/4" || !isPlayed(order) ? { ...played({ verdict: "hung", loss }), rpcs: 0 } : played(),
      workers,
    });
    expect(verdicts(results)).toEqual(["a/1 passed", "a/2 hung", "a/3 skipped", "a/4 hung"]);
    expect(results[1]).toMatchObject({ message: loss.message, points: 0 });
    expect(results[1]?.runs.map(({ verdict }) => verdict)).toEqual(["passed", "hung"]);
    expect(results[3]?.runs.map(({ rpcs, message }) => [rpcs, message])).toEqual([[0, loss.message]]);
  },
);

describe("what a scenario depends on", () => {
  const chain = [meta("a/1"), meta("a/2", ["a/1"]), meta("a/3", ["a/2"]), meta("a/4")];

  test("comes first, and skips what depends on it when it does not pass", async () => {
    const { results, orders } = await playThrough({
      scenarios: chain,
      outcome: ({ scenarioId }) => (scenarioId === "a/1" ? played({ verdict: "hung" }) : played()),
      workers: 3,
    });
    expect(verdicts(results)).toEqual(["a/1 hung", "a/2 skipped", "a/3 skipped", "a/4 passed"]);
    // Nothing of them is played as long as there is other work.
    expect(
      orders
        .slice(0, 6)
        .map(({ scenarioId }) => scenarioId)
        .filter((id) => id === "a/2" || id === "a/3"),
    ).toEqual([]);
    expect(results[1]?.message).toContain("a/1");
    expect(results[1]?.points).toBe(0);
  });

  test("is not waited for when it is not graded", async () => {
    const { results } = await playThrough({ scenarios: [meta("a/2", ["a/1"])], outcome: () => played() });
    expect(verdicts(results)).toEqual(["a/2 passed"]);
  });

  test("need not stand before it in the list", async () => {
    const { results, decided } = await playThrough({
      scenarios: [meta("a/2", ["a/1"]), meta("a/1")],
      outcome: () => played(),
    });
    expect(verdicts(results)).toEqual(["a/2 passed", "a/1 passed"]);
    expect(decided).toEqual(["a/1", "a/2"]);
  });
});

test("neither the number of workers nor the order of runs changes any result", async () => {
  const scenarios = [
    meta("a/1"),
    meta("a/2", ["a/1"]),
    meta("a/3", ["a/2"]),
    meta("a/4", ["a/1"]),
    meta("a/5"),
    meta("a/6", ["a/2", "a/5"]),
  ];
  const bad = new Set(["a/2 3", "a/4 2", "a/4 1", "a/5 0"]);
  const course = (workers: number, pick?: (ready: readonly RunTask[]) => number) =>
    playThrough({
      scenarios,
      outcome: ({ scenarioId, index }) =>
        bad.has(`${scenarioId} ${index}`) ? failed({ traceHash: `${index}` }) : played(),
      workers,
      delay: (index) => (index * 7 + workers * 3) % 5,
      ...(pick && { plan: { pick } }),
    });
  const expected = (await course(1)).results;
  expect(verdicts(expected)).toEqual([
    "a/1 passed",
    "a/2 failed",
    "a/3 skipped",
    "a/4 failed",
    "a/5 failed",
    "a/6 skipped",
  ]);
  for (const workers of [2, 3, 8]) expect((await course(workers)).results).toEqual(expected);
  let state = 12345;
  const anyOf = (ready: readonly RunTask[]) => {
    state = (state * 48271) % 2147483647;
    return state % ready.length;
  };
  for (let i = 0; i < 20; i++) expect((await course(1 + (i % 4), anyOf)).results).toEqual(expected);
});

describe("a run's verdict can be relied on", () => {
  const one = (outcome: Course["outcome"]) => playThrough({ scenarios: [meta("a/x")], outcome, plan: { runs: 1 } });

  test.each(["failed", "crashed"] as const)("%s is confirmed in a fresh host", async (verdict) => {
    const { results, orders } = await one(() => failed({ verdict }));
    expect(results[0]?.verdict).toBe(verdict);
    expect(orders.map((order) => order.freshHost === true)).toEqual([false, true]);
  });

  test("what fails once and passes then is nondeterministic, and says how", async () => {
    const { results } = await one((_, nth) => (nth === 0 ? failed() : played()));
    expect(results[0]).toMatchObject({ verdict: "nondeterministic", points: 0 });
    expect(results[0]).not.toHaveProperty("property");
    expect(results[0]?.message).toMatch(/failed \(liveness\) once and as passed/);
  });

  test("the same failure on another way is nondeterministic too", async () => {
    const { results } = await one((_, nth) => failed({ traceHash: `${nth}` }));
    expect(results[0]?.verdict).toBe("nondeterministic");
  });

  test.each(["hung", "out-of-memory", "output-limit"] as const)(
    "%s stands when a fresh host shows it",
    async (verdict) => {
      const { results, orders } = await one(() => played({ verdict, loss: { verdict, message: "m", stackLines: [] } }));
      expect(results[0]).toMatchObject({ verdict, message: "m" });
      expect(orders.map(({ freshHost }) => freshHost)).toEqual([undefined, true]);
    },
  );

  test("a fault of the grader is tried again, and costs nothing when it does not come back", async () => {
    const { results, orders } = await one((_, nth) =>
      nth === 0 ? played({ verdict: "internal-error", fault: "f" }) : played(),
    );
    expect(results[0]?.verdict).toBe("passed");
    expect(orders[1]?.freshHost).toBe(true);
  });

  test("a fault that comes back is reported as one", async () => {
    const { results } = await one(() => played({ verdict: "internal-error", fault: "kernel bug" }));
    expect(results[0]).toMatchObject({ verdict: "internal-error", message: "kernel bug" });
  });
});

describe("scenarios that need not pass all their runs", () => {
  const fails =
    (...at: number[]) =>
    ({ index }: { index: number }) =>
      at.includes(index) ? failed() : played();
  const threeOfFour = {
    runs: 4,
    rule: {
      moreRuns: (verdicts: readonly string[]) => (verdicts.length === 4 && count(verdicts) === 2 ? 3 : 0),
      passes: (verdicts: readonly string[]) =>
        verdicts.includes("internal-error") && count(verdicts) < 3 ? null : count(verdicts) >= 3,
    },
  };
  const count = (verdicts: readonly string[]) => verdicts.filter((verdict) => verdict === "passed").length;
  const play = (outcome: Course["outcome"], workers = 1) =>
    playThrough({ scenarios: [meta("a/x"), meta("a/y", ["a/x"])], outcome, workers, plan: { policyOf } });
  const policyOf = (id: string) => (id === "a/x" ? threeOfFour : { runs: 2 });

  test("one passes though a run failed, and all its runs are listed; what depends on it is played", async () => {
    const { results } = await play(fails(1));
    expect(verdicts(results)).toEqual(["a/x passed", "a/y failed"]);
    expect(results[0]).toMatchObject({ points: 5, runs: [{}, { verdict: "failed" }, {}, {}] });
    expect(results[1]?.runs).toHaveLength(2);
  });

  test.each([1, 2, 4])(
    "near the boundary it gets more runs, with seeds of their own, %i at a time",
    async (workers) => {
      const { results } = await play(fails(0, 2), workers);
      expect(results[0]?.runs.map(({ seed }) => seed)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => runSeed(1, "a/x", i)));
      expect(results[0]).toMatchObject({ verdict: "passed", points: 5 });
    },
  );

  test("one that does not pass has the verdict of its lowest-numbered run that did not", async () => {
    const { results } = await play(fails(1, 2, 3));
    expect(results[0]).toMatchObject({ verdict: "failed", points: 0 });
    expect(results[0]?.runs).toHaveLength(4);
    expect(results[1]).toMatchObject({ verdict: "skipped" });
  });

  test("when it does not pass, a nondeterministic run says so, whatever failed before it", async () => {
    const { results } = await play(({ index, freshHost }) =>
      index === 3 && freshHost ? played() : index > 0 ? failed() : played(),
    );
    expect(results[0]?.runs.map(({ verdict }) => verdict)).toEqual(["passed", "failed", "failed", "nondeterministic"]);
    expect(results[0]).toMatchObject({ verdict: "nondeterministic", points: 0 });
  });

  test("where faults of the grader leave it open, it is an internal error and not a failure", async () => {
    const { results } = await play(({ index }) =>
      index === 1 ? failed() : index === 2 ? played({ verdict: "internal-error" }) : index === 3 ? failed() : played(),
    );
    expect(results[0]).toMatchObject({ verdict: "internal-error", points: 0 });
  });
});
