import type { Call } from "./call.ts";
import { checkMethods, checkOpenCalls, compact, InFlight } from "./in-flight.ts";
import { type ActiveRule, AT_DEADLINE, CALL_TIMEOUT_US, type Fate, LOOKAHEAD_US, type Message } from "./network.ts";
import type { PeerRecord } from "./peer.ts";
import type { Micros } from "./peer-host.ts";
import { QueuedInput } from "./queued-input.ts";
import type { World } from "./world.ts";

/** A message that a rule keeps back, by its number among all that were ever held in the run. */
export interface HeldMessage extends Message {
  readonly id: number;
}

/** The same with what becomes of it; in the order in which they were sent. */
interface Held {
  readonly rule: ActiveRule;
  readonly message: HeldMessage;
  readonly release: () => void;
  readonly drop: () => void;
}

/** A call that a crashed handler never answers is answered with null within so long (labrpc looks every 100 ms). */
const GONE_WITHIN_US = 100_000;
const NOTHING = new Uint8Array(0);
/** After so many calls more those are forgotten that have their answer. */
const TIDY_CALLS = 4096;

/** All calls of a run: sends requests and replies through the network, and answers with null what was lost. */
export class Calls {
  rpcs = 0;
  bytes = 0;
  readonly #sim: World;
  readonly #nth = new Map<string, number>();
  /** Calls in the order in which they were made, and so of their deadlines; `#firstOpen` skips those done. */
  #open: Call[] = [];
  #firstOpen = 0;
  #tidyAt = TIDY_CALLS;
  #held: Held[] = [];
  #heldIds = 0;
  readonly #inFlight = new InFlight();

  constructor(sim: World) {
    this.#sim = sim;
  }

  /** A peer called another one. */
  call(caller: PeerRecord, callId: number, to: number, method: string, args: Uint8Array): void {
    const sim = this.#sim;
    const link = `${caller.id}>${to} ${method}`;
    const nth = (this.#nth.get(link) ?? 0) + 1;
    this.#nth.set(link, nth);
    if (nth === 1) checkMethods(this.#nth.size);
    const call: Call = {
      number: ++this.rpcs,
      from: caller.id,
      incarnation: caller.incarnation,
      callId,
      to,
      method,
      nth,
      args: NOTHING,
      copies: 0,
      key: `${link} #${nth}`,
      deadlineUs: sim.nowUs + CALL_TIMEOUT_US,
      done: false,
    };
    this.#open.push(call);
    this.bytes += args.length;
    caller.sent++;
    const target = sim.peers[to] as PeerRecord;
    if (!target.up || !sim.network.reaches(caller.id, to)) {
      this.#lose(call, sim.network.silenceUs(call.key));
      return;
    }
    this.#send("request", call, args, (extraUs) => {
      sim.push(QueuedInput.request(sim.nowUs + LOOKAHEAD_US + extraUs, call));
    });
  }

  /** A handler answered. */
  reply(replier: PeerRecord, requestId: number, reply: Uint8Array): void {
    const call = replier.handling.get(requestId);
    if (call === undefined) return;
    replier.handling.delete(requestId);
    if (!this.#mayHear(call)) {
      this.#lose(call, AT_DEADLINE);
      return;
    }
    this.#send("reply", call, reply, (extraUs, body) => this.#answer(call, body, LOOKAHEAD_US + extraUs));
  }

  /** A request arrived where nobody is. */
  unanswered(call: Call): void {
    this.#lose(call, this.#mayHear(call) ? this.#sim.network.silenceUs(call.key) : AT_DEADLINE);
  }

  /** The handlers of a crashed peer will never answer. */
  gone(peer: PeerRecord): void {
    for (const call of peer.handling.values()) {
      this.#lose(call, this.#mayHear(call) ? this.#sim.tape.below(`gone ${call.key}`, GONE_WITHIN_US) : AT_DEADLINE);
    }
    peer.handling.clear();
  }

  /**
   * Whether anything of what became of a call may come back to its caller. If not, it is told at the deadline, as if the
   * other had stayed silent: when a null came would else tell, across a partition, what the other side does.
   */
  #mayHear({ from, to }: Call): boolean {
    return this.#sim.network.reaches(to, from);
  }

  /** An input is done with, whatever became of it: what it carried is needed no more. */
  settled({ kind, call, bytes }: QueuedInput): void {
    if (call === null) return;
    if (kind === "reply") {
      if (bytes !== null) this.#inFlight.gone(bytes.length);
    } else if (--call.copies === 0) {
      this.#inFlight.gone(call.args.length);
      call.args = NOTHING;
    }
  }

  /** An input must wait at a peer that stands still. */
  waits(input: QueuedInput): void {
    const { kind, call, bytes } = input;
    if (kind === "reply" && bytes !== null) input.bytes = compact(bytes);
    if (kind === "request" && call !== null) call.args = compact(call.args);
  }

  /** Between two windows, when no call is taken for done that may not be. Throws HostLost when too many are open. */
  tidy(): void {
    let handled = 0;
    for (const { handling } of this.#sim.peers) handled += handling.size;
    let unanswered = 0;
    if (this.#open.length >= this.#tidyAt) {
      this.#open = this.#open.slice(this.#firstOpen).filter((call) => !call.done);
      this.#firstOpen = 0;
      unanswered = this.#open.length;
      this.#tidyAt = unanswered + TIDY_CALLS;
    }
    checkOpenCalls(unanswered, handled);
  }

  /** When the oldest open call must be answered. */
  nextDeadlineUs(): Micros {
    const open = this.#open;
    while (this.#firstOpen < open.length && open[this.#firstOpen]?.done) this.#firstOpen++;
    return this.#open[this.#firstOpen]?.deadlineUs ?? Number.POSITIVE_INFINITY;
  }

  /** Answers with null every call whose deadline lies before `untilUs`. */
  expire(untilUs: Micros): void {
    while (this.nextDeadlineUs() < untilUs) {
      const call = this.#open[this.#firstOpen++] as Call;
      this.#sim.push(QueuedInput.reply(call.deadlineUs, call, null));
    }
  }

  /** Lets go what a rule holds, or what all rules hold, in the order in which it was sent. */
  release(rule?: ActiveRule): void {
    const freed = this.#held.filter((held) => rule === undefined || held.rule === rule);
    this.#held = this.#held.filter((held) => rule !== undefined && held.rule !== rule);
    for (const held of freed) held.release();
  }

  held(rule: ActiveRule): number {
    return this.#held.filter((held) => held.rule === rule).length;
  }

  /** What a rule holds, in the order in which it was sent. */
  listHeld(rule: ActiveRule): HeldMessage[] {
    return this.#held.filter((held) => held.rule === rule).map(({ message }) => message);
  }

  /** Lets go one message that a rule holds; false when it holds none of that id any more. */
  releaseOne(rule: ActiveRule, id: number): boolean {
    const held = this.#takeHeld(rule, id);
    held?.release();
    return held !== undefined;
  }

  /** Loses one message that a rule holds, as if the rule had dropped it now; false when it holds none of that id any more. */
  dropOne(rule: ActiveRule, id: number): boolean {
    const held = this.#takeHeld(rule, id);
    held?.drop();
    return held !== undefined;
  }

  #takeHeld(rule: ActiveRule, id: number): Held | undefined {
    const at = this.#held.findIndex((held) => held.rule === rule && held.message.id === id);
    return at < 0 ? undefined : this.#held.splice(at, 1)[0];
  }

  #send(
    kind: Message["kind"],
    call: Call,
    bytes: Uint8Array,
    deliver: (extraUs: Micros, body: Uint8Array) => void,
  ): void {
    const sim = this.#sim;
    const [from, to] = kind === "request" ? [call.from, call.to] : [call.to, call.from];
    const key = `${kind} ${call.key}`;
    const look = (): Message => {
      const { method, nth } = call;
      return { kind, from, to, method, nth, sizeBytes: bytes.length, timeMs: sim.nowUs / 1000 };
    };
    const fate: Fate = sim.network.fate(kind, key, look);
    let body = bytes;
    if (fate.kind !== "lost") {
      this.#inFlight.sent(from, kind, call.method, bytes.length);
      if (fate.kind === "held" || fate.extraUs.length > 1 || fate.extraUs[0] !== 0) body = compact(bytes);
      if (kind === "request") {
        call.args = body;
        call.copies = fate.kind === "deliver" ? fate.extraUs.length : 1;
      }
    }
    if (fate.kind === "deliver") {
      for (const extraUs of fate.extraUs) deliver(extraUs, body);
    } else if (fate.kind === "lost") {
      this.#lose(call, fate.toldUs);
    } else {
      sim.trace.add(sim.nowUs, "held", from, to, call.callId, `${kind} ${call.method}`, null, call.number);
      const message = { ...look(), id: ++this.#heldIds };
      const drop = (): void => {
        this.settled(kind === "request" ? QueuedInput.request(0, call) : QueuedInput.reply(0, call, body));
        this.#lose(call, sim.network.droppedUs(kind, key));
      };
      this.#held.push({ rule: fate.rule, message, release: () => deliver(0, body), drop });
    }
  }

  #lose(call: Call, toldUs: Micros): void {
    const sim = this.#sim;
    sim.trace.add(sim.nowUs, "lost", call.from, call.to, call.callId, call.method, null, call.number);
    if (toldUs !== AT_DEADLINE) this.#answer(call, null, LOOKAHEAD_US + toldUs);
  }

  #answer(call: Call, reply: Uint8Array | null, afterUs: Micros): void {
    const timeUs = Math.min(this.#sim.nowUs + afterUs, reply === null ? call.deadlineUs : Number.POSITIVE_INFINITY);
    if (timeUs < this.#sim.nowUs + LOOKAHEAD_US) return; // the deadline itself answers
    this.#sim.push(QueuedInput.reply(timeUs, call, reply));
  }
}
