import type { Cluster } from "../grader/harness/cluster.ts";
import type { Monitor } from "../grader/harness/monitor.ts";
import {
  type ClusterKind,
  type LabRules,
  makeScenario,
  type Scenario,
  type ScenarioDraft,
  type Suite,
} from "../grader/harness/scenario.ts";
import { KIT } from "./kit.ts";

/** What a suite is, but for its scenarios. */
export type SuiteAbout = Omit<Suite, "points" | "scenarios">;

/**
 * A suite out of its scenarios and their points, in the order in which the scenarios are given. In a kit, those without points
 * are the ones that are left out of it.
 *
 * @param kind of cluster that its scenarios talk to
 * @param rules of the lab: where each rule stands that monitor and cluster of that kind check by themselves
 * @param table points of each scenario, by id
 */
export function suite<C extends Cluster, O extends object, Check extends string, M extends Monitor>(
  about: SuiteAbout,
  kind: ClusterKind<C, O, Check, M>,
  rules: LabRules<Check>,
  table: Readonly<Record<string, number>> | undefined,
  drafts: readonly ScenarioDraft<C, O>[],
): Suite {
  const scenarios = drafts.flatMap((draft): Scenario[] => {
    const points = table?.[draft.id];
    if (points !== undefined) return [makeScenario(kind, rules, draft, points)];
    if (KIT !== null) return [];
    throw new Error(`${draft.id} has no points: its lab's table of points lacks it`);
  });
  return { ...about, points: scenarios.reduce((sum, { points }) => sum + points, 0), scenarios };
}
