import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import type { Lab } from "../../grader/harness/scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { explanationOf } from "../../grader/run/explanation.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { paxos } from "../../labs/paxos/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { RULES } from "../../labs/raft/rules.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

/** Mistakes that no rule names, by what kept the run from going on: where each shows. */
const MISTAKES: readonly (readonly [Lab, Readonly<Record<string, string>>])[] = [
  [
    lab2,
    {
      // Votes that are given and not counted, refused, not answered; what is acknowledged and not committed.
      "a-reply-term-before-adopt": "lab2a/initial-election",
      "b-uptodate-strict": "lab2a/initial-election",
      "a-rpc-under-lock": "lab2a/re-election",
      "b-self-not-counted": "lab2b/lost-answers",
      "b-commit-not-on-heartbeat": "lab2b/concurrent-starts",
      // Sent again what is there; few refusals; heartbeats without end of one leader, and of several.
      "b-next-le-match": "lab2b/slow-follower",
      "b-backlog-only-while-uncommitted": "lab2b/backup",
      "b-rpc-flood": "lab2b/count",
      "a-zombie-heartbeat-loop": "lab2b/count",
    },
  ],
  [paxos, { "px-sequential-await": "paxos-a/deaf", "px-gives-up": "paxos-a/partition" }],
  [lab3, { "kv-cas-before-log": "lab3a/swarm", "kv-clerk-asks-ten-times": "lab3a/speed" }],
];

const HERE = dirname(fileURLToPath(import.meta.url));

// `npx vitest run test/explain/hints.test.ts -u` writes them anew.
test("what is asked of whoever wrote it fits what happened", async () => {
  const lines: string[] = [];
  for (const [lab, mistakes] of MISTAKES) {
    const entries = loadCorpus(
      { wrong: [join(ROOT, "test/wrong", lab.home)], right: [] },
      lab.form.file,
      lab.suites.map(({ id }) => id),
    );
    const scenarios = lab.suites.flatMap((suite) => suite.scenarios);
    const wanted = entries.filter(({ id }) => id in mistakes);
    for (const { id, summary, load, mapper } of await buildCorpus(wanted, lab.form)) {
      const scenario = scenarios.find((one) => one.id === mistakes[id]);
      if (scenario === undefined) throw new Error(`there is no scenario for ${id}`);
      const run = id === "kv-cas-before-log" ? 1 : 0;
      const played = playScenario(scenario, runSeed(1, scenario.id, run), new Engine({ ...load, ...realmTexts }), {
        keepTrace: true,
      });
      const explanation = explanationOf(scenario.id, played);
      const { loss: _, ...result } = played;
      const told = toRunResult(scenario.id, 1, { ...result, wallMs: 0, ...(explanation && { explanation }) }, mapper);
      expect({ id, departures: told.departures ?? [] }).toEqual({ id, departures: [] });
      lines.push(`${id}: ${summary}`, `  ${scenario.id}: ${told.failure?.check}: ${told.failure?.seen}`);
      for (const { label, text } of told.facts ?? []) lines.push(`    ${label.padEnd(10)}${text}`);
      lines.push(`    hint      ${told.failure?.hint}`, "");
    }
  }
  await expect(lines.join("\n")).toMatchFileSnapshot(join(HERE, "hints.txt"));
});

test("no rule that is checked in every stage asks about what only the last one has", () => {
  const asking = Object.entries(RULES).filter(([, { hint }]) => hint?.includes("snapshot"));
  expect(asking.map(([check]) => check).filter((check) => !check.startsWith("snapshot-"))).toEqual([]);
});
