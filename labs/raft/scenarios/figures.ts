import type { RuleHandle } from "../../../grader/harness/message-rules.ts";
import {
  COPIED_MS,
  countedAndReplaced,
  electMute,
  lateOldEntries,
  manyOfAnEarlierTerm,
  startAlone,
} from "./earlier-terms.ts";
import type { Draft, ReplicatingCluster } from "./support.ts";
import { agreeAmong, helpToLead, LARGE_BYTES, leaderWithin, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** So many entries a leader brings to one follower before it leads for the second time, and again after that. */
const FIRST_LED = 8;
/** So long one request with entries and its answer take. */
const ROUND_TRIP_MS = 10;

/** Stage 2B: histories that the paper draws, and messages that arrive when nobody expects them any more. */
export const FIGURES: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/divergent-logs",
    title: "six logs that differ from the leader's (Figure 7)",
    peers: 7,
    about:
      "Partitions bring about what the paper's Figure 7 shows: followers that lack entries, have entries of lost leaders, or both. Together again, all logs become the leader's.",
    dependsOn: NEEDS_AGREEMENT,
    run: divergentLogs,
  },
  {
    id: "lab2b/earlier-term-entries",
    title: "entries of an earlier term (Figure 8)",
    peers: 5,
    about:
      "A leader finds entries of an earlier term on a majority of peers: until an entry of its own term is there too, they are not committed, and another leader may replace them. A leader that had counted some gets others in their place, about which the old count says nothing. And requests from when a peer had none of the old entries arrive when it has them all: it loses none.",
    dependsOn: NEEDS_AGREEMENT,
    run: earlierTermEntries,
  },
  {
    id: "lab2b/late-requests",
    title: "entries that arrive after their successors",
    peers: 3,
    about:
      "A request with entries is overtaken by later ones, and arrives when its receiver has more than it carries: nothing may be removed, whether or not the receiver knows yet that it is committed.",
    dependsOn: NEEDS_AGREEMENT,
    run: lateRequests,
  },
  {
    id: "lab2b/late-answers",
    title: "answers to a leader of long ago",
    peers: 5,
    about:
      "A peer leads, loses, and leads again, and only then gets the answers to what it sent the first time. Or it got them in time, and what followers had then is not there any more.",
    dependsOn: NEEDS_AGREEMENT,
    run: lateAnswers,
  },
];

/**
 * Figure 7's leader and its followers (a) … (f), as near as partitions bring them about. The peers' names are settled by
 * who wins which election; the figure's term 2 is whichever term that is here. Leaders that step down when they are cut
 * off refuse some of the commands, and make the logs differ less.
 */
function divergentLogs(c: ReplicatingCluster): void {
  for (let i = 0; i < 3; i++) c.one(c.command(), 7);
  // (f) leads twice, and both times it is alone when it gets commands.
  const f = c.checkOneLeader();
  const withoutF = others(c, f);
  startAlone(c, f, withoutF, 3);
  electMute(c, [f, ...withoutF.slice(0, 3)]);
  startAlone(c, f, withoutF, 5);

  // (e) leads the others; (b) misses one entry of it, and nobody gets the last two.
  agreeAmong(c, withoutF);
  const e = leaderWithin(c, withoutF);
  const b = others(c, e, f)[0] as number;
  const four = others(c, f, b, e);
  c.partition([e, ...four]);
  agreeAmong(c, [e, ...four]);
  startAlone(c, e, four, 2);

  // One of the four that are left leads. Then (a) misses its next entry, and nobody gets its last one: it is (c).
  agreeAmong(c, four, 3);
  const leader = leaderWithin(c, four);
  const [a, ...pair] = four.filter((peer) => peer !== leader) as [number, number, number];
  c.partition([leader, ...pair]);
  startMany(c, leader, 1);
  c.sleep(400);
  startAlone(c, leader, pair, 1);

  // (d) leads with the votes of peers that are behind, and is alone before it can send them anything.
  const d = electMute(c, [...pair, a, e]);
  if (d !== null) startAlone(c, d, [...pair, a, e], 2);

  // The leader of the figure's term 8 has heard neither of (c)'s last entry nor of (d)'s; then all come together.
  c.partition(others(c, leader, d ?? leader));
  c.sleep(c.int("before all are together", 0, 1_500));
  c.heal();
  c.one(c.command(), 7);
  startMany(c, c.checkOneLeader(), 10);
  c.settle();
}

/**
 * Figure 8, by partitions: S1 leads and brings an entry to S2 only; S5 is elected by the others and keeps an entry to
 * itself; S1 or S2 is elected with S3 and brings the old entry to S3, which makes a majority. Then S5 comes back.
 */
function earlierTermEntries(c: ReplicatingCluster): void {
  for (let round = 0; round < 2; round++) {
    c.one(c.command(), 5);
    const s1 = c.checkOneLeader();
    const oldTerm = c.term(s1);
    const [s2, s3, s4, s5] = c.shuffle("who is who", others(c, s1)) as [number, number, number, number];
    c.partition([s1, s2], [s3, s4, s5]);
    startMany(c, s1, c.int("old entries", 1, 3));

    const far = leaderWithin(c, [s3, s4, s5]);
    const near = [s3, s4, s5].find((peer) => peer !== far) as number;
    startAlone(c, far, [s1, s2], 1);

    c.partition([s1, s2, near]);
    leaderWithin(c, [s1, s2, near], oldTerm);
    c.sleep(c.pick("time to copy", [1_500, 600, 300]));

    c.partition([s3, s4, s5]);
    agreeAmong(c, [s3, s4, s5]);
    c.heal();
  }
  manyOfAnEarlierTerm(c);
  countedAndReplaced(c);
  for (const when of c.shuffle("when they arrive", ["before", "after"] as const)) lateOldEntries(c, when);
  c.settle();
}

function lateRequests(c: ReplicatingCluster): void {
  for (let round = 0; round < 5; round++) {
    // In the first round it is the first request of all with entries.
    if (round > 0) c.one(c.command(), 3);
    const leader = c.checkOneLeader();
    const [receiver, away] = c.shuffle("who is away", others(c, leader)) as [number, number];
    c.disconnect(away);
    // The first request with new entries is kept back; those after it pass.
    const first = c.rule((m) => (m.kind === "request" && m.from === leader && m.to === receiver ? "hold" : "pass"));
    startMany(c, leader, 1);
    c.until(400, () => first.held() > 0, 1);
    first.remove();
    const accepted = startMany(c, leader, c.int("entries that overtake it", 1, 5));
    const last = accepted.at(-1)?.index ?? 0;
    // A leader that waits for each answer before it sends more gets no further until the request is let go.
    // Some tell at once what is committed, and a receiver that knows it may not look at the request at all.
    const isTold = round < 3;
    const news = c.rule((m) =>
      !isTold && m.kind === "request" && m.from === leader && m.to === receiver && c.appliedIndex(leader) >= last
        ? "drop"
        : "pass",
    );
    c.until(1_000, () => c.appliedIndex(leader) >= last, 1);
    c.disconnect(leader);
    first.release();
    c.sleep(5);
    news.remove();
    c.connect(away);
    agreeAmong(c, [receiver, away], 2);
    c.connect(leader);
  }
  c.settle();
}

function lateAnswers(c: ReplicatingCluster): void {
  for (const when of c.shuffle("when answers arrive", ["late", "late", "in time"] as const)) answersOfBefore(c, when);
  c.settle();
}

/**
 * A leader brings entries to one follower, others replace them, and it leads again. What the follower answered the first time
 * arrives only now, or has arrived in time; it says nothing of the entries that stand there now, which only another follower gets.
 */
function answersOfBefore(c: ReplicatingCluster, when: "late" | "in time"): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [mate, other, ...rest] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  const answers = when === "late" ? holdAnswersToEntries(c, leader, mate) : null;
  startAlone(c, leader, [other, ...rest], FIRST_LED, LARGE_BYTES);
  c.partition([leader, mate], [other, ...rest]);
  if (answers === null) c.sleep(COPIED_MS);
  else c.until(600, () => answers.held() > 0);
  agreeAmong(c, [other, ...rest]);
  answers?.remove();

  // Everybody gets the majority's log, and the first leader is helped to win once more.
  c.partition();
  agreeAmong(c, c.peers);
  helpToLead(c, leader);
  c.partition([leader, other]);
  if (answers === null) startOneByOne(c, leader, FIRST_LED);
  else startMany(c, leader, FIRST_LED);
  c.sleep(100);
  answers?.release();
  c.sleep(100);
  c.partition([mate, ...rest]);
  agreeAmong(c, [mate, ...rest], 2);
  c.heal();
}

/** So that each of them is acknowledged by itself. */
function startOneByOne(c: ReplicatingCluster, peer: number, count: number): void {
  for (let i = 0; i < count; i++) {
    startMany(c, peer, 1);
    c.sleep(ROUND_TRIP_MS);
  }
}

/** Keeps back what a peer answers to requests that carry large commands. */
function holdAnswersToEntries(c: ReplicatingCluster, leader: number, follower: number): RuleHandle {
  const carriers = new Set<string>();
  return c.rule((m) => {
    const call = `${m.method} ${m.nth}`;
    if (m.kind === "request" && m.from === leader && m.to === follower && m.sizeBytes > LARGE_BYTES) carriers.add(call);
    return m.kind === "reply" && m.from === follower && m.to === leader && carriers.has(call) ? "hold" : "pass";
  });
}
