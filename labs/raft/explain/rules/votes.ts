import { at, counted, named, peersText } from "../../../../grader/explain/words.ts";
import type { EventOf } from "../events.ts";
import type { Knowledge } from "../knowledge.ts";
import { isBehind, type Position, positionText, type VoteRequest } from "../messages.ts";
import { rule } from "./rule.ts";

const GRANTING = "Raft paper, Figure 2, RequestVote RPC, section 5.2";

/** So long a peer may take until it leads: it may have something to save first. */
const AT_LAST_US = 200_000;

/** A vote that is given by this event; null when it is none. */
function granted({ handled: { request }, reply }: EventOf<"answers">): VoteRequest | null {
  return request?.method === "requestVote" && reply?.yes === true ? request : null;
}

/** What of an entry shows that this peer cannot have it: it was given none with that index, or none of that term there. */
function neverGiven(peer: Knowledge, { index, term }: Position): "index" | "term" | null {
  if (peer.gotUnreadable || peer.heardUnreadable) return null;
  if (index > Math.max(peer.given.highest, peer.base)) return "index";
  if (index <= peer.base || peer.given.has(index, term)) return null;
  // What it added as a leader and sent to nobody is its own.
  return peer.votes.get(term)?.candidate === peer.id ? null : "term";
}

export const VOTES = [
  rule({
    id: "one-vote-a-term",
    cite: GRANTING,
    on: "answers",
    check: (event) => {
      const vote = granted(event);
      const before = vote === null ? undefined : event.peer.votes.get(vote.term);
      if (vote === null || before === undefined || before.candidate === vote.candidateId) return null;
      const { peer } = event;
      const whom = before.candidate === peer.id ? "itself" : `peer ${before.candidate}`;
      const crashed = before.boot < peer.boot ? `, before it crashed: the vote was not kept` : "";
      return `${named(peer.id, peer.boot)} votes for peer ${vote.candidateId} in term ${vote.term}, and had voted for ${whom} in it at ${at(before.timeUs)}${crashed}`;
    },
  }),

  rule({
    id: "candidate-voted-for-another",
    cite: "Raft paper, section 5.2: a candidate votes for itself, and a peer votes once in a term",
    on: "ends",
    check: ({ peer, did }) => {
      const asks = did.flatMap((event) => (event.kind === "asks" ? [event] : []));
      const request = asks.map((one) => one.request).find((one) => one?.method === "requestVote");
      if (request?.method !== "requestVote" || request.candidateId !== peer.id || peer.asksItself) return null;
      const before = peer.votes.get(request.term);
      if (before === undefined || before.candidate === peer.id) return null;
      const crashed = before.boot < peer.boot ? `, before it crashed` : "";
      return `${named(peer.id, peer.boot)} stands for election in term ${request.term}, in which it had voted for peer ${before.candidate} at ${at(before.timeUs)}${crashed}`;
    },
  }),

  rule({
    id: "vote-in-an-older-term",
    cite: `${GRANTING}: reply false if term < currentTerm`,
    on: "answers",
    check: (event) => {
      const vote = granted(event);
      if (vote === null || !event.handled.isStale) return null;
      return `peer ${event.peer.id}, in term ${event.peer.term}, votes for peer ${vote.candidateId} in term ${vote.term}`;
    },
  }),

  rule({
    id: "vote-for-a-log-behind-its-own",
    cite: "Raft paper, section 5.4.1: a voter refuses when its own log is more up to date",
    on: "answers",
    check: (event) => {
      const vote = granted(event);
      const own = event.handled.end;
      if (vote === null || vote.last === null || !isBehind(vote.last, own)) return null;
      // Who gives the same vote once more has entries of that very leader by now.
      if (event.peer.leaderHeardTerm >= vote.term || event.peer.votes.has(vote.term)) return null;
      return `peer ${event.peer.id} votes for peer ${vote.candidateId} in term ${vote.term}, whose log ends with ${positionText(vote.last)}, while its own log goes to ${positionText(own)} or further`;
    },
  }),

  rule({
    id: "log-shorter-than-promised",
    cite: "Raft paper, Figure 2, AppendEntries RPC, rules 3 and 4: only a conflict removes entries, and a crash removes none",
    on: "asks",
    check: ({ peer, request }) => {
      if (request?.method !== "requestVote" || request.candidateId !== peer.id || request.last === null) return null;
      const own = peer.log.end;
      if (!isBehind(request.last, own) || neverGiven(peer, request.last) !== null) return null;
      // Of what is committed it may have another copy, with another term.
      if (request.last.index >= own.index && own.index <= peer.settled) return null;
      const crashed = peer.boot > 1 ? ` (it booted last at ${at(peer.bootUs)})` : "";
      return `${named(peer.id, peer.boot)} asks for votes in term ${request.term} with a log that ends with ${positionText(request.last)}, and had ${positionText(own)}; nothing that reached it since conflicts with that${crashed}`;
    },
  }),

  rule({
    id: "log-longer-than-given",
    cite: "Raft paper, section 5.4.1: lastLogIndex is the index of the candidate's last log entry",
    on: "asks",
    check: ({ peer, request }) => {
      if (request?.method !== "requestVote" || request.candidateId !== peer.id || request.last === null) return null;
      if (neverGiven(peer, request.last) !== "index") return null;
      const most = Math.max(peer.given.highest, peer.base);
      return `peer ${peer.id} asks for votes in term ${request.term} with a log that ends with index ${request.last.index}, and was never given an entry beyond index ${most}`;
    },
  }),

  rule({
    id: "log-end-never-given",
    cite: "Raft paper, section 5.4.1: lastLogTerm is the term of the candidate's last log entry",
    on: "asks",
    check: ({ peer, request }) => {
      if (request?.method !== "requestVote" || request.candidateId !== peer.id || request.last === null) return null;
      if (neverGiven(peer, request.last) !== "term") return null;
      return `peer ${peer.id} asks for votes in term ${request.term} with a log that ends with ${positionText(request.last)}, and was never given an entry of term ${request.last.term} at that index`;
    },
  }),

  rule({
    id: "leader-without-a-majority",
    cite: "Raft paper, section 5.2: votes of a majority of all peers, for the same term",
    on: "shows",
    check: ({ peer, term, isLeader, timeUs }) => {
      if (!isLeader || (peer.isLeader && term === peer.ledTerm) || peer.heardUnreadable) return null;
      if (peer.campaign < 0) return null;
      const voters = peer.campaign === term ? [...peer.voters.keys()].filter((id) => id !== peer.id) : [];
      if (voters.length >= peer.others) return null;
      const stray = peer.strayVotes.at(-1);
      const why =
        stray?.timeUs === timeUs
          ? `; the vote of peer ${stray.from} that came now answers a request of term ${stray.term}`
          : "";
      return `peer ${peer.id} leads term ${term} with the votes of ${peersText([peer.id, ...voters])} alone, and a majority of ${peer.size} is ${peer.others + 1}${why}`;
    },
  }),

  rule({
    id: "elected-and-not-leading",
    cite: "Raft paper, section 5.2 and Figure 2, rules for candidates: votes of a majority make a leader",
    on: "ends",
    check: ({ peer, timeUs }) => {
      if (timeUs - peer.electedUs < AT_LAST_US || peer.term !== peer.campaign) return null;
      if (peer.isLeader || peer.ledTerm === peer.term || peer.voters.has(peer.id)) return null;
      if (peer.leaderHeardUs >= peer.campaignUs) return null;
      return `peer ${peer.id} has the votes of ${peersText([peer.id, ...peer.voters.keys()])} in term ${peer.term}, ${counted(peer.voters.size + 1, "vote")} of ${peer.size}, since ${at(peer.electedUs)}, and does not lead it`;
    },
  }),
] as const;
