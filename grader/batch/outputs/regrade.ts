import { oneLine } from "../../text/printable.ts";
import type { BatchResult } from "../model/batch-result.ts";
import { type BatchIdentity, identityDifferences } from "../model/identity.ts";
import { pointsText, several, whoIs } from "./text.ts";

/** A submission that was graded again. */
export interface Regraded {
  readonly before: BatchResult;
  readonly now: BatchResult;
  readonly identityBefore: BatchIdentity | undefined;
  readonly identityNow: BatchIdentity | undefined;
}

/** One regrading that staff asked for, and what came of it. */
export interface RegradeRound {
  readonly what: string;
  readonly regraded: Iterable<Regraded>;
}

/** What grading again changed: grades that went down first, each with its reasons. */
export function regradeText(rounds: readonly RegradeRound[]): string {
  return rounds.map((round, index) => roundText(round, index + 1)).join("\n");
}

function roundText({ what, regraded }: RegradeRound, number: number): string {
  const down: string[] = [];
  const up: string[] = [];
  let same = 0;
  for (const pair of regraded) {
    const change = (pair.now.points.final ?? 0) - (pair.before.points.final ?? 0);
    if (change < 0) down.push(...changeLines("DOWN", pair));
    else if (change > 0) up.push(...changeLines("UP", pair));
    else same++;
  }
  const count = (lines: readonly string[]) => lines.filter((line) => !line.startsWith(" ")).length;
  const total = count(down) + count(up) + same;
  return `${[
    `Regrade ${number}, ${oneLine(what)}: ${several(total, "submission")} graded again, ${count(down)} down, ${count(up)} up, ${same} the same`,
    ...down,
    ...up,
  ].join("\n")}\n`;
}

function changeLines(word: string, pair: Regraded): string[] {
  const { before, now } = pair;
  return [
    `${word.padEnd(4)}  ${whoIs(now)}  ${pointsText(before.points.final)} to ${pointsText(now.points.final)} of ${pointsText(now.points.max)}`,
    ...reasons(pair).map((reason) => `      ${reason}`),
  ];
}

/** Why a grade is not what it was: what changed about the grading, then which scenarios came out differently. */
export function reasons({ before, now, identityBefore, identityNow }: Regraded): string[] {
  const changed =
    identityBefore === undefined || identityNow === undefined ? [] : identityDifferences(identityBefore, identityNow);
  const isNew = before.submissionHash !== now.submissionHash;
  const general = [
    ...(isNew ? ["the submission is another one than before"] : []),
    ...(changed.length > 0 ? [`changed since: ${changed.join(", ")}`] : []),
    ...(capOf(before) !== capOf(now)
      ? [`taken off for violations of safety ${pointsText(capOf(before))}, now ${pointsText(capOf(now))}`]
      : []),
    ...(before.points.penalty !== now.points.penalty
      ? [`penalty for lateness ${pointsText(before.points.penalty)}, now ${pointsText(now.points.penalty)}`]
      : []),
    ...(before.points.max !== now.points.max
      ? [`points in all ${pointsText(before.points.max)}, now ${pointsText(now.points.max)}`]
      : []),
  ];
  const scenarios = scenarioReasons(before, now);
  if (general.length === 0 && scenarios.length > 0) {
    general.push("submission, grader, seeds and policy are the same as before: please look into this");
  }
  return [...general, ...scenarios];
}

function capOf({ points }: BatchResult): number {
  return points.safetyCap ?? 0;
}

function scenarioReasons(before: BatchResult, now: BatchResult): string[] {
  if (now.status === "ungradable") return [`cannot be graded: ${oneLine(now.grading?.ungradable ?? "")}`];
  const old = new Map(before.grading?.scenarios.map((scenario) => [scenario.id, scenario]));
  const lines = (now.grading?.scenarios ?? []).flatMap((scenario) => {
    const was = old.get(scenario.id);
    old.delete(scenario.id);
    if (was !== undefined && was.verdict === scenario.verdict && was.points === scenario.points) return [];
    const why = scenario.verdict === "passed" ? "" : `: ${oneLine(scenario.message ?? "")}`;
    return [
      `${scenario.id}: ${was?.verdict ?? "not there"} (${pointsText(was?.points ?? 0)}), now ${scenario.verdict} (${pointsText(scenario.points)})${why}`,
    ];
  });
  return [...lines, ...[...old.keys()].map((id) => `${id}: not graded any more`)];
}
