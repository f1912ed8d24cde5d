import { CAUGHT_UP_WITHIN_MS } from "../limits.ts";
import type { Draft, ReplicatingCluster } from "./support.ts";
import { agreeAmong, leaderWithin, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** A slow link, and yet far below half of the shortest election timeout (150 ms), so that nobody times out over it. */
const SLOW_LINK_MS = 60;

/** Stage 2B with the network in parts, and leaders that do not know that they are leaders no more. */
export const PARTITIONS: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/leader-crashes-during-commit",
    title: "the leader disappears half-way through a commit",
    peers: 5,
    about:
      "The leader disappears with its newest entries on none, some or all of the others, and their answers on the way. What was applied anywhere stays; the others go on.",
    dependsOn: NEEDS_AGREEMENT,
    run: leaderCrashesDuringCommit,
  },
  {
    id: "lab2b/minority-majority-partition",
    title: "two of five against three",
    peers: 5,
    about: "The leader is left with one follower and commits nothing, while the other three go on without it.",
    dependsOn: NEEDS_AGREEMENT,
    run: minorityMajority,
  },
  {
    id: "lab2b/split-brain",
    title: "two halves, and two leaders",
    peers: 4,
    about:
      "Four peers: two against two, nobody commits anything. One against three, two peers lead at once and only one of them commits.",
    dependsOn: NEEDS_AGREEMENT,
    run: splitBrain,
  },
  {
    id: "lab2b/slow-follower",
    title: "a follower behind a slow link",
    peers: 3,
    about:
      "Bursts of commands while every message to and from one follower takes 60 ms. It keeps up, and catches up after an absence.",
    dependsOn: NEEDS_AGREEMENT,
    run: slowFollower,
  },
  {
    id: "lab2b/isolated-leader-rejoins",
    title: "an isolated leader, and all it said meanwhile",
    peers: 5,
    about:
      "A leader is cut off and goes on accepting commands. When it returns, everything that it sent meanwhile arrives too, long out of date.",
    dependsOn: NEEDS_AGREEMENT,
    run: isolatedLeaderRejoins,
  },
];

function leaderCrashesDuringCommit(c: ReplicatingCluster): void {
  for (let round = 0; round < 5; round++) {
    c.one(c.command(), 5);
    const leader = c.checkOneLeader();
    const followers = c.shuffle("followers", others(c, leader));
    const reached = round % 5;
    for (const peer of followers.slice(reached)) c.cut(leader, peer);
    // Their answers may be lost, so that the leader does not know how far it got.
    if (c.chance("answers lost", 0.4)) for (const peer of followers) c.cut(peer, leader);
    startMany(c, leader, c.int("commands", 1, 4));
    c.sleep(c.pick("when it disappears", [300, 1.5, 2.5, 3.5, 50]));
    c.disconnect(leader);
    agreeAmong(c, followers, 2);
    c.heal();
  }
  c.settle();
}

function minorityMajority(c: ReplicatingCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [mate, ...majority] = c.shuffle("who is where", others(c, leader)) as [number, ...number[]];
  c.partition([leader, mate], majority);
  const lost = startMany(c, leader, 10);
  agreeAmong(c, majority, 5);
  lost.push(...startMany(c, leader, 10));
  c.sleep(1_000);
  for (const { command } of lost) c.expectNotApplied(command, "it reached two peers of five");
  c.heal();
  c.one(c.command(), 5);
  for (const { command } of lost) c.expectNotApplied(command, "the majority committed other commands at its index");
}

function splitBrain(c: ReplicatingCluster): void {
  c.one(c.command(), 4);
  const leader = c.checkOneLeader();
  const [mate, ...half] = others(c, leader) as [number, number, number];
  c.partition([leader, mate], half);
  const stuck = startMany(c, leader, 3);
  c.sleep(5_000);
  const usurper = half.find((peer) => c.claimsLeadership(peer));
  c.expect(usurper === undefined, () => ({
    property: "election-safety",
    check: "half-is-no-majority",
    expected: `no leader among peers ${half.join(" and ")}, which are two of four`,
    seen: `peer ${usurper} leads term ${c.term(usurper as number)}`,
    cite: "Raft paper, section 5.2: votes from a majority of the servers in the full cluster",
    peers: [usurper as number],
  }));
  for (const { command } of stuck) c.expectNotApplied(command, "it reached two peers of four");

  c.heal();
  c.one(c.command(), 4);
  const alone = c.checkOneLeader();
  const three = others(c, alone);
  c.partition([alone], three);
  const lost = startMany(c, alone, 5);
  leaderWithin(c, three);
  lost.push(...startMany(c, alone, 5));
  agreeAmong(c, three, 3);
  lost.push(...startMany(c, alone, 5));
  c.heal();
  c.one(c.command(), 4);
  for (const { command } of lost)
    c.expectNotApplied(command, "its leader reached nobody, and the others committed over it");
}

function slowFollower(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  const slow = others(c, c.checkOneLeader())[0] as number;
  c.rule((m) => (m.to === slow || m.from === slow ? { delayMs: SLOW_LINK_MS } : "pass"));
  for (let round = 0; round < 5; round++) {
    startMany(c, c.checkOneLeader(), 40);
    c.sleep(c.int("between bursts", 1, 100));
  }
  c.one(c.command(), 3);

  c.disconnect(slow);
  startMany(c, c.checkOneLeader(), 100);
  c.one(c.command(), 2);
  c.connect(slow);
  c.one(c.command(), 3, { withinMs: CAUGHT_UP_WITHIN_MS });
}

function isolatedLeaderRejoins(c: ReplicatingCluster): void {
  for (let round = 0; round < 3; round++) {
    c.one(c.command(), 5);
    const leader = c.checkOneLeader();
    const majority = others(c, leader);
    const late = c.rule((m) => (m.from === leader || m.to === leader ? "hold" : "pass"));
    const lost = startMany(c, leader, 10);
    agreeAmong(c, majority, 3);
    lost.push(...startMany(c, leader, 2));
    late.remove();
    late.release();
    c.sleep(c.int("after the late messages", 1, 20));
    c.one(c.command(), 5);
    for (const { command } of lost) c.expectNotApplied(command, "the majority committed other commands at its index");
  }
}
