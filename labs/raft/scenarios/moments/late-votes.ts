import { PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import {
  acknowledgedLeader,
  checkCalm,
  checkSuccession,
  type ElectionCluster,
  helpToLead,
  leaderAmong,
  others,
} from "../support.ts";

/** The rounds of `lab2a/late-votes`: what is asked and answered in elections comes late. */
export function lateVotes(c: ElectionCluster): void {
  answersOfAnEarlierTerm(c);
  requestsOfALoser(c);
  for (const delayMs of [90, c.pick("how slow", [120, 60, 40])]) slowVotes(c, delayMs);
  requestOfAnEarlierTerm(c);
  checkCalm(c);
  checkSuccession(c);
}

/** Votes reach a candidate only when it is a candidate of the same term as another leader. */
function answersOfAnEarlierTerm(c: ElectionCluster): void {
  const leader = c.checkOneLeader();
  const candidate = c.pick("candidate", others(c, leader));
  const answers = c.rule((m) => (m.kind === "reply" && m.to === candidate ? "hold" : "pass"));
  // Standing still lets its election timeout run out, so that it asks for votes as soon as it goes on.
  c.pause(candidate);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  c.resume(candidate);
  c.sleep(3);
  const silence = c.rule((m) =>
    m.kind === "request" && (m.from === candidate || m.to === candidate) ? "drop" : "pass",
  );
  const rival = (): number | null => leaderAmong(c, others(c, candidate));
  c.until(6_000, () => rival() !== null && c.term(rival() as number) === c.term(candidate), 5);
  answers.release();
  c.sleep(20);
  answers.remove();
  silence.remove();
}

/**
 * Of two candidates of one term, one has won and sent its heartbeats before the other one's requests arrive: at the winner,
 * at those who voted for it, and at one that has not been asked yet. Three of five would be a majority again.
 */
function requestsOfALoser(c: ElectionCluster): void {
  const leader = c.checkOneLeader();
  const [winner, loser, unasked] = c.shuffle("candidates", others(c, leader)) as [number, number, number];
  for (const peer of [winner, loser]) c.pause(peer);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  const late = c.rule((m) => (m.kind === "request" && m.from === loser ? "hold" : "pass"));
  const unaware = c.rule((m) =>
    m.kind === "request" && (m.to === loser || (m.from === winner && m.to === unasked)) ? "drop" : "pass",
  );
  for (const peer of [winner, loser]) c.resume(peer);
  c.until(100, () => c.claimsLeadership(winner), 1);
  c.sleep(5);
  late.remove();
  late.release();
  c.sleep(20);
  unaware.remove();
}

/**
 * Two candidates of one term: one wins with the votes of two others, one reaches a single voter over a slow link. Whoever
 * asks that voter again before its answer is there gets more answers, and has one vote all the same.
 */
function slowVotes(c: ElectionCluster, delayMs: number): void {
  const leader = c.checkOneLeader();
  const [winner, slow, voter] = c.shuffle("who is who", others(c, leader)) as [number, number, number];
  for (const peer of [winner, slow]) c.pause(peer);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  const links = c.rule((m) => {
    if (m.from === slow || m.to === slow) return m.from === voter || m.to === voter ? { delayMs } : "drop";
    return (m.from === winner && m.to === voter) || (m.from === voter && m.to === winner) ? "drop" : "pass";
  });
  for (const peer of [winner, slow]) c.resume(peer);
  c.sleep(4 * delayMs + 100);
  links.remove();
  c.sleep(20);
}

/**
 * A candidate is chosen, and what it asked for in an older term arrives at its voters only then. It says nothing about the vote
 * that they have given it since: another candidate of the same term, which asks them next, gets none.
 */
function requestOfAnEarlierTerm(c: ElectionCluster): void {
  const leader = c.checkOneLeader();
  const [winner, loser, ...voters] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  c.phase(
    `peer ${winner} asks for votes twice, and its first requests arrive when it has those votes in the later term`,
  );
  c.pause(winner);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  const early = c.rule((m) => {
    if (m.kind === "reply" || m.from !== winner) return "pass";
    return voters.includes(m.to) ? "hold" : "drop";
  });
  c.resume(winner);
  c.sleep(3);
  c.pause(winner);
  early.remove();
  c.resume(winner);
  helpToLead(c, leader);
  acknowledgedLeader(c);
  if (c.leader() !== leader) return;
  c.sleep(20);
  for (const peer of [winner, loser]) c.pause(peer);
  c.sleep(PAST_ANY_TIMEOUT_MS);
  const late = c.rule((m) => (m.kind === "request" && m.from === loser ? "hold" : "pass"));
  const unaware = c.rule((m) =>
    m.kind === "request" && (m.to === loser || (m.from === winner && m.to === leader)) ? "drop" : "pass",
  );
  for (const peer of [winner, loser]) c.resume(peer);
  c.until(100, () => c.claimsLeadership(winner), 1);
  early.release();
  c.sleep(5);
  late.remove();
  late.release();
  c.sleep(20);
  unaware.remove();
}
