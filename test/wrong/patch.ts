import type { Property } from "../../grader/check/failure.ts";

/** One change of one file: `find` must stand in it exactly once. */
export interface Edit {
  readonly file: "raft.ts" | "log.ts" | "follower.ts" | "saved-state.ts" | "timers.ts" | "types.ts";
  readonly find: string;
  readonly replace: string;
}

/** A change of the reference solution, as data. */
export interface Patch {
  readonly id: string;
  /** One line: what is different. */
  readonly what: string;
  readonly edits: readonly Edit[];
}

/** A submission that is known to be wrong, as a change of one that is right. */
export interface WrongPatch extends Patch {
  /** The first stage in which it must fail: what it breaks has no effect on the stages before. */
  readonly stage: "lab2a" | "lab2b" | "lab2c" | "lab2d";
  /** What a failing run may say was violated; usually there is one such property. */
  readonly expected: readonly Property[];
  /** Where people made this mistake, or where the rule stands that it breaks. */
  readonly source: string;
  /** Scenarios that have failed it most often, the quickest first. Measured: see `matrix.ts`. */
  readonly killedBy: readonly string[];
}
