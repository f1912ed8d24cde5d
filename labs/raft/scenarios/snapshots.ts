import type { LogCluster } from "../../../grader/harness/log-cluster.ts";
import type { Draft } from "./support.ts";
import {
  agreeAmong,
  beforeSnapshot,
  NEEDS_AGREEMENT,
  NEEDS_SNAPSHOTS,
  others,
  startClients,
  startMany,
} from "./support.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
const FREQUENT_INTERVAL = 4;
/** What a peer may have saved as its state, a little after a snapshot: about two intervals of small commands, with room. */
const MAX_STATE_BYTES = 2_000;
const ITERATIONS = 30;
/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;
/** So that keeping the log for a peer that is away shows in the state's size. */
const COMMAND_BYTES = 60;

/** Stage 2D: the service takes snapshots, and the log before them is forgotten. */
export const SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab2d/snapshot-basic",
    title: "the log is cut behind snapshots",
    peers: 3,
    about: "The service takes a snapshot every ten entries. The saved state stays small, and agreement goes on.",
    dependsOn: NEEDS_AGREEMENT,
    snapshotEvery: INTERVAL,
    run: snapshotBasic,
  },
  {
    id: "lab2d/snapshot-install",
    title: "a peer that missed what was cut off",
    peers: 3,
    about: "A peer is cut off until the others no longer have the entries it lacks: it gets a snapshot instead.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    run: (c) => snapshotInstall(c, "cut off"),
  },
  {
    id: "lab2d/snapshot-install-unreliable",
    title: "snapshots over a bad network",
    peers: 3,
    about: "The same with messages lost and delayed.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => snapshotInstall(c, "cut off"),
  },
  {
    id: "lab2d/snapshot-install-crash",
    title: "a peer that crashed and missed what was cut off",
    peers: 3,
    about: "A peer crashes, and boots again when the others no longer have the entries it lacks.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    run: (c) => snapshotInstall(c, "crashed"),
  },
  {
    id: "lab2d/snapshot-install-crash-unreliable",
    title: "crashes and snapshots over a bad network",
    peers: 3,
    about: "The same with messages lost and delayed.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => snapshotInstall(c, "crashed"),
  },
  {
    id: "lab2d/snapshot-all-crash",
    title: "all crash, with snapshots",
    peers: 3,
    about: "All peers crash at once and go on from their snapshots, five times: indices never go back.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    setup: (s) => s.network({ unreliable: true }),
    run: snapshotAllCrash,
  },
  {
    id: "lab2d/snapshot-init",
    title: "two restarts right after a snapshot",
    peers: 3,
    about:
      "All peers crash after a snapshot, and again when they have saved their state once: both times nothing is lost.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    setup: (s) => s.network({ unreliable: true }),
    run: snapshotInit,
  },
  {
    id: "lab2d/snapshot-during-compaction",
    title: "snapshots arrive while snapshots are taken",
    peers: 5,
    about:
      "Snapshots every few entries, under load, while peers come and go and crash around their saves: sent, taken and installed all at once.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: FREQUENT_INTERVAL,
    run: snapshotDuringCompaction,
  },
];

function snapshotBasic(c: LogCluster): void {
  c.one(c.command(), 3);
  for (let i = 0; i < ITERATIONS; i++) {
    startMany(c, c.checkOneLeader(), c.int("commands", 5, 14));
    c.one(c.command(), 3);
    checkStateSizes(c);
  }
}

function snapshotInstall(c: LogCluster, how: "cut off" | "crashed"): void {
  c.one(c.command(), 3);
  for (let i = 0; i < ITERATIONS; i++) {
    const leader = c.checkOneLeader();
    const follower = others(c, leader)[0] as number;
    const away = i % 3 === 1 ? leader : follower;
    if (how === "crashed") c.crash(away);
    else c.disconnect(away);
    c.one(c.command(), 2);
    startMany(c, c.checkOneLeader(), c.int("commands", 5, 24), COMMAND_BYTES);
    c.one(c.command(), 2);
    checkStateSizes(c);
    bringBack(c, away, how);
    c.one(c.command(), 3);
  }
  oneEntryShort(c, how);
  checkStateSizes(c);
}

function bringBack(c: LogCluster, peer: number, how: "cut off" | "crashed"): void {
  c.connect(peer);
  if (how === "cut off") return;
  // Some crash again with what they have just got: what they have answered for must be saved by then.
  const crashes = c.crashOnEffect({
    peers: [peer],
    effect: "reply",
    when: "after",
    chance: 0.1,
    restartAfterMs: [1, 5],
  });
  c.restart(peer);
  const before = c.appliedIndex(peer);
  c.until(1_000, () => c.appliedIndex(peer) > before + 1, 1);
  crashes.remove();
  c.restartAll();
  if (!c.chance("crashes again", 0.15)) return;
  c.sleep(c.int("until it crashes again", 0, 4));
  c.restart(peer);
}

/** What a peer lacks is exactly the last entry that a snapshot covers. */
function oneEntryShort(c: LogCluster, how: "cut off" | "crashed"): void {
  for (let round = 0; round < 3; round++) {
    beforeSnapshot(c, INTERVAL);
    const away = others(c, c.checkOneLeader())[0] as number;
    if (how === "crashed") c.crash(away);
    else c.disconnect(away);
    c.one(c.command(), 2);
    c.sleep(20);
    if (how === "crashed") c.restart(away);
    else c.connect(away);
    // Not so long that the next snapshot comes to its help.
    c.one(c.command(), 3, { withinMs: 20_000 });
  }
}

function snapshotAllCrash(c: LogCluster): void {
  let last = c.one(c.command(), 3);
  for (let i = 0; i < 5; i++) {
    for (let j = c.int("commands", 5, 14); j > 0; j--) last = c.one(c.command(), 3);
    c.crashAll();
    c.restartAll();
    checkBehind(c, c.one(c.command(), 3), last);
  }
}

function snapshotInit(c: LogCluster): void {
  let last = 0;
  for (let i = 0; i < INTERVAL + 2; i++) last = c.one(c.command(), 3);
  c.crashAll();
  c.restartAll();
  // One command, so that something is saved over what was restored.
  const next = c.one(c.command(), 3);
  checkBehind(c, next, last);
  c.crashAll();
  c.restartAll();
  checkBehind(c, c.one(c.command(), 3), next);
}

function snapshotDuringCompaction(c: LogCluster): void {
  const stop = startClients(c, 2, 25);
  c.crashOnEffect({ effect: "save", when: "before", chance: 0.003, limit: 20, restartAfterMs: [1, 300] });
  c.crashOnEffect({ effect: "save", when: "after", chance: 0.003, limit: 20, restartAfterMs: [1, 300] });
  for (let round = 0; round < 5; round++) {
    const away = c.pick("who is away", c.peers);
    if (c.chance("leaves by crashing", 0.5)) c.crash(away);
    else c.disconnect(away);
    c.sleep(c.int("away", 50, 400));
    // It returns on a link where messages overtake each other, so that snapshots meet entries.
    const link = c.rule((m) => (m.from === away || m.to === away ? { delayMs: c.int("link", 0, 40) } : "pass"));
    if (!c.isUp(away)) c.restart(away);
    c.connect(away);
    c.sleep(c.int("catching up", 100, 500));
    link.remove();
  }
  stop();
  c.settle();
  for (let round = 0; round < 3; round++) crashAroundSnapshot(c);
  crashBehindSnapshot(c);
  crashAtSnapshotAnswer(c);
  c.settle();
  c.sleep(500);
  checkStateSizes(c);
}

/** Peers crash between the saves that a snapshot takes, if it takes more than one. */
function crashAroundSnapshot(c: LogCluster): void {
  beforeSnapshot(c, FREQUENT_INTERVAL);
  const crashes = c.crashOnEffect({ effect: "save", when: "after", chance: 0.3, limit: 4, restartAfterMs: [1, 20] });
  c.one(c.command(), c.majority);
  c.sleep(50);
  crashes.remove();
  c.restartAll();
}

/**
 * A peer gets a snapshot and a few entries after it, which are committed by its answer. It crashes at once, and comes
 * back to peers that never had those entries.
 */
function crashBehindSnapshot(c: LogCluster): void {
  c.one(c.command(), c.size);
  const leader = c.checkOneLeader();
  const [receiver, witness, ...behind] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  c.partition(others(c, receiver));
  for (let i = 0; i < 3 * FREQUENT_INTERVAL; i++) c.one(c.command(), c.size - 1);
  c.partition([leader, receiver, witness]);
  const last = startMany(c, leader, c.int("entries behind", 1, 2)).at(-1)?.index ?? 0;
  c.until(1_500, () => c.appliedIndex(leader) >= last, 0.5);
  c.crash(receiver);
  c.partition([receiver, ...behind]);
  c.sleep(c.int("down", 1, 4));
  c.restart(receiver);
  agreeAmong(c, [receiver, ...behind]);
  c.heal();
}

/** A peer crashes as soon as it has answered for a snapshot: it has it, or it must get it again though nothing is started. */
function crashAtSnapshotAnswer(c: LogCluster): void {
  c.one(c.command(), c.size);
  const leader = c.checkOneLeader();
  const receiver = c.pick("who gets a snapshot", others(c, leader));
  c.partition(others(c, receiver));
  for (let i = 0; i < 3 * FREQUENT_INTERVAL; i++) c.one(c.command(), c.size - 1);
  let isOnItsWay = false;
  const watch = c.rule((m) => {
    if (m.kind === "request" && m.to === receiver && m.sizeBytes > SNAPSHOT_BYTES) isOnItsWay = true;
    return "pass";
  });
  c.partition(c.peers);
  c.until(8_000, () => isOnItsWay, 0.5);
  const crash = c.crashOnEffect({ peers: [receiver], effect: "reply", when: "after", restartAfterMs: [1, 3] });
  c.sleep(20);
  crash.remove();
  watch.remove();
  if (!c.isUp(receiver)) c.restart(receiver);
  const target = c.highestApplied();
  c.until(20_000, () => c.appliedIndex(receiver) >= target);
  c.expect(c.appliedIndex(receiver) >= target, () => ({
    property: "liveness",
    expected: `peer ${receiver} to catch up with index ${target} within 20 s, after it crashed as it answered for a snapshot`,
    seen: `it is at index ${c.appliedIndex(receiver)}`,
    cite: "Raft paper, section 7 and Figure 13: a snapshot is saved before it is answered for",
    peers: [receiver, leader],
    hint: "Is the snapshot saved before the answer leaves? And does a leader go back when a follower refuses what it was thought to have?",
  }));
}

/** Peers that are connected keep no more of the log than the service's snapshots leave them. */
function checkStateSizes(c: LogCluster): void {
  c.sleep(20);
  const sizes = c.connected().map((peer) => c.stateSize(peer));
  const worst = c.connected()[sizes.indexOf(Math.max(...sizes))] as number;
  c.expect(c.stateSize(worst) < MAX_STATE_BYTES, {
    property: "resource",
    expected: `a saved state of less than ${MAX_STATE_BYTES} bytes, with a snapshot every few entries`,
    seen: `peer ${worst} has saved ${c.stateSize(worst)} bytes`,
    cite: "Raft paper, section 7: the entries that a snapshot covers are discarded",
    peers: [worst],
    hint: "Is the log cut in what is saved too, on every peer, and also while another peer is behind?",
  });
}

function checkBehind(c: LogCluster, index: number, last: number): void {
  c.expect(index > last, {
    property: "durability",
    expected: `the first command after the restart to stand behind index ${last}, which was applied before it`,
    seen: `it stands at index ${index}`,
    cite: "Raft paper, section 7 and Figure 2 (persistent state)",
    index,
  });
}
