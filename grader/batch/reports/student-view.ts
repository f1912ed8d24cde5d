import type { RunResult } from "../../run/result.ts";
import { type BatchResult, isHidden, type MemberResult } from "../model/batch-result.ts";
import type { UntimedResult } from "../model/untimed.ts";
import { pointsText, several } from "../outputs/text.ts";

type UntimedScenario = UntimedResult["scenarios"][number];
type UntimedRun = UntimedScenario["runs"][number];

/** A scenario that students may see; of one that did not pass `run` says why. */
export interface SeenScenario {
  readonly scenario: UntimedScenario;
  readonly run: RunResult | undefined;
  /** Why it did not pass, or was not played; names no hidden scenario. */
  readonly message: string;
}

/** What one student may see of a result. */
export interface StudentView {
  readonly scenarios: readonly SeenScenario[];
  /** How many there are beside them. */
  readonly hidden: number;
  readonly stages: UntimedResult["suites"];
  /** Sentences about the points as a whole: why there are none, what was taken off and why. */
  readonly facts: readonly string[];
  /** Why it could not be graded, in words that may be a compiler's or a student's. */
  readonly ungradable: string | undefined;
}

/** @param member the one of a group whom it is for; absent: all of them. */
export function studentView(result: BatchResult, isDue: boolean, member?: MemberResult): StudentView {
  const { grading, status } = result;
  const all = status === "graded" ? (grading?.scenarios ?? []) : [];
  const hidden = all.filter(({ id }) => isHidden(result, id, isDue)).map(({ id }) => id);
  // The longest first: one id may begin another.
  const names = [...hidden].sort((a, b) => b.length - a.length);
  const without = (text: string) => names.reduce((rest, id) => rest.replaceAll(id, "a hidden scenario"), text);
  return {
    scenarios: all
      .filter(({ id }) => !isHidden(result, id, isDue))
      .map((scenario) => ({ scenario, run: tellingRun(scenario.runs), message: without(scenario.message ?? "") })),
    hidden: hidden.length,
    stages: status === "graded" ? (grading?.suites ?? []) : [],
    facts: factsOf(member === undefined ? result : { ...result, members: [member] }),
    ungradable: status === "ungradable" ? (grading?.ungradable ?? "") : undefined,
  };
}

/** The run that says why a scenario did not pass. */
function tellingRun(runs: readonly UntimedRun[]): RunResult | undefined {
  const run = runs.find(({ verdict }) => verdict !== "passed");
  return run === undefined ? undefined : { ...run, timing: { wallMs: 0 } };
}

function factsOf(result: BatchResult): string[] {
  const { status, grading } = result;
  switch (status) {
    case "not-handed-in":
      return ["Nothing was handed in."];
    case "internal-error":
      return ["There are no points yet: the grader itself went wrong. That is no fault of the submission."];
    case "ungradable":
      return ["It could not be graded.", ...latenessFacts(result)];
    case "graded":
      return [
        ...(grading?.suites ?? []).flatMap(({ points, rawPoints, safetyCap }) =>
          safetyCap !== undefined && points < rawPoints ? [safetyCap.reason] : [],
        ),
        ...latenessFacts(result),
      ];
  }
}

function latenessFacts({ members = [], late, points, question, submittedAt }: BatchResult): string[] {
  const isGroup = members.length > 1;
  const lines = members.filter((member) => member.points !== undefined);
  const said =
    lines.length === 0
      ? lateness({ late, question, penalty: points.penalty, final: points.final }, "")
      : lines.flatMap((member) =>
          lateness(
            { ...member, ...(member.points as NonNullable<typeof member.points>) },
            isGroup ? `${member.name ?? "A member"}: ` : "",
          ),
        );
  return submittedAt === undefined || said.length === 0 ? said : [`Handed in at ${submittedAt}.`, ...said];
}

interface Late extends Pick<BatchResult, "late" | "question"> {
  readonly penalty: number | null;
  readonly final: number | null;
}

function lateness({ late, question, penalty, final }: Late, who: string): string[] {
  if (question !== undefined) return [`${who}Points are open until it is known how late it was.`];
  if (late === undefined || late.days === 0) return [];
  if (late.isTooLate) return [`${who}${several(late.days, "day")} late, which is too late to count.`];
  const free = late.freeDaysUsed > 0 ? `, of which ${late.freeDaysUsed} free` : "";
  return [
    `${who}${several(late.days, "day")} late${free}: ${pointsText(penalty)} taken off, ${pointsText(final)} left.`,
  ];
}
