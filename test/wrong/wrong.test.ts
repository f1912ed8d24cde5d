import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { readKillers, SURVIVES } from "../../grader/calibrate/killers.ts";
import { DEFAULT_RUNS } from "../../grader/run/grade.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { playerOf, SCENARIOS } from "./play.ts";

const STAGES = lab2.suites.map(({ id }) => id);
/** Of each stage, scenarios that between them use all that it has built. */
const REPRESENTATIVE: Readonly<Record<string, readonly string[]>> = {
  lab2a: ["lab2a/initial-election", "lab2a/re-election"],
  lab2b: ["lab2b/basic-agree", "lab2b/leader-failure", "lab2b/rejoin"],
  lab2c: ["lab2c/persist-1", "lab2c/crash-before-persist"],
};
/** Some of each stage, with a scenario that finds them within a few runs. None of them loops for ever. */
const QUICKLY_FOUND = {
  "a-no-votedfor-check": "lab2a/many-elections",
  "a-quorum-even-rounding": "lab2a/even-cluster",
  "a-fixed-timeout": "lab2a/initial-election",
  "js-float-majority": "lab2a/even-cluster",
  "b-conflict-kept": "lab2b/rejoin",
  "b-raft-dedups-commands": "lab2b/basic-agree",
  "b-rpc-flood": "lab2b/count",
  "a-kill-leaks-work": "lab2b/kill",
  "c-log-not-restored": "lab2c/persist-1",
  "c-lastapplied-persisted": "lab2c/persist-3",
  "c-reply-before-persist": "lab2c/crash-before-persist",
  "d-index-base-mixup": "lab2d/snapshot-basic",
  "d-snapshot-not-delivered": "lab2d/snapshot-install",
  "d-term-at-base-lost": "lab2d/snapshot-init",
} as const;

const HERE = join(dirname(fileURLToPath(import.meta.url)), lab2.home);
const entries = loadCorpus({ wrong: [HERE], right: [] }, lab2.form.file, STAGES);

describe("the list", () => {
  test("has at least 90 that can be played, some of each stage, and ten that only JavaScript has", () => {
    const played = entries.filter(({ noEffect }) => noEffect === undefined);
    expect(played.length).toBeGreaterThanOrEqual(90);
    for (const stage of STAGES) expect(played.filter((one) => one.stage === stage).length).toBeGreaterThanOrEqual(10);
    expect(played.filter(({ id }) => id.startsWith("js-")).length).toBeGreaterThanOrEqual(10);
  });

  test("says of each where the mistake was made or which rule it breaks, in which stage, and what should be named", () => {
    for (const { id, stage, source, expects, noEffect } of entries) {
      expect({ id, source }).toEqual({ id, source: expect.stringMatching(/\w/) });
      if (noEffect !== undefined) continue;
      expect({ id, stage }).toEqual({ id, stage: expect.stringMatching(/^lab2[a-d]$/) });
      expect({ id, count: expects?.length ?? 0 }).not.toEqual({ id, count: 0 });
    }
  });

  test("has killers that belong to a submission that is not weak, and are runs of its stage", () => {
    const killers = readKillers(join(HERE, "killers.json"));
    const known = new Map(entries.filter(({ weak }) => !weak).map((entry) => [entry.id, entry]));
    expect(killers.size).toBeGreaterThanOrEqual(90);
    for (const [id, killer] of killers) {
      expect([id, known.has(id)]).toEqual([id, true]);
      if (killer === SURVIVES) continue;
      const { scenario, index } = killer;
      expect([id, scenario]).toEqual([id, expect.stringMatching(new RegExp(`^${known.get(id)?.stage}/`))]);
      expect([scenario, SCENARIOS.has(scenario)]).toEqual([scenario, true]);
      expect(index).toBeLessThan(DEFAULT_RUNS);
    }
  });
});

describe("wrong submissions fail in their stage, and not before:", () => {
  const built = new Map<string, BuiltEntry>();

  beforeAll(async () => {
    const chosen = entries.filter(({ id }) => id in QUICKLY_FOUND);
    for (const entry of await buildCorpus(chosen, lab2.form)) built.set(entry.id, entry);
  });

  test.each(Object.entries(QUICKLY_FOUND))("%s in %s", (id, scenario) => {
    const { load, stage, expects } = built.get(id) as BuiltEntry;
    expect(scenario.startsWith(`${stage}/`)).toBe(true);
    const play = playerOf(load.code);
    for (const earlier of STAGES.slice(0, STAGES.indexOf(stage as string))) {
      for (const before of REPRESENTATIVE[earlier] ?? []) {
        const { verdict, failure } = play(before, 0);
        expect({ before, verdict, failure }).toEqual({ before, verdict: "passed", failure: undefined });
      }
    }
    const seen: string[] = [];
    for (let run = 0; run < DEFAULT_RUNS; run++) {
      const { verdict, failure } = play(scenario, run);
      const finding = failure?.property ?? verdict;
      if (expects?.some((expected) => expected === finding)) return;
      seen.push(finding);
    }
    expect.fail(`none of ${expects?.join(", ")} was named: ${seen.join(", ")}`);
  });
});
