import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import { acknowledgedLeader, others, type PersistentCluster, startMany } from "../support.ts";

/** In so long a slow disk has written whatever a peer may be writing, and one thing more. */
const SAVED_MS = 300;
const WRITTEN_MS = 110;

/**
 * Lets two peers stand still until both campaign as soon as they go on, for one term. The first one's requests will reach
 * its voters only; the second one's are kept by the rule that this gives.
 */
function makeRivals(c: PersistentCluster, first: number, second: number, voters: readonly number[]): RuleHandle {
  for (const peer of [first, second]) c.pause(peer);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  return c.rule((m) => {
    if (m.kind === "reply") return "pass";
    if (m.from === second) return "hold";
    return m.from === first && !voters.includes(m.to) ? "drop" : "pass";
  });
}

/**
 * Two candidates of one term. Voters crash as soon as they have answered the first one, and the first one crashes as
 * soon as it leads. Back again, they are asked by the second one; whoever remembers its vote refuses.
 */
export function forgottenVotes(c: PersistentCluster, round: number): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  // Each time somebody else gets the votes, peer 0 before all: its number is easily taken for no vote at all.
  const first = others(c, leader)[round] as number;
  const [second, ...voters] = c.shuffle("who is who", others(c, leader, first)) as [number, number, number];
  const late = makeRivals(c, first, second, voters);
  const crashes = c.crashOnEffect({ peers: voters, effect: "reply", when: "after", limit: 4, restartAfterMs: [1, 2] });
  for (const peer of [first, second]) c.resume(peer);
  c.until(50, () => c.claimsLeadership(first), 1);
  crashes.remove();
  c.restart(first);
  c.sleep(3);
  c.restartAll();
  late.remove();
  late.release();
  c.sleep(100);
  c.heal();
}

/**
 * Two candidates of one term. The first one has not voted in the term before. It crashes as soon as it leads, and is asked by the
 * second one then: it has voted for itself, also where that is saved apart from the term.
 */
export function forgottenOwnVote(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const first = c.checkOneLeader();
  c.disconnect(first);
  c.checkOneLeader();
  c.connect(first);
  const leader = acknowledgedLeader(c);
  if (leader === first) return;
  const [second, ...voters] = c.shuffle("who is who", others(c, leader, first)) as [number, number, number];
  c.phase(
    `peer ${first} votes for itself, leads, crashes and boots again; then peer ${second}, a candidate of the same term, asks for its vote`,
  );
  const late = makeRivals(c, first, second, voters);
  for (const peer of [first, second]) c.resume(peer);
  c.until(SAVED_MS, () => c.claimsLeadership(first), 1);
  c.restart(first);
  c.sleep(3);
  late.remove();
  late.release();
  c.sleep(SAVED_MS);
  c.heal();
}

/**
 * A peer becomes a candidate when it may still be writing entries, and its voters have nothing to write but their votes: they
 * know the term from another candidate, whose log lacks something. It crashes as soon as it leads: its own vote counted, and
 * the term is saved. Then a request of the term before arrives.
 */
export function leadsBeforeItHasSaved(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [candidate, lacking, ...voters] = c.shuffle("who is who", others(c, leader)) as [
    number,
    number,
    number,
    number,
  ];
  c.phase(
    `peer ${candidate} becomes a candidate when it may still be writing, leads, crashes and boots again; then requests of the term before arrive`,
  );
  c.sleep(5);
  c.pause(lacking);
  for (let i = 0; i < 2; i++) {
    startMany(c, leader, 1);
    c.sleep(3);
  }
  c.pause(candidate);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  const old = c.rule((m) => (m.kind === "request" && m.from === leader && m.to === candidate ? "hold" : "pass"));
  const toVoters = c.rule((m) => {
    if (m.kind === "reply") return "pass";
    return [candidate, lacking].includes(m.from) && !voters.includes(m.to) ? "drop" : "pass";
  });
  c.sleep(HEARTBEAT_MAX_MS);
  c.resume(lacking);
  c.sleep(WRITTEN_MS);
  c.pause(lacking);
  c.resume(candidate);
  c.until(SAVED_MS, () => c.claimsLeadership(candidate), 1);
  // What it sends now it sends as the leader of that term.
  startMany(c, candidate, 1);
  c.restart(candidate);
  toVoters.remove();
  old.remove();
  old.release();
  c.sleep(SAVED_MS);
  c.heal();
}

/**
 * Voters hear of a newer term right after they have voted, and crash at the first thing that they save for it. Back again,
 * they are asked for a vote in the term in which they have voted, by another candidate of that term.
 */
export function votesForgottenForANewerTerm(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [first, second, voter, lone] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  const voters = [leader, voter];
  // Alone, it campaigns for newer and newer terms; what it asks for is kept.
  const newer = c.rule((m) => {
    if (m.to === lone) return "drop";
    if (m.from !== lone || m.kind === "reply") return "pass";
    return voters.includes(m.to) ? "hold" : "drop";
  });
  const late = makeRivals(c, first, second, voters);
  for (const peer of [first, second]) c.resume(peer);
  c.until(50, () => c.claimsLeadership(first), 1);
  const crashes = c.crashOnEffect({ peers: voters, effect: "save", when: "after", limit: 2, restartAfterMs: [1, 2] });
  newer.release();
  newer.remove();
  c.sleep(5);
  crashes.remove();
  c.restartAll();
  late.remove();
  late.release();
  c.sleep(100);
  c.heal();
}
