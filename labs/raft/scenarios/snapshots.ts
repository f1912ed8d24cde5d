import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { CAUGHT_UP_WITHIN_MS, MAX_STATE_BYTES, TRIMMED_WITHIN_MS } from "../limits.ts";
import { restartFromSnapshots, returnToRestarted } from "./restarts.ts";
import { crashAroundSnapshot, crashAtSnapshotAnswer, crashBehindSnapshot } from "./snapshot-crashes.ts";
import type { Draft } from "./support.ts";
import { beforeSnapshot, NEEDS_AGREEMENT, NEEDS_SNAPSHOTS, others, startClients, startMany } from "./support.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
const FREQUENT_INTERVAL = 4;
const ITERATIONS = 30;
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
    options: { snapshotEvery: INTERVAL },
    run: snapshotBasic,
  },
  {
    id: "lab2d/snapshot-install",
    title: "a peer that missed what was cut off",
    peers: 3,
    about: "A peer is cut off until the others no longer have the entries it lacks: it gets a snapshot instead.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    run: (c) => snapshotInstall(c, "cut off"),
  },
  {
    id: "lab2d/snapshot-install-unreliable",
    title: "snapshots over a bad network",
    peers: 3,
    about: "The same with messages lost and delayed.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => snapshotInstall(c, "cut off"),
  },
  {
    id: "lab2d/snapshot-install-crash",
    title: "a peer that crashed and missed what was cut off",
    peers: 3,
    about: "A peer crashes, and boots again when the others no longer have the entries it lacks.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    run: (c) => snapshotInstall(c, "crashed"),
  },
  {
    id: "lab2d/snapshot-install-crash-unreliable",
    title: "crashes and snapshots over a bad network",
    peers: 3,
    about: "The same with messages lost and delayed.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => snapshotInstall(c, "crashed"),
  },
  {
    id: "lab2d/snapshot-all-crash",
    title: "all crash, with snapshots",
    peers: 3,
    about: "All peers crash at once and go on from their snapshots, five times: indices never go back.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
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
    options: { snapshotEvery: INTERVAL },
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
    options: { snapshotEvery: FREQUENT_INTERVAL },
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
  restartFromSnapshots(c);
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
    // What the others had in memory only must not be what the one that comes back is helped with. Three rounds show it.
    if (i % 10 === 2) for (const peer of others(c, away)) c.restart(peer);
    bringBack(c, away, how);
    c.one(c.command(), 3);
  }
  oneEntryShort(c, how);
  checkStateSizes(c);
  c.reliable();
  returnToRestarted(c, INTERVAL);
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
    c.one(c.command(), 3, { withinMs: CAUGHT_UP_WITHIN_MS });
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
  c.reliable();
  returnToRestarted(c, INTERVAL);
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
  for (let round = 0; round < 3; round++) crashAroundSnapshot(c, FREQUENT_INTERVAL);
  crashBehindSnapshot(c, FREQUENT_INTERVAL);
  for (let round = 0; round < 2; round++) crashAtSnapshotAnswer(c, FREQUENT_INTERVAL);
  c.settle();
  c.sleep(500);
  checkStateSizes(c);
  returnToRestarted(c, FREQUENT_INTERVAL);
}

/** Peers that are connected keep no more of the log than the service's snapshots leave them, a second later at the latest. */
function checkStateSizes(c: LogCluster): void {
  c.asked("state-trimmed", [], () => judgeStateSizes(c));
}

export function judgeStateSizes(c: LogCluster): void {
  const tooLong = (): number[] => c.connected().filter((peer) => c.stateSize(peer) >= MAX_STATE_BYTES);
  // The service has taken the snapshots that the last entries made due.
  c.sleep(20);
  c.until(TRIMMED_WITHIN_MS, () => tooLong().length === 0);
  const worst = tooLong().reduce(
    (most, peer) => (c.stateSize(peer) > c.stateSize(most) ? peer : most),
    tooLong()[0] ?? 0,
  );
  c.expect(tooLong().length === 0, () => ({
    property: "resource",
    check: "state-trimmed",
    expected: `a saved state of less than ${MAX_STATE_BYTES} bytes, within ${TRIMMED_WITHIN_MS / 1000} s of snapshot()`,
    seen: `peer ${worst} has saved ${c.stateSize(worst)} bytes at ${inSeconds(c.nowMs())}; ${lastSnapshot(c, worst)}`,
    cite: "Raft paper, section 7: the entries that a snapshot covers are discarded",
    peers: [worst],
    hint: "Is the log cut in what is saved too, on every peer, and also while another peer is behind?",
  }));
}

function lastSnapshot(c: LogCluster, peer: number): string {
  const last = c.lastSnapshotCall(peer);
  if (last === null) return "snapshot() was not called since it booted";
  return `snapshot() came last at ${inSeconds(last.ms)}, for index ${last.index}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

function checkBehind(c: LogCluster, index: number, last: number): void {
  c.expect(index > last, {
    property: "durability",
    check: "applied-survives-restart",
    expected: `the first command after the restart to stand behind index ${last}, which was applied before it`,
    seen: `it stands at index ${index}`,
    cite: "Raft paper, section 7 and Figure 2 (persistent state)",
    where: { index },
  });
}
