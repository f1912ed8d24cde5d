import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { CAUGHT_UP_WITHIN_MS, HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS, SILENCE_MAX_MS } from "../../limits.ts";
import {
  agreeAmong,
  type Draft,
  helpToLead,
  LARGE_BYTES,
  leaderWithin,
  NEEDS_AGREEMENT,
  others,
  type PersistentCluster,
  type ReplicatingCluster,
  startMany,
} from "../support.ts";
import type { Message } from "./learn.ts";

/** Stage 2B: logs in conflict, and the leader that was about to repair them is gone. */
export const CONFLICTS: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/half-repaired",
    title: "the leader is gone before a log is repaired",
    peers: 5,
    about:
      "A follower whose log conflicts with a new leader's is sent one request, or heartbeats and no entries, and then the leader is gone. What was committed before the conflict must be there still; what was not must win no election that it may not win, and lose none that only it can win. And what a new leader brings to one of four is not committed; nor does one that leads again know what followers have.",
    dependsOn: NEEDS_AGREEMENT,
    run: halfRepaired,
  },
];

/** Stage 2C: the same, with crashes. */
export const CONFLICTS_AND_CRASHES: readonly Draft<PersistentCluster>[] = [
  {
    id: "lab2c/half-repaired-crash",
    title: "a follower crashes while its log is repaired",
    peers: 5,
    about:
      "A follower takes a request that conflicts with its last entries and crashes within milliseconds, and its leader is gone. What it had acknowledged before the conflict must be there still, and what it wrote in place of as many entries as well.",
    dependsOn: NEEDS_AGREEMENT,
    run: halfRepairedCrash,
  },
];

/** How long after the request that conflicts the follower crashes. */
const CRASH_AFTER_MS = [0.5, 2, 3.5];
/** So often a peer is helped to lead. */
const ELECTIONS = 3;
/** What the bytes of a request without entries may differ by. */
const SPARE_BYTES = 8;

function halfRepaired(c: ReplicatingCluster): void {
  const requests = smallestOfLeaders(c);
  for (const arriving of c.shuffle("which request arrives", [1, 2])) conflictWith(c, arriving, () => {});
  for (const isBest of c.shuffle("whose log is best", [true, false])) onlyHeartbeats(c, requests, isBest);
  heardByOne(c);
  leadsAgain(c);
  c.settle();
}

function halfRepairedCrash(c: PersistentCluster): void {
  for (const afterMs of c.shuffle("crashes", CRASH_AFTER_MS).slice(0, 2)) {
    conflictWith(c, 1, (follower) => {
      c.sleep(afterMs);
      c.crash(follower);
      c.sleep(2);
      c.restart(follower);
    });
  }
  c.settle();
}

/**
 * A follower and one other peer have entries that are committed by that, which neither of them knows; the follower has
 * more of that leader. The other one is elected, and sends something that conflicts with those. Of its requests with
 * commands only one arrives, the answer is lost, and it is gone. Now the follower alone has what is committed.
 */
function conflictWith(c: ReplicatingCluster, arriving: number, then: (follower: number) => void): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [follower, next, ...rest] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.phase(
    `peer ${follower} has committed entries, and behind them some that conflict with those of peer ${next}, the next leader: it gets one request with entries of that one, which is then gone`,
  );
  let isMore = false;
  const some = c.rule((m) => {
    if (m.from !== old && m.to !== old) return "pass";
    if (m.kind === "reply") return m.from === follower || m.from === next ? "hold" : "pass";
    if (m.sizeBytes <= LARGE_BYTES) return m.to === follower || m.to === next ? "drop" : "pass";
    return m.to === follower || (m.to === next && !isMore) ? "pass" : "drop";
  });
  const last = startMany(c, old, c.int("committed", 1, 3), LARGE_BYTES).at(-1)?.index ?? 0;
  c.sleep(10);
  isMore = true;
  startMany(c, old, c.int("not committed", 2, 4), LARGE_BYTES);
  c.sleep(10);
  // Standing still, the follower hears nothing of the commit, and does not campaign.
  c.pause(follower);
  const silent = c.rule((m) => (m.kind === "request" && m.from === old ? "drop" : "pass"));
  some.remove();
  some.release();
  c.until(100, () => c.appliedIndex(old) >= last, 2);
  silent.remove();
  const asked = firstToCampaign(c, next, old, rest);

  // The new leader brings what it has to nobody else.
  const alone = c.rule((m) =>
    m.kind === "request" &&
    m.from === next &&
    rest.includes(m.to) &&
    (c.claimsLeadership(next) || m.sizeBytes > LARGE_BYTES)
      ? "drop"
      : "pass",
  );
  const waiting = c.rule((m) => (m.kind === "request" && m.to === follower ? "drop" : "pass"));
  asked.release();
  helpToLead(c, next);
  let carried = 0;
  let arrivedMs = 0;
  const one = c.rule((m) => {
    // Some send entries only to who has answered something before.
    if (m.from === follower) return m.kind === "request" || carried >= arriving ? "drop" : "pass";
    if (m.kind !== "request" || m.from !== next || m.to !== follower || m.sizeBytes <= LARGE_BYTES) return "pass";
    if (++carried !== arriving) return "drop";
    arrivedMs = m.timeMs + 1;
    return "pass";
  });
  waiting.remove();
  c.resume(follower);
  if (c.claimsLeadership(next)) startMany(c, next, 2, LARGE_BYTES);
  c.until(SILENCE_MAX_MS, () => carried >= arriving, 1);
  c.sleep(arrivedMs - c.nowMs());
  then(follower);
  c.sleep(2);
  c.disconnect(next);
  c.sleep(5);
  one.remove();
  alone.remove();
  agreeAmong(c, [follower, ...rest]);
  for (const peer of [old, next]) c.connect(peer);
}

/**
 * Of what a new leader sends, with which some begin their term, everything reaches one follower and nothing the others. Two of
 * five have it, so that nothing is committed by it, and both are gone.
 */
function heardByOne(c: ReplicatingCluster): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [next, follower, ...rest] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.phase(`peer ${next} is elected and reaches peer ${follower} only; then both are gone`);
  const alone = c.rule((m) =>
    m.kind === "request" && m.from === next && m.to !== follower && c.claimsLeadership(next) ? "drop" : "pass",
  );
  c.partition([next, follower, ...rest]);
  helpToLead(c, next);
  c.sleep(HEARTBEAT_MAX_MS);
  if (c.claimsLeadership(next)) startMany(c, next, 1);
  c.sleep(10);
  c.partition([old, ...rest], [next, follower]);
  alone.remove();
  agreeAmong(c, [old, ...rest]);
  c.heal();
}

/**
 * A leader brings entries to one follower only, which acknowledges them and stands still. The others commit something else in
 * their place, the old leader gets that, and leads again: the follower has none of what it had acknowledged and is now there.
 */
function leadsAgain(c: ReplicatingCluster): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const follower = c.pick("who has what is replaced", others(c, old));
  const rest = others(c, old, follower);
  c.phase(
    `peer ${follower} has acknowledged entries of peer ${old} that others replace; then peer ${old} has these, and leads again`,
  );
  const toOne = c.rule((m) =>
    m.kind === "request" && m.from === old && m.to !== follower && m.sizeBytes > LARGE_BYTES ? "drop" : "pass",
  );
  const count = startMany(c, old, c.int("to one follower", 2, 5), LARGE_BYTES).length;
  c.sleep(HEARTBEAT_MAX_MS + 10);
  // Standing still it begins no newer term.
  c.pause(follower);
  c.partition(rest);
  toOne.remove();
  leaderWithin(c, rest, c.term(old));
  agreeAmong(c, rest, count + 1);
  c.partition([old, ...rest]);
  agreeAmong(c, [old, ...rest]);
  for (let tries = 0; tries < ELECTIONS && !c.claimsLeadership(old); tries++) helpToLead(c, old);
  agreeAmong(c, [old, ...rest]);
  const target = c.highestApplied();
  c.partition(c.peers);
  c.resume(follower);
  c.expectCaughtUp([follower], target, CAUGHT_UP_WITHIN_MS, {
    property: "liveness",
    check: "catches-up-from-conflict",
    expected: `peer ${follower} to have caught up with index ${target} within ${CAUGHT_UP_WITHIN_MS / 1000} s of its return`,
    cite: "Raft paper, Figure 2: nextIndex and matchIndex are reinitialized after election",
    hint: "What does a leader that has led before know of its followers' logs: what they had acknowledged then?",
  });
  c.heal();
}

/**
 * A peer hears nothing of the leader any more, so that it is the first to lose patience: some others hear it until then.
 * Then the leader is gone. Gives what that peer has asked the others for; it reaches them when it is released.
 */
function firstToCampaign(c: ReplicatingCluster, peer: number, leader: number, quiet: readonly number[]): RuleHandle {
  const asked = c.rule((m) => {
    if (m.kind === "reply" || (m.from !== peer && m.from !== leader)) return "pass";
    if (m.from === peer) return quiet.includes(m.to) ? "hold" : "drop";
    return quiet.includes(m.to) && m.sizeBytes <= LARGE_BYTES ? "pass" : "drop";
  });
  c.until(PAST_ANY_TIMEOUT_MS, () => asked.held() > 0, 10);
  asked.remove();
  c.disconnect(leader);
  return asked;
}

/** Looks on at what leaders send, and keeps for each method the least bytes: of requests without entries, where there are any. */
function smallestOfLeaders(c: ReplicatingCluster): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  c.rule((m) => {
    if (m.kind === "request" && c.claimsLeadership(m.from)) {
      least.set(m.method, Math.min(m.sizeBytes, least.get(m.method) ?? m.sizeBytes));
    }
    return "pass";
  });
  return least;
}

/**
 * An old leader with entries of its own hears the new one, and gets none of its entries. Then the new one is gone. Where
 * nobody else has entries of the new leader, only the old one can win; where somebody has, it must not.
 */
function onlyHeartbeats(c: ReplicatingCluster, requests: ReadonlyMap<string, number>, isBest: boolean): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const rest = others(c, old);
  c.partition(rest);
  startMany(c, old, c.int("entries of its own", 3, 6), LARGE_BYTES);
  const leader = leaderWithin(c, rest, c.term(old));
  const [near, nearToo, far] = c.shuffle("who is who", others(c, old, leader)) as [number, number, number];
  c.phase(
    `peer ${old} has entries of its own from when it led alone, and gets heartbeats of the new leader, peer ${leader}, but no entries; then that one is gone`,
  );
  const getsEntries = (peer: number): boolean => !isBest && (peer === near || peer === nearToo);
  const isEmpty = (m: Message): boolean => m.sizeBytes <= (requests.get(m.method) ?? 0) + SPARE_BYTES;
  let isHeard = false;
  const empty = c.rule((m) => {
    if (m.kind !== "request" || m.from !== leader || getsEntries(m.to)) return "pass";
    if (!isEmpty(m)) return "drop";
    isHeard ||= m.to === old;
    return "pass";
  });
  c.partition(c.peers);
  c.until(SILENCE_MAX_MS, () => isHeard);
  c.sleep(c.int("heartbeats before", 2, 100));
  const last = startMany(c, leader, 2).at(-1)?.index ?? Number.POSITIVE_INFINITY;
  c.sleep(HEARTBEAT_MAX_MS + c.int("heartbeats after", 10, 100));
  if (!isBest) c.until(500, () => c.appliedIndex(leader) >= last);
  c.disconnect(nearToo);
  const asked = firstToCampaign(c, old, leader, [near, far]);
  empty.remove();
  const only = c.rule((m) => (m.kind === "request" && m.from !== old ? "drop" : "pass"));
  asked.release();
  // Who began a term to ask has its answers at once; who asks beforehand (PreVote) may have to ask again.
  c.until(isBest || c.term(old) > c.term(leader) ? 20 : PAST_ANY_TIMEOUT_MS, () => c.claimsLeadership(old));
  only.remove();
  agreeAmong(c, [old, near, far]);
  for (const peer of [leader, nearToo]) c.connect(peer);
}
