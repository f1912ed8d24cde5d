import type { Candidate, Trial } from "./candidate.ts";
import type { Step } from "./script.ts";

/** Of scripts of so few steps it is known which ones were tried. */
const KEPT_STEPS_MAX = 150;

/** What is known of scripts that were tried and did not fail as they should. */
export class Tried {
  readonly #inVain = new Set<string>();
  /** By a step, those that find nothing to do when it alone is left out. */
  readonly #idleWithout = new Map<Step, ReadonlySet<Step>>();

  /** Nothing is known any more: scripts are played in another way. */
  clear(): void {
    this.#inVain.clear();
    this.#idleWithout.clear();
  }

  has(script: Candidate): boolean {
    return script.steps.length <= KEPT_STEPS_MAX && this.#inVain.has(keyOf(script));
  }

  /** A candidate was tried in vain, instead of `script`. */
  add(candidate: Candidate, trial: Trial, script: Candidate): void {
    if (candidate.steps.length <= KEPT_STEPS_MAX) this.#inVain.add(keyOf(candidate));
    this.#noteIdle(candidate.steps, trial, script.steps);
  }

  /** With these steps those that then find nothing to do, as far as that is known of each. */
  allGone(indices: readonly number[], steps: readonly Step[]): number[] {
    const all = new Set(indices);
    for (const at of indices) {
      const idle = this.#idleWithout.get(steps[at] as Step);
      if (idle !== undefined) for (const [other, step] of steps.entries()) if (idle.has(step)) all.add(other);
    }
    return [...all].sort((a, b) => a - b);
  }

  /** Of a candidate that lacks one step and has no others instead, what found nothing to do. */
  #noteIdle(left: readonly Step[], { outcomes }: Trial, steps: readonly Step[]): void {
    if (left.length !== steps.length - 1) return;
    const at = steps.findIndex((step, index) => left[index] !== step);
    if (left.slice(at).some((step, later) => step !== steps[at + 1 + later])) return;
    const idle = left.filter((step, index) => outcomes[index]?.nothing !== undefined && step.do !== "start");
    this.#idleWithout.set(steps[at] as Step, new Set(idle));
  }
}

function keyOf({ groups, options, steps, tail = [] }: Candidate): string {
  return JSON.stringify([groups, options, steps, tail]);
}
