import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import { soloLogService } from "../../grader/harness/log/solo-service.ts";
import { type Lab, makeScenario, type Suite } from "../../grader/harness/scenario.ts";
import { suite } from "../suite.ts";
import { EXPECTATIONS, expectationOf } from "./expectations.ts";
import { FORM } from "./form.ts";
import { INSTANCES } from "./instances.ts";
import { POINTS } from "./points.ts";
import { RULES } from "./rules.ts";
import { RUN_COSTS_MS } from "./run-costs.ts";
import { chaos } from "./scenarios/chaos.ts";
import { COST } from "./scenarios/cost.ts";
import { CRASH_POINTS } from "./scenarios/crash-points.ts";
import { ELECTION } from "./scenarios/election.ts";
import { FAILURES } from "./scenarios/failures.ts";
import { FIGURES } from "./scenarios/figures.ts";
import { LATE_SNAPSHOTS } from "./scenarios/late-snapshots.ts";
import { LOST_MESSAGES } from "./scenarios/lost-messages.ts";
import { APART } from "./scenarios/moments/apart.ts";
import { BEHIND } from "./scenarios/moments/behind.ts";
import { CANDIDATES } from "./scenarios/moments/candidates.ts";
import { CONFLICTS, CONFLICTS_AND_CRASHES } from "./scenarios/moments/conflicts.ts";
import { INSTALLED } from "./scenarios/moments/installed.ts";
import { OVERTAKEN } from "./scenarios/moments/overtaken.ts";
import { PAST } from "./scenarios/moments/past.ts";
import { SAME_MOMENT } from "./scenarios/moments/same-moment.ts";
import { VOTES_AND_SNAPSHOTS } from "./scenarios/moments/votes-and-snapshots.ts";
import { ONE_WAY } from "./scenarios/one-way.ts";
import { PARTITIONS } from "./scenarios/partitions.ts";
import { PERSISTENCE } from "./scenarios/persistence.ts";
import { REPLICATION } from "./scenarios/replication.ts";
import { SNAPSHOTS } from "./scenarios/snapshots.ts";
import type { Draft } from "./scenarios/support.ts";
import { swarm } from "./scenarios/swarm.ts";
import { UNEVEN_SNAPSHOTS } from "./scenarios/uneven-snapshots.ts";
import { UNRELIABLE } from "./scenarios/unreliable.ts";
import { WORDING } from "./wording.ts";

/** Raft, in the four stages in which it is built. */
export const lab2: Lab = {
  id: "lab2",
  name: "raft",
  title: "Raft",
  home: "raft",
  form: FORM,
  safetyProperties: ["election-safety", "state-machine-safety", "durability"],
  wording: WORDING,
  runCostsMs: RUN_COSTS_MS,
  freeOptions: ["snapshotEvery"],
  stage: (options) =>
    makeScenario(
      LOG_KIND,
      RULES,
      { id: "lab2/script", title: "A script", peers: 1, about: "", options, run: () => {} },
      0,
    ),
  expectations: EXPECTATIONS,
  expectationOf,
  soloService: soloLogService,
  instances: INSTANCES,
  suites: [
    stage("lab2a", "election", "Leader election", "labs/raft/2a-election.md", [
      ...ELECTION,
      ...ONE_WAY,
      ...CANDIDATES,
      ...PAST,
      ...OVERTAKEN,
      ...swarm("lab2a"),
    ]),
    stage("lab2b", "replication", "Log replication", "labs/raft/2b-replication.md", [
      ...REPLICATION,
      ...COST,
      ...FAILURES,
      ...PARTITIONS,
      ...FIGURES,
      ...LOST_MESSAGES,
      ...APART,
      ...SAME_MOMENT,
      ...CONFLICTS,
      ...BEHIND,
      ...swarm("lab2b"),
    ]),
    stage("lab2c", "persistence", "Persistence", "labs/raft/2c-persistence.md", [
      ...PERSISTENCE,
      ...CRASH_POINTS,
      ...CONFLICTS_AND_CRASHES,
      ...UNRELIABLE,
      ...chaos("lab2c"),
      ...swarm("lab2c"),
    ]),
    stage("lab2d", "snapshots", "Snapshots", "labs/raft/2d-snapshots.md", [
      ...SNAPSHOTS,
      ...LATE_SNAPSHOTS,
      ...UNEVEN_SNAPSHOTS,
      ...VOTES_AND_SNAPSHOTS,
      ...INSTALLED,
      ...chaos("lab2d", 10),
      ...swarm("lab2d", 6),
    ]),
  ],
};

function stage(id: string, name: string, title: string, handout: string, drafts: readonly Draft[]): Suite {
  return suite({ id, name, title, handout }, LOG_KIND, RULES, POINTS[id], drafts);
}
