import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import {
  acknowledgedLeader,
  agreeAmong,
  type Draft,
  LARGE_BYTES,
  NEEDS_AGREEMENT,
  others,
  type ReplicatingCluster,
  startMany,
} from "../support.ts";
import { type Learnt, learn, type Message } from "./learn.ts";

/** Stage 2B: a command and an election meet in one moment. */
export const SAME_MOMENT: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/same-moment",
    title: "a command and a newer term in the same moment",
    peers: 3,
    about:
      "A leader takes a command, and within milliseconds it, or its only follower, hears of a newer term. The entry is stored or the vote is given, never both; and what the deposed leader still sends, however late it comes, is of its old term.",
    dependsOn: NEEDS_AGREEMENT,
    run: sameMoment,
  },
];

/** A leader that steps down unless a majority answers is answered for so long after it is not heard any more. */
const ANSWERS_LATE_MS = 600;
/** How long after a leader's command the newer term reaches it. */
const NEWS_MS = [0.5, 2, 4];
/** How much sooner (later, if negative) than the request for its vote an entry reaches the voter. */
const APART_MS = [-3, -1, 0.5, 2.5];

function sameMoment(c: ReplicatingCluster): void {
  const learnt = learn(c);
  for (const afterMs of c.shuffle("when the leader hears of it", NEWS_MS)) deposedWhileItSends(c, learnt, afterMs);
  for (const apartMs of c.shuffle("what comes first", APART_MS)) voteOrEntry(c, learnt, apartMs);
  c.settle();
}

/** A leader and its follower, and a candidate of a newer term of which neither of them has heard. */
interface Moment {
  readonly leader: number;
  readonly voter: number;
  readonly candidate: number;
  /** The candidate's requests for votes, held: to the voter, and to the leader. */
  readonly forVoter: RuleHandle;
  readonly forLeader: RuleHandle;
  /** Whatever else the candidate sends or gets is dropped. */
  readonly apart: RuleHandle;
}

/**
 * Lets one peer become a candidate in a newer term while the other two go on in theirs. Null when it did not come about:
 * with some, nobody is a candidate beside a leader. Peers that ask beforehand (PreVote) are refused by a voter that hears a
 * leader; so for a while it does not hear it, and the leader goes on getting its answers of before.
 */
function candidateBeside(c: ReplicatingCluster, learnt: Learnt): Moment | null {
  c.one(c.command(), 3);
  const leader = acknowledgedLeader(c);
  const term = c.term(leader);
  const [candidate, voter] = c.shuffle("who is who", others(c, leader)) as [number, number];
  const asks = (m: Message, to: number): boolean => m.from === candidate && m.to === to && learnt.asksForVotes(m);
  const forVoter = c.rule((m) => (asks(m, voter) ? "hold" : "pass"));
  const forLeader = c.rule((m) => (asks(m, leader) ? "hold" : "pass"));
  const rules = [forVoter, forLeader];
  if (learnt.asksBeforehand) {
    rules.push(
      c.rule((m) =>
        m.kind === "reply" && m.from === voter && m.to === leader ? { delayMs: ANSWERS_LATE_MS } : "pass",
      ),
    );
    c.sleep(ANSWERS_LATE_MS);
    rules.push(c.rule((m) => (m.kind === "request" && (m.from === leader || m.from === voter) ? "drop" : "pass")));
  }
  const apart = c.rule((m) => {
    if (m.from !== candidate && m.to !== candidate) return "pass";
    const isBeforehand = learnt.asksBeforehand && (m.from === voter || m.to === voter) && m.kind === "reply";
    return isBeforehand || (learnt.asksToLead(m) && m.to === voter) ? "pass" : "drop";
  });
  const isReady = (): boolean => c.term(candidate) > term && forVoter.held() > 0;
  const isStill = (peer: number): boolean => c.term(peer) === term;
  c.until(PAST_ANY_TIMEOUT_MS, () => isReady() || ![leader, voter].every(isStill), 10);
  for (const rule of rules.slice(2)) rule.remove();
  if (isReady() && [leader, voter].every(isStill) && c.claimsLeadership(leader)) {
    return { leader, voter, candidate, forVoter, forLeader, apart };
  }
  for (const rule of [...rules, apart]) rule.remove();
  return null;
}

/**
 * The candidate is elected by the voter, and the leader hears of it just after it has taken a command. All that it sends
 * from then on arrives when the new leader has committed something else, and is gone.
 */
function deposedWhileItSends(c: ReplicatingCluster, learnt: Learnt, afterMs: number): void {
  const moment = candidateBeside(c, learnt);
  if (moment === null) return;
  const { leader, voter, candidate, forVoter, forLeader, apart } = moment;
  c.phase(
    `peer ${leader} leads, takes a command, and within a few milliseconds hears of a newer term, of peer ${candidate}; what it sends from the command on arrives late`,
  );
  // The leader can hear of the newer term from the candidate, or by the voter's answers.
  const answers = c.rule((m) => (m.kind === "reply" && m.from === voter && m.to === leader ? "hold" : "pass"));
  const before = c.highestApplied();
  const hasCommitted = (): boolean => c.appliedIndex(candidate) > before;
  // What it has committed nobody hears of.
  const unheard = c.rule((m) =>
    m.from === candidate && (m.to === leader || (m.kind === "request" && hasCommitted())) ? "drop" : "pass",
  );
  apart.remove();
  forVoter.remove();
  forVoter.release();
  c.until(20, () => c.claimsLeadership(candidate), 1);
  c.until(HEARTBEAT_MAX_MS, () => answers.held() > 0, 10);
  const tell = (): void => {
    for (const news of [forLeader, answers]) {
      news.remove();
      news.release();
    }
  };
  const late = c.rule((m) =>
    m.kind === "request" && m.from === leader ? (learnt.isLeaders(m) ? "hold" : "drop") : "pass",
  );
  const hearsMs = afterMs + c.int("later, in us", 0, 1_500) / 1_000;
  if (hearsMs < 1) {
    tell();
    c.sleep(1 - hearsMs);
  }
  startMany(c, leader, 2);
  if (hearsMs >= 1) {
    c.sleep(hearsMs - 1);
    tell();
  }
  c.sleep(15);
  startMany(c, candidate, 1);
  c.until(1_000, hasCommitted, 2);
  c.disconnect(candidate);
  late.remove();
  late.release();
  c.sleep(3);
  unheard.remove();
  agreeAmong(c, [leader, voter]);
  c.connect(candidate);
}

/** An entry of the leader and the candidate's request reach the voter nearly at once; then the leader is gone. */
function voteOrEntry(c: ReplicatingCluster, learnt: Learnt, apartMs: number): void {
  const moment = candidateBeside(c, learnt);
  if (moment === null) return;
  const { leader, voter, candidate, forVoter, forLeader, apart } = moment;
  c.phase(
    `peer ${voter} gets an entry of its leader, peer ${leader}, and within a few milliseconds peer ${candidate}, which lacks that entry, asks for its vote in a newer term`,
  );
  let isCarried = false;
  const entry = c.rule((m) => {
    if (m.kind !== "request" || m.from !== leader || m.to !== voter) return "pass";
    if (m.sizeBytes > LARGE_BYTES) isCarried = true;
    return "hold";
  });
  startMany(c, leader, 1, LARGE_BYTES);
  c.until(HEARTBEAT_MAX_MS, () => isCarried, 2);
  apart.remove();
  forLeader.remove();
  const unheard = c.rule((m) =>
    (m.from === leader && m.to === candidate) || (m.from === candidate && m.to === leader) ? "drop" : "pass",
  );
  const soonerMs = apartMs + c.int("later, in us", 0, 1_000) / 1_000;
  const inTurn = soonerMs < 0 ? [forVoter, entry] : [entry, forVoter];
  for (const [i, held] of inTurn.entries()) {
    held.remove();
    held.release();
    if (i === 0) c.sleep(Math.abs(soonerMs));
  }
  c.sleep(10);
  c.disconnect(leader);
  unheard.remove();
  agreeAmong(c, [candidate, voter]);
  c.connect(leader);
}
