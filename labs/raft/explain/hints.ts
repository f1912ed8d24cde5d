import type { Failure } from "../../../grader/check/failure.ts";
import { at, peersText } from "../../../grader/explain/words.ts";
import type { ElectionFacts } from "./facts/elections.ts";
import { type ProgressFacts, QUIET_US, type Standing } from "./facts/progress.ts";
import type { TrafficFacts } from "./facts/traffic.ts";
import type { Knowledge } from "./knowledge.ts";

/** All that a hint may look at. */
export interface Seen {
  readonly failure: Failure;
  readonly standing: Standing;
  readonly elections: ElectionFacts;
  readonly progress: ProgressFacts;
  readonly traffic: TrafficFacts;
}

/** A request is the same again and again from so many times on. */
const OFTEN = 10;

/**
 * What to ask who broke a rule, where the run tells more than the rule alone: a question about what did happen, and none about
 * what did not. Undefined: what stands at the rule fits.
 */
export function hintFor(seen: Seen): string | undefined {
  return HINTS[seen.failure.check]?.(seen);
}

const HINTS: Readonly<Record<string, (seen: Seen) => string | undefined>> = {
  elects: electionHint,
  "elects-first": electionHint,
  "elects-among": electionHint,
  accepts: ({ standing, ...seen }) =>
    standing.leader === null
      ? electionHint({ standing, ...seen })
      : `Peer ${standing.leader.id} says that it leads. What does its start() look at before it accepts a command?`,
  agrees: progressHint,
  "agrees-among": progressHint,
  applies: progressHint,
  "committed-while-led": ({ failure, ...seen }) => joined(progressHint({ failure, ...seen }), failure.hint),
  "applied-in-order": appliedHint,
  "repair-time": repairHint,
  rpcs: ({ elections, failure }) =>
    elections.leaderships.length > 1
      ? failure.hint
      : "How long is the pause between two heartbeats, and does an answer start another request at once?",
};

/** Why nobody leads. */
function electionHint({ standing, progress }: Seen): string | undefined {
  const { peers, concerned } = standing;
  const { begun, atOnce, lastBegunUs, endUs } = progress;
  if (begun === 0) return undefined;
  const unled = progress.unledElection();
  if (unled !== null) {
    return `Peer ${unled.peer} had the votes of a majority in term ${unled.term} at ${at(unled.wonUs)}, and did not lead. What does a candidate do with an answer, and what does it compare first?`;
  }
  if (endUs - lastBegunUs > QUIET_US) {
    return `Nobody has begun an election since ${at(lastBegunUs)}. Which timer runs in a candidate that has neither won nor lost, and what sets it?`;
  }
  const links = progress
    .links(standing)
    .filter(({ method, from, to }) => method === "requestVote" && concerned.includes(from) && concerned.includes(to));
  const silent = links.filter(({ calls, answers }) => calls >= OFTEN / 2 && answers.size === 0);
  if (silent.length > 0) {
    return `Requests for votes reach ${peersText(silent.map(({ to }) => to))}, and no answer comes. What does the handler wait for, and does it answer also when it refuses?`;
  }
  const last = progress.lastElection(standing);
  if (last !== null && last.asked.size < peers.length - 1)
    return "What does a candidate wait for before it asks the next peer for its vote?";
  if (2 * atOnce > begun)
    return "Peers begin their elections in the same moment, and each votes for itself. Is the timeout drawn anew, at random, each time?";
  if (links.length > 0 && links.every(({ answers }) => !answers.has("granted"))) {
    return "All votes are refused. On which ground: the candidate's term, a vote given before in that term, or its log? Which of these is so here?";
  }
  return "Elections begin, and nobody wins one. Who asked whom, what came back, and what was done with it?";
}

/** Why a command is not applied. */
function progressHint(seen: Seen): string | undefined {
  const { failure, standing, progress } = seen;
  const { leader, peers, concerned, applied, isWhole } = standing;
  if (leader === null) return electionHint(seen);
  const others = peers.filter(({ id }) => id !== leader.id && concerned.includes(id));
  const links = progress.links(standing).filter(({ from, method }) => from === leader.id && method === "appendEntries");
  const toOf = (id: number) => links.find(({ to }) => to === id);
  const refusing = others.filter(
    ({ id }) => countOf(toOf(id), "refused") >= OFTEN && countOf(toOf(id), "accepted") === 0,
  );
  if (refusing.length > 0) {
    return `${capital(peersText(refusing.map(({ id }) => id)))} refuse${refusing.length === 1 ? "s" : ""} the same again and again. What does the leader send after a refusal, and is the refusal right?`;
  }
  const index = isWhole ? indexOf(failure, progress, leader) : null;
  if (index === null) return undefined;
  const having = peers.filter(({ id }) => (leader.acknowledged.get(id)?.index ?? 0) >= index);
  if ((applied[leader.id] ?? 0) < index) {
    if (having.length < leader.others) return sendingHint(others, leader, index, toOf);
    return leader.majorityIndex("own") >= index
      ? `${capital(peersText(having.map(({ id }) => id)))} acknowledged index ${index} to the leader, with itself a majority, and it has not applied it. What moves its commit index, and what happens when that has moved?`
      : `What a majority has is of earlier terms. Is anything of the leader's own term there, and what becomes of those entries when it is committed?`;
  }
  const waiting = others.filter(({ id }) => (applied[id] ?? 0) < index && having.some((one) => one.id === id));
  if (waiting.length > 0) {
    return `${capital(peersText(waiting.map(({ id }) => id)))} acknowledged index ${index} to the leader, which has applied it. How do followers hear that it is committed: also when there is nothing new to send?`;
  }
  return sendingHint(others, leader, index, toOf);
}

/** Why followers lack an entry that their leader has. */
function sendingHint(
  others: readonly Knowledge[],
  leader: Knowledge,
  index: number,
  toOf: (id: number) => Parameters<typeof countOf>[0],
): string | undefined {
  const lacking = others.filter(({ id, isUp }) => isUp && (leader.acknowledged.get(id)?.index ?? 0) < index);
  if (lacking.length === 0) return undefined;
  const unsent = lacking.filter(({ id }) => toOf(id) === undefined);
  if (unsent.length > 0) {
    return `In the last seconds the leader sent nothing to ${peersText(unsent.map(({ id }) => id))}. What does it wait for?`;
  }
  const content = lacking.filter(({ id }) => countOf(toOf(id), "accepted") >= OFTEN);
  if (content.length > 0) {
    return `${capital(peersText(content.map(({ id }) => id)))} accept${content.length === 1 ? "s" : ""} what the leader sends, and still lack${content.length === 1 ? "s" : ""} index ${index}. What does a success change at the leader, and what decides which entries the next request carries?`;
  }
  return undefined;
}

/** An index that should be applied, as far as there is one. */
function indexOf({ where }: Failure, progress: ProgressFacts, leader: Knowledge): number | null {
  if (typeof where?.index === "number") return where.index;
  const waiting = progress.oldestWaiting();
  if (waiting !== null && waiting.peer.id === leader.id) return waiting.index;
  return leader.log.end.index > 0 ? leader.log.end.index : null;
}

/** What the place at which a peer goes on to apply comes from. */
function appliedHint({ failure, standing }: Seen): string | undefined {
  const peer = standing.peers[failure.peers?.[0] ?? -1];
  if (peer === undefined || failure.hint === undefined) return undefined;
  if (peer.boot > 1 && peer.installed <= peer.bootBase)
    return joined(failure.hint, "Where does lastApplied begin after a boot?");
  return peer.base > 0
    ? joined(failure.hint, "What does a snapshot that was installed make of lastApplied?")
    : undefined;
}

/** Whether the time went by in refusals or between them. */
function repairHint({ failure, traffic }: Seen): string | undefined {
  const behind = failure.peers ?? [];
  if (behind.length === 0 || behind.some((peer) => traffic.refusalsTo(peer) >= OFTEN)) return undefined;
  return "Few requests were refused: where the logs part was found. What makes the leader send the next entries when a follower has taken some, though nothing new is started?";
}

function countOf(one: { readonly answers: ReadonlyMap<string, number> } | undefined, outcome: string): number {
  return one?.answers.get(outcome) ?? 0;
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  const all = parts.filter((part) => part !== undefined);
  return all.length === 0 ? undefined : all.join(" ");
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
