import type { Micros } from "../../../grader/sim/peer-host.ts";
import { type Ballot, ballotText, compareBallots, type Report } from "./messages.ts";

/** A promise that a peer gave, or a value that it accepted, by an answer that left. */
export interface Given {
  readonly ballot: Ballot;
  readonly timeUs: Micros;
  readonly boot: number;
  /** Null of a promise. */
  readonly value: Uint8Array | null;
}

/** One ballot of one proposer in one slot. */
export interface Attempt {
  readonly ballot: Ballot;
  readonly startedUs: Micros;
  /** Others that promised it, in the order in which it heard so, with what they reported. */
  readonly promises: Map<number, Report | null | undefined>;
  /** Whether anything was asked in phase 1; without, nothing is known of promises. */
  prepared: boolean;
  value: Uint8Array | null;
  /** Others that accepted it. */
  readonly acceptors: Set<number>;
  refusals: number;
  /** An answer could not be understood. */
  isUnclear: boolean;
}

/** What is known of one peer and one slot, from what reached it and what it did. */
export class SlotKnowledge {
  readonly given: Given[] = [];
  readonly attempts = new Map<string, Attempt>();
  /** It was told the decision, or something that may have been it. */
  isTold = false;
  decided: { readonly value: Uint8Array; readonly timeUs: Micros } | null = null;

  attempt(ballot: Ballot, timeUs: Micros): Attempt {
    const name = ballotText(ballot);
    let attempt = this.attempts.get(name);
    if (attempt === undefined) {
      attempt = {
        ballot,
        startedUs: timeUs,
        promises: new Map(),
        prepared: false,
        value: null,
        acceptors: new Set(),
        refusals: 0,
        isUnclear: false,
      };
      this.attempts.set(name, attempt);
    }
    return attempt;
  }

  /** The highest that it promised or accepted by an answer that left before that moment. */
  highestGiven(beforeUs: Micros, isAccepted = false): Given | null {
    return this.given
      .filter(({ timeUs, value }) => timeUs < beforeUs && (!isAccepted || value !== null))
      .reduce<Given | null>(
        (best, one) => (best === null || (compareBallots(one.ballot, best.ballot) ?? 0) > 0 ? one : best),
        null,
      );
  }
}

/** A request that a peer got, until it answers. */
export interface Handled {
  readonly method: "prepare" | "accept";
  readonly slot: number;
  readonly ballot: Ballot;
  readonly value: Uint8Array | null;
  readonly from: number;
  readonly timeUs: Micros;
  /** How often it had saved by then. */
  readonly saves: number;
}

/** What is known of one peer. */
export class Knowledge {
  boot = 0;
  bootUs: Micros = 0;
  saves = 0;
  /** Something reached it that could not be understood: what it knows may be more. */
  heardUnknown = false;
  readonly slots = new Map<number, SlotKnowledge>();
  readonly handling = new Map<number, Handled>();
  readonly calls = new Map<
    number,
    { readonly to: number; readonly method: string; readonly slot: number; readonly ballot: Ballot }
  >();

  constructor(readonly id: number) {}

  slot(number: number): SlotKnowledge {
    let slot = this.slots.get(number);
    if (slot === undefined) {
      slot = new SlotKnowledge();
      this.slots.set(number, slot);
    }
    return slot;
  }

  boots(timeUs: Micros): void {
    this.boot++;
    this.bootUs = timeUs;
    this.handling.clear();
    this.calls.clear();
  }
}
