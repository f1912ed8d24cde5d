import type { ArgumentKind } from "../harness/scenario.ts";
import type { StepOutcome } from "./play-script.ts";
import type { Script, Step } from "./script.ts";

/** A script that is being shrunk, and what stays behind its steps: the world as it was, and what was asked for in it. */
export interface Candidate extends Script {
  readonly tail?: readonly Step[];
  /** What the arguments of the tail's expectation are, where it can be asked for of a cluster of any size. */
  readonly needs?: readonly ArgumentKind[];
  /** Which of its options may be any number from 1 on. */
  readonly freeOptions?: readonly string[];
}

/** What came of playing a candidate. */
export interface Trial {
  /** See `signatureOf`. */
  readonly signature: string | null;
  readonly outcomes: readonly StepOutcome[];
  /** What it took to play; see `ScriptPlay`. */
  readonly effort: number;
}

/** A script that is to be played; what it expects is waited for so long at most. */
export interface Try {
  readonly script: Script;
  readonly atMostMs?: number;
  /** It may be played in realms of earlier plays, which takes a third of the time: see `PeerHost.reset`. */
  readonly renewsRealms?: true;
}

/** A search that says which scripts are to be played next, and is told what came of each. */
export type Search<T> = Generator<readonly Try[], T, readonly Trial[]>;
