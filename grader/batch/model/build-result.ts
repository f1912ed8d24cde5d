import type { Scenario } from "../../harness/scenario.ts";
import type { GradingResult, ScenarioResult, Verdict } from "../../run/result.ts";
import { NO_CAP, scoreOf } from "../../run/safety-cap.ts";
import { NOTES_MAX } from "../../text/cut.ts";
import type { Intake, Opened } from "../intake/index.ts";
import { type Policy, scenarioPlan, toHundredths } from "../policy/index.ts";
import type { BatchResult, PointsLine } from "./batch-result.ts";
import { standingOf } from "./standing.ts";
import { joinTiming, splitTiming, type Timing } from "./untimed.ts";

/** What a result is made of beside the grading itself. */
export interface ResultContext {
  readonly lab: string;
  readonly scenarios: readonly Scenario[];
  readonly policy: Policy;
  /** How submissions are kept apart from the machine. */
  readonly sandbox: string;
}

/** `grading` null: the grader went wrong before there was one, or nothing was handed in. */
export function buildResult(
  context: ResultContext,
  intake: Intake,
  opened: Opened,
  submissionHash: string,
  grading: GradingResult | null,
): { readonly result: BatchResult; readonly timing: Timing } {
  const { policy, scenarios } = context;
  const status = "notHandedIn" in opened ? "not-handed-in" : statusOf(grading);
  const max = scenarios.reduce((sum, { points }) => sum + points, 0);
  const earned = grading?.points ?? 0;
  const raw = grading?.rawPoints ?? 0;
  const capped = toHundredths(raw - earned);
  const submittedAt = opened.submittedAt ?? intake.submittedAt;
  const hasPoints = status === "graded" || status === "ungradable";
  const standing = standingOf(policy, intake, { submittedAt, isUngradable: status === "ungradable" }, earned, max);
  const points: PointsLine = hasPoints
    ? { raw, ...(capped > 0 && { safetyCap: capped }), ...standing.points, max }
    : { raw: null, penalty: null, final: null, max };
  const split = grading === null ? null : splitTiming({ ...grading, submissionHash });
  const visibility = visibilityMap(context);
  const result: BatchResult = {
    format: "consensus-labs/batch-result@1",
    id: intake.id,
    name: intake.name,
    origin: intake.origin,
    ...(intake.members.length > 0 && { members: hasPoints ? standing.members : intake.members }),
    ...(intake.roster !== undefined && { roster: intake.roster }),
    status,
    submissionHash,
    ...("commit" in opened && opened.commit !== undefined && { commit: opened.commit }),
    ...(standing.submittedAt !== undefined && { submittedAt: standing.submittedAt }),
    points,
    ...(hasPoints && standing.late !== undefined && { late: standing.late }),
    ...(hasPoints && standing.question !== undefined && { question: standing.question }),
    verdicts: countVerdicts(grading),
    ...(Object.keys(visibility).length > 0 && { visibility }),
    ...(policy.hiddenShows !== "verdict" && { hiddenShows: policy.hiddenShows }),
    notes: [...fewNotes(opened.notes), ...(hasPoints ? standing.notes : [])],
    sandbox: context.sandbox,
    ...(split !== null && { grading: split.untimed }),
  };
  return { result, timing: split?.timing ?? { wallMs: 0, runs: {} } };
}

/** A submission can give cause for thousands. */
function fewNotes(notes: readonly string[]): readonly string[] {
  if (notes.length <= NOTES_MAX) return notes;
  return [...notes.slice(0, NOTES_MAX), `and ${notes.length - NOTES_MAX} notes more`];
}

/** The result made anew from the grading that it has: who it is of, when it was handed in, and what that costs. */
export function recounted(
  context: ResultContext,
  intake: Intake,
  opened: Opened,
  before: BatchResult,
  timing: Timing,
): { readonly result: BatchResult; readonly timing: Timing } {
  const grading = before.grading === undefined ? null : joinTiming(before.grading, timing);
  const { result } = buildResult(
    { ...context, sandbox: before.sandbox },
    intake,
    opened,
    before.submissionHash,
    grading,
  );
  return { result, timing };
}

/** A submission of which nothing can be played: every scenario has the verdict `ungradable`. */
export function ungradableResult({ lab, scenarios }: ResultContext, id: string, reason: string): GradingResult {
  const results = scenarios.map(
    ({ id: scenarioId, title, points }): ScenarioResult => ({
      id: scenarioId,
      title,
      points: 0,
      maxPoints: points,
      verdict: "ungradable",
      message: reason,
      runs: [],
    }),
  );
  return {
    format: "consensus-labs/result@1",
    lab,
    submission: id,
    submissionHash: "",
    boundary: "process",
    ...scoreOf(results, NO_CAP),
    timing: { wallMs: 0 },
    ungradable: reason,
    scenarios: results,
  };
}

/** A scenario that the grader could not decide leaves the whole submission without points. */
export function statusOf(grading: GradingResult | null): BatchResult["status"] {
  if (grading === null || grading.scenarios.some(({ verdict }) => verdict === "internal-error"))
    return "internal-error";
  return grading.ungradable === undefined ? "graded" : "ungradable";
}

function countVerdicts(grading: GradingResult | null): BatchResult["verdicts"] {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of grading?.scenarios ?? []) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

function visibilityMap({ policy, scenarios }: ResultContext): Record<string, "hidden" | "after-due"> {
  const map: Record<string, "hidden" | "after-due"> = {};
  for (const { id } of scenarios) {
    const { visibility } = scenarioPlan(policy, id);
    if (visibility !== "visible") map[id] = visibility;
  }
  return map;
}
