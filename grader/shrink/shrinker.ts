import { groupsOf, pairsOf, windowsOf } from "./passes.ts";
import type { StepOutcome } from "./play-script.ts";
import type { Script, Step } from "./script.ts";

/** What came of playing a candidate. */
export interface Trial {
  /** See `signatureOf`. */
  readonly signature: string | null;
  readonly outcomes: readonly StepOutcome[];
}

/** A script that is to be played; what it expects is waited for so long at most. */
export interface Try {
  readonly script: Script;
  readonly atMostMs?: number;
}

/** A search that says which scripts are to be played next, and is told what came of each. */
export type Search<T> = Generator<readonly Try[], T, readonly Trial[]>;

export interface ShrinkPlan {
  /** So many of them at a time. It changes nothing but speed. */
  readonly lanes: number;
  /** How many scripts may be played; a long one counts for several. */
  readonly budget: number;
  /** Ends it early; the best that is known by then stands. */
  readonly isOver?: () => boolean;
  readonly onProgress?: (steps: number) => void;
}

/** How a candidate is played, and what of it counts. */
export interface Candidates {
  readonly asTried: (script: Script) => Try;
  readonly asSeen: (trial: Trial, script: Script) => Trial;
}

export interface Shrunk {
  readonly script: Script;
  /** How much of the budget was used up. */
  readonly spent: number;
  /** Why it may not be as short as it could be. */
  readonly endedBy?: "budget" | "interrupt";
}

/** A script counts for one play for each so many steps. */
const STEPS_A_PLAY = 150;
/** Of scripts of so few steps, steps that are not beside each other are left out together. */
const PAIRS_BELOW = 30;
const WINDOWS_BELOW = 60;

class Over extends Error {
  constructor(readonly by: "budget" | "interrupt") {
    super(by);
  }
}

/**
 * Leaves out steps of a failing script as long as it fails in the same way: first what belongs together, then halves and
 * smaller parts down to single steps, again and again until no step can go. What it finds depends on nothing but the script
 * and what comes of others.
 */
export class Shrinker {
  readonly #plan: ShrinkPlan & Candidates;
  readonly #signature: string;
  #script: Script;
  #spent = 0;

  /** `script` fails with that signature, and `first` is what came of it. */
  constructor(script: Script, signature: string, first: Trial, plan: ShrinkPlan & Candidates) {
    this.#plan = plan;
    this.#signature = signature;
    this.#script = { ...script, steps: takenOf(script.steps, first.outcomes) };
  }

  *shrink(): Search<Shrunk> {
    try {
      yield* this.#groups();
      for (let size = Math.ceil(this.#size / 2); size > 1; size = Math.ceil(size / 2)) yield* this.#chunks(size);
      yield* this.#finely();
    } catch (error) {
      if (!(error instanceof Over)) throw error;
      return { script: this.#script, spent: this.#spent, endedBy: error.by };
    }
    return { script: this.#script, spent: this.#spent };
  }

  get #size(): number {
    return this.#script.steps.length;
  }

  /** What belongs together, the largest first. */
  *#groups(): Search<void> {
    const tried = new Set<string>();
    for (;;) {
      const groups = groupsOf(this.#script.steps).filter(({ name }) => !tried.has(name));
      const next = groups[0];
      if (next === undefined) return;
      const some = groups.slice(0, this.#plan.lanes);
      const taken = yield* this.#firstOf(some.map(({ indices }) => this.#without(indices)));
      for (const { name } of some.slice(0, taken === null ? some.length : taken + 1)) tried.add(name);
    }
  }

  /** Each part of so many steps in turn, the last one first. Says whether one could go. */
  *#chunks(size: number): Search<boolean> {
    let any = false;
    let end = this.#size;
    while (end > 0) {
      const ends: number[] = [];
      for (let at = end; at > 0 && ends.length < this.#plan.lanes; at -= size) ends.push(at);
      const found = yield* this.#firstOf(ends.map((at) => this.#without(range(Math.max(0, at - size), at))));
      any ||= found !== null;
      const used = found === null ? ends.length : found + 1;
      end = Math.min(Math.max(0, (ends[used - 1] as number) - size), this.#size);
    }
    return any;
  }

  *#finely(): Search<void> {
    for (;;) {
      let any = yield* this.#chunks(1);
      if (!any && this.#size < WINDOWS_BELOW) any = yield* this.#each(windowsOf(this.#size));
      if (!any && this.#size < PAIRS_BELOW) any = yield* this.#each(pairsOf(this.#size));
      if (!any) return;
    }
  }

  /** The first of these sets of steps that can go. */
  *#each(sets: readonly (readonly number[])[]): Search<boolean> {
    for (let from = 0; from < sets.length; from += this.#plan.lanes) {
      const some = sets.slice(from, from + this.#plan.lanes);
      if ((yield* this.#firstOf(some.map((indices) => this.#without(indices)))) !== null) return true;
    }
    return false;
  }

  #without(indices: readonly number[]): Script {
    const gone = new Set(indices);
    return { ...this.#script, steps: this.#script.steps.filter((_, at) => !gone.has(at)) };
  }

  /** Plays them at the same time and takes the first, in their order, that fails in the same way. Gives which one that was. */
  *#firstOf(scripts: readonly Script[]): Search<number | null> {
    const trials = yield scripts.map((script) => this.#plan.asTried(script));
    for (const [at, script] of scripts.entries()) {
      const trial = this.#plan.asSeen(trials[at] as Trial, script);
      if (this.#plan.isOver?.()) throw new Over("interrupt");
      this.#spent += playsOf(script);
      if (trial.signature === this.#signature) {
        this.#script = { ...script, steps: takenOf(script.steps, trial.outcomes) };
        this.#plan.onProgress?.(this.#size);
        this.#checkBudget();
        return at;
      }
      this.#checkBudget();
    }
    return null;
  }

  #checkBudget(): void {
    if (this.#spent >= this.#plan.budget) throw new Over("budget");
  }
}

/** What playing a script counts for. */
export function playsOf({ steps }: Script): number {
  return Math.ceil(steps.length / STEPS_A_PLAY);
}

/** Without the steps that found nothing to do, and those that were not reached any more. */
function takenOf(steps: readonly Step[], outcomes: readonly StepOutcome[]): Step[] {
  // A peer that refuses a command was asked all the same.
  return steps.filter((step, at) => {
    const outcome = outcomes[at];
    return outcome !== undefined && (outcome.nothing === undefined || step.do === "start");
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
