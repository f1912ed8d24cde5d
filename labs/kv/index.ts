import { KV_KIND } from "../../grader/harness/kv/kind.ts";
import { ARGUMENTS } from "../../grader/harness/kv/operations.ts";
import { type Lab, makeScenario, type Suite } from "../../grader/harness/scenario.ts";
import { FORM as RAFT_FORM } from "../raft/form.ts";
import { suite } from "../suite.ts";
import { EXPECTATIONS, expectationOf } from "./expectations.ts";
import { FORM } from "./form.ts";
import { POINTS } from "./points.ts";
import { RULES } from "./rules.ts";
import { RUN_COSTS_MS } from "./run-costs.ts";
import { CALM } from "./scenarios/calm.ts";
import { MOMENTS } from "./scenarios/moments.ts";
import { SNAPSHOTS } from "./scenarios/snapshots.ts";
import { STORMS } from "./scenarios/storms.ts";
import type { Draft } from "./scenarios/support.ts";
import { swarm } from "./scenarios/swarm.ts";
import { WORDING } from "./wording.ts";

const STAGE = { id: "lab3/script", title: "A script", groups: [], about: "" };

/** A key/value store over a Raft that is given: servers, and the clerks that use them. */
export const lab3: Lab = {
  id: "lab3",
  name: "kv",
  title: "Key/value service",
  home: "kv",
  form: FORM,
  layers: { raft: { title: "Raft", form: RAFT_FORM, lab: "lab2" } },
  safetyProperties: ["linearizability", "exactly-once"],
  wording: WORDING,
  runCostsMs: RUN_COSTS_MS,
  stage: (options) => makeScenario(KV_KIND, RULES, { ...STAGE, options, run: (c) => c.check() }, 0),
  operations: { clerk: ARGUMENTS },
  expectations: EXPECTATIONS,
  expectationOf,
  suites: [
    stage("lab3a", "service", "A linearizable store", "labs/kv/3a-service.md", [
      ...CALM,
      ...STORMS,
      ...MOMENTS,
      swarm("lab3a"),
    ]),
    stage("lab3b", "service-snapshots", "The store with snapshots", "labs/kv/3b-snapshots.md", [
      ...SNAPSHOTS,
      swarm("lab3b", 400),
    ]),
  ],
};

function stage(id: string, name: string, title: string, handout: string, drafts: readonly Draft[]): Suite {
  return suite({ id, name, title, handout }, KV_KIND, RULES, POINTS[id], drafts);
}
