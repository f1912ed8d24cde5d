import type { ScenarioMeta } from "../harness/scenario.ts";
import type { RunResult, ScenarioResult } from "./result.ts";
import { type BaseSeed, runSeed } from "./seeds.ts";

/** One run that is to be played. */
export interface RunTask {
  readonly scenarioId: string;
  /** 0 … runs − 1. */
  readonly index: number;
  readonly seed: number;
}

export interface SchedulePlan {
  readonly scenarios: readonly ScenarioMeta[];
  /** Runs of each scenario. */
  readonly runs: number;
  readonly baseSeed: BaseSeed;
  /** Go on after a scenario's first run that did not pass. */
  readonly allRuns?: boolean;
  /** Which of the runs that could be played now comes next; the first by default. For tests: no order may matter. */
  readonly pick?: (ready: readonly RunTask[]) => number;
}

interface Course {
  readonly meta: ScenarioMeta;
  /** Planned scenarios that must have passed before. */
  readonly needs: readonly string[];
  readonly waiting: RunTask[];
  readonly results: Map<number, RunResult>;
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
    this.courses = plan.scenarios.map((meta) => ({
      meta,
      needs: (meta.dependsOn ?? []).filter((id) => planned.has(id)),
      waiting: Array.from({ length: plan.runs }, (_, index) => ({
        scenarioId: meta.id,
        index,
        seed: runSeed(plan.baseSeed, meta.id, index),
      })),
      results: new Map(),
      lowestBad: Number.POSITIVE_INFINITY,
      final: null,
    }));
    this.byId = new Map(this.courses.map((course) => [course.meta.id, course]));
  }

  get done(): boolean {
    return this.courses.every((course) => course.final !== null);
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
      ofRuns += course.final === null ? this.plan.runs : course.results.size;
    }
    const scenarios = this.courses.filter((course) => course.final !== null).length;
    return { runs, ofRuns, scenarios, ofScenarios: this.courses.length };
  }

  /**
   * Takes the next run to play; null when all that is left is under way. Runs whose scenario may yet be skipped come
   * last: they keep a worker busy that would have nothing to do, and count only when they were not skipped after all.
   */
  take(): RunTask | null {
    const waiting = this.courses.filter((course) => course.final === null && course.waiting.length > 0);
    const certain = waiting.filter((course) => course.needs.every((id) => this.course(id).final?.verdict === "passed"));
    const open = certain.length > 0 ? certain : waiting;
    const { pick } = this.plan;
    if (pick === undefined) return open[0]?.waiting.shift() ?? null;
    const ready = open.flatMap((course) => course.waiting);
    const task = ready[pick(ready)];
    if (task === undefined) return null;
    const { waiting: left } = this.course(task.scenarioId);
    left.splice(left.indexOf(task), 1);
    return task;
  }

  /** Is a result of this run still of use? Not when a lower-numbered one of the scenario did not pass meanwhile. */
  wants(task: RunTask): boolean {
    const course = this.course(task.scenarioId);
    return course.final === null && (this.plan.allRuns === true || task.index < course.lowestBad);
  }

  /** Notes the result of a run. Gives the scenarios that are decided by it, those included that are skipped now. */
  record(task: RunTask, result: RunResult): readonly ScenarioResult[] {
    if (!this.wants(task)) return [];
    const course = this.course(task.scenarioId);
    course.results.set(task.index, result);
    if (result.verdict !== "passed" && task.index < course.lowestBad) {
      course.lowestBad = task.index;
      if (!this.plan.allRuns)
        course.waiting.splice(0, course.waiting.length, ...course.waiting.filter((t) => t.index < task.index));
    }
    return this.decide();
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

  private isComplete(course: Course): boolean {
    const needed = this.plan.allRuns ? this.plan.runs : Math.min(course.lowestBad + 1, this.plan.runs);
    for (let index = 0; index < needed; index++) {
      if (!course.results.has(index)) return false;
    }
    return true;
  }

  private summary({ meta, results, lowestBad }: Course): ScenarioResult {
    const listed = [...results.entries()]
      .filter(([index]) => this.plan.allRuns === true || index <= lowestBad)
      .sort(([a], [b]) => a - b)
      .map(([, result]) => result);
    const decisive = results.get(lowestBad);
    return {
      id: meta.id,
      title: meta.title,
      points: decisive === undefined ? meta.points : 0,
      maxPoints: meta.points,
      verdict: decisive?.verdict ?? "passed",
      ...(decisive?.property !== undefined && { property: decisive.property }),
      ...(decisive?.message !== undefined && { message: decisive.message }),
      runs: listed,
    };
  }

  private course(scenarioId: string): Course {
    const course = this.byId.get(scenarioId);
    if (course === undefined) throw new Error(`no scenario ${scenarioId} is planned`);
    return course;
  }
}

function unplayed(meta: ScenarioMeta, message: string): ScenarioResult {
  return { id: meta.id, title: meta.title, points: 0, maxPoints: meta.points, verdict: "skipped", message, runs: [] };
}
