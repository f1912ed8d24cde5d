import type { Effect, Input, Micros } from "./effects.ts";

export type { Effect, Input, LogLevel, Micros, PeerClock } from "./effects.ts";

/**
 * The seam between the kernel and the peers: what the kernel says to the place where peers run, and what comes back.
 *
 * The kernel owns time. It hands over one window of virtual time with the inputs that fall into it; the host runs every
 * entry (one input, or one timer that came due) in order of time, then peer, then arrival, a boot before what arrives at
 * its moment, and answers with what each entry did. Two implementations exist: the peers in this process (for tests and the benchmark) and the peers in a
 * process of their own (for grading). Nothing here knows which lab is graded.
 */

/** One entry into a peer and all it did. Every input gives exactly one entry, also when it did nothing. */
export interface Entry {
  readonly timeUs: Micros;
  readonly peer: number;
  readonly incarnation: number;
  /** `input`: the next input of this peer, in the order they were handed over. `timer`: a timer of the peer came due. */
  readonly cause: "input" | "timer";
  readonly effects: readonly Effect[];
  /** What changed in the fields of the peer's object, where they were asked for; encoded, and as little trusted as all else. */
  readonly fields?: Uint8Array;
  /** The bytes that it came in, where they were asked for: entries of equal bytes are equal. */
  readonly raw?: Uint8Array;
}

/**
 * What the kernel asks for: run all that falls before `untilUs`, or less. What a peer does reaches nobody within one
 * lookahead, so a window may go on for as long as nobody does anything, and for `spanUs` after the first who does.
 */
export interface Window {
  /** Exclusive end. Timers due before it fire; inputs all lie before it. */
  readonly untilUs: Micros;
  /** It ends already so long after its first entry with effects. Infinity: not before `untilUs`. */
  readonly spanUs: Micros;
  /** Stop after so many entries and keep the rest of the inputs for the next window; 0 means no limit. */
  readonly maxEntries: number;
  readonly inputs: readonly Input[];
}

/** What came of it: entries sorted by time, then peer, then order of happening. */
export interface WindowResult {
  readonly entries: readonly Entry[];
  /** Where the window ended, exclusively. Inputs that fall later are forgotten: they come again. */
  readonly endUs: Micros;
  /** When the earliest timer or kept input is due (kernel time), or Infinity. */
  readonly nextWakeUs: Micros;
}

/** The place where the peers of one submission run. */
export interface PeerHost {
  /**
   * Begins a new run: every realm of an earlier run is forgotten, every counter starts again. `renewsRealms`: a peer that boots once
   * more, in this run or in the next one that is begun so, may do so in the realm of its last life, where nothing is left of that.
   */
  reset(renewsRealms?: boolean): void;
  /** Runs one window. Throws `HostLost` when the host did not survive it. */
  exchange(window: Window): WindowResult;
  /** The same, for a host whose entries come as bytes: null when they are, one by one, those that are given. */
  repeat?(window: Window, raws: readonly Uint8Array[]): WindowResult | null;
}

/** Why a host was lost: these are verdicts, found by whoever watches the process. */
export type HostLossVerdict = "hung" | "out-of-memory" | "output-limit" | "crashed" | "internal-error";

/** The host died or was ended while it ran a window. */
export class HostLost extends Error {
  constructor(
    readonly verdict: HostLossVerdict,
    message: string,
    /** Generated-code stack lines of the place where it was stuck, innermost first; a diagnostic, never evidence. */
    readonly stackLines: readonly string[] = [],
  ) {
    super(message);
    this.name = "HostLost";
  }
}
