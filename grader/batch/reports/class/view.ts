import { oneLine } from "../../../text/printable.ts";
import type { BatchResult } from "../../model/batch-result.ts";
import { sha256 } from "../../model/identity.ts";
import type { ReportInput } from "../format.ts";
import { type Cause, CauseTable } from "./causes.ts";
import { type ScenarioFigures, ScenarioTable } from "./scenarios.ts";

/** All that the page of a class shows, as data: small, so that a thousand submissions fit into one page. */
export interface ClassView {
  readonly lab: string;
  /** When the last hand-in is over, in milliseconds since 1970; null where the policy has no deadline. */
  readonly dueMs: number | null;
  readonly max: number;
  readonly stages: readonly { readonly id: string; readonly max: number }[];
  readonly scenarios: readonly ScenarioFigures[];
  /** The commonest first. */
  readonly causes: readonly Cause[];
  readonly students: readonly StudentRow[];
  /** There is something that points are compared with. */
  readonly hasChanges: boolean;
}

/** One submission. */
export interface StudentRow {
  /** Undefined in a page without names. */
  readonly id?: string;
  readonly name?: string;
  /** What it is called where names are hidden: tells nothing of the order of names. */
  readonly alias: string;
  readonly status: BatchResult["status"];
  /** What counts; null: there are none yet. */
  readonly points: number | null;
  /** By stage; null where it was not graded. */
  readonly stages: readonly (number | null)[];
  readonly submittedMs: number | null;
  readonly lateDays: number;
  /** Points taken off because safety was violated. */
  readonly capped: number;
  /** Scenarios that did not pass, by their places in `scenarios`. */
  readonly failed: readonly number[];
  /** Runs that did not pass, of those that were played. */
  readonly failedRuns: number;
  /** Why, by places in `causes`, in the order of `failed`. */
  readonly causes: readonly number[];
  /** Points before; absent: there is nothing to compare with. */
  readonly before?: number | null;
  /** CPU seconds of the grading; null: not known. */
  readonly cpuS: number | null;
}

/** Reads all results, one at a time. */
export function classView(input: ReportInput): ClassView {
  const scenarios = new ScenarioTable();
  const causes = new CauseTable();
  const stages = new Map<string, number>();
  const rows: (Omit<StudentRow, "alias"> & { readonly key: string })[] = [];
  let max = 0;
  for (const result of input.results) {
    if (result.status !== "not-handed-in") max = Math.max(max, result.points.max);
    const suites = result.status === "graded" ? (result.grading?.suites ?? []) : [];
    for (const { id, maxPoints } of suites) stages.set(id, maxPoints);
    rows.push({ ...rowOf(result, scenarios, causes, input), stages: suites.map(({ points }) => points) });
  }
  const order = [...rows.keys()].sort((a, b) => ((rows[a]?.key ?? "") < (rows[b]?.key ?? "") ? -1 : 1));
  const aliases = new Map(order.map((at, rank) => [at, `Student ${rank + 1}`]));
  const ranked = causes.ranked();
  return {
    lab: input.lab,
    dueMs: input.due === undefined ? null : Date.parse(input.due),
    max,
    stages: [...stages].map(([id, stageMax]) => ({ id, max: stageMax })),
    scenarios: scenarios.figures(),
    causes: ranked.causes,
    students: rows.map(({ key: _, id, name, causes: own, ...row }, at) => ({
      ...(input.anonymous !== true && { id, name }),
      alias: aliases.get(at) ?? "",
      ...row,
      causes: own.map((cause) => ranked.places[cause] ?? 0),
    })),
    hasChanges: rows.some(({ before }) => before !== undefined),
  };
}

function rowOf(result: BatchResult, scenarios: ScenarioTable, causes: CauseTable, input: ReportInput) {
  const { id, name, status, points, submittedAt, late, grading } = result;
  const played = status === "graded" ? (grading?.scenarios ?? []) : [];
  const failed: number[] = [];
  const own: number[] = [];
  let failedRuns = 0;
  const places = played.length === 0 ? [] : scenarios.add(played);
  for (const [index, scenario] of played.entries()) {
    failedRuns += scenario.runs.filter(({ verdict }) => verdict !== "passed").length;
    if (scenario.verdict === "passed" || scenario.verdict === "skipped") continue;
    failed.push(places[index] as number);
    own.push(causes.add(scenario, id));
  }
  const before = input.pointsBefore?.(id);
  const cpuMs = input.cpuMsOf?.(id);
  return {
    // Nobody can tell from its order who is who.
    key: sha256(`${result.submissionHash} ${id}`),
    id,
    name: oneLine(name),
    status,
    points: points.final ?? (status === "not-handed-in" ? (input.missingAs ?? null) : null),
    submittedMs: submittedAt === undefined ? null : Date.parse(submittedAt),
    lateDays: late?.days ?? 0,
    capped: points.safetyCap ?? 0,
    failed,
    failedRuns,
    causes: own,
    ...(before !== undefined && { before }),
    cpuS: cpuMs === undefined ? null : Math.round(cpuMs / 100) / 10,
  };
}
