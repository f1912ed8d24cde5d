import type { Micros, PeerClock } from "../sim/peer-host.ts";
import type { Group } from "../sim/role.ts";

/**
 * A run told step by step: what is not said does not happen. Time stands still but for what timers and `run` let pass, so that
 * what is left of a run is who did what, in which order. Every such run is one that an asynchronous network allows.
 */
export interface Script {
  readonly lab: string;
  /** Its processes. Steps mean them by their ids, which go on from group to group. */
  readonly groups: readonly Group[];
  /** Of the peers' own dice, and of the weather. */
  readonly seed: number;
  /** Of each peer whose clock differs from the grader's. */
  readonly clocks?: Readonly<Record<number, PeerClock>>;
  /** What it sets of its lab's kind of cluster, such as how often snapshots are taken. */
  readonly options?: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
  /** What was broken when it was made of a run, by its signature. */
  readonly breaks?: string;
}

/** What can be crashed before or after. */
export const CRASH_EFFECTS = ["call", "reply", "save", "upcall"] as const;

/** In the middle of an entry: around the `nth` effect of that kind in it, from 1. */
export interface CrashPoint {
  readonly when: "before" | "after";
  readonly effect: (typeof CRASH_EFFECTS)[number];
  readonly nth: number;
}

/** One message, by its way. */
export interface MessageRef {
  readonly what: "request" | "reply";
  /** Who sent it: of a reply, who answers. */
  readonly from: number;
  readonly to: number;
  /** Absent: any. */
  readonly method?: string;
  /** The how-many-eth request of this method on this link, from 1. Absent: the oldest that is on its way. */
  readonly nth?: number;
  /** Of a script that is being shrunk: in which step it set out, by which it is found again when others are gone. */
  readonly origin?: Origin;
  /** Of a script that is being shrunk: hash of what the message holds, for where that step is gone, too. */
  readonly like?: number;
}

/** Where a message set out: the place of that step in the run, and the how-many-eth of its method on its link in it. */
export interface Origin {
  readonly place: number;
  readonly nth: number;
}

/** What is asked of the cluster at a point of the script, in free running: one of its lab's expectations, with what it needs. */
export interface Expectation {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The faults that last, which only free running meets. */
export type Fault =
  | { readonly fault: "cut" | "uncut"; readonly from: number; readonly to: number }
  | { readonly fault: "disconnect" | "connect" | "pause" | "resume"; readonly peer: number }
  | { readonly fault: "partition"; readonly groups: readonly (readonly number[])[] }
  | { readonly fault: "heal" };

/** `place`: of a script that is being shrunk, which step of the run it is. */
export type Step = { readonly place?: number } & (
  | { readonly do: "boot"; readonly peer: number; readonly crash?: CrashPoint }
  | { readonly do: "crash"; readonly peer: number }
  /** Its timers fire, in order of their time, until one does something, and so so many times; `once`: exactly one. */
  | {
      readonly do: "timer";
      readonly peer: number;
      readonly once?: true;
      readonly times?: number;
      readonly crash?: CrashPoint;
    }
  /** `again`: a request that was delivered already arrives once more. */
  | { readonly do: "deliver"; readonly ref: MessageRef; readonly again?: true; readonly crash?: CrashPoint }
  /** The caller of that request is told that no answer will come. */
  | { readonly do: "fail"; readonly ref: MessageRef; readonly crash?: CrashPoint }
  /** It never arrives; without a message: all that is on its way. */
  | { readonly do: "lose"; readonly ref?: MessageRef }
  | {
      readonly do: "start";
      readonly peer: number | "leader";
      /** Where each slot is decided by itself: which one. */
      readonly slot?: number;
      readonly command: unknown;
      readonly crash?: CrashPoint;
    }
  /** Whoever uses a process tells it to do an operation, whose answer may come in a later step. */
  | {
      readonly do: "call";
      readonly peer: number;
      readonly method: string;
      readonly args: readonly unknown[];
      readonly crash?: CrashPoint;
    }
  /** The peer's service needs nothing up to that slot any more. */
  | { readonly do: "done"; readonly peer: number; readonly slot: number; readonly crash?: CrashPoint }
  /** The service hands over the oldest snapshot that it took of this peer. */
  | { readonly do: "snapshot"; readonly peer: number; readonly crash?: CrashPoint }
  | { readonly do: "kill"; readonly peer: number }
  /** The clocks go on to that moment of the run, if it is not past; timers that come due wait. */
  | { readonly do: "at"; readonly us: Micros }
  | ({ readonly do: "fault" } & Fault)
  /** Clocks run and messages arrive by themselves for so long. */
  | { readonly do: "run"; readonly ms: number }
  | { readonly do: "expect"; readonly expect: Expectation }
);

/** Whom a step is about: the peer whose entry it brings about, or -1. */
export function actorOf(step: Step): number {
  switch (step.do) {
    case "deliver":
      return step.ref.to;
    case "fail":
      return step.ref.from;
    case "start":
      return step.peer === "leader" ? -1 : step.peer;
    case "boot":
    case "crash":
    case "timer":
    case "snapshot":
    case "done":
    case "call":
    case "kill":
      return step.peer;
    default:
      return -1;
  }
}
