import type { Call } from "../sim/call.ts";
import type { PeerRecord } from "../sim/peer.ts";
import type { Effect } from "../sim/peer-host.ts";
import type { QueuedInput } from "../sim/queued-input.ts";
import type { MessageRef, Origin } from "./script.ts";

/** What one entry does, until it is known how much of it happened. */
interface Doing {
  readonly place: number;
  readonly from: number;
  readonly effects: readonly Effect[];
  readonly answered: ReadonlyMap<number, Call>;
  /** So many of its effects happen. */
  count: number;
}

/** Counts the messages of one step by their way. */
export class Counts {
  readonly #counts = new Map<string, number>();

  /** The how-many-eth this one is, from 1. */
  next({ what, from, to, method }: Pick<MessageRef, "what" | "from" | "to" | "method">): number {
    const key = `${what} ${from}>${to} ${method}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    return nth;
  }
}

/** Follows a run, and knows of each message in which of its steps it set out. */
export class Origins {
  /** How many requests of a method there were on a link: the next one has the number after that. */
  readonly #sent = new Counts();
  readonly #requests = new Map<string, Origin>();
  readonly #replies = new WeakMap<Call, Origin>();
  #doing: Doing | undefined;

  /** An entry begins, which is that step of the run; -1: none. */
  entry(place: number, peer: PeerRecord, input: QueuedInput | undefined, effects: readonly Effect[]): void {
    this.#finish();
    const answered = new Map<number, Call>();
    for (const effect of effects) {
      if (effect.kind !== "reply") continue;
      const isOwn = input?.kind === "request" && input.id === effect.requestId;
      const call = isOwn ? input.call : peer.handling.get(effect.requestId);
      if (call !== null && call !== undefined) answered.set(effect.requestId, call);
    }
    this.#doing = { place, from: peer.id, effects, answered, count: effects.length };
  }

  /** Of the entry that is happening only so many effects happen. */
  cutShort(count: number): void {
    if (this.#doing !== undefined) this.#doing.count = count;
  }

  ofRequest(call: Call): Origin | undefined {
    this.#finish();
    return this.#requests.get(call.key);
  }

  ofReply(call: Call): Origin | undefined {
    this.#finish();
    return this.#replies.get(call);
  }

  #finish(): void {
    const doing = this.#doing;
    if (doing === undefined) return;
    this.#doing = undefined;
    const { place, from, effects, answered, count } = doing;
    const inStep = new Counts();
    for (const effect of effects.slice(0, count)) {
      if (effect.kind === "call") {
        const { to, method } = effect;
        const way = { what: "request", from, to, method } as const;
        const key = `${from}>${to} ${method} #${this.#sent.next(way)}`;
        const nth = inStep.next(way);
        if (place >= 0) this.#requests.set(key, { place, nth });
      } else if (effect.kind === "reply") {
        const call = answered.get(effect.requestId);
        if (call === undefined) continue;
        const nth = inStep.next({ what: "reply", from, to: call.from, method: call.method });
        if (place >= 0) this.#replies.set(call, { place, nth });
      }
    }
  }
}
