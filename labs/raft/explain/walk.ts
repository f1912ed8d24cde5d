import { isCount, scalarsOf } from "../../../grader/explain/fields.ts";
import { type Step, stepsOf } from "../../../grader/explain/steps.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import type { Onlooker, RaftEvent } from "./events.ts";
import { type Handled, Knowledge } from "./knowledge.ts";
import { learn } from "./learn.ts";
import { readReply, readRequest } from "./messages.ts";

export interface Walked {
  readonly peers: readonly Knowledge[];
  /** The trace goes back to the beginning: what peers are known to have is all that there is to know. */
  readonly isWhole: boolean;
}

/** Reads a run from its beginning, and tells each onlooker what happened, before it is taken into what is known of the peers. */
export function walk(records: readonly TraceRecord[], size: number, onlookers: readonly Onlooker[]): Walked {
  const peers = Array.from({ length: size }, (_, id) => new Knowledge(id, size));
  const read = requestReader();
  const tell = (event: RaftEvent) => {
    for (const look of onlookers) look(event, peers);
    learn(event);
  };
  let isWhole = true;
  for (const item of stepsOf(records)) {
    if (item.kind === "step") {
      isWhole &&= item.input?.kind === "boot" || (peers[item.peer]?.boot ?? 0) > 0;
      readStep(item, peers, tell, read);
    } else if (item.record.kind === "fault" && item.record.text.startsWith("crash")) {
      const peer = peers[item.record.peer];
      if (peer?.isUp) tell({ kind: "crashes", timeUs: item.record.timeUs, peer });
    }
  }
  return { peers, isWhole };
}

type ReadRequest = typeof readRequest;

/** Reads what is sent, and knows it when it arrives. */
function requestReader(): ReadRequest {
  const known = new WeakMap<Uint8Array, { readonly method: string; readonly request: ReturnType<ReadRequest> }>();
  return (method, bytes) => {
    const before = bytes === null ? undefined : known.get(bytes);
    if (before !== undefined && before.method === method) return before.request;
    const request = readRequest(method, bytes);
    if (bytes !== null) known.set(bytes, { method, request });
    return request;
  };
}

function readStep(step: Step, peers: readonly Knowledge[], tell: (event: RaftEvent) => void, read: ReadRequest): void {
  const peer = peers[step.peer];
  if (peer === undefined) return;
  const did: RaftEvent[] = [];
  const before = { isLeader: peer.isLeader, term: peer.term };
  peer.endBefore = peer.log.end;
  peer.savesBefore = peer.saves;
  const cause = step.input === null ? null : causeOf(step.input, peer, read);
  const invoked = step.input?.kind === "invoke" ? step.input.text : null;
  peer.entered = { cause, invoked, effects: step.effects };
  if (cause !== null) tell(cause);
  const command = step.input?.kind === "invoke" && step.input.text === "start" ? step.input.bytes : null;
  for (const record of step.effects) {
    const event = deedOf(record, peer, command, read);
    if (event === null) continue;
    did.push(event);
    tell(event);
  }
  tell({ kind: "ends", timeUs: step.timeUs, peer, cause, invoked, did, isCut: step.isCut, before });
}

function causeOf(input: TraceRecord, peer: Knowledge, read: ReadRequest): RaftEvent | null {
  const { timeUs, kind, other, id, text, bytes } = input;
  switch (kind) {
    case "boot":
      return { kind: "boots", timeUs, peer, saved: bytes };
    case "deliver-request": {
      const handled = handledNow(peer, other, text, input, read);
      peer.handling.set(id, handled);
      return { kind: "gets", timeUs, peer, handled };
    }
    case "deliver-reply": {
      const asked = peer.calls.get(id);
      if (asked === undefined) return null;
      peer.calls.delete(id);
      return {
        kind: "hears",
        timeUs,
        peer,
        asked,
        reply: readReply(text, bytes),
        bytes: bytes?.length ?? null,
        data: bytes,
      };
    }
    case "resume":
      peer.pausedUntilUs = timeUs;
      return null;
    default:
      return null;
  }
}

/** A request as it comes: what a peer does about it may be decided now, and said later. */
function handledNow(
  peer: Knowledge,
  from: number,
  method: string,
  { timeUs, bytes }: TraceRecord,
  read: ReadRequest,
): Handled {
  const request = read(method, bytes);
  const prev = request?.method === "appendEntries" ? request.log?.prev : undefined;
  return {
    from,
    method,
    request,
    timeUs,
    saves: peer.saves,
    isStale: request !== null && request.term < peer.term,
    isNew: isNew(peer, request),
    committed: peer.settled,
    end: peer.log.end,
    hasPrev: prev !== undefined && prev.index > peer.base && peer.log.termAt(prev.index) === prev.term,
    bytes,
  };
}

/** Whether a request brings what had not come to that peer before. */
function isNew(peer: Knowledge, request: ReturnType<typeof readRequest>): boolean {
  if (request === null) return false;
  if (request.method === "requestVote") return !peer.askedFor.has(`${request.term}:${request.candidateId}`);
  if (request.method === "installSnapshot")
    return request.last.index > Math.max(peer.base, peer.committed, peer.applied);
  const { log } = request;
  if (log === null) return false;
  // What a snapshot may have brought is not new either, though it never came as an entry.
  const isThere = (index: number, term: number) => index <= peer.base || peer.given.has(index, term);
  return log.terms.some((term, i) => !isThere(log.prev.index + 1 + i, term));
}

function deedOf(record: TraceRecord, peer: Knowledge, command: Uint8Array | null, read: ReadRequest): RaftEvent | null {
  const { timeUs, kind, other, id, text, bytes } = record;
  switch (kind) {
    case "call": {
      const request = read(text, bytes);
      const asked = { to: other, method: text, request, timeUs, asLeader: peer.isLeader };
      peer.calls.set(id, asked);
      return { kind: "asks", timeUs, peer, asked, request, bytes: bytes?.length ?? 0 };
    }
    case "reply": {
      const handled = peer.handling.get(id);
      if (handled === undefined) return null;
      peer.handling.delete(id);
      return { kind: "answers", timeUs, peer, handled, reply: readReply(handled.method, bytes) };
    }
    case "save":
      return { kind: "saves", timeUs, peer, what: text, bytes };
    case "upcall": {
      const [index, snapshotTerm] = scalarsOf(bytes, ["index", "term"]) ?? [];
      if (!isCount(index) || bytes === null) return null;
      return { kind: "applies", timeUs, peer, index, isSnapshot: isCount(snapshotTerm), message: bytes };
    }
    case "observed": {
      const [term, isLeader] = scalarsOf(bytes, ["term", "isLeader"]) ?? [];
      if (!isCount(term) || typeof isLeader !== "boolean") return null;
      return { kind: "shows", timeUs, peer, term, isLeader };
    }
    case "result": {
      if (command === null) return null;
      const [index, term, isLeader] = scalarsOf(bytes, ["index", "term", "isLeader"]) ?? [];
      if (isLeader !== true || !isCount(index) || !isCount(term) || index === 0) return null;
      return { kind: "accepts", timeUs, peer, index, term, command };
    }
    default:
      return null;
  }
}
