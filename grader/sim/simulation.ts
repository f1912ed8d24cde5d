import type { Call } from "./call.ts";
import { Calls } from "./calls.ts";
import { type CrashRule, EntryHandler, type EntryListener, type SimulationEvents } from "./entries.ts";
import { type Timed, TimeHeap } from "./heap.ts";
import { InputQueue, toInput } from "./input-queue.ts";
import { LOOKAHEAD_US, Network } from "./network.ts";
import { PeerRecord } from "./peer.ts";
import type { Input, Micros, PeerHost } from "./peer-host.ts";
import { QueuedInput } from "./queued-input.ts";
import type { ProcessPlan } from "./role.ts";
import type { Tape } from "./tape.ts";
import type { Trace } from "./trace.ts";
import { checkEnd, isThere } from "./window-end.ts";
import type { World } from "./world.ts";

/** Something that the grader itself does at a moment; it cuts the window there. */
interface Action extends Timed {
  readonly run: () => void;
}

/** A call of a local method. */
export interface Invocation {
  readonly peer: PeerRecord;
  readonly method: string;
  /** MessagePack of the array of arguments. */
  readonly args: Uint8Array;
}

export interface SimulationOptions {
  readonly processes: readonly ProcessPlan[];
  readonly host: PeerHost;
  readonly tape: Tape;
  readonly trace: Trace;
  readonly events: SimulationEvents;
  /**
   * Width of a window, 1 … 1000 µs. It changes nothing but speed. Absent or 1000: it ends 1000 µs after the first entry
   * with effects, however long that takes.
   */
  readonly windowUs?: Micros;
  /** Let the host run one entry at a time. It changes nothing but speed. */
  readonly oneEntry?: boolean;
  readonly listener?: EntryListener;
}

/** More calls of local methods at one moment than any scenario makes: it would otherwise go round for ever. */
const INVOCATIONS_AT_ONCE = 100_000;

/** The kernel: virtual time, the peers, and everything that happens to them. Knows no lab. */
export class Simulation implements World {
  nowUs: Micros = 0;
  readonly processes: readonly ProcessPlan[];
  readonly peers: readonly PeerRecord[];
  readonly tape: Tape;
  readonly trace: Trace;
  readonly network: Network;
  readonly calls: Calls;
  readonly #host: PeerHost;
  readonly #entries: EntryHandler;
  readonly #events: SimulationEvents;
  readonly #listener: EntryListener | undefined;
  readonly #windowUs: Micros;
  readonly #stretches: boolean;
  readonly #maxEntries: number;
  readonly #inputs = new InputQueue();
  readonly #actions = new TimeHeap<Action>();
  #hostWakeUs: Micros = Number.POSITIVE_INFINITY;
  #invokedUs: Micros = -1;
  #invokedAtOnce = 0;
  #inWindow = false;

  constructor(options: SimulationOptions) {
    this.tape = options.tape;
    this.trace = options.trace;
    this.#host = options.host;
    this.#events = options.events;
    this.#windowUs = Math.min(Math.max(1, Math.floor(options.windowUs ?? LOOKAHEAD_US)), LOOKAHEAD_US);
    this.#maxEntries = options.oneEntry === true ? 1 : 0;
    this.#stretches = this.#windowUs === LOOKAHEAD_US && this.#maxEntries === 0;
    this.processes = options.processes;
    this.peers = options.processes.map((plan) => new PeerRecord(plan));
    this.network = new Network(this.peers.length, options.tape);
    this.calls = new Calls(this);
    this.#listener = options.listener;
    this.#entries = new EntryHandler(this, this.calls, options.events, options.listener);
    this.#host.reset();
    this.#listener?.begun(this);
  }

  // --- what can be done to the world -------------------------------------------------------------------------------

  /** Lets virtual time pass up to a moment. Actions due by then run; inputs due exactly then wait. */
  runUntil(targetUs: Micros): void {
    if (this.#inWindow) throw new Error("virtual time cannot be advanced from inside a window");
    for (;;) {
      const inputUs = Math.min(this.#inputs.nextUs, this.#hostWakeUs, this.calls.nextDeadlineUs());
      const actionUs = this.#actions.nextUs;
      if (actionUs <= targetUs && actionUs <= inputUs) {
        this.nowUs = Math.max(this.nowUs, actionUs);
        this.#actions.pop()?.run();
      } else if (inputUs < targetUs) {
        const startUs = Math.max(inputUs, this.nowUs);
        const farthestUs = Math.min(actionUs, targetUs);
        const surelyUs = Math.min(startUs + this.#windowUs, farthestUs);
        this.#runWindow(surelyUs, this.#stretches ? farthestUs : surelyUs);
      } else {
        this.nowUs = targetUs;
        return;
      }
    }
  }

  /** Runs an action of the grader at a moment that is not past. */
  at(timeUs: Micros, run: () => void): void {
    this.#actions.push({ timeUs, order: 0, run });
  }

  boot(peer: PeerRecord): void {
    peer.incarnation++;
    peer.hasBegun = false;
    peer.up = true;
    peer.paused = false;
    peer.killed = false;
    peer.afterKill = { calls: 0, saves: 0, upcalls: 0, timers: 0 };
    peer.requests = 0;
    peer.invocations = 0;
    this.#listener?.boots(peer);
    this.#control("boot", peer);
  }

  /** The peer's memory is gone at this very moment; later effects of its incarnation are dropped. */
  crash(peer: PeerRecord): void {
    if (!peer.up) return;
    peer.up = false;
    peer.crashedUs = this.nowUs;
    for (const input of peer.waiting) this.calls.settled(input);
    peer.waiting = [];
    this.calls.gone(peer);
    // A crash inside a window reaches the host with a later one; nothing it does meanwhile counts. Not at the window's
    // end, which others have a part in, but one lookahead later: no window goes on for so long, and no boot comes before.
    peer.forgottenUs = this.#inWindow ? this.nowUs + LOOKAHEAD_US : this.nowUs;
    this.#control("drop", peer, peer.forgottenUs);
    this.#listener?.crashed(peer);
    this.#events.crashed(peer);
  }

  pause(peer: PeerRecord): void {
    if (!peer.up || peer.paused) return;
    peer.paused = true;
    this.#control("pause", peer);
  }

  /** Due timers fire first, then the deliveries that waited, all now. */
  resume(peer: PeerRecord): void {
    if (!peer.up || !peer.paused) return;
    peer.paused = false;
    this.#control("resume", peer);
    const waited = peer.waiting;
    peer.waiting = [];
    for (const input of waited) this.push(input.at(this.nowUs));
  }

  /**
   * Calls local methods at this very moment, in the order of the peers, those of one peer in the order given. Gives the
   * results in the order given; null where the peer is down or paused, or crashed before it answered.
   */
  invoke(invocations: readonly Invocation[]): (Uint8Array | null)[] {
    this.#invokedAtOnce = this.nowUs === this.#invokedUs ? this.#invokedAtOnce : 0;
    this.#invokedUs = this.nowUs;
    this.#invokedAtOnce += invocations.length;
    if (this.#invokedAtOnce > INVOCATIONS_AT_ONCE) throw new Error("the scenario goes round without letting time pass");
    const ids = invocations.map(({ peer, method, args }) => {
      if (!peer.up || peer.paused) return null;
      const id = this.invokeAt(this.nowUs, peer, method, args);
      peer.results.set(id, null);
      return id;
    });
    if (ids.some((id) => id !== null)) this.#runWindow(this.nowUs + 1, this.nowUs + 1);
    const results = ids.map((id, i) => (id === null ? null : (invocations[i]?.peer.results.get(id) ?? null)));
    for (const { peer } of invocations) peer.results.clear();
    return results;
  }

  /**
   * Calls a local method of the current incarnation at a moment. What it answers, then or later, is reported as `returned`
   * with the id that this gives, unless the peer crashes before: then nobody knows what became of it.
   */
  invokeAt(timeUs: Micros, peer: PeerRecord, method: string, args: Uint8Array): number {
    const invokeId = ++peer.invocations;
    this.push(QueuedInput.invoke(timeUs, peer.id, peer.incarnation, invokeId, method, args));
    return invokeId;
  }

  /** Rules that say where peers crash between effects; the first that says so decides. */
  get crashRules(): CrashRule[] {
    return this.#entries.crashRules;
  }

  push(input: QueuedInput): void {
    this.#inputs.push(input);
  }

  /** Takes back all that is on its way to peers, in order of time. */
  protected takeQueued(): QueuedInput[] {
    return this.#inputs.takeAll();
  }

  /** The host has something to do at that moment which it did not tell of. */
  protected hostWakes(timeUs: Micros): void {
    this.#hostWakeUs = Math.min(this.#hostWakeUs, timeUs);
  }

  // --- one window --------------------------------------------------------------------------------------------------

  #control(kind: "boot" | "drop" | "pause" | "resume", peer: PeerRecord, timeUs = this.nowUs): void {
    this.push(QueuedInput.control(kind, timeUs, peer.id, peer.incarnation));
  }

  /** Runs what falls before `surelyUs`, and what falls before `farthestUs` for as long as nobody does anything. */
  #runWindow(surelyUs: Micros, farthestUs: Micros): void {
    this.#inWindow = true;
    const acting = this.nowUs;
    const { inputs, local, untilUs } = this.#gather(surelyUs, farthestUs);
    const spanUs = farthestUs > surelyUs ? LOOKAHEAD_US : Number.POSITIVE_INFINITY;
    let endUs = untilUs;
    for (;;) {
      const result = this.#host.exchange({ untilUs, spanUs, maxEntries: this.#maxEntries, inputs });
      checkEnd(result, surelyUs, untilUs, spanUs);
      endUs = result.endUs;
      inputs.length = 0;
      for (const entry of result.entries) {
        this.#handleLocal(local, entry.timeUs, entry.peer);
        this.#entries.handle(entry);
      }
      this.#hostWakeUs = result.nextWakeUs;
      if (this.#maxEntries === 0 || result.nextWakeUs >= untilUs) break;
    }
    this.#handleLocal(local, Number.POSITIVE_INFINITY, 0);
    if (endUs < untilUs) this.#takeBack(endUs);
    // A window that a single action asked for lies at that action's moment; time itself did not pass.
    this.nowUs = endUs === acting + 1 ? acting : endUs;
    this.#inWindow = false;
  }

  /** Takes what is due from the queue: what the host gets, and what meets nobody and stays here. */
  #gather(surelyUs: Micros, farthestUs: Micros): { inputs: Input[]; local: QueuedInput[]; untilUs: Micros } {
    this.calls.tidy();
    this.calls.expire(surelyUs);
    const mayStretch = farthestUs > surelyUs;
    const untilUs = mayStretch ? Math.min(farthestUs, this.calls.nextDeadlineUs()) : surelyUs;
    const { due, endUs } = this.#inputs.takeDue(surelyUs, untilUs, (input) => this.#staysHere(input));
    const inputs: Input[] = [];
    const local: QueuedInput[] = [];
    for (const queued of due) {
      const peer = this.peers[queued.peer] as PeerRecord;
      const fate = this.#fateOf(queued, peer);
      if (fate === "deliver") {
        if (queued.kind === "request") queued.id = ++peer.requests;
        peer.pending.push(queued);
        inputs.push(toInput(queued, peer, this.processes, this.tape));
      } else if (fate === "wait") {
        this.calls.waits(queued);
        peer.waiting.push(queued);
      } else if (fate === "unanswered") local.push(queued);
      else this.calls.settled(queued);
    }
    return { inputs, local, untilUs: endUs };
  }

  /** Whether an input is not for the host, as things are: its peer is down or stands still. */
  #staysHere(queued: QueuedInput): boolean {
    const peer = this.peers[queued.peer] as PeerRecord;
    return peer.paused || (queued.kind === "request" && !isThere(peer, queued.timeUs));
  }

  /** The window ended before these: they are as they were. */
  #takeBack(endUs: Micros): void {
    for (const peer of this.peers) {
      const { pending } = peer;
      while ((pending[pending.length - 1]?.timeUs ?? -1) >= endUs) {
        const queued = pending.pop() as QueuedInput;
        if (queued.kind === "reply") (queued.call as Call).done = false;
        if (queued.kind === "request") peer.requests = queued.id - 1;
        this.#inputs.restore(queued);
      }
    }
  }

  #fateOf(queued: QueuedInput, peer: PeerRecord): "deliver" | "wait" | "unanswered" | "gone" {
    switch (queued.kind) {
      case "reply": {
        const call = queued.call as Call;
        if (call.done || !isThere(peer, queued.timeUs) || peer.incarnation !== call.incarnation) return "gone";
        call.done = !peer.paused;
        return peer.paused ? "wait" : "deliver";
      }
      case "request":
        if (!isThere(peer, queued.timeUs)) return "unanswered";
        return peer.paused ? "wait" : "deliver";
      case "drop":
        return "deliver";
      default:
        if (!isThere(peer, queued.timeUs) || peer.incarnation !== queued.incarnation) return "gone";
        return peer.paused && queued.kind === "invoke" ? "wait" : "deliver";
    }
  }

  /** Deals with the requests that met nobody up to a moment, in their place in the order of things. */
  #handleLocal(local: QueuedInput[], timeUs: Micros, peer: number): void {
    for (;;) {
      const next = local[0];
      if (next === undefined || next.timeUs > timeUs || (next.timeUs === timeUs && next.peer > peer)) return;
      local.shift();
      this.nowUs = Math.max(this.nowUs, next.timeUs);
      this.calls.unanswered(next.call as Call);
      this.calls.settled(next);
    }
  }
}
