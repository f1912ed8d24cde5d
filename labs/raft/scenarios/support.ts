import type { LogCluster, Started } from "../../../grader/harness/log/cluster.ts";
import type { SnapshotOptions } from "../../../grader/harness/log/service.ts";
import type { ScenarioDraft } from "../../../grader/harness/scenario.ts";
import { CALM_ATTEMPTS, CALM_MS } from "../limits.ts";

/**
 * A scenario without its points, which stand in one table (`labs/raft/points.ts`). `C` is the cluster as its stage may use
 * it: a body that asks for more does not compile.
 */
export type Draft<C = LogCluster> = ScenarioDraft<C, SnapshotOptions>;

/** Size of a command that tells a request which carries it from one without entries. */
export const LARGE_BYTES = 300;

/** What cannot pass unless an election does, and, from stage to stage, unless the first scenario of the stage before does. */
export const NEEDS_ELECTION = ["lab2a/initial-election"];
export const NEEDS_AGREEMENT = [...NEEDS_ELECTION, "lab2b/basic-agree"];
export const NEEDS_SNAPSHOTS = [...NEEDS_AGREEMENT, "lab2d/snapshot-basic"];

/** What stage 2C adds: peers that come back with what they saved. */
type Persistence = "crash" | "restart" | "crashAll" | "restartAll" | "crashOnEffect" | "stateSize";
/** What stage 2B adds: commands. */
type Replication =
  | "start"
  | "lastAccepted"
  | "one"
  | "agreeAmong"
  | "expectCaughtUp"
  | "expectSpent"
  | "indexOf"
  | "isReplaced"
  | "wait"
  | "applied"
  | "appliedIndex"
  | "highestApplied"
  | "expectNotApplied"
  | "settle"
  | "kill";

/** A cluster as each stage may use it, so that a suite cannot use what a later stage builds. 2D has the whole. */
export type PersistentCluster = Omit<LogCluster, "snapshotSize" | "lastSnapshotCall" | "judge">;
export type ReplicatingCluster = Omit<PersistentCluster, Persistence>;
export type ElectionCluster = Omit<ReplicatingCluster, Replication>;

/** All peers but these. */
export function others(c: ElectionCluster, ...peers: readonly number[]): number[] {
  return c.peers.filter((peer) => !peers.includes(peer));
}

/** Of a group, the peer that claims leadership in the highest term; null when none does. */
export function leaderAmong(c: ElectionCluster, group: readonly number[]): number | null {
  return c.leaderAmong(group);
}

/** Waits for a leader inside a group that only reaches itself. `newerThan`: it must lead a term beyond this one. */
export function leaderWithin(c: ElectionCluster, group: readonly number[], newerThan?: number): number {
  return c.leaderWithin(group, newerThan);
}

/** For some seconds only one peer's requests get through, so that nobody else can win an election. */
export function helpToLead(c: ElectionCluster, peer: number): void {
  const only = c.rule((m) => (m.kind === "request" && m.from !== peer ? "drop" : "pass"));
  c.until(4_000, () => c.claimsLeadership(peer) && c.leader() === peer, 1);
  only.remove();
}

/** A command that a peer accepted, and where it will stand if it is committed. */
export interface Accepted extends Started {
  readonly command: unknown;
}

/** A peer that leads and refuses everything is asked so often again, within the same instant, and at so many later ones. */
const TRIES_AT_ONCE = 8;
const LATER_TRIES = 6;
const BETWEEN_TRIES_MS = 4;
/** So often whoever leads a new term is asked for a command of it. */
const LOOKED_EVERY_MS = 20;

/**
 * Starts so many new commands on one peer, at one instant; those that it refuses are left out. Scenarios have to see what
 * becomes of commands that a leader took just then, so one that refuses them all is asked again, within the instant and a
 * few milliseconds later, before they do without.
 */
export function startMany(c: ReplicatingCluster, peer: number, count: number, sizeBytes?: number): Accepted[] {
  for (let tries = 0; ; tries++) {
    const orders = Array.from({ length: count }, () => ({ peer, command: c.command(sizeBytes) }));
    const accepted = c
      .startAtOnce(orders)
      .flatMap((started, i) => (started === null ? [] : [{ ...started, command: orders[i]?.command }]));
    if (accepted.length > 0 || tries >= TRIES_AT_ONCE + LATER_TRIES || !c.claimsLeadership(peer)) return accepted;
    if (tries >= TRIES_AT_ONCE) c.sleep(BETWEEN_TRIES_MS);
  }
}

/** Asks that a group that only reaches itself agrees on so many new commands, one after the other, all peers of it. */
export function agreeAmong(c: ReplicatingCluster, group: readonly number[], count?: number, sizeBytes?: number): void {
  c.agreeAmong(group, count, sizeBytes);
}

/** Goes on to the last entry before the service's next snapshot is due. */
export function beforeSnapshot(c: ReplicatingCluster, interval: number): void {
  for (let i = 0; i < 2 * interval && c.highestApplied() % interval !== interval - 1; i++) c.one(c.command(), c.size);
}

/**
 * A client, as a background activity: starts commands on whoever claims to lead and waits a little for each, until
 * `running()` is false. What becomes of its commands is for the checkers to judge.
 */
export function client(
  c: ReplicatingCluster,
  running: () => boolean,
  pauseMs = 20,
): () => Generator<number, void, void> {
  return function* () {
    while (running()) {
      for (const peer of c.peers) if (c.claimsLeadership(peer)) c.start(peer, c.command());
      yield c.int("client pause", 1, 2 * pauseMs);
    }
  };
}

/** Starts `count` clients now; gives what ends them. */
export function startClients(c: ReplicatingCluster, count: number, pauseMs = 20): () => void {
  const tasks = Array.from({ length: count }, (_, i) =>
    c.spawn(
      `client ${i}`,
      client(c, () => true, pauseMs),
    ),
  );
  return () => {
    for (const task of tasks) task.stop();
  };
}

/**
 * What is waited for in a script comes about only where each leader has a command of its own term: one that is new to its term
 * commits what is older together with the first entry of its own (section 5.4.2). There is no more than that one, as more would
 * help one along that waits for the next.
 */
export function underCommands(c: ReplicatingCluster, wait: () => void): void {
  const task = c.spawn("a command for each term", function* () {
    for (;;) {
      for (const peer of c.peers) {
        const isNew = c.claimsLeadership(peer) && c.lastAccepted(peer)?.term !== c.term(peer);
        if (isNew) c.start(peer, c.command());
      }
      yield LOOKED_EVERY_MS;
    }
  });
  wait();
  task.stop();
}

/** A leader whose term all connected peers have heard of, so that no other one of them can believe that it leads. */
export function acknowledgedLeader(c: ElectionCluster): number {
  c.checkOneLeader();
  c.checkTerms();
  return c.checkOneLeader();
}

/** On a network without faults there is soon one leader, whose term nobody challenges for two seconds. */
export function checkCalm(c: ElectionCluster): void {
  c.checkCalm(CALM_MS, CALM_ATTEMPTS);
}

/** Nobody is leader for good: when the leader is cut off another one follows, and when it is back all agree again. */
export function checkSuccession(c: ElectionCluster): void {
  // Two of two are needed for a majority.
  if (c.size < 3) return;
  const first = acknowledgedLeader(c);
  c.disconnect(first);
  c.checkOneLeader();
  c.connect(first);
  acknowledgedLeader(c);
}
