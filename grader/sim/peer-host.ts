import type { ProcessPlan } from "./role.ts";

/**
 * The seam between the kernel and the peers: what the kernel says to the place where peers run, and what comes back.
 *
 * The kernel owns time. It hands over one window of virtual time with the inputs that fall into it; the host runs every
 * entry (one input, or one timer that came due) in order of time, then peer, then arrival, and answers with what each
 * entry did. Two implementations exist: the peers in this process (for tests and the benchmark) and the peers in a
 * process of their own (for grading). Nothing here knows which lab is graded.
 */

/** Virtual time since the start of a run, an integer number of microseconds, 0 … 2^53−1. */
export type Micros = number;

/** How one peer's clock runs: local = offsetUs + t + floor(t · driftPpm / 1 000 000), t being kernel time. */
export interface PeerClock {
  readonly offsetUs: number;
  readonly driftPpm: number;
}

interface InputTo {
  /** When it reaches the peer. Inputs to one peer are in order of time; a window's inputs are sorted by time, then peer. */
  readonly timeUs: Micros;
  readonly peer: number;
  /** 1 for the first boot of this peer, one more for each restart. */
  readonly incarnation: number;
}

/** One thing that happens to a peer from outside. */
export type Input = InputTo &
  (
    | {
        /** Makes a new realm and constructs the peer in it, of the class and with the arguments that its role says. */
        readonly kind: "boot";
        /** All processes of the run; this one is `processes[peer]`. */
        readonly processes: readonly ProcessPlan[];
        /** What its options are: MessagePack. */
        readonly options: Uint8Array;
        /** Four 32-bit words: the incarnation's own random stream (Math.random, crypto). */
        readonly seed: readonly [number, number, number, number];
        readonly clock: PeerClock;
        /** What `readState()` and `readSnapshot()` give. */
        readonly state: Uint8Array;
        readonly snapshot: Uint8Array;
      }
    | {
        /** Another peer's call arrives: the handler named `method` runs, and answers with an effect `reply`. */
        readonly kind: "request";
        readonly requestId: number;
        readonly from: number;
        readonly method: string;
        /** MessagePack. */
        readonly args: Uint8Array;
      }
    | {
        /** The answer to a call that this incarnation made; null when request or reply was lost. */
        readonly kind: "reply";
        readonly callId: number;
        readonly reply: Uint8Array | null;
      }
    | {
        /** The grader calls one of the role's local methods; answered by an effect `result`, at once or later. */
        readonly kind: "invoke";
        readonly invokeId: number;
        readonly method: string;
        /** MessagePack of the array of arguments. */
        readonly args: Uint8Array;
      }
    /** The peer stands still: its timers wait, and the kernel keeps its deliveries back. */
    | { readonly kind: "pause" }
    /** Timers that came due meanwhile fire now, in order of their due time, before any later input. */
    | { readonly kind: "resume" }
    /** The incarnation is gone (crash): its realm is forgotten, nothing of it runs any more. */
    | { readonly kind: "drop" }
  );

export type LogLevel = "debug" | "log" | "info" | "warn" | "error";

/** One thing that a peer did, in the order in which it did it. Bytes are copies made at that moment. */
export type Effect =
  | {
      readonly kind: "call";
      readonly callId: number;
      readonly to: number;
      readonly method: string;
      readonly args: Uint8Array;
    }
  | { readonly kind: "reply"; readonly requestId: number; readonly reply: Uint8Array }
  | { readonly kind: "save"; readonly state: Uint8Array; readonly snapshot: Uint8Array | null }
  /** The peer called the function that its constructor was given (`apply`); MessagePack of its argument. */
  | { readonly kind: "upcall"; readonly message: Uint8Array }
  /** What the lab's observer (`getState`) gives changed; asked after every entry, MessagePack of its value. */
  | { readonly kind: "observed"; readonly value: Uint8Array }
  | { readonly kind: "result"; readonly invokeId: number; readonly value: Uint8Array }
  | { readonly kind: "log"; readonly level: LogLevel; readonly text: string }
  /** Student code threw: in the constructor, a handler, a timer, a microtask, or an unhandled rejection. */
  | {
      readonly kind: "exception";
      readonly where: string;
      readonly name: string;
      readonly message: string;
      readonly stack: string;
    }
  /** The student interface was broken: data that cannot be encoded, a method that does not exist, a null reply. */
  | { readonly kind: "misuse"; readonly message: string; readonly stack: string };

/** One entry into a peer and all it did. Every input gives exactly one entry, also when it did nothing. */
export interface Entry {
  readonly timeUs: Micros;
  readonly peer: number;
  readonly incarnation: number;
  /** `input`: the next input of this peer, in the order they were handed over. `timer`: a timer of the peer came due. */
  readonly cause: "input" | "timer";
  readonly effects: readonly Effect[];
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
  /** Begins a new run: every realm of an earlier run is forgotten, every counter starts again. */
  reset(): void;
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
