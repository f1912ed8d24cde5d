import { describe, expect, test } from "vitest";
import { DEFAULT_RUNS, grade } from "../../grader/run/grade.ts";
import { labs } from "../../labs/index.ts";
import { folderWith } from "../cli/run-cli.ts";
import { hasFullSandbox, leftOut, sandbox } from "../sandbox/confine/available.ts";
import { type Parts, raftFile } from "./attack.ts";
import { BY_SEED, FIXED, SILENT } from "./tables/pretenders.ts";

const [lab2] = labs;
const scenarios = lab2?.suites.find(({ id }) => id === "lab2a")?.scenarios ?? [];

/** Each scenario of stage 2A by itself, whatever came of those that it depends on: what it came to. */
async function verdictsOf(parts: Parts) {
  const result = await grade({
    lab: "lab2a",
    form: lab2?.form as NonNullable<typeof lab2>["form"],
    scenarios: scenarios.map((scenario) => ({ ...scenario, dependsOn: [] })),
    submission: folderWith(raftFile(parts)),
    seed: 1,
    runs: DEFAULT_RUNS,
    workers: 2,
    sandbox,
  });
  return result.scenarios.map(({ id, points, verdict, property }) => ({ id, points, verdict, property }));
}

// Without the full sandbox there is nothing to be relied on: some leave the realm.
describe.skipIf(!hasFullSandbox)(`leaders that nobody elected${leftOut}`, () => {
  test("there are scenarios of stage 2A", () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(8);
  });

  test.each(Object.entries(SILENT))("%s: no scenario of stage 2A", async (_, parts) => {
    expect(await verdictsOf(parts)).toEqual(
      scenarios.map(({ id }) => ({ id, points: 0, verdict: "failed", property: "election-safety" })),
    );
  });

  test.each(Object.entries({ ...FIXED, ...BY_SEED }))("%s: none either", async (_, parts) => {
    expect(await verdictsOf(parts)).toMatchObject(scenarios.map(({ id }) => ({ id, points: 0, verdict: "failed" })));
  });
});
