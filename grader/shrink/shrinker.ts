import type { Candidate, Search, Trial, Try } from "./candidate.ts";
import { inSmallerClusters } from "./cluster-size.ts";
import { groupsOf, pairsOf, windowsOf, withWhatFollows } from "./passes.ts";
import { inBetterWorlds } from "./resized-tail.ts";
import { REWRITES, withSmallerOptions, writtenSize } from "./rewrites.ts";
import type { Step } from "./script.ts";
import { Tried } from "./tried.ts";

/** What can end it before it is done: what it may play, somebody who has enough, or the time that it may take. */
export type EndedBy = "budget" | "interrupt" | "time";

export interface ShrinkPlan {
  /** So many of them at a time. It changes nothing but speed. */
  readonly lanes: number;
  /** How many scripts may be played; a long one counts for several. */
  readonly budget: number;
  /** What ends it early, when something does; the best that is known by then stands. */
  readonly over?: () => Exclude<EndedBy, "budget"> | null;
  readonly onProgress?: (steps: number) => void;
}

/** How a candidate is played, and what of it counts. */
export interface Candidates {
  readonly asTried: (script: Candidate) => Try;
  readonly asSeen: (trial: Trial, script: Candidate) => Trial;
  /** How it is played when what it expects is waited for to the end, where `asTried` does not. */
  readonly asAsked?: (script: Candidate) => Try;
}

export interface Shrunk {
  readonly script: Candidate;
  /** How much of the budget was used up. */
  readonly spent: number;
  /** Why it may not be as short as it could be. */
  readonly endedBy?: EndedBy;
}

/** So much effort counts for one play: about ten milliseconds of CPU time, or a small cluster that does little. */
const EFFORT_A_PLAY = 1_000;
/** Of scripts of so few steps, steps that are not beside each other are left out together. */
const PAIRS_BELOW = 30;
const WINDOWS_BELOW = 60;
/** So many sets are tried of each kind: they seldom can go where none of their steps can. */
const SETS_TRIED = 40;

class Over extends Error {
  constructor(readonly by: EndedBy) {
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
  #script: Candidate;
  #spent = 0;
  /** What the script counts for. */
  #plays: number;
  /** Known to fail so to the end. */
  #sound: Candidate;
  /** All is waited for to the end. */
  #isPatient: boolean;
  readonly #tried = new Tried();

  /** `script` fails with that signature, and `first` is what came of it. */
  constructor(script: Candidate, signature: string, first: Trial, plan: ShrinkPlan & Candidates) {
    this.#plan = plan;
    this.#signature = signature;
    this.#script = { ...script, steps: takenOf(script.steps, first.outcomes) };
    this.#plays = playsOf(first);
    this.#sound = this.#script;
    this.#isPatient = plan.asAsked === undefined;
  }

  *shrink(): Search<Shrunk> {
    let endedBy: Over["by"] | undefined;
    try {
      yield* this.#passes();
    } catch (error) {
      if (!(error instanceof Over)) throw error;
      endedBy = error.by;
    }
    yield* this.#makeSure();
    return { script: this.#script, spent: this.#spent, ...(endedBy && { endedBy }) };
  }

  *#passes(): Search<void> {
    yield* this.#smallerCluster();
    yield* this.#smallerOptions();
    yield* this.#groups();
    yield* this.#smallerCluster();
    yield* this.#smallerOptions();
    yield* this.#makeSure();
    for (let size = Math.ceil(this.#size / 2); size > 1; size = Math.ceil(size / 2)) {
      yield* this.#chunks(size);
      yield* this.#makeSure();
    }
    yield* this.#smallerCluster();
    do yield* this.#finely();
    while ((yield* this.#smallerOptions()) || (yield* this.#rewritten()));
    const wasPatient = this.#isPatient;
    yield* this.#makeSure();
    if (this.#isPatient && !wasPatient) yield* this.#finely();
    while (yield* this.#each(inBetterWorlds(this.#script))) yield* this.#makeSure();
  }

  /** What had not come for a while may come after all: then back to what is known to fail, and from there on to the end. */
  *#makeSure(): Search<void> {
    const { asAsked } = this.#plan;
    if (asAsked === undefined || this.#isPatient || this.#script === this.#sound) return;
    const [trial] = yield [asAsked(this.#script)];
    this.#spent += playsOf(trial as Trial);
    if (trial?.signature === this.#signature) {
      this.#sound = this.#script;
      return;
    }
    this.#script = this.#sound;
    this.#isPatient = true;
    this.#tried.clear();
  }

  #asTried(script: Candidate): Try {
    const { asTried, asAsked } = this.#plan;
    return this.#isPatient && asAsked !== undefined ? asAsked(script) : asTried(script);
  }

  get #size(): number {
    return this.#script.steps.length;
  }

  /** Fewer peers, as long as it fails so. What is long is not tried in all ways, which would take most of the budget. */
  *#smallerCluster(): Search<void> {
    for (;;) {
      const ways = inSmallerClusters(this.#script);
      if (ways.length * this.#plays > this.#plan.budget / 10) return;
      if (!(yield* this.#each(ways))) return;
    }
  }

  /** Less of what its kind of cluster is set to, such as entries until the next snapshot. Says whether it fails so with that. */
  *#smallerOptions(): Search<boolean> {
    return yield* this.#each(withSmallerOptions(this.#script));
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
  *#chunks(size: number, follows = true): Search<boolean> {
    let any = false;
    let end = this.#size;
    while (end > 0) {
      const ends: number[] = [];
      for (let at = end; at > 0 && ends.length < this.#plan.lanes; at -= size) ends.push(at);
      const parts = ends.map((at) => range(Math.max(0, at - size), at));
      const found = yield* this.#firstOf(
        parts.map((part) => this.#without(follows ? withWhatFollows(part, this.#script.steps) : part)),
      );
      any ||= found !== null;
      const used = found === null ? ends.length : found + 1;
      end = Math.min(Math.max(0, (ends[used - 1] as number) - size), this.#size);
    }
    return any;
  }

  *#finely(): Search<void> {
    for (;;) {
      let any = yield* this.#chunks(1, false);
      if (!any) any = yield* this.#chunks(1);
      if (!any && this.#size < WINDOWS_BELOW) any = yield* this.#sets(windowsOf(this.#size));
      if (!any && this.#size < PAIRS_BELOW) any = yield* this.#sets(pairsOf(this.#size));
      if (!any) return;
    }
  }

  /** Other steps instead, of which fewer are written down. Says whether there were such. */
  *#rewritten(): Search<boolean> {
    let any = false;
    for (const way of REWRITES) {
      for (;;) {
        const size = writtenSize(this.#script.steps);
        const shorter = way(this.#script).filter((steps) => writtenSize(steps) < size);
        if (!(yield* this.#each(shorter.map((steps) => ({ ...this.#script, steps }))))) break;
        any = true;
      }
    }
    return any;
  }

  /** The first of these sets of steps that can go, of those that leave something else out than was tried. */
  *#sets(sets: readonly (readonly number[])[]): Search<boolean> {
    const { steps } = this.#script;
    const tried = new Set(steps.map((_, at) => this.#tried.allGone([at], steps).join()));
    const some = sets.filter((indices) => {
      if (tried.size >= steps.length + SETS_TRIED) return false;
      // Without a peer's boot all goes that it does, which was tried by its boot alone.
      if (indices.some((at) => steps[at]?.do === "boot")) return false;
      const key = this.#tried.allGone(indices, steps).join();
      return !tried.has(key) && tried.add(key);
    });
    return yield* this.#each(some.map((indices) => this.#without(indices)));
  }

  /** The first of these candidates that fails in the same way. */
  *#each(scripts: readonly Candidate[]): Search<boolean> {
    for (let from = 0; from < scripts.length; from += this.#plan.lanes) {
      if ((yield* this.#firstOf(scripts.slice(from, from + this.#plan.lanes))) !== null) return true;
    }
    return false;
  }

  #without(indices: readonly number[]): Candidate {
    const gone = new Set(indices);
    return { ...this.#script, steps: this.#script.steps.filter((_, at) => !gone.has(at)) };
  }

  /** Plays them at the same time and takes the first, in their order, that fails in the same way. Gives which one that was. */
  *#firstOf(scripts: readonly Candidate[]): Search<number | null> {
    const untried = scripts.filter((script) => !this.#tried.has(script));
    if (untried.length === 0) return null;
    const trials = yield untried.map((script) => this.#asTried(script));
    for (const [place, script] of untried.entries()) {
      const at = scripts.indexOf(script);
      if (this.#tried.has(script)) continue;
      const trial = this.#plan.asSeen(trials[place] as Trial, script);
      const over = this.#plan.over?.() ?? null;
      if (over !== null) throw new Over(over);
      this.#spent += playsOf(trial);
      if (trial.signature === this.#signature) {
        this.#script = { ...script, steps: takenOf(script.steps, trial.outcomes) };
        this.#plays = playsOf(trial);
        this.#plan.onProgress?.(this.#size);
        this.#checkBudget();
        return at;
      }
      this.#tried.add(script, trial, this.#script);
      this.#checkBudget();
    }
    return null;
  }

  #checkBudget(): void {
    if (this.#spent >= this.#plan.budget) throw new Over("budget");
  }
}

/** What playing a script counted for: as much as it took, and the same on every machine. */
export function playsOf({ effort }: Trial): number {
  return Math.max(1, Math.round(effort / EFFORT_A_PLAY));
}

/** Without the steps that found nothing to do, and those that were not reached any more. */
function takenOf(steps: readonly Step[], outcomes: Trial["outcomes"]): Step[] {
  // A peer that refuses a command was asked all the same.
  return steps.filter((step, at) => {
    const outcome = outcomes[at];
    return outcome !== undefined && (outcome.nothing === undefined || step.do === "start");
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
