import type { Effect } from "../sim/peer-host.ts";
import type { Delivery, Failing, Serving } from "./choice.ts";
import type { Step } from "./live-peers.ts";

/** Something that is on its way. Equal contents of one run are one message: only copies are equal. */
export interface Message {
  readonly kind: "request" | "reply";
  readonly from: number;
  readonly to: number;
  readonly call: CallName;
  readonly bytes: Uint8Array;
  /** What it brings about at the receiver, as a number: equal ones bring about the same. */
  readonly edge: number;
}

/** Which call a message belongs to. */
export interface CallName {
  readonly from: number;
  readonly incarnation: number;
  readonly callId: number;
  readonly to: number;
  readonly method: string;
  /** The how-many-eth request of this method on this link, from 1. */
  readonly nth: number;
}

/** What brings about one entry of a peer. */
export type Stimulus =
  | { readonly kind: "boot" }
  | { readonly kind: "deliver"; readonly message: Message }
  /** The caller is told that no answer will come. */
  | { readonly kind: "fail"; readonly call: CallName }
  | { readonly kind: "timer" }
  | { readonly kind: "service"; readonly serving: Serving }
  /** `start` is which one of the instance's. */
  | { readonly kind: "invoke"; readonly start: number; readonly method: string; readonly args: Uint8Array };

/** What a life begins with. */
export interface Life {
  readonly peer: number;
  readonly incarnation: number;
  readonly state: Uint8Array;
  readonly snapshot: Uint8Array;
  /** How many requests earlier lives sent, by link and method. */
  readonly sent: ReadonlyMap<string, number>;
}

/**
 * A peer after certain inputs. What it did in the last of them follows from these alone, so that it is found out once, whatever
 * happens elsewhere.
 */
export interface Moment {
  /** Null when it just booted. */
  readonly parent: Moment | null;
  readonly stimulus: Stimulus;
  readonly life: Life;
  readonly effects: readonly Effect[];
  /** How many entries it has had since it booted. */
  readonly depth: number;
  /** How it is brought about in a host. */
  readonly step: Step;
  readonly state: Uint8Array;
  readonly snapshot: Uint8Array;
  /** What its observer said last; null when nothing yet. */
  readonly observed: Uint8Array | null;
  readonly requests: number;
  readonly invocations: number;
  /** The state of its service, and the calls that this is about to make. */
  readonly service: unknown;
  readonly due: readonly Serving[];
  /** Requests that it has not answered. */
  readonly handling: readonly (readonly [requestId: number, call: CallName])[];
  /** Calls that have no answer, each with the choice to tell the caller that none will come. */
  readonly open: readonly Failing[];
  readonly sent: ReadonlyMap<string, number>;
  /** What it sent in this entry: that it arrives is a choice from then on. */
  readonly sends: readonly Delivery[];
  /** It has handed something to its service, in this entry or before. */
  readonly hasDelivered: boolean;
  /** Of what monitors see: what it did since they last saw something, and what they see now; 0 when it is nothing. */
  readonly since: readonly string[];
  readonly shows: number;
  /** What comes of further inputs, by edge; null of a timer when none is set that does anything. */
  readonly next: Map<number, Moment | null>;
  /** The peer did something after it. */
  isFollowed: boolean;
  /** What comes of a crash after the so-many-eth effect at which it can crash, from 1. */
  readonly crashed: Map<number, Crashed>;
}

/** A peer that crashed in the middle of an entry and booted again. */
export interface Crashed {
  /** What it had sent by then, and what it sent when it booted. */
  readonly sends: readonly Delivery[];
  /** Of what monitors see: the entry up to there. */
  readonly shows: number;
  readonly reborn: Moment;
}
