import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { grade } from "../../grader/run/grade.ts";
import { RunPool } from "../../grader/run/pool.ts";
import type { Boundary, GradingResult } from "../../grader/run/result.ts";
import { HostKeeper } from "../../grader/sandbox/keeper.ts";
import { CheckCache } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";
import { INITIAL, loadOf, REFERENCE, resultFrom, resultOf } from "./whole-run-fixture.ts";

describe("a run that passes", () => {
  const pools: RunPool[] = [];
  beforeAll(() => {
    // To start hosts for each takes longer than the runs.
    for (const boundary of ["none", "process"] as const) pools.push(new RunPool(1, loadOf(REFERENCE), { boundary }));
  });
  afterAll(() => Promise.all(pools.map((pool) => pool.close())));

  test.each(["lab2a/many-elections", "lab2b/backup", "lab2c/persist-1", "lab2d/snapshot-all-crash"])(
    "%s has the same figures and the same hash, in one process and in several",
    async (scenarioId) => {
      const order = { scenarioId, seed: 12, audit: [0, 1, 2] };
      const [{ isWhole, ...whole }, apart] = [
        await resultFrom(pools[0] as RunPool, order),
        await resultFrom(pools[1] as RunPool, order),
      ];
      expect(isWhole).toBe(true);
      expect({ ...whole, isWhole: false }).toEqual(apart);
      expect(whole.audits).toEqual([0, 1, 2].map((peer) => ({ kind: "same", peer })));
    },
  );
});

test("nobody watches a run that is over, whether or not somebody counts what runs take", async () => {
  const ended: boolean[] = [];
  const beginRun = HostKeeper.prototype.beginRun;
  const spy = vi.spyOn(HostKeeper.prototype, "beginRun").mockImplementation(function (this: HostKeeper, ...args) {
    const run = beginRun.apply(this, args);
    const at = ended.push(false) - 1;
    const end = run.end;
    return Object.defineProperty(run, "end", {
      value: () => {
        ended[at] = true;
        return end();
      },
    });
  });
  try {
    await resultOf(loadOf(REFERENCE), "none", INITIAL);
  } finally {
    spy.mockRestore();
  }
  expect(ended).toEqual([true]);
});

describe("whole gradings come out the same", () => {
  const corpus = loadCorpus({ wrong: [join(ROOT, "test/wrong/raft")], right: [] }, "raft", [
    "lab2a",
    "lab2b",
    "lab2c",
    "lab2d",
  ]);
  /** Of each some scenarios: those that it fails, and what they depend on. */
  const chosen = {
    "a-no-votedfor-check": /2a\/(initial|many)/,
    "b-conflict-kept": /2a\/initial|2b\/(basic-agree|rejoin)|2c\/persist-1/,
    "a-fixed-timeout": /2a\/(initial|many)/,
    "js-this-lost": /2a\/initial|2b\/basic-agree/,
  };

  test.each(Object.entries(chosen))("%s", async (id, played) => {
    const folders = folderWith();
    await buildCorpus(
      corpus.filter((entry) => entry.id === id),
      lab2.form,
      { keepIn: folders },
    );
    const scenarios = lab2.suites.flatMap((suite) => suite.scenarios).filter((scenario) => played.test(scenario.id));
    const cache = new CheckCache(join(folders, "checks"));
    const play = (boundary: Boundary) =>
      grade({
        lab: "lab2",
        form: lab2.form,
        scenarios,
        submission: join(folders, id),
        seed: 1,
        runs: 1,
        workers: 1,
        boundary,
        cache,
      });
    const untimed = (result: GradingResult) =>
      JSON.parse(JSON.stringify({ ...result, boundary: "" }), (key, value) => (key === "timing" ? undefined : value));
    const [none, process] = [await play("none"), await play("process")];
    expect([none.boundary, process.boundary]).toEqual(["none", "process"]);
    expect(untimed(none)).toEqual(untimed(process));
    expect(none.scenarios.some(({ verdict }) => verdict !== "passed")).toBe(true);
  });
});
