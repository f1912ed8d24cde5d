import {
  AGREED_WITHIN_MS,
  ELECTED_WITHIN_MS,
  type LogCluster,
  type Started,
} from "../../../grader/harness/log/cluster.ts";
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
  | "one"
  | "wait"
  | "applied"
  | "appliedIndex"
  | "highestApplied"
  | "expectNotApplied"
  | "settle"
  | "kill";

/** A cluster as each stage may use it, so that a suite cannot use what a later stage builds. 2D has the whole. */
export type PersistentCluster = Omit<LogCluster, "snapshotSize" | "lastSnapshotCall">;
export type ReplicatingCluster = Omit<PersistentCluster, Persistence>;
export type ElectionCluster = Omit<ReplicatingCluster, Replication>;

/** All peers but these. */
export function others(c: ElectionCluster, ...peers: readonly number[]): number[] {
  return c.peers.filter((peer) => !peers.includes(peer));
}

/** Of a group, the peer that claims leadership in the highest term; null when none does. */
export function leaderAmong(c: ElectionCluster, group: readonly number[]): number | null {
  const leaders = group.filter((peer) => c.claimsLeadership(peer));
  return leaders.reduce<number | null>(
    (best, peer) => (best === null || c.term(peer) > c.term(best) ? peer : best),
    null,
  );
}

/** Waits for a leader inside a group that only reaches itself. `newerThan`: it must lead a term beyond this one. */
export function leaderWithin(c: ElectionCluster, group: readonly number[], newerThan = -1): number {
  const found = (): number | null => {
    const leader = leaderAmong(c, group);
    return leader !== null && c.term(leader) > newerThan ? leader : null;
  };
  if (!c.until(ELECTED_WITHIN_MS, () => found() !== null, 10)) {
    c.fail({
      property: "liveness",
      check: "elects-among",
      expected: `one of the peers ${group.join(", ")} to become leader within ${ELECTED_WITHIN_MS / 1000} s: they reach each other, and are a majority`,
      seen: `none of them leads; their terms are ${group.map((peer) => c.term(peer)).join(", ")}`,
      cite: "Raft paper, section 5.2",
      peers: group,
      hint: "Terms must be able to catch up with each other, and election timeouts be drawn anew for each election.",
    });
  }
  return found() as number;
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
export function agreeAmong(c: ReplicatingCluster, group: readonly number[], count = 1, sizeBytes?: number): void {
  for (let i = 0; i < count; i++) agreeOnOne(c, group, sizeBytes);
}

function agreeOnOne(c: ReplicatingCluster, group: readonly number[], sizeBytes?: number): void {
  const command = c.command(sizeBytes);
  const endMs = c.nowMs() + AGREED_WITHIN_MS;
  while (c.nowMs() < endMs) {
    const leader = leaderAmong(c, group);
    const started = leader === null ? null : c.start(leader, command);
    if (started === null) {
      c.sleep(20);
      continue;
    }
    const stands = (): boolean => c.applied(started.index).command === command;
    const replaced = (): boolean => c.applied(started.index).kind !== "none" && !stands();
    const everywhere = (): boolean => group.every((peer) => c.appliedIndex(peer) >= started.index);
    if (c.until(5_000, () => replaced() || everywhere()) && stands()) return;
    // Whoever answers at once with an index that is taken must not stop the clock.
    c.sleep(20);
  }
  c.fail({
    property: "liveness",
    check: "agrees-among",
    expected: `the peers ${group.join(", ")}, a majority that reach each other, to apply a new command within ${AGREED_WITHIN_MS / 1000} s`,
    seen: `they have applied up to the indices ${group.map((peer) => c.appliedIndex(peer)).join(", ")}`,
    cite: "Raft paper, section 5: available as long as a majority is up and connected",
    peers: group,
  });
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

/** A leader whose term all connected peers have heard of, so that no other one of them can believe that it leads. */
export function acknowledgedLeader(c: ElectionCluster): number {
  c.checkOneLeader();
  c.checkTerms();
  return c.checkOneLeader();
}

/** On a network without faults there is soon one leader, whose term nobody challenges for two seconds. */
export function checkCalm(c: ElectionCluster): void {
  c.checkOneLeader();
  let seen = "";
  const calm = (): boolean => {
    const term = c.checkTerms();
    c.sleep(CALM_MS);
    const newest = Math.max(...c.connected().map((peer) => c.term(peer)));
    seen =
      newest > term
        ? `the last time the term went from ${term} to ${newest}`
        : `the last time nobody led at the end, though the term stayed ${term}`;
    return c.connected().every((peer) => c.term(peer) === term) && c.leader() !== null;
  };
  c.expect(Array.from({ length: CALM_ATTEMPTS }).some(calm), () => ({
    property: "liveness",
    check: "calm",
    expected: `${CALM_MS / 1000} quiet seconds under one leader, within ${CALM_ATTEMPTS} attempts, once the network is without faults`,
    seen,
    cite: "Raft paper, section 5.2: heartbeats keep followers from starting an election",
    hint: "What makes a peer start its election timeout again, what makes a candidate give up, and who sends heartbeats?",
  }));
  c.checkOneLeader();
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
