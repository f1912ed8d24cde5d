import { REPAIRED_WITHIN_MS } from "../limits.ts";
import type { Draft, ReplicatingCluster } from "./support.ts";
import { agreeAmong, leaderWithin, NEEDS_AGREEMENT, others, startMany, underCommands } from "./support.ts";

/** Stage 2B with peers that lose their connection and find it again. */
export const FAILURES: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/follower-failure",
    title: "followers go one by one",
    peers: 3,
    about: "Agreement goes on with one follower, and stops with none: the leader alone commits nothing.",
    dependsOn: NEEDS_AGREEMENT,
    run: followerFailure,
  },
  {
    id: "lab2b/leader-failure",
    title: "leaders go one by one",
    peers: 3,
    about: "A new leader takes over from the first; when it is gone too, the last peer commits nothing.",
    dependsOn: NEEDS_AGREEMENT,
    run: leaderFailure,
  },
  {
    id: "lab2b/fail-agree",
    title: "a follower returns and catches up",
    peers: 3,
    about: "The others agree without it. Back again, it gets all it missed and takes part.",
    dependsOn: NEEDS_AGREEMENT,
    run: failAgree,
  },
  {
    id: "lab2b/fail-no-agree",
    title: "no agreement without a majority",
    peers: 5,
    about:
      "Three of five peers are cut off, and not the leader: nothing is committed until they return, and then the log is in order.",
    dependsOn: NEEDS_AGREEMENT,
    run: failNoAgree,
  },
  {
    id: "lab2b/rejoin",
    title: "a leader returns with entries of its own",
    peers: 3,
    about: "A leader that was cut off returns with entries that nobody else has. They give way to what was committed.",
    dependsOn: NEEDS_AGREEMENT,
    run: rejoin,
  },
  {
    id: "lab2b/backup",
    title: "long conflicting logs are repaired quickly",
    peers: 5,
    about:
      "Two groups pile up hundreds of entries that never commit. When all are together again, every log must be right within seconds, not one entry a heartbeat.",
    dependsOn: NEEDS_AGREEMENT,
    asks: { "repair-time": { needs: [], ask: (c) => underCommands(c, () => checkRepair(c)) } },
    run: backup,
  },
];

function followerFailure(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  c.disconnect(others(c, c.checkOneLeader())[0] as number);
  c.one(c.command(), 2);
  c.sleep(1_000);
  c.one(c.command(), 2);

  const leader = c.checkOneLeader();
  for (const peer of others(c, leader)) c.disconnect(peer);
  const lonely = startMany(c, leader, 2);
  c.sleep(3_000);
  for (const { command } of lonely) c.expectNotApplied(command, "its leader reached nobody");
  c.connectAll();
  c.one(c.command(), 3);
}

function leaderFailure(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  c.disconnect(c.checkOneLeader());
  c.one(c.command(), 2);
  c.sleep(1_000);
  c.one(c.command(), 2);

  c.disconnect(c.checkOneLeader());
  const lonely = c.peers.flatMap((peer) => startMany(c, peer, 1));
  c.sleep(3_000);
  for (const { command } of lonely) c.expectNotApplied(command, "no two peers reach each other");
  c.connectAll();
  c.one(c.command(), 3);
}

function failAgree(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  const away = c.pick("who leaves", others(c, c.checkOneLeader()));
  c.disconnect(away);
  for (let i = 0; i < 3; i++) c.one(c.command(), 2);
  c.sleep(1_000);
  for (let i = 0; i < 2; i++) c.one(c.command(), 2);
  c.connect(away);
  c.one(c.command(), 3);
  c.sleep(1_000);
  c.one(c.command(), 3);
}

function failNoAgree(c: ReplicatingCluster): void {
  const before = c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const away = others(c, leader).slice(0, 3);
  for (const peer of away) c.disconnect(peer);
  const [stuck] = startMany(c, leader, 1);
  c.sleep(2_500);
  if (stuck !== undefined) c.expectNotApplied(stuck.command, "its leader reached one of five only");

  // The stuck entry may survive or not; whichever it is, everybody agrees on what stands at its index.
  for (const peer of away) c.connect(peer);
  const after = c.one(c.command(), 5);
  c.expect(after > before, {
    property: "state-machine-safety",
    check: "commands-in-order",
    expected: `the next command to get an index beyond ${before}, which everybody applied`,
    seen: `it stands at index ${after}`,
    cite: "Raft paper, section 5.3",
    where: { index: after },
  });
  startMany(c, c.checkOneLeader(), 5);
  c.one(c.command(), 5);
}

function rejoin(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  const first = c.checkOneLeader();
  c.disconnect(first);
  const own = startMany(c, first, 3);
  c.one(c.command(), 2);

  const second = c.checkOneLeader();
  c.disconnect(second);
  c.connect(first);
  c.one(c.command(), 2);
  c.connect(second);
  c.one(c.command(), 3);
  for (const { command } of own)
    c.expectNotApplied(command, "only its leader had it, and a later leader committed over it");
}

function backup(c: ReplicatingCluster): void {
  const entries = 200;
  c.one(c.command(), 5);
  const first = c.checkOneLeader();
  const [mate, ...majority] = others(c, first) as [number, number, number, number];
  c.partition([first, mate], majority);
  startMany(c, first, entries);
  c.sleep(500);

  // The majority goes on without them, one of it is cut off, and the rest piles up entries that cannot commit either.
  agreeAmong(c, majority);
  startMany(c, leaderWithin(c, majority), 50);
  agreeAmong(c, majority);
  const second = leaderWithin(c, majority);
  const [loyal, lone] = majority.filter((peer) => peer !== second) as [number, number];
  c.partition([second, loyal], [first, mate], [lone]);
  startMany(c, second, entries);
  c.sleep(500);

  // The first group comes back with its own entries, and has to give them up before it can go on.
  const healed = [first, mate, lone];
  c.partition(healed);
  agreeAmong(c, healed);
  startMany(c, leaderWithin(c, healed), entries);
  agreeAmong(c, healed);
  c.heal();
  c.asked("repair-time", [], () => checkRepair(c));
  c.one(c.command(), 5);
}

/** All peers must have everything soon: elections take seconds at most, and repair must not wait for a heartbeat an entry. */
function checkRepair(c: ReplicatingCluster): void {
  const target = c.highestApplied();
  c.expectCaughtUp(c.peers, target, REPAIRED_WITHIN_MS, {
    property: "efficiency",
    check: "repair-time",
    expected: `all peers to have caught up with index ${target} within ${REPAIRED_WITHIN_MS / 1000} s of being together again`,
    cite: "Raft paper, section 5.3, on reducing the number of rejected AppendEntries",
    hint: "How many rejections does the leader need to find the last entry on which it and a follower agree, and when does it try again?",
  });
}
