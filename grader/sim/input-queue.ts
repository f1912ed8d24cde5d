import type { Call } from "./call.ts";
import { TimeHeap } from "./heap.ts";
import { LOOKAHEAD_US } from "./network.ts";
import type { PeerRecord } from "./peer.ts";
import type { Input, Micros } from "./peer-host.ts";
import type { QueuedInput } from "./queued-input.ts";
import type { ProcessPlan } from "./role.ts";
import type { Tape } from "./tape.ts";

/** So many inputs may go along ahead of their time. */
const AHEAD_MAX = 32;

/** Everything that is on its way to peers, in order of time. */
export class InputQueue {
  readonly #heap = new TimeHeap<QueuedInput>();

  /** When the earliest is due, or Infinity. */
  get nextUs(): Micros {
    return this.#heap.nextUs;
  }

  push(input: QueuedInput): void {
    this.#heap.push(input);
  }

  /** Puts back what was taken, into the place that it had. */
  restore(input: QueuedInput): void {
    this.#heap.restore(input);
  }

  /** Takes everything, in order of time. */
  takeAll(): QueuedInput[] {
    const all: QueuedInput[] = [];
    for (let next = this.#heap.pop(); next !== undefined; next = this.#heap.pop()) all.push(next);
    return all;
  }

  /**
   * Takes what falls before `surelyUs`, and of what falls before `untilUs` as much as nothing done meanwhile can change, if
   * peers do nothing about replies, as is mostly so: all replies up to the first input of another kind, and one lookahead
   * from there. Nothing that `staysHere` is taken early. Gives them as `isBefore` orders them, and where they end.
   */
  takeDue(
    surelyUs: Micros,
    untilUs: Micros,
    staysHere: (input: QueuedInput) => boolean,
  ): { due: QueuedInput[]; endUs: Micros } {
    const due: QueuedInput[] = [];
    let endUs = untilUs;
    for (let next = this.#heap.peek(); next !== undefined && next.timeUs < endUs; next = this.#heap.peek()) {
      if (next.timeUs >= surelyUs && (due.length >= AHEAD_MAX || staysHere(next))) {
        endUs = next.timeUs;
        break;
      }
      if (next.kind !== "reply") endUs = Math.max(surelyUs, Math.min(endUs, next.timeUs + LOOKAHEAD_US));
      this.#heap.pop();
      // They come by time; only those of one moment may have to change places.
      let at = due.length;
      while (at > 0 && next.isBefore(due[at - 1] as QueuedInput)) at--;
      if (at === due.length) due.push(next);
      else due.splice(at, 0, next);
    }
    while ((due[due.length - 1]?.timeUs ?? -1) >= endUs) this.restore(due.pop() as QueuedInput);
    return { due, endUs };
  }
}

/** What a host is told of a queued input. */
export function toInput(queued: QueuedInput, peer: PeerRecord, processes: readonly ProcessPlan[], tape: Tape): Input {
  const { timeUs } = queued;
  const { id, incarnation } = peer;
  switch (queued.kind) {
    case "request": {
      const { method, from, args } = queued.call as Call;
      return { kind: "request", timeUs, peer: id, incarnation, requestId: queued.id, from, method, args };
    }
    case "reply": {
      const { callId } = queued.call as Call;
      return { kind: "reply", timeUs, peer: id, incarnation, callId, reply: queued.bytes };
    }
    case "invoke": {
      const { id: invokeId, method } = queued;
      return { kind: "invoke", timeUs, peer: id, incarnation, invokeId, method, args: queued.bytes as Uint8Array };
    }
    case "boot": {
      const seed = tape.words(`peer ${id} incarnation ${incarnation}`);
      const { clock, options, state, snapshot } = peer;
      return { kind: "boot", timeUs, peer: id, incarnation, processes, options, seed, clock, state, snapshot };
    }
    default:
      return { kind: queued.kind, timeUs, peer: id, incarnation: queued.incarnation };
  }
}
