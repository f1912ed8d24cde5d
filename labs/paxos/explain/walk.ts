import { type Step, stepsOf } from "../../../grader/explain/steps.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import { Knowledge } from "./knowledge.ts";
import { type Answer, readAnswer, readDecision, readRequest } from "./messages.ts";
import { answersYes, asksToAccept, type Departed, decides, type Found, sharesBallot } from "./rules.ts";

/** Slots are numbers of a submission's: so many departures are told apart. */
const DEPARTURES_MAX = 500;

/** What a run tells, as far as its messages have the names of the skeleton. */
export interface Walked {
  readonly peers: readonly Knowledge[];
  readonly departures: readonly Departed[];
}

/** Reads a run from its beginning. */
export function walk(records: readonly TraceRecord[], size: number): Walked {
  const walker = new Walker(size);
  for (const item of stepsOf(records)) if (item.kind === "step") walker.step(item);
  return walker;
}

class Walker implements Walked {
  readonly peers: readonly Knowledge[];
  readonly departures: Departed[] = [];
  private readonly majority: number;
  private readonly seen = new Set<string>();

  constructor(size: number) {
    this.peers = Array.from({ length: size }, (_, id) => new Knowledge(id));
    this.majority = Math.floor(size / 2) + 1;
  }

  step({ peer: id, input, effects }: Step): void {
    const peer = this.peers[id];
    if (peer === undefined) return;
    if (input !== null) this.gets(peer, input);
    // A trace that lacks its beginning tells nothing of what was promised in it.
    if (peer.boot === 0) return;
    for (const record of effects) this.does(peer, record);
  }

  private gets(peer: Knowledge, { kind, timeUs, other, id, text, bytes }: TraceRecord): void {
    if (kind === "boot") peer.boots(timeUs);
    else if (kind === "deliver-request") {
      const request = readRequest(text, bytes);
      if (request === null) peer.heardUnknown = true;
      else if (request.method === "learn") peer.slot(request.slot).isTold = true;
      else {
        const { method, slot, ballot } = request;
        const value = request.method === "accept" ? request.value : null;
        peer.handling.set(id, { method, slot, ballot, value, from: other, timeUs, saves: peer.saves });
      }
    } else if (kind === "deliver-reply") this.hears(peer, id, bytes);
  }

  private hears(peer: Knowledge, callId: number, bytes: Uint8Array | null): void {
    const call = peer.calls.get(callId);
    peer.calls.delete(callId);
    if (bytes === null) return;
    if (call === undefined || (call.method !== "prepare" && call.method !== "accept")) {
      if (call === undefined) peer.heardUnknown = true;
      return;
    }
    const slot = peer.slot(call.slot);
    const attempt = slot.attempt(call.ballot, 0);
    const answer = readAnswer(call.method, bytes);
    if (answer.is === "unclear") {
      attempt.isUnclear = true;
      slot.isTold = true;
    } else if (answer.is === "no") attempt.refusals++;
    else if (call.to === peer.id) return;
    else if (call.method === "prepare") attempt.promises.set(call.to, answer.report);
    else attempt.acceptors.add(call.to);
  }

  private does(peer: Knowledge, { kind, timeUs, other, id, text, bytes }: TraceRecord): void {
    if (kind === "save") peer.saves++;
    else if (kind === "call") this.asks(peer, other, id, text, bytes, timeUs);
    else if (kind === "reply") this.answers(peer, id, bytes, timeUs);
    else if (kind === "upcall") {
      const decision = readDecision(bytes);
      if (decision === null) return;
      this.note(peer, decision.slot, timeUs, decides(peer, decision.slot, decision.value, this.majority));
      peer.slot(decision.slot).decided ??= { value: decision.value, timeUs };
    }
  }

  private asks(
    peer: Knowledge,
    to: number,
    id: number,
    method: string,
    bytes: Uint8Array | null,
    timeUs: number,
  ): void {
    const request = readRequest(method, bytes);
    if (request === null) return;
    if (request.method === "learn") {
      peer.calls.set(id, { to, method, slot: request.slot, ballot: [] });
      return;
    }
    const { slot: number, ballot } = request;
    this.note(peer, number, timeUs, sharesBallot(peer, number, ballot, this.peers));
    const attempt = peer.slot(number).attempt(ballot, timeUs);
    peer.calls.set(id, { to, method, slot: number, ballot });
    if (request.method === "prepare") attempt.prepared = true;
    else {
      this.note(peer, number, timeUs, asksToAccept(peer, number, attempt, request.value, this.majority));
      attempt.value ??= request.value;
    }
  }

  private answers(peer: Knowledge, id: number, bytes: Uint8Array | null, timeUs: number): void {
    const handled = peer.handling.get(id);
    peer.handling.delete(id);
    if (handled === undefined || bytes === null) return;
    const answer: Answer = readAnswer(handled.method, bytes);
    if (answer.is !== "yes") return;
    this.note(peer, handled.slot, timeUs, answersYes(peer, handled, answer));
    const { ballot, value } = handled;
    peer.slot(handled.slot).given.push({ ballot, timeUs, boot: peer.boot, value });
  }

  /** Of each rule the first by each peer in each slot. */
  private note(peer: Knowledge, slot: number, timeUs: number, found: Found | null): void {
    const key = found === null ? "" : `${found.rule} ${peer.id} ${slot}`;
    if (found === null || this.seen.has(key) || this.seen.size >= DEPARTURES_MAX) return;
    this.seen.add(key);
    this.departures.push({ ...found, peer: peer.id, slot, timeUs });
  }
}
