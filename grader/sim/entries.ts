import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import { checkSaved } from "./in-flight.ts";
import type { PeerRecord } from "./peer.ts";
import type { Effect, Entry } from "./peer-host.ts";
import { HostLost } from "./peer-host.ts";
import type { QueuedInput } from "./queued-input.ts";
import type { World } from "./world.ts";

/** What the harness is told, in order of virtual time. Each may throw to end the run. */
export interface SimulationEvents {
  booted(peer: PeerRecord): void;
  crashed(peer: PeerRecord): void;
  /** A call or a reply left the peer; `requestId`: of the request that it answered. */
  sent(peer: PeerRecord, by: "call" | "reply", requestId: number | null): void;
  /** A request or a reply of another peer arrived. */
  heard(peer: PeerRecord, from: number): void;
  observed(peer: PeerRecord, value: Uint8Array): void;
  /** A local method that was called reached the peer. */
  invoked?(peer: PeerRecord, invokeId: number): void;
  /** It answered, and nobody waits for that in `invoke`. */
  returned?(peer: PeerRecord, invokeId: number, value: Uint8Array): void;
  /** It is about to save; its record still has what it saved last. */
  saves?(peer: PeerRecord, effect: Extract<Effect, { kind: "save" }>): void;
  upcall(peer: PeerRecord, message: Uint8Array): void;
  log(peer: PeerRecord, effect: Extract<Effect, { kind: "log" }>): void;
  exception(peer: PeerRecord, effect: Extract<Effect, { kind: "exception" }>): void;
  misuse(peer: PeerRecord, effect: Extract<Effect, { kind: "misuse" }>): void;
  /** The run ends in this entry: all that the peer did in it, of which the rest does not happen any more. */
  endedIn(peer: PeerRecord, effects: readonly Effect[]): void;
}

/** Follows a run entry by entry, to tell afterwards in which order things happened. It may change nothing. */
export interface EntryListener {
  /** The run begins. */
  begun(sim: World): void;
  /** An entry is about to happen; without an input, a timer came due. */
  entry(peer: PeerRecord, input: QueuedInput | undefined, effects: readonly Effect[]): void;
  /** In the entry that is happening the peer crashes just before or just after that effect of it. */
  cutShort(effect: number, when: "before" | "after"): void;
  /** A peer crashed, in an entry or between two. */
  crashed(peer: PeerRecord): void;
  /** A peer boots; its entry follows. */
  boots(peer: PeerRecord): void;
}

/** Whether a peer crashes at an effect that it is about to have: just before it, just after it, or not. */
export type CrashRule = (peer: PeerRecord, effect: Effect) => "before" | "after" | null;

/** Takes what the peers did, in order of virtual time, and lets it happen: sends, saves, reports, crashes in between. */
export class EntryHandler {
  readonly crashRules: CrashRule[] = [];
  readonly #sim: World;
  readonly #calls: Calls;
  readonly #events: SimulationEvents;
  readonly #listener: EntryListener | undefined;
  #savedBytes = 0;

  constructor(sim: World, calls: Calls, events: SimulationEvents, listener?: EntryListener) {
    this.#sim = sim;
    this.#calls = calls;
    this.#events = events;
    this.#listener = listener;
  }

  handle(entry: Entry): void {
    const peer = this.#sim.peers[entry.peer];
    if (peer === undefined || entry.timeUs < this.#sim.nowUs) throw brokenProtocol();
    this.#sim.nowUs = entry.timeUs;
    let input: QueuedInput | undefined;
    if (entry.cause === "input") {
      input = peer.pending.shift();
      if (input === undefined || input.timeUs !== entry.timeUs) throw brokenProtocol();
      if (input.kind === "drop") return;
    }
    if (!peer.up || peer.incarnation !== entry.incarnation) {
      if (input?.kind === "request") this.#calls.unanswered(input.call as Call);
      if (input !== undefined) this.#calls.settled(input);
      return;
    }
    if (input === undefined && !peer.hasBegun) throw brokenProtocol();
    const { trace } = this.#sim;
    const from = trace.count;
    try {
      this.#happen(peer, input, entry.effects);
    } catch (error) {
      if (peer.up) this.#events.endedIn(peer, entry.effects);
      throw error;
    } finally {
      // As its peer left it, beyond an effect that ended the run.
      if (peer.up && entry.fields !== undefined) trace.addFields(from, peer.id, entry.fields);
    }
  }

  #happen(peer: PeerRecord, input: QueuedInput | undefined, effects: readonly Effect[]): void {
    this.#listener?.entry(peer, input, effects);
    peer.stepRequest = input?.kind === "request" ? input.id : null;
    if (input !== undefined) {
      this.#arrive(input, peer);
      this.#calls.settled(input);
    } else if (peer.killed) peer.afterKill.timers++;
    for (let at = 0; at < effects.length; at++) {
      const effect = effects[at] as Effect;
      const crash = this.#crashAt(peer, effect);
      if (crash !== "before") this.#handleEffect(peer, effect);
      if (crash !== null) {
        this.#listener?.cutShort(at, crash);
        this.#sim.crash(peer);
      }
      if (!peer.up) return;
    }
  }

  #arrive(input: QueuedInput, peer: PeerRecord): void {
    const { trace, nowUs } = this.#sim;
    switch (input.kind) {
      case "request": {
        const call = input.call as Call;
        peer.received++;
        peer.handling.set(input.id, call);
        trace.add(nowUs, "deliver-request", peer.id, call.from, input.id, call.method, call.args, call.number);
        this.#events.heard(peer, call.from);
        break;
      }
      case "reply": {
        const call = input.call as Call;
        if (input.bytes !== null) this.#calls.bytes += input.bytes.length;
        trace.add(nowUs, "deliver-reply", peer.id, call.to, call.callId, call.method, input.bytes, call.number);
        if (input.bytes !== null) this.#events.heard(peer, call.to);
        break;
      }
      case "invoke":
        trace.add(nowUs, "invoke", peer.id, -1, input.id, input.method, input.bytes);
        this.#events.invoked?.(peer, input.id);
        break;
      case "boot":
        peer.hasBegun = true;
        trace.add(nowUs, "boot", peer.id, -1, peer.incarnation, "", peer.state);
        this.#events.booted(peer);
        break;
      case "pause":
      case "resume":
        trace.add(nowUs, input.kind, peer.id);
        break;
      case "drop":
        break;
    }
  }

  #crashAt(peer: PeerRecord, effect: Effect): "before" | "after" | null {
    for (const rule of this.crashRules) {
      const crash = rule(peer, effect);
      if (crash !== null) return crash;
    }
    return null;
  }

  #handleEffect(peer: PeerRecord, effect: Effect): void {
    const { trace, nowUs } = this.#sim;
    switch (effect.kind) {
      case "call":
        if (effect.to < 0 || effect.to >= this.#sim.peers.length) throw brokenProtocol();
        if (peer.killed) peer.afterKill.calls++;
        trace.add(nowUs, "call", peer.id, effect.to, effect.callId, effect.method, effect.args, this.#calls.rpcs + 1);
        this.#calls.call(peer, effect.callId, effect.to, effect.method, effect.args);
        this.#events.sent(peer, "call", null);
        break;
      case "reply":
        trace.add(nowUs, "reply", peer.id, -1, effect.requestId, "", effect.reply);
        this.#calls.reply(peer, effect.requestId, effect.reply);
        this.#events.sent(peer, "reply", effect.requestId);
        break;
      case "save":
        this.#events.saves?.(peer, effect);
        if (peer.killed) peer.afterKill.saves++;
        trace.add(nowUs, "save", peer.id, -1, -1, "state", effect.state);
        this.#savedBytes += effect.state.length - peer.state.length;
        peer.state = effect.state;
        if (effect.snapshot !== null) {
          trace.add(nowUs, "save", peer.id, -1, -1, "snapshot", effect.snapshot);
          this.#savedBytes += effect.snapshot.length - peer.snapshot.length;
          peer.snapshot = effect.snapshot;
        }
        checkSaved(peer.id, this.#savedBytes);
        break;
      case "upcall":
        if (peer.killed) peer.afterKill.upcalls++;
        trace.add(nowUs, "upcall", peer.id, -1, -1, "", effect.message);
        this.#events.upcall(peer, effect.message);
        break;
      case "observed":
        trace.add(nowUs, "observed", peer.id, -1, -1, "", effect.value);
        this.#events.observed(peer, effect.value);
        break;
      case "result":
        trace.add(nowUs, "result", peer.id, -1, effect.invokeId, "", effect.value);
        if (peer.results.has(effect.invokeId)) peer.results.set(effect.invokeId, effect.value);
        else this.#events.returned?.(peer, effect.invokeId, effect.value);
        break;
      case "log":
        trace.add(nowUs, "log", peer.id, -1, -1, effect.text);
        this.#events.log(peer, effect);
        break;
      case "exception":
        trace.add(nowUs, "exception", peer.id, -1, -1, effect.where);
        this.#events.exception(peer, effect);
        break;
      case "misuse":
        trace.add(nowUs, "misuse", peer.id, -1, -1, effect.message);
        this.#events.misuse(peer, effect);
        break;
    }
  }
}

/** Of a host whose answer cannot be one to what it was asked. */
export function brokenProtocol(): HostLost {
  return new HostLost("crashed", "the peer process broke the protocol: its answer does not fit what it was asked");
}
