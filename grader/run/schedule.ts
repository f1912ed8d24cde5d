import type { ScenarioMeta } from "../harness/scenario.ts";
import type { RunResult, ScenarioResult, Verdict } from "./result.ts";
import { shortened } from "./run-result.ts";
import { type BaseSeed, runSeed } from "./seeds.ts";

/** One run that is to be played. */
export interface RunTask {
  readonly scenarioId: string;
  /** 0 … runs − 1. */
  readonly index: number;
  readonly seed: number;
  /** Peers that are audited in it. */
  readonly audit?: readonly number[];
}

/** What the runs of one scenario must come to. */
export interface PassPolicy {
  /** How many runs there are to be at first. */
  readonly runs: number;
  /** Absent: all must pass, and nothing is played after the first that does not. */
  readonly rule?: {
    /** How many runs more are wanted once these are there; 0 when there are enough. */
    moreRuns(verdicts: readonly Verdict[]): number;
    /** Whether the scenario passes; `null` when faults of the grader leave it open. */
    passes(verdicts: readonly Verdict[]): boolean | null;
  };
}

export interface SchedulePlan {
  readonly scenarios: readonly ScenarioMeta[];
  /** Runs of each scenario. */
  readonly runs: number;
  /** Instead of `runs` runs that must all pass. */
  readonly policyOf?: (scenarioId: string) => PassPolicy;
  readonly baseSeed: BaseSeed;
  /** Which peers of a scenario are audited in which of some runs, whose seeds are given: a list for each run. */
  readonly audits?: (meta: ScenarioMeta, seeds: readonly number[]) => readonly (readonly number[])[];
  /** Go on after a scenario's first run that did not pass. */
  readonly allRuns?: boolean;
  /** Which of the runs that could be played now comes next; the first by default. No order may matter. */
  readonly pick?: (ready: readonly RunTask[]) => number;
}

/** So many runs of a scenario that did not pass are kept in full, the lowest-numbered ones. */
const RUNS_IN_FULL = 20;

interface Course {
  readonly meta: ScenarioMeta;
  /** Planned scenarios that must have passed before. */
  readonly needs: readonly string[];
  readonly rule: PassPolicy["rule"];
  /** So many runs are planned by now. */
  runs: number;
  waiting: RunTask[];
  /** So many of its runs were taken and have no result yet. */
  underWay: number;
  readonly results: Map<number, RunResult>;
  /** All runs below this number have a result. */
  known: number;
  /** Runs that did not pass and are kept in full, in order. */
  readonly inFull: number[];
  lowestBad: number;
  final: ScenarioResult | null;
}

/**
 * What to play next, and what came of it. Knows neither processes nor clocks, and its outcome does not depend on the
 * order in which results come in: a scenario's verdict is that of its lowest-numbered run that did not pass, and a
 * scenario is skipped when one that it depends on did not pass all its runs.
 */
export class Schedule {
  private readonly courses: Course[];
  private readonly byId: Map<string, Course>;

  constructor(private readonly plan: SchedulePlan) {
    const planned = new Map(plan.scenarios.map((meta) => [meta.id, meta]));
    this.courses = plan.scenarios.map((meta) => {
      const { runs, rule }: PassPolicy = plan.policyOf?.(meta.id) ?? { runs: plan.runs };
      const course: Course = {
        meta,
        needs: (meta.dependsOn ?? []).filter((id) => planned.has(id)),
        rule,
        runs: 0,
        waiting: [],
        underWay: 0,
        results: new Map(),
        known: 0,
        inFull: [],
        lowestBad: Number.POSITIVE_INFINITY,
        final: null,
      };
      this.addRuns(course, runs);
      return course;
    });
    this.byId = new Map(this.courses.map((course) => [course.meta.id, course]));
  }

  get done(): boolean {
    return this.courses.every((course) => course.final !== null);
  }

  /** How many runs are planned by now, whether or not they are all needed in the end. */
  get plannedRuns(): number {
    return this.courses.reduce((sum, { runs }) => sum + runs, 0);
  }

  /** How many runs have a result that counts, of how many that may still be needed. */
  get progress(): {
    readonly runs: number;
    readonly ofRuns: number;
    readonly scenarios: number;
    readonly ofScenarios: number;
  } {
    let runs = 0;
    let ofRuns = 0;
    for (const course of this.courses) {
      runs += course.results.size;
      ofRuns += course.final === null ? course.runs : course.results.size;
    }
    const scenarios = this.courses.filter((course) => course.final !== null).length;
    return { runs, ofRuns, scenarios, ofScenarios: this.courses.length };
  }

  /**
   * Takes the next run to play; null when all that is left is under way. Runs whose scenario may yet be skipped come
   * last: they keep a worker busy that would have nothing to do, and count only when they were not skipped after all.
   * A scenario that nobody plays comes before one of which a run is under way: when that does not pass, the others of it are
   * played for nothing, and what fails is what takes long.
   */
  take(): RunTask | null {
    const waiting = this.courses.filter((course) => course.final === null && course.waiting.length > 0);
    const certain = waiting.filter((course) => course.needs.every((id) => this.course(id).final?.verdict === "passed"));
    const open = certain.length > 0 ? certain : waiting;
    const course = this.plan.pick === undefined ? (open.find(({ underWay }) => underWay === 0) ?? open[0]) : undefined;
    const ready = course?.waiting ?? open.flatMap((one) => one.waiting);
    const task = ready[this.plan.pick?.(ready) ?? 0];
    if (task === undefined) return null;
    const taken = this.course(task.scenarioId);
    taken.waiting.splice(taken.waiting.indexOf(task), 1);
    taken.underWay++;
    return task;
  }

  /** A run that was taken is played no more, whatever came of it. */
  leave(task: RunTask): void {
    this.course(task.scenarioId).underWay--;
  }

  /** Is a result of this run still of use? Not when a lower-numbered one of the scenario did not pass meanwhile. */
  wants(task: RunTask): boolean {
    const course = this.course(task.scenarioId);
    return course.final === null && (this.playsAll(course) || task.index < course.lowestBad);
  }

  /** Notes the result of a run. Gives the scenarios that are decided by it, those included that are skipped now. */
  record(task: RunTask, result: RunResult): readonly ScenarioResult[] {
    if (!this.wants(task)) return [];
    const course = this.course(task.scenarioId);
    course.results.set(task.index, result);
    if (result.verdict !== "passed") this.shorten(course, task.index);
    if (result.verdict !== "passed" && task.index < course.lowestBad) {
      course.lowestBad = task.index;
      if (!this.playsAll(course)) course.waiting = course.waiting.filter((other) => other.index < task.index);
    }
    return this.decide();
  }

  /** Keeps what is known of bad runs from growing with their number. Which ones are kept does not depend on their order. */
  private shorten({ results, inFull }: Course, index: number): void {
    inFull.push(index);
    inFull.sort((a, b) => a - b);
    const left = inFull.length > RUNS_IN_FULL ? inFull.pop() : undefined;
    const result = left === undefined ? undefined : results.get(left);
    if (left !== undefined && result !== undefined) results.set(left, shortened(result));
  }

  /** All scenarios in their order. Those not decided have the verdict `skipped` and that message. */
  results(undecidedMessage: string): readonly ScenarioResult[] {
    return this.courses.map((course) => {
      if (course.final === null) return unplayed(course.meta, undecidedMessage);
      // Which of several missing scenarios came first is chance; the one that is named is not.
      return course.final.verdict === "skipped" ? (this.verdictOf(course) ?? course.final) : course.final;
    });
  }

  /** Decides every scenario that can be decided now, in the order in which one follows from another. */
  private decide(): ScenarioResult[] {
    const decided: ScenarioResult[] = [];
    for (let before = -1; before !== decided.length; ) {
      before = decided.length;
      for (const course of this.courses) {
        if (course.final !== null) continue;
        course.final = this.verdictOf(course);
        if (course.final !== null) decided.push(course.final);
      }
    }
    return decided;
  }

  private verdictOf(course: Course): ScenarioResult | null {
    const needs = course.needs.map((id) => this.course(id));
    const missing = needs.find(({ final }) => final !== null && final.verdict !== "passed");
    if (missing !== undefined) return unplayed(course.meta, `needs ${missing.meta.id}, which did not pass`);
    return needs.every(({ final }) => final !== null) && this.isComplete(course) ? this.summary(course) : null;
  }

  private playsAll({ rule }: Course): boolean {
    return this.plan.allRuns === true || rule !== undefined;
  }

  private addRuns(course: Course, count: number): void {
    const { meta, waiting } = course;
    const first = course.runs;
    const seeds = Array.from({ length: count }, (_, i) => runSeed(this.plan.baseSeed, meta.id, first + i));
    const audits = this.plan.audits?.(meta, seeds);
    for (const [i, seed] of seeds.entries()) {
      const audit = audits?.[i];
      waiting.push({ scenarioId: meta.id, index: first + i, seed, ...(audit && { audit }) });
    }
    course.runs += count;
  }

  private isComplete(course: Course): boolean {
    const needed = this.playsAll(course) ? course.runs : Math.min(course.lowestBad + 1, course.runs);
    while (course.known < needed && course.results.has(course.known)) course.known++;
    if (course.known < needed) return false;
    return course.rule === undefined || !this.asksForMore(course, course.rule);
  }

  private asksForMore(course: Course, rule: NonNullable<PassPolicy["rule"]>): boolean {
    const more = rule.moreRuns(verdictsOf(course));
    this.addRuns(course, more);
    return more > 0;
  }

  private summary(course: Course): ScenarioResult {
    const { meta, results, lowestBad, rule } = course;
    const listed = inOrder(results)
      .filter(([index]) => this.playsAll(course) || index <= lowestBad)
      .map(([, result]) => result);
    const passes = rule === undefined ? lowestBad === Number.POSITIVE_INFINITY : rule.passes(verdictsOf(course));
    const decisive = passes === true ? undefined : this.decisive(course, passes);
    return {
      id: meta.id,
      title: meta.title,
      points: passes === true ? meta.points : 0,
      maxPoints: meta.points,
      verdict: decisive?.verdict ?? "passed",
      ...(decisive?.property !== undefined && { property: decisive.property }),
      ...(decisive?.message !== undefined && { message: decisive.message }),
      runs: listed,
    };
  }

  /** The lowest-numbered run that says why the scenario did not pass, or why that is open. */
  private decisive({ results, rule }: Course, passes: false | null): RunResult | undefined {
    const bad = inOrder(results).flatMap(([, result]) => (result.verdict === "passed" ? [] : [result]));
    if (rule === undefined) return bad[0];
    const asked = passes === null ? "internal-error" : "nondeterministic";
    return (
      bad.find(({ verdict }) => verdict === asked) ?? bad.find(({ verdict }) => verdict !== "internal-error") ?? bad[0]
    );
  }

  private course(scenarioId: string): Course {
    const course = this.byId.get(scenarioId);
    if (course === undefined) throw new Error(`no scenario ${scenarioId} is planned`);
    return course;
  }
}

function inOrder(results: ReadonlyMap<number, RunResult>): [number, RunResult][] {
  return [...results.entries()].sort(([a], [b]) => a - b);
}

function verdictsOf({ results }: Course): Verdict[] {
  return inOrder(results).map(([, { verdict }]) => verdict);
}

function unplayed(meta: ScenarioMeta, message: string): ScenarioResult {
  return { id: meta.id, title: meta.title, points: 0, maxPoints: meta.points, verdict: "skipped", message, runs: [] };
}
