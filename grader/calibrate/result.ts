import type { Finding } from "./corpus/format.ts";
import type { Estimate } from "./statistics.ts";

/** One calibration, as `--json` writes it. Figures of wall time stand in `timing` only; all else follows from the corpus and the seed. */
export interface CalibrationResult {
  readonly format: "consensus-labs/calibration@1";
  /** `lab2`, or one stage of it. */
  readonly lab: string;
  readonly seed: number;
  /** Changes with everything that decides how a run comes out. */
  readonly grader: string;
  readonly size: CalibrationSize;
  /** Ended from outside: figures are of what was played by then. */
  readonly interrupted?: true;
  /** The columns of the matrix, in order. */
  readonly scenarios: readonly ScenarioColumn[];
  readonly wrong: readonly WrongResult[];
  readonly right: readonly RightResult[];
  /** Mistakes that no legal schedule can show; not played. */
  readonly withoutEffect: readonly { readonly id: string; readonly summary: string; readonly why: string }[];
  /** Wrong ones that a quick calibration does not play: weak ones, and those that are known to get through. */
  readonly leftOut?: readonly string[];
  /** Runs that came to nothing because of the grader itself. They count for nothing else. */
  readonly faults: readonly RunNote[];
  readonly totals: CalibrationTotals;
  readonly timing: { readonly wallMs: number };
}

export interface CalibrationSize {
  /** Of each submission in each scenario, when nothing is left out. */
  readonly runs: number;
  /** Base seeds of default gradings for each wrong submission, when nothing is left out. */
  readonly seeds: number;
  /** What was asked for: everything, a share of it, or as much as so many minutes hold. */
  readonly sample: Sample;
  /** One grading of each wrong one that is not weak, and no matrix of them; the sample is of runs of right ones. */
  readonly quick?: true;
}

export type Sample =
  | { readonly kind: "all" }
  | { readonly kind: "share"; readonly share: number }
  /** Minutes that two cores take, by the estimated cost of each run and not by the clock. */
  | { readonly kind: "minutes"; readonly minutes: number };

export interface ScenarioColumn {
  readonly id: string;
  readonly title: string;
  readonly suite: string;
  readonly points: number;
  /** Runs that it gets in a default grading. */
  readonly defaultRuns: number;
}

export interface CalibrationTotals {
  /** Of the matrix, and of the right ones. */
  readonly runs: number;
  /** Default gradings of wrong ones. */
  readonly gradings: number;
  readonly wrong: number;
  /** Wrong ones that a default grading lets pass more often than in 1 of 100. */
  readonly survivors: readonly string[];
  /** Of those, the ones that the corpus calls weak. */
  readonly weakSurvivors: readonly string[];
  readonly right: number;
  /** Right ones that failed at least once. */
  readonly falseFailures: readonly string[];
  /** Of all kills: those that name something expected first. */
  readonly expected: Estimate;
  /** All runs of right ones together: the one-sided 95 % upper bound of a failure's chance. */
  readonly rightRuns: number;
  readonly rightUpperBound: number;
}

/** A wrong submission. */
export interface WrongResult {
  readonly id: string;
  readonly summary: string;
  readonly source?: string;
  /** Absent: any scenario may fail it. */
  readonly stage?: string;
  readonly expects?: readonly Finding[];
  readonly weak: boolean;
  readonly submissionHash: string;
  /** `unknown`: no grading of it was played to its end. */
  readonly outcome: "killed" | "survived" | "unknown";
  /** Default gradings of its stage that let it pass, of all that were played. */
  readonly survival: Estimate;
  /** The base seeds on which it passed. */
  readonly survivedSeeds: readonly number[];
  /** The same chance, as it follows from the matrix: the product over scenarios of (1 − kill) ^ default runs. Null when some scenario was not played. */
  readonly survivalFromMatrix: number | null;
  /**
   * What its own stage comes to when each scenario is lost of which a run of the matrix failed, after the safety cap. Null when some
   * scenario was not played.
   */
  readonly points: { readonly points: number; readonly maxPoints: number } | null;
  /** Runs up to the first kill of a grading, when the most promising scenarios are played first. Null without a kill. */
  readonly runsToKill: { readonly median: number; readonly mean: number; readonly max: number } | null;
  /** What was named first, most often first, over all distinct runs that did not pass. */
  readonly findings: readonly { readonly finding: string; readonly runs: number; readonly expected: boolean }[];
  /** Of all kills: those that name something expected. */
  readonly expected: Estimate;
  /** Of its own stage, one for each scenario that was played. */
  readonly cells: readonly MatrixCell[];
  /** The same of the stages before, which it should pass. */
  readonly before: readonly MatrixCell[];
  /** The corpus says that the mistake shows in stages before too. */
  readonly failsBefore: boolean;
  /** Milliseconds of host and checks together, up to the first kill. */
  readonly timing: { readonly msToKill: number | null };
}

/** A wrong submission in one scenario. */
export interface MatrixCell {
  readonly scenario: string;
  /** How often it was killed, of how many runs. */
  readonly kills: Estimate;
  readonly findings: Readonly<Record<string, number>>;
  /** The first run that did not pass. */
  readonly example?: RunNote;
}

/** A right submission. */
export interface RightResult {
  readonly id: string;
  readonly summary: string;
  readonly needs?: string;
  readonly submissionHash: string;
  readonly runs: number;
  /** The fewest runs that a scenario had. */
  readonly fewestRuns: number;
  readonly failures: readonly RunNote[];
  /** One-sided 95 % upper bound of the chance that a run fails. */
  readonly upperBound: number;
}

/** One run worth looking at. */
export interface RunNote {
  readonly submission: string;
  readonly scenario: string;
  readonly seed: number;
  /** The property, or the verdict where there is none. */
  readonly finding: string;
  readonly message?: string;
  /** Without the submission's folder. */
  readonly replay: string;
}
