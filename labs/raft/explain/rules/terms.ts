import { at, named } from "../../../../grader/explain/words.ts";
import { rule } from "./rule.ts";

const NEWER =
  "Raft paper, Figure 2, rules for all servers: a newer term in a request or an answer makes a follower, section 5.1";
const OLDER = "Raft paper, section 5.1: a request of an older term is refused and changes nothing";
/** 150 ms by a clock that runs a tenth too fast, which is the most in any scenario. */
const SHORTEST_TIMEOUT_US = 135_000;
/** Who asks all at once has asked all by then, also when it saves or computes in between. */
const AT_ONCE_US = 1_000_000;

export const TERMS = [
  rule({
    id: "leads-on-in-an-older-term",
    cite: NEWER,
    on: "asks",
    check: ({ peer, asked: { to }, request, timeUs }) => {
      if (request === null || request.term >= peer.toldTerm || timeUs === peer.toldUs) return null;
      if (request.method === "requestVote" && request.candidateId !== peer.id) return null;
      return `${named(peer.id, peer.boot)} sends ${request.method} of term ${request.term} to peer ${to}, and peer ${peer.toldBy} had told it term ${peer.toldTerm} at ${at(peer.toldUs)}`;
    },
  }),

  rule({
    id: "answers-with-an-older-term",
    cite: NEWER,
    on: "answers",
    check: ({ peer, handled: { request, from }, reply }) => {
      if (request === null || reply === null || request.method === "requestVote") return null;
      if (reply.term >= request.term) return null;
      return `peer ${peer.id} answers ${request.method} of term ${request.term} from peer ${from} with term ${reply.term}`;
    },
  }),

  rule({
    id: "deposed-by-an-older-term",
    cite: OLDER,
    on: "ends",
    check: ({ peer, cause, before }) => {
      if (cause?.kind !== "gets" || !cause.handled.isStale || !before.isLeader || peer.isLeader) return null;
      const { request, from } = cause.handled;
      if (request === null || peer.term !== before.term) return null;
      return `peer ${peer.id} gives up its leadership of term ${peer.term} on ${request.method} of term ${request.term} from peer ${from}`;
    },
  }),

  rule({
    id: "success-in-an-older-term",
    cite: "Raft paper, Figure 2, AppendEntries RPC, rule 1: reply false if term < currentTerm",
    on: "answers",
    check: ({ peer, handled: { request, from, isStale }, reply }) => {
      if (request?.method !== "appendEntries" || reply?.yes !== true || !isStale) return null;
      return `peer ${peer.id}, in term ${peer.term}, answers success to appendEntries of term ${request.term} from peer ${from}`;
    },
  }),

  rule({
    id: "heartbeats-without-leading",
    cite: "Raft paper, section 5.2: only the leader of a term sends AppendEntries in it",
    on: "ends",
    check: ({ peer, did, isCut, before }) => {
      if (before.isLeader || peer.isLeader || isCut) return null;
      const sent = did.find((event) => event.kind === "asks" && event.request?.method === "appendEntries");
      if (sent?.kind !== "asks" || sent.request === null) return null;
      // Who gave up the lead of its term by itself may still send what was under way.
      if (sent.request.term === peer.ledTerm && peer.term === peer.ledTerm) return null;
      const led = peer.ledTerm < 0 ? "" : `; it led term ${peer.ledTerm} last`;
      return `peer ${peer.id} sends appendEntries of term ${sent.request.term} to peer ${sent.asked.to} and does not lead${led}`;
    },
  }),

  rule({
    id: "election-under-a-leader",
    cite: "Raft paper, section 5.2 and Figure 2, rules for followers and candidates: AppendEntries of the leader starts the election timer again, and makes a candidate a follower; the shortest timeout is 150 ms (the lab's introduction, Timing)",
    on: "asks",
    check: ({ peer, request, timeUs }) => {
      if (request?.method !== "requestVote" || request.candidateId !== peer.id || request.term <= peer.term)
        return null;
      if (peer.gotUnreadable || peer.pausedUntilUs >= peer.leaderHeardUs || peer.toldTerm > peer.term) return null;
      const sinceUs = timeUs - peer.leaderHeardUs;
      if (sinceUs >= SHORTEST_TIMEOUT_US) return null;
      const heard = `peer ${peer.leaderHeard}, the leader of its term ${peer.term}`;
      if (peer.campaign === peer.term && peer.campaignUs <= peer.leaderHeardUs)
        return `peer ${peer.id}, a candidate of term ${peer.term}, heard ${heard}, at ${at(peer.leaderHeardUs)}, and began an election in term ${request.term} all the same: a candidate that hears the leader of its own term becomes a follower, and its election timer starts again`;
      return `peer ${peer.id} begins an election in term ${request.term} ${(sinceUs / 1000).toFixed(0)} ms after it heard ${heard}`;
    },
  }),

  rule({
    id: "elections-without-a-timeout",
    cite: "Raft paper, section 5.2 and Figure 2, rules for candidates: the election timer is set anew when an election begins; the shortest timeout is 150 ms (the lab's introduction, Timing)",
    on: "asks",
    isLocal: true,
    check: ({ peer, request, timeUs }) => {
      if (request?.method !== "requestVote" || request.candidateId !== peer.id) return null;
      if (peer.campaign < 0 || request.term <= peer.campaign || peer.pausedUntilUs >= peer.campaignTermUs) return null;
      // Who heard that leader in between is told so, as one mistake.
      if (peer.leaderHeardTerm === peer.term && peer.leaderHeardUs >= peer.campaignUs) return null;
      // The timer was set when the term began: who saves its vote for itself before it asks, asks later.
      const beganUs = request.term === peer.term ? peer.termUs : timeUs;
      const sinceUs = beganUs - peer.campaignTermUs;
      if (sinceUs >= SHORTEST_TIMEOUT_US) return null;
      return `peer ${peer.id} begins an election in term ${request.term} at ${at(beganUs)}, ${(sinceUs / 1000).toFixed(0)} ms after it began one in term ${peer.campaign}: no timeout runs out in between`;
    },
  }),

  rule({
    id: "peers-asked-one-by-one",
    cite: "Raft paper, sections 5.2 and 5.3: RequestVote and AppendEntries go to all other peers in parallel",
    on: "asks",
    check: ({ peer, asked: { to }, request, timeUs }) => {
      if (request === null || to === peer.id) return null;
      const isVote = request.method === "requestVote";
      if (request.term !== (isVote ? peer.campaign : peer.sentTerm)) return null;
      const [earlier] = isVote ? peer.askedIn : peer.sentIn;
      if (earlier === undefined || (isVote ? peer.askedIn : peer.sentIn).has(to)) return null;
      const [first, firstUs] = earlier;
      if (timeUs - firstUs < AT_ONCE_US || peer.pausedUntilUs >= firstUs) return null;
      const who = isVote ? `a candidate in term ${request.term}` : `the leader of term ${request.term}`;
      const [late, early] = isVote
        ? [`asks peer ${to} for its vote`, `asked peer ${first}`]
        : [`sends peer ${to} its first request`, `sent one to peer ${first}`];
      return `peer ${peer.id}, ${who}, ${late} only at ${at(timeUs)}, and had ${early} at ${at(firstUs)}: it waits for one answer before it asks the next`;
    },
  }),
] as const;
