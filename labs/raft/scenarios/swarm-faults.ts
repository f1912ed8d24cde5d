import type { CrashSpec } from "../../../grader/harness/crash-rules.ts";
import { keepOneByOne } from "./moments/kept.ts";
import type { ElectionCluster, PersistentCluster } from "./support.ts";
import { others } from "./support.ts";

/** Something that is done to a cluster for a while; what `begin` gives ends it, and may do so long after the next one began. */
export interface Fault<Cluster> {
  readonly name: string;
  begin(c: Cluster): () => void;
}

/** What can be done to links and clocks without anybody losing its memory. None of it looks into a message. */
export const LINK_FAULTS: readonly Fault<ElectionCluster>[] = [
  { name: "alone", begin: (c) => isolate(c, somebody(c)) },
  { name: "leader alone", begin: (c) => isolate(c, c.leader() ?? somebody(c)) },
  { name: "leader and one more alone", begin: leaderAndOneMore },
  { name: "halves", begin: halves },
  { name: "deaf", begin: (c) => oneWay(c, somebody(c), "deaf") },
  { name: "mute", begin: (c) => oneWay(c, c.leader() ?? somebody(c), "mute") },
  { name: "pause", begin: standStill },
  { name: "late from one", begin: (c) => holdOne(c, "from") },
  { name: "late to one", begin: (c) => holdOne(c, "to") },
  { name: "late answers", begin: holdAnswers },
  { name: "late single messages", begin: holdSome },
  { name: "late until a newer term", begin: holdUntilNewerTerm },
  { name: "late, one by one", begin: letGoOneByOne },
  { name: "large ones lost", begin: loseLarge },
  { name: "slow links", begin: slowLinks },
];

/** What takes peers' memory, with and without a saved state. */
export const CRASH_FAULTS: readonly Fault<PersistentCluster>[] = [
  { name: "leader crashes", begin: (c) => crashSome(c, [c.leader() ?? 0]) },
  { name: "some crash", begin: (c) => crashSome(c, c.shuffle("who crashes", c.peers).slice(0, c.majority)) },
  { name: "all crash", begin: (c) => crashSome(c, c.peers) },
  { name: "crash after a reply", begin: (c) => crashAt(c, { effect: "reply", when: "after" }) },
  { name: "crash after a save", begin: (c) => crashAt(c, { effect: "save", when: "after" }) },
  { name: "crash before a save", begin: (c) => crashAt(c, { effect: "save", when: "before" }) },
  { name: "crash between calls", begin: (c) => crashAt(c, { effect: "call", when: "after" }) },
  { name: "crash after an apply", begin: (c) => crashAt(c, { effect: "upcall", when: "after" }) },
];

function somebody(c: ElectionCluster): number {
  return c.pick("who", c.peers);
}

function isolate(c: ElectionCluster, peer: number): () => void {
  c.disconnect(peer);
  return () => c.connect(peer);
}

function leaderAndOneMore(c: ElectionCluster): () => void {
  const leader = c.leader() ?? somebody(c);
  const mate = c.pick("with whom", others(c, leader));
  c.partition([leader, mate], others(c, leader, mate));
  return () => c.partition(c.peers);
}

function halves(c: ElectionCluster): () => void {
  const order = c.shuffle("who is where", c.peers);
  const half = Math.floor(c.size / 2);
  c.partition(order.slice(0, half), order.slice(half));
  return () => c.partition(c.peers);
}

function oneWay(c: ElectionCluster, peer: number, how: "deaf" | "mute"): () => void {
  const links = others(c, peer).map((other): [number, number] => (how === "deaf" ? [other, peer] : [peer, other]));
  for (const [from, to] of links) c.cut(from, to);
  return () => {
    for (const [from, to] of links) c.uncut(from, to);
  };
}

function standStill(c: ElectionCluster): () => void {
  const asleep = c.shuffle("who stands still", c.peers).slice(0, c.int("how many stand still", 1, c.majority));
  for (const peer of asleep) c.pause(peer);
  return () => {
    for (const peer of asleep) c.resume(peer);
  };
}

function holdOne(c: ElectionCluster, end: "from" | "to"): () => void {
  const peer = c.pick("whose messages", [c.leader() ?? 0, ...c.peers]);
  return hold(c, (m) => m[end] === peer);
}

function holdAnswers(c: ElectionCluster): () => void {
  const peer = c.pick("whose answers", [c.leader() ?? 0, ...c.peers]);
  return hold(c, (m) => m.kind === "reply" && m.to === peer);
}

/** A few single messages on one link, whatever they are, arrive long after their successors. */
function holdSome(c: ElectionCluster): () => void {
  const from = c.pick("from whom", [c.leader() ?? 0, ...c.peers]);
  const to = c.pick("to whom", others(c, from));
  const kind = c.pick("of which kind", ["request", "reply"] as const);
  let left = c.int("how many", 1, 3);
  return hold(c, (m) => m.kind === kind && m.from === from && m.to === to && left-- > 0);
}

function hold(
  c: ElectionCluster,
  which: (m: { readonly kind: string; readonly from: number; readonly to: number }) => boolean,
): () => void {
  const late = c.rule((m) => (which(m) ? "hold" : "pass"));
  return () => {
    late.remove();
    late.release();
  };
}

/** What one peer sends to another is late, and arrives in the moments in which somebody begins, or hears of, a newer term. */
function holdUntilNewerTerm(c: ElectionCluster): () => void {
  const from = c.pick("whose messages wait", [c.leader() ?? 0, ...c.peers]);
  const to = c.pick("for whom they wait", others(c, from));
  const late = c.rule((m) => (m.from === from && m.to === to ? "hold" : "pass"));
  const lagMs = c.pick("how long after", [0, 1, 4]);
  const newest = (): number => Math.max(...c.peers.map((peer) => c.term(peer)));
  const before = newest();
  let isOver = false;
  c.spawn("wait for a newer term", function* () {
    for (let i = 0; i < 1_000 && !isOver && newest() === before; i++) yield 2;
    yield lagMs;
    if (!isOver) late.release();
  });
  return () => {
    isOver = true;
    late.remove();
    late.release();
  };
}

/** Requests of one peer to another are kept; at the end they arrive one after the other, for as long as there are any. */
function letGoOneByOne(c: ElectionCluster): () => void {
  const from = c.pick("whose requests", [c.leader() ?? 0, ...c.peers]);
  const to = c.pick("at whom", others(c, from));
  const kept = keepOneByOne(c, (m) => m.kind === "request" && m.from === from && m.to === to);
  const everyMs = c.pick("how often", [5, 40, 100]);
  return () => {
    kept.remove();
    c.spawn("let them go", function* () {
      for (let left = 40; left > 0 && kept.letOneGo(); left--) yield everyMs;
    });
  };
}

/** Heartbeats, votes and answers arrive, and what carries entries or a snapshot does not. */
function loseLarge(c: ElectionCluster): () => void {
  const to = c.pick("who gets no entries", c.peers);
  const small = c.rule((m) => (m.kind === "request" && m.to === to && m.sizeBytes > 200 ? "drop" : "pass"));
  return () => small.remove();
}

function slowLinks(c: ElectionCluster): () => void {
  const most = c.pick("how slow", [30, 120, 400]);
  const slow = c.rule((m) => ({ delayMs: c.int(`delay ${m.from}>${m.to}`, 0, most) }));
  return () => slow.remove();
}

function crashSome(c: PersistentCluster, peers: readonly number[]): () => void {
  for (const peer of peers) c.crash(peer);
  return () => {
    for (const peer of peers) if (!c.isUp(peer)) c.restart(peer);
  };
}

function crashAt(c: PersistentCluster, at: Pick<CrashSpec, "effect" | "when">): () => void {
  const crashes = c.crashOnEffect({
    ...at,
    chance: c.pick("how often", [0.05, 0.2, 1]),
    limit: c.int("how many crashes", 1, 4),
    restartAfterMs: [1, c.pick("down for", [3, 50, 400])],
    keepMajority: c.chance("a majority stays", 0.5),
  });
  return () => {
    crashes.remove();
    for (const peer of c.peers) if (!c.isUp(peer)) c.restart(peer);
  };
}
