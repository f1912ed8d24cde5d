import type { Verdict } from "../../run/result.ts";
import type { BatchResult } from "../model/batch-result.ts";

/** What summaries need of a result: small, so that those of a thousand fit into memory. */
export interface Row
  extends Pick<BatchResult, "id" | "name" | "status" | "submissionHash" | "points" | "notes" | "sandbox"> {
  readonly members: NonNullable<BatchResult["members"]>;
  readonly submittedAt: string | undefined;
  readonly late: BatchResult["late"];
  readonly ungradable: string | undefined;
  /** Why stages have fewer points than their scenarios earned, a line each; names no scenario. */
  readonly caps: readonly string[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Ids of scenarios. */
  readonly notPassed: readonly string[];
  /** Those of them that students may see. */
  readonly notPassedVisible: readonly string[];
  readonly typeErrors: number;
}

export function toRow(result: BatchResult): Row {
  const { id, name, status, submissionHash, points, notes, sandbox, members = [], submittedAt, late, grading } = result;
  const { visibility = {} } = result;
  const scenarios = status === "ungradable" ? [] : (grading?.scenarios ?? []);
  const notPassed = scenarios.filter(({ verdict }) => verdict !== "passed").map((scenario) => scenario.id);
  return {
    id,
    name,
    status,
    submissionHash,
    points,
    notes,
    sandbox,
    members,
    submittedAt,
    late,
    ungradable: grading?.ungradable,
    caps: capsOf(result),
    verdicts: new Map(scenarios.map((scenario) => [scenario.id, scenario.verdict])),
    notPassed,
    notPassedVisible: notPassed.filter((scenarioId) => !(scenarioId in visibility)),
    typeErrors: grading?.typeProblems?.length ?? 0,
  };
}

function capsOf({ grading, status }: BatchResult): string[] {
  const suites = status === "graded" ? (grading?.suites ?? []) : [];
  return suites.flatMap(({ id, points, rawPoints, safetyCap }) =>
    safetyCap !== undefined && points < rawPoints ? [`${id}: ${safetyCap.reason}`] : [],
  );
}
