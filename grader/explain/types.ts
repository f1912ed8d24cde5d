import type { Facts, Failure } from "../check/failure.ts";
import type { Micros } from "../sim/peer-host.ts";
import type { TraceRecord } from "../sim/trace.ts";

/** Something that happened, as a line under a label: `votes`, `peer 0 in term 2: its own, peer 2 at 3.001 s (boot 1)`. */
export interface ToldFact {
  /** One word or two, at most ten letters; the same as that of the fact before where a line goes on. */
  readonly label: string;
  readonly text: string;
}

/** Where a peer departed from the algorithm, told from what it received and what it did. */
export interface Departure {
  /** Which rule it broke: `one-vote-a-term`. */
  readonly rule: string;
  readonly peer: number;
  readonly timeUs: Micros;
  /** What it did, and what spoke against it; a sentence without a final full stop. */
  readonly text: string;
  /** Where the rule stands. */
  readonly cite: string;
}

/** What the trace of a run tells about its end. Evidence for a reader, never a verdict. */
export interface Explanation {
  readonly facts: readonly ToldFact[];
  /** The first for each rule and peer, in order of time. */
  readonly departures: readonly Departure[];
  /** What to ask whoever wrote it, in place of what stands at the rule: of what happened in this run. */
  readonly hint?: string;
}

/** A run that is over, as it is explained. */
export interface RunToExplain {
  readonly verdict: string;
  readonly failure?: Failure;
  /** Student code threw there. */
  readonly crash?: { readonly peer: number; readonly timeUs: Micros };
  /** The peer at work when the host was lost, by the word of its process. */
  readonly stuck?: number;
  /** All peers, as they were at the end. */
  readonly peers: readonly {
    readonly peer: number;
    readonly up: boolean;
    readonly connected: boolean;
    /** What its monitor knows of it, such as its name. */
    readonly facts?: Facts;
  }[];
  readonly trace: readonly TraceRecord[];
}

/** Explains runs of one lab: it may look into messages, where they have the names that the lab's text gives them. */
export type Explainer = (run: RunToExplain) => Explanation;

/** What is kept of an explanation. All figures stand here. */
export const EXPLANATION_LIMITS = { facts: 24, departures: 6, textChars: 400 } as const;

/** What something in a trace is about, by which a reader looks for it. */
export type Topic = "elections" | "log" | "snapshots" | "faults" | "clients";

/** Says of records of one trace, in their order, what they mean in a lab; null where it is told by its data. */
export interface TraceWords {
  request(method: string, bytes: Uint8Array | null): string | null;
  saved(peer: number, bytes: Uint8Array | null): string | null;
  /** What calls of that name are about; null or absent where nobody says. */
  topic?(method: string): Topic | null;
  /** What the states that peers show are about. */
  readonly observed?: Topic;
}
