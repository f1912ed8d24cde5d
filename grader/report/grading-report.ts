import type { GradingResult, RunResult, ScenarioResult, SuiteResult, TypeProblem, Verdict } from "../run/result.ts";
import { TYPE_PROBLEMS_MAX } from "../text/cut.ts";
import { oneLine, printable } from "../text/printable.ts";
import { byCause } from "./causes.ts";
import { describeFailure, headline, table } from "./failure-text.ts";
import { type LayerCommand, ownLayerLines, scenarioFault } from "./own-layers-text.ts";
import type { Style } from "./style.ts";

/** What the words around a result need to know. */
export interface ReportContext {
  readonly style: Style;
  /** What to type to play a run again. */
  readonly replayCommand: (run: RunResult) => string;
  /** Stages with their titles, in order; a scenario's id begins with its stage's. */
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  /** The base seed, when it is one that anybody may know. */
  readonly publicSeed?: number;
  /** Of a grading over layers of the user's own. */
  readonly layerCommand?: LayerCommand;
}

const SHOWN_TYPE_PROBLEMS = 10;

/** One line for a scenario that is decided. `width`: of the longest id. */
export function scenarioLine(scenario: ScenarioResult, width: number, style: Style): string {
  const points = `${scenario.points}/${scenario.maxPoints}`.padStart(5);
  return `${mark(scenario.verdict, style)}  ${scenario.id.padEnd(width)}  ${points}  ${style.dim(remark(scenario))}`.trimEnd();
}

/** What the compiler found, the first of it. */
export function typeProblemLines(problems: readonly TypeProblem[], style: Style): string[] {
  const shown = problems
    .slice(0, SHOWN_TYPE_PROBLEMS)
    .map(
      ({ file, line, column, code, message }) =>
        `  ${oneLine(file)}:${line}:${column}  ${oneLine(message.split("\n", 1)[0] ?? "")} ${style.dim(code)}`,
    );
  const rest = problems.length - shown.length;
  return [
    style.strong(
      `${typeProblemCount(problems.length)} type error${problems.length > 1 ? "s" : ""}; the grading goes on without minding ${problems.length > 1 ? "them" : "it"}`,
    ),
    ...shown,
    ...(rest > 0 ? [style.dim(`  … and ${typeProblemCount(rest, shown.length)} more`)] : []),
  ];
}

/** How many there are, of which so many are told already; `or more` where no more of them are kept. */
export function typeProblemCount(count: number, told = 0): string {
  return count + told < TYPE_PROBLEMS_MAX ? String(count) : `${count} or more`;
}

/** Everything after the scenarios' own lines: what did not pass and why, then the points. */
export function summaryLines(result: GradingResult, context: ReportContext): string[] {
  const failed = result.scenarios.filter(({ verdict }) => verdict !== "passed" && verdict !== "skipped");
  return [
    ...skippedLines(result, context.style),
    ...byCause(failed).flatMap(({ first, others }) => {
      const fault = scenarioFault(first, result, context.layerCommand);
      const lines = [
        ...describeFailure(first, context.replayCommand, context.style, fault),
        ...alsoLines(others, context),
      ];
      return ["", ...lines.map((line, i) => (i === 0 ? line : `  ${line}`.trimEnd()))];
    }),
    "",
    ...totals(result, context),
    ...ownLayerLines(result, context.layerCommand),
    ...knownSeedLines(result, context),
  ];
}

/** Those with the same cause, so that each thing that is to be mended is told once. */
function alsoLines(others: readonly ScenarioResult[], { style }: ReportContext): string[] {
  if (others.length === 0) return [];
  const ids = others.map(({ id, property, verdict }) => `${id} (${property ?? verdict})`).join(", ");
  return [`also      ${ids} ${style.dim("by the same cause, as far as can be told; --json has each")}`];
}

/** Schedules that anybody can play can be learnt by heart: full points on them are no mark yet. */
function knownSeedLines(
  { points, maxPoints, ownLayers }: GradingResult,
  { publicSeed, style }: ReportContext,
): string[] {
  if (publicSeed === undefined || points < maxPoints || maxPoints === 0 || ownLayers !== undefined) return [];
  return [
    style.dim(
      `This was seed ${publicSeed}, which everybody can play and learn by heart: a course grades on a secret one. Other schedules: --seed <n>, --runs <n>.`,
    ),
  ];
}

/** What was skipped, together for each reason: a beginner skips dozens for one. */
function skippedLines({ scenarios }: GradingResult, style: Style): string[] {
  const byReason = new Map<string, string[]>();
  for (const { id, verdict, message = "" } of scenarios) {
    if (verdict !== "skipped") continue;
    byReason.set(message, [...(byReason.get(message) ?? []), id]);
  }
  return [...byReason].map(([reason, ids]) => {
    // Some reasons are sentences and some say only what the scenario lacks: the colon lets both follow.
    const which = ids.length === 1 ? ids[0] : `${ids.length} scenarios from ${ids[0]} to ${ids.at(-1)}, each`;
    return `${mark("skipped", style)}  ${which}: ${style.dim(printable(reason))}`;
  });
}

function mark(verdict: Verdict, style: Style): string {
  if (verdict === "passed") return style.good("pass");
  if (verdict === "skipped") return style.dim("skip");
  return style.bad(verdict === "internal-error" ? "????" : "FAIL");
}

function remark(scenario: ScenarioResult): string {
  const { verdict, runs, message, title } = scenario;
  if (verdict === "passed") return `${title}${runs.length > 1 ? ` (${runs.length} runs)` : ""}`;
  if (verdict === "skipped") return printable(message ?? "");
  const at = runs.findIndex((run) => run.verdict !== "passed");
  return `${headline(scenario)}${at < 0 ? "" : `, in run ${at + 1}`}`;
}

/** Points by stage and in all. */
function totals(result: GradingResult, { stages, style }: ReportContext): string[] {
  const rows = stages.flatMap(({ id, title }) => {
    const scenarios = result.scenarios.filter((scenario) => scenario.id.startsWith(`${id}/`));
    if (scenarios.length === 0) return [];
    const passed = scenarios.filter(({ verdict }) => verdict === "passed").length;
    const points = result.suites.find((suite) => suite.id === id);
    return points === undefined
      ? []
      : [[id, title, `${passed} of ${scenarios.length} passed`, pointsText(points), beforeCap(points)]];
  });
  const runs = result.scenarios.reduce((sum, scenario) => sum + scenario.runs.length, 0);
  const all = pointsText(result);
  const whole = result.points === result.maxPoints ? style.good(style.strong(all)) : style.strong(all);
  const interrupted = result.interrupted ? " Interrupted: scenarios that were not decided count as skipped." : "";
  return [
    ...(rows.length > 1 ? table(rows) : []),
    ...capLines(result),
    `${[whole, beforeCap(result)].filter((part) => part !== "").join(" ")}  ${style.dim(`${runs} run${runs === 1 ? "" : "s"} in ${(result.timing.wallMs / 1000).toFixed(1)} s.${interrupted}`)}`,
  ];
}

type Points = Pick<SuiteResult, "points" | "rawPoints" | "maxPoints">;

function pointsText({ points, maxPoints }: Points): string {
  return `${points}/${maxPoints} points`;
}

/** Empty where nothing is taken away. */
function beforeCap({ points, rawPoints }: Points): string {
  return points === rawPoints ? "" : `(${rawPoints} before the safety cap)`;
}

/** Why a stage has fewer points than its scenarios earned. */
function capLines({ suites }: GradingResult): string[] {
  return suites.flatMap(({ id, points, rawPoints, safetyCap }) =>
    safetyCap !== undefined && points < rawPoints ? [`${id}: ${safetyCap.reason}`] : [],
  );
}
