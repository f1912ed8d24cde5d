import type { Call } from "../sim/call.ts";
import type { QueuedInput } from "../sim/queued-input.ts";
import { hashOf } from "./hash.ts";
import type { MessageRef, Origin } from "./script.ts";

/** A message that is on its way, until a step says what becomes of it. */
export interface ParkedMessage {
  readonly input: QueuedInput;
  readonly call: Call;
  /** In which order they set out. */
  readonly order: number;
  readonly like: number;
  /** Where it set out, if that is a step of a script that is being shrunk. */
  readonly origin?: Origin;
}

/** So many messages may be on their way on one link; beyond that the oldest are lost. */
const LINK_MESSAGES_MAX = 2_000;

/** All messages that are on their way in a run that is told step by step, by link. */
export class Parked {
  readonly #links = new Map<string, ParkedMessage[]>();
  readonly #drop: (input: QueuedInput) => void;
  #order = 0;

  /** `drop` is told of what will never arrive. */
  constructor(drop: (input: QueuedInput) => void) {
    this.#drop = drop;
  }

  add(input: QueuedInput, call: Call, origin?: Origin): void {
    const { what, from, to } = wayOf(input, call);
    const bytes = what === "request" ? call.args : input.bytes;
    const key = linkKey({ what, from, to });
    const like = bytes === null ? 0 : hashOf(bytes);
    const message = { input, call, order: this.#order++, like, ...(origin && { origin }) };
    const link = this.#links.get(key);
    if (link === undefined) this.#links.set(key, [message]);
    else if (link.push(message) > LINK_MESSAGES_MAX) this.#drop((link.shift() as ParkedMessage).input);
  }

  /**
   * The message that is meant, if it can arrive; it stays where it is. The one that set out in the same step comes before one
   * that looks the same, this before one of the same number, and all before the oldest; without a hash, a number means exactly that one.
   */
  find(ref: MessageRef, canArrive: (message: ParkedMessage) => boolean): ParkedMessage | undefined {
    const { method, nth, like, origin } = ref;
    const fits = ({ call }: ParkedMessage) => method === undefined || call.method === method;
    const there = (this.#links.get(linkKey(ref)) ?? []).filter((message) => fits(message) && canArrive(message));
    if (like === undefined) return nth === undefined ? there[0] : there.find(({ call }) => call.nth === nth);
    const alike = there.filter((message) => message.like === like);
    return (
      there.find((message) => isSame(message.origin, origin)) ??
      alike.find(({ call }) => call.nth === nth) ??
      alike[0] ??
      there.find(({ call }) => call.nth === nth) ??
      there[0]
    );
  }

  take(message: ParkedMessage, ref: MessageRef): void {
    const link = this.#links.get(linkKey(ref)) ?? [];
    const at = link.indexOf(message);
    if (at >= 0) link.splice(at, 1);
  }

  /** Takes all, in the order in which they set out. */
  takeAll(): ParkedMessage[] {
    const all = [...this.#links.values()].flat().sort((a, b) => a.order - b.order);
    this.#links.clear();
    return all;
  }
}

/** Which way a message goes. */
export function wayOf(
  input: QueuedInput,
  { from, to, method }: Call,
): Required<Omit<MessageRef, "nth" | "like" | "origin">> {
  return input.kind === "request"
    ? { what: "request", from, to, method }
    : { what: "reply", from: to, to: from, method };
}

/** Whether both are known, and the same. */
export function isSame(one: Origin | undefined, other: Origin | undefined): boolean {
  return one !== undefined && one.place === other?.place && one.nth === other.nth;
}

function linkKey({ what, from, to }: Pick<MessageRef, "what" | "from" | "to">): string {
  return `${what} ${from}>${to}`;
}
