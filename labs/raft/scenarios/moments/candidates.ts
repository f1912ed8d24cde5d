import { PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import type { Draft, ElectionCluster } from "../support.ts";
import { acknowledgedLeader, checkCalm, checkSuccession, leaderWithin, NEEDS_ELECTION, others } from "../support.ts";
import { keepOneByOne } from "./kept.ts";
import { type Learnt, learn, type Message } from "./learn.ts";
import { type RivalMaker, type Rivals, rivalsOf } from "./rivals.ts";

/** Of rounds that need several things to come together, so many are tried, and so many are enough. */
const TRIES = 8;
const ENOUGH = 2;
/** So often a leader with a rival is watched at most, and so often none may be left for a verdict. */
const REIGNS = 3;
/** In so many steps of a peer's patience the requests of a candidate arrive. */
const STEPS = 6;

/** Stage 2A: two candidates of one term, and what becomes of the votes that they got and did not get. */
export const CANDIDATES: readonly Draft<ElectionCluster>[] = [
  {
    id: "lab2a/rival-candidates",
    title: "two candidates of one term, and their voters",
    peers: 5,
    about:
      "Two candidates ask for votes in the same term. Who voted for the loser follows the winner; and a vote that was given in a term stays given, whatever its voter has gone through when the other candidate's request arrives.",
    dependsOn: NEEDS_ELECTION,
    run: rivalCandidates,
  },
];

function rivalCandidates(c: ElectionCluster): void {
  const learnt = learn(c);
  const maker = rivalsOf(c, learnt);
  checkLosersVoter(c, maker);
  let came = 0;
  for (let i = 0; i < TRIES && came < ENOUGH; i++) if (voteAfterPatience(c, learnt, maker)) came++;
  came = 0;
  if (maker.leaderGivesUpAfterMs !== null && !learnt.asksBeforehand) {
    for (let i = 0; i < TRIES && came < ENOUGH; i++)
      if (voteAfterLeading(c, learnt, maker.leaderGivesUpAfterMs)) came++;
  }
  checkCalm(c);
  checkSuccession(c);
}

/**
 * One candidate gets a single vote, and the other one the votes of all others. From then on nothing is wrong with the
 * network, and the winner stays. A leader may step down by itself now and then, but not each time.
 */
function checkLosersVoter(c: ElectionCluster, maker: RivalMaker): void {
  const lasting = (winner: number, term: number): boolean => {
    c.sleep(PAST_ANY_TIMEOUT_MS);
    return c.claimsLeadership(winner) && c.peers.every((peer) => c.term(peer) <= term);
  };
  let deposed = 0;
  let last = { winner: 0, sinceUs: 0 };
  for (let i = 0; i < TRIES && deposed < REIGNS; i++) {
    const rivals = maker.bringAbout();
    const winner = rivals === null ? null : winAgainst(c, rivals);
    rivals?.end();
    if (rivals === null || winner === null) continue;
    last = { winner, sinceUs: c.nowUs };
    if (lasting(winner, rivals.term)) return;
    deposed++;
  }
  const judge = (): void =>
    c.expect(deposed < REIGNS, {
      property: "liveness",
      check: "winner-stays",
      expected: `a leader that won against another candidate of its term to stay for ${PAST_ANY_TIMEOUT_MS / 1000} s, on a network without faults`,
      seen: `after each of ${deposed} such elections it was deposed, though all had voted for it but the loser and one peer that voted for the loser`,
      cite: "Raft paper, section 5.2: whoever hears from a leader of its term, which is at least as large as its own, recognizes it",
      hint: "Look at the peer that voted for the loser: what does it do with the winner's AppendEntries? A vote says whom one would have, not who leads.",
    });
  c.asked("winner-stays", [last.winner], judge, last.sinceUs);
}

/** The early one gets one vote, the late one all others; null when it does not win so. */
export function winAgainst(c: ElectionCluster, rivals: Rivals): number | null {
  const { early, late, voters, term } = rivals;
  const [losers, ...rest] = voters as [number, ...number[]];
  rivals.letAsk(early, losers);
  c.sleep(3);
  for (const voter of rest) rivals.letAsk(late, voter);
  rivals.letAskOld();
  c.until(50, () => c.claimsLeadership(late), 1);
  if (!c.claimsLeadership(late) || c.term(late) !== term || c.term(early) !== term) return null;
  c.phase(`peer ${losers} voted for peer ${early}, which lost the election of term ${term} to peer ${late}`);
  return late;
}

/**
 * The early one wins, and is silent from then on, so that its voters lose patience. The late one, still a candidate of that
 * term, asks them then, and asks the old leader: with a single vote that was given before it would win. Where peers ask
 * beforehand, they are in the same term still when they do; elsewhere they may be just before they begin their own.
 */
function voteAfterPatience(c: ElectionCluster, learnt: Learnt, maker: RivalMaker): boolean {
  const rivals = maker.bringAbout();
  if (rivals === null) return false;
  const { early, late, old, voters, term } = rivals;
  c.phase(
    `peers ${voters.join(" and ")} voted for peer ${early} in term ${term}, and hear nothing of it; then peer ${late}, a candidate of the same term, asks for their votes`,
  );
  let isImpatient = false;
  const quiet = c.rule((m) => {
    if (m.kind !== "request" || m.from === m.to || learnt.asksForVotes(m)) return "pass";
    if (voters.includes(m.from) && learnt.asksToLead(m)) isImpatient = true;
    return m.from === early || m.to === early || learnt.asksToLead(m) ? "drop" : "pass";
  });
  for (const voter of voters) rivals.letAsk(early, voter);
  c.until(20, () => c.claimsLeadership(early), 1);
  const isDone = (): boolean => isImpatient || !rivals.isOpen() || voters.some((voter) => c.term(voter) > term);
  let came = false;
  if (learnt.asksBeforehand) {
    c.until(PAST_ANY_TIMEOUT_MS, isDone, 1);
    came = c.claimsLeadership(early) && rivals.isOpen();
    for (const voter of [...voters, old]) rivals.letAsk(late, voter);
  } else {
    // Nobody sees how a peer loses patience before it asks: so one request after the other, about when it may.
    c.until(0.7 * rivals.patienceMs, isDone, 5);
    rivals.letAsk(late, old);
    for (let i = 0; i < 2 * STEPS && !isDone(); i++) {
      for (const voter of voters) rivals.letAskOnce(late, voter);
      c.until(rivals.patienceMs / STEPS, isDone, 5);
    }
    came = c.claimsLeadership(early) && rivals.isOpen();
  }
  c.sleep(5);
  quiet.remove();
  rivals.end();
  return came;
}

/**
 * A leader gives up, as it hears nobody, and stays in its term. Meanwhile another peer has become a candidate of that term:
 * it was with the leader of the term before, and is let down when it is time. Its request finds one that voted for itself.
 * Peers that ask beforehand cannot be brought into a term so late.
 */
function voteAfterLeading(c: ElectionCluster, learnt: Learnt, givesUpAfterMs: number): boolean {
  const old = acknowledgedLeader(c);
  const term = c.term(old) + 1;
  const late = c.pick("who is with the old leader", others(c, old));
  const rest = others(c, old, late);
  c.partition([old, late], rest);
  const leader = leaderWithin(c, rest, c.term(old));
  c.partition([old, late, leader]);
  const isVote = (m: Message): boolean => learnt.asksForVotes({ ...m, kind: "request" });
  const asked = [old, leader].map((to) =>
    keepOneByOne(c, (m) => m.kind === "request" && m.from === late && m.to === to && isVote(m)),
  );
  c.phase(
    `peer ${leader} leads term ${term} and hears nobody; when it has given up, peer ${late}, a candidate of the same term, asks for its vote`,
  );
  let isLetDown = false;
  const quiet = c.rule((m) => {
    if (m.from === m.to || isVote(m)) return "pass";
    return m.from === leader || m.to === leader || isLetDown ? "drop" : "pass";
  });
  c.sleep(c.int("until it is let down", 0, Math.round(givesUpAfterMs / 5)));
  isLetDown = true;
  c.until(PAST_ANY_TIMEOUT_MS, () => !c.claimsLeadership(leader) || c.term(late) > term, 1);
  const came = !c.claimsLeadership(leader) && [leader, late].every((peer) => c.term(peer) === term);
  for (const each of asked) each.letAllGo();
  c.sleep(5);
  quiet.remove();
  c.partition();
  return came;
}
