import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeGrader } from "../../grader/batch/engine/grade-one.ts";
import { DEFAULT_POLICY } from "../../grader/batch/policy/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ESCAPE } from "../attacks/attack.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";
import { scenarios } from "./fake-batch.ts";

/** The reference, which in one of all realms that a process makes says how many there were: what no peer can know. */
function cheatingOnceAs(realm: number): string {
  const folder = folderWith();
  cpSync(join(ROOT, "reference/raft"), folder, { recursive: true });
  const raft = readFileSync(join(folder, "raft.ts"), "utf8");
  writeFileSync(
    join(folder, "raft.ts"),
    `// @ts-nocheck
import { encode as encodeOut } from "consensus-labs";
${ESCAPE.replace("encode(", "encodeOut(")}
const out = escape();
out.realms = (out.realms ?? 0) + 1;
if (out.realms === ${realm}) console.log("the realm " + out.realms);
${raft}`,
  );
  return folder;
}

// Each of four runs makes three realms, in the process that plays the runs only: these are those of peer 1. Audits of one run alone, which are
// drawn, would find one of the four, each with probability 1/4.
test.each([
  ["in the first run alone", 2, "nondeterministic", 1],
  ["in the second run alone", 5, "nondeterministic", 2],
  ["in the third run alone", 8, "nondeterministic", 3],
  ["in the last run alone", 11, "nondeterministic", 4],
  ["in none", 100, "passed", 4],
])("a default batch finds a peer that breaks the rules %s", async (_, realm, verdict, played) => {
  const [scenario] = scenarios;
  expect(scenario).toMatchObject({ peers: 3 });
  const { gradeOne, close } = makeGrader({
    lab: "lab2a",
    form: lab2.form,
    safetyProperties: lab2.safetyProperties,
    scenarios: scenarios.slice(0, 1),
    policy: DEFAULT_POLICY,
    seed: "0123456789abcdef",
    workers: 1,
  });
  const folder = cheatingOnceAs(realm);
  const result = await gradeOne({ id: "one", folder, workers: 1, signal: new AbortController().signal }).finally(close);
  expect(result.scenarios.map(({ verdict, runs }) => [verdict, runs.length])).toEqual([[verdict, played]]);
});
