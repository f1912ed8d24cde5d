import { publicNames, withoutNames } from "../../report/hidden-names.ts";
import type { RunResult, SuiteResult, Verdict } from "../../run/result.ts";
import { type BatchResult, isHidden, type MemberResult } from "../model/batch-result.ts";
import type { UntimedResult } from "../model/untimed.ts";
import { pointsText, several } from "../outputs/text.ts";
import { type HiddenShows, toHundredths } from "../policy/index.ts";

type UntimedScenario = UntimedResult["scenarios"][number];
type UntimedRun = UntimedScenario["runs"][number];

/** A scenario that students may see; of one that did not pass `run` says why. */
export interface SeenScenario {
  readonly scenario: UntimedScenario;
  readonly run: RunResult | undefined;
  /** Why it did not pass, or was not played; names no hidden scenario. */
  readonly message: string;
}

/** A scenario of which students may know what it came to, and little else. */
export interface HiddenScenario {
  /** Says no more than the stage: `lab2b/hidden-1`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Which one was violated, where the policy lets students know. */
  readonly property?: NonNullable<RunResult["property"]>;
  readonly points: number;
  readonly maxPoints: number;
}

/** What one student may see of a stage. */
export interface StageView extends Pick<SuiteResult, "id" | "points" | "maxPoints"> {
  /** Why it has fewer points than its scenarios earned. */
  readonly capped: string | undefined;
  readonly scenarios: readonly SeenScenario[];
  /** Empty where the policy says that students are told nothing of them. */
  readonly hidden: readonly HiddenScenario[];
  /** What scenarios of which nothing is told came to together, for sums; null: there are none. */
  readonly untold: Pick<SuiteResult, "points" | "maxPoints"> | null;
}

/** What one student may see of a result. */
export interface StudentView {
  /** Empty where nothing was graded. */
  readonly stages: readonly StageView[];
  /** Sentences about the points as a whole: why there are none, what was taken off and why. */
  readonly facts: readonly string[];
  /** Why it could not be graded, in words that may be a compiler's or a student's. */
  readonly ungradable: string | undefined;
}

/** @param member the one of a group whom it is for; absent: all of them. */
export function studentView(result: BatchResult, isDue: boolean, member?: MemberResult): StudentView {
  const { grading, status } = result;
  return {
    stages: status === "graded" && grading !== undefined ? stagesOf(result, grading, isDue) : [],
    facts: factsOf(member === undefined ? result : { ...result, members: [member] }),
    ungradable: status === "ungradable" ? (grading?.ungradable ?? "") : undefined,
  };
}

/** All that did not pass by themselves, of all stages. */
export function failuresIn({ stages }: StudentView): readonly SeenScenario[] {
  return stages.flatMap(failuresOf);
}

/** Those of a stage that did not pass by themselves. */
export function failuresOf({ scenarios }: StageView): readonly SeenScenario[] {
  return scenarios.filter(({ scenario: { verdict } }) => verdict !== "passed" && verdict !== "skipped");
}

/** How many scenarios of a stage passed, of those of which a verdict is told: `3 of 5`. */
export function passedText({ scenarios, hidden }: StageView): string {
  const verdicts = [...scenarios.map(({ scenario }) => scenario.verdict), ...hidden.map(({ verdict }) => verdict)];
  return `${verdicts.filter((verdict) => verdict === "passed").length} of ${verdicts.length}`;
}

function stagesOf(result: BatchResult, { suites, scenarios }: UntimedResult, isDue: boolean): readonly StageView[] {
  const isSecret = (id: string) => isHidden(result, id, isDue);
  const names = publicNames(
    scenarios.map(({ id }) => id),
    isSecret,
  );
  const secrets = [...names.keys()].filter(isSecret);
  const { hiddenShows = "verdict" } = result;
  const isTold = hiddenShows !== "nothing";
  return suites.map((suite) => {
    const mine = scenarios.filter(({ id }) => id.startsWith(`${suite.id}/`));
    const secret = mine.filter(({ id }) => isSecret(id));
    return {
      id: suite.id,
      points: suite.points,
      maxPoints: suite.maxPoints,
      capped: cappedBy(suite, secret, hiddenShows),
      scenarios: mine
        .filter(({ id }) => !isSecret(id))
        .map((scenario) => ({
          scenario,
          run: tellingRun(scenario.runs),
          message: withoutNames(scenario.message ?? "", secrets, isTold),
        })),
      hidden: (isTold ? secret : []).map(({ id, verdict, property, points, maxPoints }) => ({
        name: names.get(id) as string,
        verdict,
        ...(hiddenShows === "property" && property !== undefined && { property }),
        points,
        maxPoints,
      })),
      untold:
        isTold || secret.length === 0
          ? null
          : { points: sumOf(secret, "points"), maxPoints: sumOf(secret, "maxPoints") },
    };
  });
}

function sumOf(scenarios: readonly UntimedScenario[], what: "points" | "maxPoints"): number {
  return toHundredths(scenarios.reduce((sum, scenario) => sum + scenario[what], 0));
}

/** Which property was violated is not told where a hidden scenario may have seen it, unless the policy lets students know. */
function cappedBy(
  { points, rawPoints, maxPoints, safetyCap }: SuiteResult,
  secret: readonly UntimedScenario[],
  hiddenShows: HiddenShows,
) {
  if (safetyCap === undefined || points >= rawPoints) return undefined;
  const isOfHidden = secret.some(({ runs }) => runs.some(({ property }) => property !== undefined));
  if (hiddenShows === "property" || !isOfHidden) return safetyCap.reason;
  const most = `at most ${pointsText(safetyCap.atMost)} of ${pointsText(maxPoints)} points`;
  return hiddenShows === "nothing" ? most : `${most}: a safety violation was seen`;
}

/** The run that says why a scenario did not pass. */
function tellingRun(runs: readonly UntimedRun[]): RunResult | undefined {
  const run = runs.find(({ verdict }) => verdict !== "passed");
  return run === undefined ? undefined : { ...run, timing: { wallMs: 0 } };
}

function factsOf(result: BatchResult): string[] {
  switch (result.status) {
    case "not-handed-in":
      return ["Nothing was handed in."];
    case "internal-error":
      return ["There are no points yet: the grader itself went wrong. That is no fault of the submission."];
    case "ungradable":
      return ["It could not be graded.", ...latenessFacts(result)];
    case "graded":
      return latenessFacts(result);
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
