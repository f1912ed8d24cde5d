import { table } from "../../report/failure-text.ts";
import type { Style } from "../../report/style.ts";
import { printable } from "../../text/printable.ts";
import type { CalibrationResult, MatrixCell, RightResult, RunNote, WrongResult } from "../result.ts";
import { chance, percent, range } from "./figures.ts";

/** What the words around a result need to know. */
export interface TextContext {
  readonly style: Style;
  /** What to type to play a run again. */
  readonly replayCommand: (note: RunNote) => string;
  /** Show the matrix too. */
  readonly withMatrix: boolean;
}

/** So many lines are shown of things that should not be, such as failures of right submissions. */
const SHOWN_NOTES = 20;

/** The whole report, as lines. */
export function calibrationLines(result: CalibrationResult, context: TextContext): string[] {
  const { style } = context;
  return [
    ...wrongLines(result, style),
    ...(context.withMatrix ? matrixLines(result, style) : []),
    ...beforeLines(result, context),
    ...rightLines(result, context),
    ...faultLines(result, context),
    ...withoutEffectLines(result, style),
    "",
    ...verdictLines(result, style),
  ];
}

/** One line for each wrong submission, by stage. */
function wrongLines({ wrong, scenarios }: CalibrationResult, style: Style): string[] {
  const stages = [...new Set([...scenarios.map(({ suite }) => suite), undefined])];
  return stages.flatMap((stage) => {
    const ofStage = wrong.filter((one) => one.stage === stage);
    if (ofStage.length === 0) return [];
    const rows = [
      ["", "wrong submission", "points", "lives", "95 %", "by matrix", "first kill", "", "named first"],
      ...ofStage.map(wrongRow),
    ];
    return [
      "",
      style.strong(stage ?? "any stage"),
      ...table(rows).map((line, i) => (i === 0 ? style.dim(line) : colour(line, ofStage[i - 1], style))),
    ];
  });
}

function wrongRow(one: WrongResult): string[] {
  const { survival, runsToKill, timing } = one;
  return [
    one.outcome === "survived" ? (one.weak ? "weak" : "LIVES") : one.outcome === "killed" ? "dies" : "open",
    one.id,
    one.points === null ? "" : `${one.points.points} of ${one.points.maxPoints}`,
    `${survival.hits}/${survival.of}`,
    survival.of === 0 ? "" : range(survival),
    one.survivalFromMatrix === null ? "" : chance(one.survivalFromMatrix),
    runsToKill === null ? "never" : `run ${runsToKill.median}`,
    timing.msToKill === null ? "" : `${timing.msToKill} ms`,
    namedFirst(one),
  ];
}

/** What was named first, and what of it was not expected. */
export function namedFirst({ findings, expected }: WrongResult): string {
  if (expected.of === 0) return "";
  const unexpected = findings.filter((one) => !one.expected);
  const main = findings.find((one) => one.expected)?.finding;
  const rest = unexpected.map(({ finding, runs }) => `${finding} ${percent(runs / expected.of)}`).join(", ");
  return [main, rest === "" ? "" : `unexpected: ${rest}`].filter(Boolean).join("; ");
}

function colour(line: string, one: WrongResult | undefined, style: Style): string {
  if (one?.outcome === "survived") return one.weak ? style.strong(line) : style.bad(line);
  return line;
}

/** Percentages, a block of columns for each stage: what fits no line is in the HTML page. */
function matrixLines({ wrong, scenarios }: CalibrationResult, style: Style): string[] {
  const suites = [...new Set(scenarios.map(({ suite }) => suite))];
  return suites.flatMap((suite) => {
    const columns = scenarios.filter((column) => column.suite === suite);
    const rows = wrong.filter((one) => one.cells.some(({ scenario }) => columns.some(({ id }) => id === scenario)));
    if (rows.length === 0) return [];
    const legend = columns.map(({ id }, i) => `${String(i + 1).padStart(3)} ${id}`);
    return [
      "",
      style.strong(`${suite}: kills in percent`),
      ...table([
        ["", ...columns.map((_, i) => String(i + 1).padStart(3))],
        ...rows.map((one) => [one.id, ...columns.map(({ id }) => cellText(one.cells.find((c) => c.scenario === id)))]),
      ]),
      ...legend.map((line) => style.dim(line)),
    ];
  });
}

function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined) return "  ·";
  const { hits, of } = cell.kills;
  return (hits === 0 ? "–" : String(Math.round((100 * hits) / of))).padStart(3);
}

function beforeLines({ wrong }: CalibrationResult, { style, replayCommand }: TextContext): string[] {
  const early = wrong
    .filter(({ failsBefore }) => !failsBefore)
    .flatMap((one) => one.before.filter(({ kills }) => kills.hits > 0).map((cell) => ({ one, cell })));
  if (early.length === 0) return [];
  const lines = early.map(({ one, cell }) => {
    const again = cell.example === undefined ? "" : `  ${style.dim(replayCommand(cell.example))}`;
    const findings = Object.keys(cell.findings).join(", ");
    return `${one.id} (${one.stage}) in ${cell.scenario}: ${cell.kills.hits}/${cell.kills.of} ${findings}${again}`;
  });
  return ["", style.strong("failed before their own stage"), ...shorten(lines)];
}

function rightLines({ right }: CalibrationResult, { style, replayCommand }: TextContext): string[] {
  if (right.length === 0) return [];
  const row = (one: RightResult) => [
    one.failures.length === 0 ? "passes" : "FAILS",
    one.id,
    `${one.failures.length}/${one.runs}`,
    `< ${chance(one.upperBound)}`,
    one.fewestRuns === 0 ? "not in every scenario" : `${one.fewestRuns} or more in each scenario`,
  ];
  const rows = [["", "right submission", "failed", "95 % bound", "runs"], ...right.map(row)];
  const notes = right.flatMap(({ failures }) => failures);
  return [
    "",
    style.strong("right submissions"),
    ...table(rows).map((line, i) =>
      i === 0 ? style.dim(line) : (right[i - 1]?.failures.length ?? 0) > 0 ? style.bad(line) : line,
    ),
    ...shorten(notes.map((note) => noteLine(note, style, replayCommand))),
  ];
}

function faultLines({ faults }: CalibrationResult, { style, replayCommand }: TextContext): string[] {
  if (faults.length === 0) return [];
  return [
    "",
    style.bad("faults of the grader itself"),
    ...shorten(faults.map((note) => noteLine(note, style, replayCommand))),
  ];
}

function noteLine(note: RunNote, style: Style, replayCommand: TextContext["replayCommand"]): string {
  const message = printable(note.message ?? "").split("\n")[0];
  return `  ${note.submission} in ${note.scenario}: ${note.finding}: ${message}\n    ${style.strong(replayCommand(note))}`;
}

function withoutEffectLines({ withoutEffect }: CalibrationResult, style: Style): string[] {
  if (withoutEffect.length === 0) return [];
  return [
    "",
    style.strong("without effect, and not played"),
    ...withoutEffect.map(({ id, why }) => `${id}: ${style.dim(printable(why).replace(/\s+/g, " ").trim())}`),
  ];
}

/** What it all comes to. */
function verdictLines({ totals, leftOut, interrupted, timing, wrong }: CalibrationResult, style: Style): string[] {
  const lines: string[] = [];
  if (totals.wrong > 0) {
    const dead = wrong.filter(({ outcome }) => outcome === "killed").length;
    const text = `${dead} of ${totals.wrong} wrong submissions die`;
    lines.push(
      `${dead === totals.wrong ? style.good(text) : style.strong(text)} in ${totals.gradings} default gradings; ` +
        `${totals.expected.of === 0 ? "no kill" : `${percent(totals.expected.hits / totals.expected.of)} of ${totals.expected.of} kills`} named what was expected`,
    );
    if (totals.survivors.length > 0) lines.push(style.bad(`survivors: ${totals.survivors.join(", ")}`));
    if (leftOut !== undefined) lines.push(`not played, weak or known to get through: ${leftOut.join(", ")}`);
    if (totals.weakSurvivors.length > 0) lines.push(`weak, and alive: ${totals.weakSurvivors.join(", ")}`);
  }
  if (totals.right > 0) {
    const bad = totals.falseFailures.length;
    const text = bad === 0 ? "no right submission fails" : `${bad} of ${totals.right} right submissions fail`;
    lines.push(
      `${bad === 0 ? style.good(text) : style.bad(text)} in ${totals.rightRuns} runs; a run fails with a chance below ${chance(totals.rightUpperBound)}`,
    );
  }
  lines.push(style.dim(`${totals.runs} runs, ${(timing.wallMs / 1000).toFixed(0)} s`));
  if (interrupted) lines.push(style.bad("interrupted: the figures are of what was played until then"));
  return lines;
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= SHOWN_NOTES) return lines;
  return [...lines.slice(0, SHOWN_NOTES), `… and ${lines.length - SHOWN_NOTES} more; --json has them all`];
}
