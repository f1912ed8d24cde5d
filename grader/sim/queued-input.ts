import type { Call } from "./call.ts";
import type { Timed } from "./heap.ts";
import type { Input, Micros } from "./peer-host.ts";

/**
 * Something on its way to a peer. One shape for all kinds, made in one place: of all objects of a run these are the most,
 * and code that sees several shapes is compiled again and again.
 */
export class QueuedInput implements Timed {
  order = 0;

  constructor(
    readonly kind: Input["kind"],
    readonly timeUs: Micros,
    readonly peer: number,
    /** Of everything but messages, which reach whoever is there: the incarnation that it is for. */
    readonly incarnation: number,
    /** Of a request or reply. */
    readonly call: Call | null,
    /** Of an invocation; of a request from the moment that a peer is given it. */
    public id: number,
    /** Of an invocation. */
    readonly method: string,
    /** The reply, or an invocation's arguments. */
    public bytes: Uint8Array | null,
  ) {}

  static request(timeUs: Micros, call: Call): QueuedInput {
    return new QueuedInput("request", timeUs, call.to, 0, call, 0, "", null);
  }

  static reply(timeUs: Micros, call: Call, reply: Uint8Array | null): QueuedInput {
    return new QueuedInput("reply", timeUs, call.from, 0, call, 0, "", reply);
  }

  static invoke(
    timeUs: Micros,
    peer: number,
    incarnation: number,
    id: number,
    method: string,
    args: Uint8Array,
  ): QueuedInput {
    return new QueuedInput("invoke", timeUs, peer, incarnation, null, id, method, args);
  }

  static control(
    kind: "boot" | "drop" | "pause" | "resume",
    timeUs: Micros,
    peer: number,
    incarnation: number,
  ): QueuedInput {
    return new QueuedInput(kind, timeUs, peer, incarnation, null, 0, "", null);
  }

  /** The same at another time. */
  at(timeUs: Micros): QueuedInput {
    return new QueuedInput(this.kind, timeUs, this.peer, this.incarnation, this.call, this.id, this.method, this.bytes);
  }

  /** Whether it is due before another one: by time, then peer, then by what makes room for the rest, then by which was queued first. */
  isBefore(other: QueuedInput): boolean {
    if (this.timeUs !== other.timeUs) return this.timeUs < other.timeUs;
    if (this.peer !== other.peer) return this.peer < other.peer;
    const [rank, otherRank] = [rankOf(this), rankOf(other)];
    return rank === otherRank ? this.order < other.order : rank < otherRank;
  }
}

/** A message that arrives at the moment at which its receiver boots meets it: whoever is not there yet could never answer. */
function rankOf({ kind }: QueuedInput): number {
  return kind === "drop" ? 0 : kind === "boot" ? 1 : 2;
}
