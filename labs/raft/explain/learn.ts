import type { EventOf, RaftEvent } from "./events.ts";
import type { Knowledge } from "./knowledge.ts";
import { type AppendRequest, endOf, type InstallRequest } from "./messages.ts";

/** Takes an event into what is known of its peer. */
export function learn(event: RaftEvent): void {
  const { peer, timeUs } = event;
  switch (event.kind) {
    case "boots":
      peer.boots(timeUs);
      break;
    case "crashes":
      peer.crash(timeUs);
      break;
    case "gets":
      gets(event);
      break;
    case "answers":
      answers(event);
      break;
    case "asks":
      asks(event);
      break;
    case "hears":
      hears(event);
      break;
    case "saves":
      peer.saves++;
      peer.unsavedVote = -1;
      break;
    case "applies":
      peer.applied = Math.max(peer.applied, event.index);
      peer.appliedNow = event.index;
      if (!event.isSnapshot) peer.lastEntry = event.index;
      if (event.isSnapshot) peer.base = Math.max(peer.base, event.index);
      peer.applies(event.index);
      break;
    case "shows":
      shows(event);
      break;
    case "accepts":
      peer.owns(event.index, event.term);
      break;
    case "ends":
      // It may have saved a command that it was to say the index of, or the first entry of its term.
      if (event.isCut && (event.invoked === "start" || peer.mayLeadFirst()))
        peer.given.highest = Math.max(peer.given.highest, peer.log.end.index) + 1;
      break;
  }
}

function gets({ peer, timeUs, handled }: EventOf<"gets">): void {
  const { request, from, isStale } = handled;
  if (request === null) {
    peer.gotUnreadable = true;
    peer.log.cutFrom(0);
    return;
  }
  if (request.method === "requestVote") {
    peer.askedFor.add(`${request.term}:${request.candidateId}`);
    return;
  }
  if (request.method === "appendEntries") giveEntries(peer, request);
  if (isStale) return;
  told(peer, request.term, from, timeUs);
  peer.leaderHeardUs = timeUs;
  peer.leaderHeard = from;
  peer.leaderHeardTerm = request.term;
  if (request.method === "appendEntries") maybeTake(peer, request);
  else maybeInstall(peer, request);
}

function giveEntries(peer: Knowledge, { log }: AppendRequest): void {
  if (log === null) peer.gotUnreadable = true;
  else for (const [i, term] of log.terms.entries()) peer.given.add(log.prev.index + 1 + i, term);
}

/** Whatever it answers, it may have removed what conflicts, and may have taken the rest. */
function maybeTake(peer: Knowledge, { term, log, leaderCommit }: AppendRequest): void {
  if (log === null) {
    peer.log.cutFrom(0);
    return;
  }
  // Without the entry before, all that it tells is the commit index.
  const known = peer.settled;
  const isCompared = log.prev.index <= known || peer.given.has(log.prev.index, log.prev.term);
  const from = peer.log.mayDifferFrom(log.prev, log.terms, known);
  if (from !== null) peer.log.cutFrom(from);
  peer.verify(term, isCompared ? endOf(log).index : 0, leaderCommit ?? 0);
}

function maybeInstall(peer: Knowledge, { term, last }: InstallRequest): void {
  peer.base = Math.max(peer.base, last.index);
  peer.installed = Math.max(peer.installed, last.index);
  peer.committed = Math.max(peer.committed, last.index);
  peer.verify(term, last.index, 0);
  // With an entry at its end that is the same, what follows is kept; else the whole log goes.
  if (peer.log.termAt(last.index) === last.term) return;
  peer.log.cutFrom(0);
  peer.log.add(last.index, last.term);
  peer.given.add(last.index, last.term);
}

function answers({ peer, timeUs, handled: { request, isStale }, reply }: EventOf<"answers">): void {
  if (reply === null || request === null) return;
  peer.shows(reply.term, timeUs);
  peer.answeredTerm = Math.max(peer.answeredTerm, reply.term);
  if (request.method === "requestVote" && reply.yes === true) {
    peer.votesFor(request.term, request.candidateId, timeUs);
  }
  if (request.method !== "appendEntries" || request.log === null || reply.yes !== true) return;
  // An answer can be late: another leader may have removed meanwhile what it speaks of.
  if (isStale || request.term !== peer.leaderHeardTerm) return;
  const { prev, terms } = request.log;
  peer.log.add(prev.index, prev.term);
  for (const [i, term] of terms.entries()) peer.log.add(prev.index + 1 + i, term);
}

function asks({ peer, timeUs, asked: { to }, request }: EventOf<"asks">): void {
  if (request === null) return;
  if (request.method === "requestVote") {
    if (request.candidateId !== peer.id) return;
    peer.shows(request.term, timeUs);
    if (to !== peer.id && !peer.asksItself && !peer.votes.has(request.term)) {
      peer.votesFor(request.term, peer.id, timeUs);
      if (peer.saves === peer.savesBefore) peer.unsavedVote = request.term;
    }
    if (to === peer.id && !peer.asksItself) {
      // Its vote is what it answers itself.
      peer.asksItself = true;
      peer.votes.delete(request.term);
    }
    if (peer.campaign === request.term) {
      if (!peer.askedIn.has(to)) peer.askedIn.set(to, timeUs);
      return;
    }
    peer.campaign = request.term;
    peer.campaignUs = timeUs;
    peer.campaignTermUs = peer.term === request.term ? peer.termUs : timeUs;
    peer.electedUs = Number.POSITIVE_INFINITY;
    peer.voters.clear();
    peer.askedIn.clear();
    peer.askedIn.set(to, timeUs);
    peer.strayVotes = [];
    return;
  }
  if (request.term !== peer.sentTerm) peer.sentIn.clear();
  peer.sentTerm = request.term;
  if (!peer.sentIn.has(to)) peer.sentIn.set(to, timeUs);
  if (request.method !== "appendEntries" || request.log === null || to === peer.id) return;
  const { prev, terms } = request.log;
  // It had them when it sent them, whatever term it sends them in.
  peer.owns(prev.index, prev.term);
  for (const [i, term] of terms.entries()) peer.owns(prev.index + 1 + i, term);
}

function hears({ peer, timeUs, asked, reply, bytes }: EventOf<"hears">): void {
  const { request, to } = asked;
  if (bytes === null) return;
  if (request === null || reply === null) {
    peer.heardUnreadable = true;
    // It may have brought entries, and taken some away.
    peer.log.cutFrom(0);
    return;
  }
  told(peer, reply.term, to, timeUs);
  if (request.method === "requestVote" && reply.yes === true) {
    if (request.term === peer.campaign) {
      if (!peer.voters.has(to)) peer.voters.set(to, timeUs);
      if (peer.voters.size > peer.others) peer.electedUs = Math.min(peer.electedUs, timeUs);
    } else peer.strayVotes.push({ from: to, term: request.term, timeUs });
  }
  if (request.method === "appendEntries" && reply.yes === true) acknowledge(peer, to, request, timeUs);
}

function acknowledge(peer: Knowledge, from: number, { term, log }: AppendRequest, timeUs: number): void {
  if (term !== peer.term) {
    peer.strayAck = { from, term, timeUs };
    return;
  }
  peer.strayAck = null;
  if (log === null) {
    peer.heardUnreadable = true;
    return;
  }
  if (from === peer.id) return;
  const end = endOf(log);
  if ((peer.acknowledged.get(from)?.index ?? -1) < end.index) peer.acknowledged.set(from, { ...end, timeUs });
  if (end.term === term && (peer.acknowledgedOwn.get(from) ?? -1) < end.index)
    peer.acknowledgedOwn.set(from, end.index);
  peer.committed = Math.max(peer.committed, peer.majorityIndex("own"));
}

function shows({ peer, timeUs, term, isLeader }: EventOf<"shows">): void {
  if (isLeader && (!peer.isLeader || term !== peer.ledTerm)) {
    peer.leaderSinceUs = timeUs;
    if (peer.ledTerm !== term) {
      peer.acknowledged.clear();
      peer.acknowledgedOwn.clear();
    }
    peer.ledTerm = term;
  }
  peer.shows(term, timeUs);
  peer.hasShown = true;
  peer.isLeader = isLeader;
}

function told(peer: Knowledge, term: number, by: number, timeUs: number): void {
  if (term <= peer.toldTerm) return;
  peer.toldTerm = term;
  peer.toldBy = by;
  peer.toldUs = timeUs;
}
