import type { Lab, Scenario, Suite } from "../../grader/harness/scenario.ts";
import { KIT } from "../kit.ts";
import { POINTS } from "./points.ts";
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

/** Raft, in the four stages in which it is built. */
export const lab2: Lab = {
  id: "lab2",
  title: "Raft",
  peer: {
    file: "raft",
    className: "Raft",
    localMethods: ["getState", "start", "snapshot", "kill"],
    observer: "getState",
  },
  safetyProperties: ["election-safety", "state-machine-safety", "durability"],
  runCostsMs: RUN_COSTS_MS,
  suites: [
    suite("lab2a", "election", "Leader election", "labs/raft/2a-election.md", [
      ...ELECTION,
      ...ONE_WAY,
      ...CANDIDATES,
      ...PAST,
      ...OVERTAKEN,
      ...swarm("lab2a"),
    ]),
    suite("lab2b", "replication", "Log replication", "labs/raft/2b-replication.md", [
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
    suite("lab2c", "persistence", "Persistence", "labs/raft/2c-persistence.md", [
      ...PERSISTENCE,
      ...CRASH_POINTS,
      ...CONFLICTS_AND_CRASHES,
      ...UNRELIABLE,
      ...chaos("lab2c"),
      ...swarm("lab2c"),
    ]),
    suite("lab2d", "snapshots", "Snapshots", "labs/raft/2d-snapshots.md", [
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

/**
 * A suite out of its scenarios and their points, in the order in which the scenarios are given. In a kit, those without points
 * are the ones that are left out of it.
 */
function suite(id: string, name: string, title: string, handout: string, drafts: readonly Draft[]): Suite {
  const table = POINTS[id] ?? {};
  const scenarios = drafts.flatMap((draft): Scenario[] => {
    const points = table[draft.id];
    if (points !== undefined) return [{ ...draft, points }];
    if (KIT !== null) return [];
    throw new Error(`${draft.id} has no points: add it to labs/raft/points.ts`);
  });
  const points = scenarios.reduce((sum, scenario) => sum + scenario.points, 0);
  return { id, name, title, points, handout, scenarios };
}
