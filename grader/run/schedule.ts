import type { ScenarioMeta } from "../harness/scenario.ts";
import type { RunResult, ScenarioResult } from "./result.ts";
import { runSeed } from "./seeds.ts";

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
  readonly baseSeed: number;
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

  /** Takes the next run that can be played now; null when all that is left waits for runs that are under way. */
  take(): RunTask | null {
    const { pick } = this.plan;
    if (pick === undefined) {
      for (const course of this.courses) {
        if (this.isOpen(course)) return course.waiting.shift() ?? null;
      }
      return null;
    }
    const ready = this.courses.filter((course) => this.isOpen(course)).flatMap((course) => course.waiting);
    const task = ready[pick(ready)];
    if (task === undefined) return null;
    const { waiting } = this.course(task.scenarioId);
    waiting.splice(waiting.indexOf(task), 1);
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
    if (!this.isComplete(course)) return [];
    course.final = this.summary(course);
    return [course.final, ...this.skipDependents()];
  }

  /** All scenarios in their order. Those not decided have the verdict `skipped` and that message. */
  results(undecidedMessage: string): readonly ScenarioResult[] {
    return this.courses.map((course) => course.final ?? unplayed(course.meta, undecidedMessage));
  }

  private isOpen(course: Course): boolean {
    return (
      course.final === null &&
      course.waiting.length > 0 &&
      course.needs.every((id) => this.course(id).final?.verdict === "passed")
    );
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

  private skipDependents(): ScenarioResult[] {
    const skipped: ScenarioResult[] = [];
    for (let before = -1; before !== skipped.length; ) {
      before = skipped.length;
      for (const course of this.courses) {
        if (course.final !== null) continue;
        const missing = course.needs.find((id) => !["passed", undefined].includes(this.course(id).final?.verdict));
        if (missing === undefined) continue;
        course.final = unplayed(course.meta, `it needs ${missing}, which did not pass`);
        skipped.push(course.final);
      }
    }
    return skipped;
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
