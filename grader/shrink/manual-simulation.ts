import type { Call } from "../sim/call.ts";
import type { CrashRule } from "../sim/entries.ts";
import { LOOKAHEAD_US } from "../sim/network.ts";
import type { PeerRecord } from "../sim/peer.ts";
import type { Effect, Micros } from "../sim/peer-host.ts";
import { QueuedInput } from "../sim/queued-input.ts";
import { Simulation, type SimulationOptions } from "../sim/simulation.ts";
import type { ManualHost } from "./manual-host.ts";
import { Counts } from "./origins.ts";
import { isSame, Parked, type ParkedMessage, wayOf } from "./parked.ts";
import type { CrashPoint, MessageRef, Origin } from "./script.ts";

/** Of requests that were delivered, so many of a link can be delivered again. */
const DELIVERED_KEPT = 50;
/** Of calls on a link without an answer, so many can be told that none will come. */
const OPEN_KEPT = 500;
const OPEN_LOOKED = 64;

/** Time came to where nobody waits any longer. */
export class OutOfPatience extends Error {}

/** What a step found, or why there was nothing to do. */
export type Found = { readonly message?: ParkedMessage; readonly isOldest?: boolean } | string;

/**
 * The kernel, told step by step: messages wait until one is delivered, timers until one is let go. Checkers, trace and
 * cluster see a simulation like any other. Time passes by a microsecond with each step, and by what timers wait for.
 */
export class ManualSimulation extends Simulation {
  readonly #manual: ManualHost;
  readonly #parked = new Parked((input) => this.calls.settled(input));
  /** Nulls that callers are to be given, in time. */
  #nulls: QueuedInput[] = [];
  readonly #open = new Map<string, Call[]>();
  readonly #requestOrigins = new WeakMap<Call, Origin>();
  readonly #delivered = new Map<string, { readonly call: Call; readonly args: Uint8Array }[]>();
  readonly #snapshots = new Map<number, QueuedInput[]>();
  readonly #keepsDelivered: boolean;
  /** Of a script that is being shrunk: the step that happens now, and what set out in it. */
  #place: number | undefined;
  #inStep = new Counts();
  #isFree = false;
  /** Time goes no further than that. */
  patienceEndsUs: Micros = Number.POSITIVE_INFINITY;
  /** The message that the last step was about: it may end the run. */
  lastFound: Found = {};

  /** `keepsDelivered`: requests may be delivered twice. */
  constructor(options: SimulationOptions & { readonly host: ManualHost }, keepsDelivered: boolean) {
    super(options);
    this.#manual = options.host;
    this.#keepsDelivered = keepsDelivered;
  }

  override runUntil(targetUs: Micros): void {
    super.runUntil(Math.min(targetUs, this.patienceEndsUs));
    if (targetUs >= this.patienceEndsUs) throw new OutOfPatience();
  }

  /** What sets out from here on does so in that step of the run. */
  beginStep(place: number | undefined): void {
    this.#place = place;
    this.#inStep = new Counts();
  }

  override push(input: QueuedInput): void {
    if (this.#isFree || !this.#park(input)) super.push(input);
  }

  /** Lets a microsecond pass, in which what was begun happens. */
  step(): void {
    this.runUntil(this.nowUs + 1);
    // A peer that crashed in an entry is there until the host knows.
    const forgottenUs = Math.max(...this.peers.map((peer) => (peer.up ? 0 : peer.forgottenUs)));
    if (forgottenUs >= this.nowUs) this.runUntil(forgottenUs + 1);
  }

  /** Lets a peer's timers fire until one does something, or exactly one. */
  fire(peer: PeerRecord, once: boolean): Found {
    if (!peer.up) return `${peer.plan.name} is down`;
    const fired = this.#manual.fire(peer.id, this.nowUs, once);
    if (fired === null) return `no timer of ${peer.plan.name} is set that does anything`;
    this.hostWakes(fired.firstUs);
    this.runUntil(fired.lastUs + 1);
    this.step();
    return {};
  }

  deliver(ref: MessageRef, again: boolean): Found {
    const { what, from, to } = ref;
    const receiver = this.peers[to] as PeerRecord;
    if (!receiver.up) return `${receiver.plan.name} is down`;
    if (again) return this.#deliverAgain(ref);
    const canArrive = ({ call }: ParkedMessage) =>
      what === "request" || (!call.done && call.incarnation === receiver.incarnation);
    const message = this.#parked.find(ref, canArrive);
    if (message === undefined) return `nothing like it is on its way ${this.#wayOf(ref)}`;
    const isOldest = this.#parked.find({ what, from, to, method: message.call.method }, canArrive) === message;
    this.#parked.take(message, ref);
    if (what === "request" && this.#keepsDelivered) this.#keepDelivered(message.call);
    this.lastFound = { message, isOldest };
    super.push(message.input.at(this.nowUs));
    this.step();
    return this.lastFound;
  }

  /** The caller is given null. What is on its way to the other may arrive all the same. */
  fail(ref: MessageRef): Found {
    const caller = this.peers[ref.from] as PeerRecord;
    if (!caller.up) return `${caller.plan.name} is down`;
    const all = (this.#open.get(`${ref.from}>${ref.to}`) ?? []).filter(
      (call) =>
        !call.done &&
        call.incarnation === caller.incarnation &&
        (ref.method === undefined || call.method === ref.method),
    );
    const call =
      ref.nth === undefined
        ? all[0]
        : (this.#sameOrigin(all, ref) ??
          all.find(({ nth }) => nth === ref.nth) ??
          (ref.like === undefined ? undefined : all[0]));
    if (call === undefined) return `no call ${this.#wayOf(ref)} waits for an answer`;
    const isOldest = all.find(({ method }) => method === call.method) === call;
    const input = QueuedInput.reply(this.nowUs, call, null);
    this.lastFound = { message: { input, call, order: 0, like: 0 }, isOldest };
    super.push(input);
    this.step();
    return this.lastFound;
  }

  /** A message, or all that are on their way, will never arrive. */
  lose(ref: MessageRef | undefined): Found {
    if (ref === undefined) {
      for (const { input } of this.#parked.takeAll()) this.calls.settled(input);
      return {};
    }
    const message = this.#parked.find(ref, () => true);
    if (message === undefined) return `nothing like it is on its way ${this.#wayOf(ref)}`;
    this.#parked.take(message, ref);
    this.calls.settled(message.input);
    return { message };
  }

  /** The service hands over the oldest snapshot that it took. */
  snapshot(peer: PeerRecord): Found {
    if (!peer.up) return `${peer.plan.name} is down`;
    const waiting = this.#snapshots.get(peer.id) ?? [];
    for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) {
      if (input.incarnation !== peer.incarnation) continue;
      super.push(input.at(this.nowUs));
      this.step();
      return {};
    }
    return `the service of ${peer.plan.name} has taken no snapshot`;
  }

  /** While `run` brings about one entry, the peer crashes at that point of it. Says whether it did. */
  crashingAt(peer: PeerRecord, point: CrashPoint, run: () => void): boolean {
    let seen = 0;
    let isOver = false;
    const rule: CrashRule = (other: PeerRecord, effect: Effect) => {
      if (isOver || other !== peer || effect.kind !== point.effect || ++seen !== point.nth) return null;
      isOver = true;
      this.trace.add(this.nowUs, "fault", peer.id, -1, point.nth, `crash ${point.when} ${point.effect}`);
      return point.when;
    };
    this.crashRules.push(rule);
    run();
    this.crashRules.splice(this.crashRules.indexOf(rule), 1);
    return isOver;
  }

  /** Clocks run, and what is on its way arrives by itself, until `goManual`. */
  goFree(): void {
    if (this.#isFree) return;
    this.#isFree = true;
    const soonestUs = this.nowUs + LOOKAHEAD_US;
    const nulls = this.#nulls.filter(({ call }) => call !== null && !call.done);
    const snapshots = [...this.#snapshots.values()].flat();
    const all = [...this.#parked.takeAll().map(({ input }) => input), ...nulls, ...snapshots];
    this.#nulls = [];
    this.#snapshots.clear();
    for (const input of all) super.push(input.at(Math.max(soonestUs, input.timeUs)));
    this.#manual.goFree(this.nowUs);
    this.hostWakes(this.nowUs);
  }

  /** From here on nothing happens by itself. */
  goManual(): void {
    if (!this.#isFree) return;
    this.#isFree = false;
    this.#manual.goManual(this.nowUs);
    for (const input of this.takeQueued()) if (!this.#park(input)) super.push(input);
  }

  /** Keeps what a step is to decide about; false for what happens at once. */
  #park(input: QueuedInput): boolean {
    const { kind, call, bytes } = input;
    if (call !== null) {
      this.#noteOpen(call);
      if (kind === "reply" && bytes === null) {
        this.#nulls.push(input);
        return true;
      }
      const origin = this.#originOf(input, call);
      if (origin !== undefined && kind === "request") this.#requestOrigins.set(call, origin);
      this.#parked.add(input, call, origin);
      return true;
    }
    // The service's snapshots are due a while later; what a scenario calls happens at once.
    if (kind !== "invoke" || input.timeUs <= this.nowUs) return false;
    const waiting = this.#snapshots.get(input.peer);
    if (waiting === undefined) this.#snapshots.set(input.peer, [input]);
    else waiting.push(input);
    return true;
  }

  #originOf(input: QueuedInput, call: Call): Origin | undefined {
    if (this.#place === undefined) return undefined;
    return { place: this.#place, nth: this.#inStep.next(wayOf(input, call)) };
  }

  #sameOrigin(calls: readonly Call[], { origin }: MessageRef): Call | undefined {
    return calls.find((call) => isSame(this.#requestOrigins.get(call), origin));
  }

  #wayOf({ from, to }: Pick<MessageRef, "from" | "to">): string {
    const nameOf = (id: number) => this.processes[id]?.name ?? `process ${id}`;
    return `from ${nameOf(from)} to ${nameOf(to)}`;
  }

  #noteOpen(call: Call): void {
    const key = `${call.from}>${call.to}`;
    const known = this.#open.get(key);
    if (known === undefined) this.#open.set(key, [call]);
    else if (!known.includes(call)) {
      const open = known.length < OPEN_LOOKED ? known : known.filter(({ done }) => !done).slice(-OPEN_KEPT);
      open.push(call);
      this.#open.set(key, open);
    }
  }

  #keepDelivered(call: Call): void {
    const key = `${call.from}>${call.to}`;
    const kept = [...(this.#delivered.get(key) ?? []), { call, args: call.args }];
    this.#delivered.set(key, kept.slice(-DELIVERED_KEPT));
  }

  #deliverAgain(ref: MessageRef): Found {
    const kept = this.#delivered.get(`${ref.from}>${ref.to}`) ?? [];
    const fits = kept.filter(({ call }) => ref.method === undefined || call.method === ref.method);
    const found =
      fits.find(({ call }) => isSame(this.#requestOrigins.get(call), ref.origin)) ??
      fits.find(({ call }) => call.nth === ref.nth) ??
      (ref.nth === undefined || ref.like !== undefined ? fits.at(-1) : undefined);
    if (found === undefined) return `nothing like it was delivered ${this.#wayOf(ref)}`;
    const { call, args } = found;
    call.copies++;
    call.args = args;
    const input = QueuedInput.request(this.nowUs, call);
    this.lastFound = { message: { input, call, order: 0, like: 0 }, isOldest: false };
    super.push(input);
    this.step();
    return this.lastFound;
  }
}
