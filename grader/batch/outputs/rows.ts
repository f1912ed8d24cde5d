import type { Verdict } from "../../run/result.ts";
import { type BatchResult, isHidden } from "../model/batch-result.ts";

/** What summaries need of a result: small, so that those of a thousand fit into memory. */
export interface Row
  extends Pick<BatchResult, "id" | "name" | "status" | "submissionHash" | "points" | "notes" | "sandbox"> {
  readonly members: NonNullable<BatchResult["members"]>;
  readonly submittedAt: string | undefined;
  readonly late: BatchResult["late"];
  readonly question: string | undefined;
  /** All columns of its line in the roster. */
  readonly roster: NonNullable<BatchResult["roster"]>;
  /** Points of each stage, by its id. */
  readonly stages: ReadonlyMap<string, { readonly points: number; readonly max: number }>;
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

/** @param isDue the last hand-in is over: what is hidden until then may be seen. */
export function toRow(result: BatchResult, isDue = false): Row {
  const { id, name, status, submissionHash, points, notes, sandbox, members = [], submittedAt, late, grading } = result;
  const { question, roster = {} } = result;
  const scenarios = status === "ungradable" ? [] : (grading?.scenarios ?? []);
  const notPassed = scenarios.filter(({ verdict }) => verdict !== "passed").map((scenario) => scenario.id);
  const stages = status === "graded" || status === "ungradable" ? (grading?.suites ?? []) : [];
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
    question,
    roster,
    stages: new Map(stages.map((suite) => [suite.id, { points: suite.points, max: suite.maxPoints }])),
    ungradable: grading?.ungradable,
    caps: capsOf(result),
    verdicts: new Map(scenarios.map((scenario) => [scenario.id, scenario.verdict])),
    notPassed,
    notPassedVisible: notPassed.filter((scenarioId) => !isHidden(result, scenarioId, isDue)),
    typeErrors: grading?.typeProblems?.length ?? 0,
  };
}

function capsOf({ grading, status }: BatchResult): string[] {
  const suites = status === "graded" ? (grading?.suites ?? []) : [];
  return suites.flatMap(({ id, points, rawPoints, safetyCap }) =>
    safetyCap !== undefined && points < rawPoints ? [`${id}: ${safetyCap.reason}`] : [],
  );
}
