import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import type { SnapshotOptions } from "../../grader/harness/log/service.ts";
import { makeScenario, type Scenario, type ScenarioDraft } from "../../grader/harness/scenario.ts";
import { RULES } from "../../labs/raft/rules.ts";

export type LogDraft = ScenarioDraft<LogCluster, SnapshotOptions>;

/** A scenario of a log behind a leader, of three peers where a test says nothing else. */
export function logScenario(draft: Partial<LogDraft> & Pick<LogDraft, "run">): Scenario {
  return makeScenario(LOG_KIND, RULES, { id: "test/one", title: "one", peers: 3, about: "", ...draft }, 1);
}
