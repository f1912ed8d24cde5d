import type { Property } from "../check/failure.ts";
import type { Departure, ToldFact } from "../explain/types.ts";
import type { PeerSummary, ReportedFailure } from "./contract.ts";

export type Verdict =
  | "passed"
  | "failed"
  | "crashed"
  | "hung"
  | "out-of-memory"
  | "output-limit"
  | "nondeterministic"
  | "ungradable"
  | "skipped"
  | "internal-error";

/** A place in the student's own TypeScript. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function?: string;
}

/** One run of one scenario. */
export interface RunResult {
  readonly seed: number;
  readonly verdict: Verdict;
  /** Only when the verdict is `failed`. */
  readonly property?: Property;
  readonly message?: string;
  readonly failure?: ReportedFailure;
  /** What happened before it, from the trace. Not there where messages do not have the names that the lab's text gives them. */
  readonly facts?: readonly ToldFact[];
  /** Rules of the algorithm that peers were seen to break, in order of time. */
  readonly departures?: readonly Departure[];
  /** Where in the submission it happened (`crashed`, `hung`, some `api` failures), innermost first. */
  readonly places?: readonly SourcePlace[];
  readonly peers?: readonly PeerSummary[];
  /** The last console lines of the submission. */
  readonly console?: readonly string[];
  /** Of many runs of a scenario that did not pass, the first 20 are told in full; of the others this is all that is kept. */
  readonly shortened?: true;
  readonly virtualMs: number;
  readonly rpcs: number;
  readonly bytes: number;
  readonly traceHash: string;
  readonly replay: string;
  readonly timing: { readonly wallMs: number };
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly maxPoints: number;
  readonly verdict: Verdict;
  readonly property?: Property;
  readonly message?: string;
  /** Of one that did not pass over layers of the user's own: what the same runs come to over ours. `passed`: the fault is in a layer. */
  readonly overGiven?: Verdict;
  readonly runs: readonly RunResult[];
}

/** A layer that stood in place of ours. */
export interface OwnLayerResult {
  /** As it is imported: `raft` for `consensus-labs/raft`. */
  readonly name: string;
  /** In a sentence. */
  readonly title: string;
  /** The lab that tests it by itself. */
  readonly lab: string;
  /** The folder that has it, as the user named it. */
  readonly submission: string;
  readonly submissionHash: string;
}

/** When the steps of a grading were through: milliseconds since its process was started. Absent: it was not reached. */
export interface GradingPhases {
  /** Node is up, the grader's code is loaded, and the grading begins. */
  readonly begun: number;
  /** The sources are read and hashed. */
  readonly opened?: number;
  /** The submission is bundled, beside which hosts and threads start. */
  readonly bundled?: number;
  readonly firstRun?: number;
  readonly lastRun?: number;
  /** The check of types, which runs beside the runs. */
  readonly types?: number;
  /** All processes and threads are gone, and the result is made. */
  readonly ended: number;
}

/** What a grading took; never the same twice. */
export interface GradingTiming {
  readonly wallMs: number;
  /** CPU time of the peer hosts, and of the grader's threads while they played the runs. */
  readonly cpuMs?: number;
  /** The most resident memory that each peer host had, in the order in which they were first played on. */
  readonly hostPeaksMb?: readonly number[];
  /** Of a grading by `grade`. */
  readonly phasesMs?: GradingPhases;
}

/** What the scenarios of one stage came to together. */
export interface SuiteResult {
  /** `lab2b`. */
  readonly id: string;
  /** What counts: `rawPoints`, or what the safety cap leaves of them. */
  readonly points: number;
  /** What its scenarios earned. */
  readonly rawPoints: number;
  readonly maxPoints: number;
  /** There when scenarios of this stage saw a safety violation, also where it takes nothing away. */
  readonly safetyCap?: SafetyCapResult;
}

export interface SafetyCapResult {
  /** Points that the stage can have with it. */
  readonly atMost: number;
  /** How many scenarios saw a safety violation. */
  readonly scenarios: number;
  /** Which properties they saw violated. */
  readonly properties: readonly Property[];
  /** The same in words, on one line; names no scenario. */
  readonly reason: string;
}

/**
 * What stood between the submission and what decides: `process`, the boundary of its own process, always; `none`, runs that
 * passed were played beside it in one process, where nobody is deceived by it but its author.
 */
export type Boundary = "none" | "process";

/** What a students' kit cannot tell: scenarios that the course grades by and did not put into it. */
export interface NotInKit {
  readonly scenarios: number;
  /** What they are worth, of all points of what was asked for. */
  readonly points: number;
  readonly ofPoints: number;
}

/** One grading of one submission: the contract's JSON. */
export interface GradingResult {
  readonly format: "consensus-labs/result@1";
  readonly lab: string;
  readonly submission: string;
  readonly submissionHash: string;
  readonly boundary: Boundary;
  /** Absent: all layers were ours, and only then it may be a grade. */
  readonly ownLayers?: readonly OwnLayerResult[];
  /** What counts, after the safety caps of the stages. */
  readonly points: number;
  /** What the scenarios earned. */
  readonly rawPoints: number;
  readonly maxPoints: number;
  /** By stage, in the order of the scenarios. */
  readonly suites: readonly SuiteResult[];
  readonly timing: GradingTiming;
  /** Why nothing could be graded: one line. Every scenario then has the verdict `ungradable`. */
  readonly ungradable?: string;
  /** The grading was ended from outside; scenarios not decided by then are `skipped`. */
  readonly interrupted?: true;
  /** Of a grading with a kit that not all scenarios are in. */
  readonly notInKit?: NotInKit;
  /** What the TypeScript compiler has against the submission; it changes no verdict. Absent when there is nothing. */
  readonly typeProblems?: readonly TypeProblem[];
  readonly scenarios: readonly ScenarioResult[];
}

/** One complaint of the TypeScript compiler; the place is relative to the submission's folder. */
export interface TypeProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** For example `TS2345`. */
  readonly code: string;
  readonly message: string;
}
