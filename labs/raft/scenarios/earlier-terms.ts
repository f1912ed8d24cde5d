import { HEARTBEAT_MAX_MS, SILENCE_MAX_MS } from "../limits.ts";
import type { ReplicatingCluster } from "./support.ts";
import { agreeAmong, LARGE_BYTES, leaderWithin, others, startMany } from "./support.ts";

/** So many entries of an old term take more than one request where those have a bound; and so long a few requests take. */
const MANY_OLD: [number, number] = [70, 90];
export const COPIED_MS = 300;
/** So many take more than one request in many submissions. */
const SEVERAL_OLD: [number, number] = [34, 40];
/** So many old entries and one more go into one request everywhere. */
const FEW_OLD: [number, number] = [2, 4];

/** Lets a majority that is alone elect a leader of a new term who has no time to send entries; null when none came. */
export function electMute(c: ReplicatingCluster, group: readonly number[]): number | null {
  const before = Math.max(...c.peers.filter((peer) => c.claimsLeadership(peer)).map((peer) => c.term(peer)));
  const mute = c.rule((m) => (m.kind === "request" && c.claimsLeadership(m.from) ? "drop" : "pass"));
  const elected = (): number | undefined => group.find((peer) => c.claimsLeadership(peer) && c.term(peer) > before);
  c.partition(group);
  c.until(10_000, () => elected() !== undefined, 1);
  mute.remove();
  return elected() ?? null;
}

/** Leaves a peer alone and the rest of the group together, and starts commands on it before it can find out. */
export function startAlone(
  c: ReplicatingCluster,
  peer: number,
  group: readonly number[],
  count: number,
  sizeBytes?: number,
): void {
  c.partition(group.filter((other) => other !== peer));
  startMany(c, peer, count, sizeBytes);
}

/** Who is who when two peers have old entries, and one of the others leads, alone, with an entry of its own term. */
interface AloneAhead {
  /** The leader of the old term, and who has its entries too. */
  readonly old: readonly [number, number];
  readonly oldTerm: number;
  /** How many entries these two have. */
  readonly count: number;
  readonly far: number;
  /** Neither of these: the third of a majority with the two, and of one with the leader. */
  readonly near: number;
  /** All but the two. */
  readonly rest: readonly number[];
}

/** Null when nobody came to lead the next term. */
function leadAlone(c: ReplicatingCluster, amount: "many" | "few", bounds: [number, number]): AloneAhead | null {
  c.one(c.command(), 5);
  const s1 = c.checkOneLeader();
  const oldTerm = c.term(s1);
  const [s2, ...rest] = c.shuffle("who is who", others(c, s1)) as [number, number, number, number];
  c.phase(
    `peers ${s1} and ${s2} have ${amount} entries of term ${oldTerm}, and the next leader is alone with one of its own`,
  );
  c.partition([s1, s2]);
  const count = startMany(c, s1, c.int(`${amount} old entries`, ...bounds), LARGE_BYTES).length;
  c.sleep(COPIED_MS);
  const far = electMute(c, rest);
  if (far === null) {
    c.heal();
    return null;
  }
  startAlone(c, far, [s1, s2], 1);
  const near = rest.find((peer) => peer !== far) as number;
  return { old: [s1, s2], oldTerm, count, far, near, rest };
}

/**
 * Figure 8 with more old entries than many send in one request: of the requests with entries that S3 is sent only the first
 * arrives. What that carries is on a majority then, and not what a new leader's term may begin with, which stands behind all
 * of them.
 */
export function manyOfAnEarlierTerm(c: ReplicatingCluster): void {
  const ahead = leadAlone(c, "many", MANY_OLD);
  if (ahead === null) return;
  const { old, oldTerm, far, near, rest } = ahead;
  const [s1, s2] = old;
  c.phase(`peer ${near} gets the first request with entries of peer ${s1} or ${s2}, and then peer ${far} comes back`);
  let carried = 0;
  const first = c.rule((m) => {
    if (m.kind !== "request" || m.to !== near || rest.includes(m.from) || m.sizeBytes <= LARGE_BYTES) return "pass";
    return ++carried === 1 ? "pass" : "drop";
  });
  c.partition([...old, near]);
  leaderWithin(c, [...old, near], oldTerm);
  c.until(SILENCE_MAX_MS, () => carried > 0, 1);
  c.sleep(COPIED_MS);

  c.partition(rest);
  agreeAmong(c, rest);
  first.remove();
  c.heal();
}

/**
 * A leader finds old entries on a majority, which commits nothing, and is deposed. Of the next leader it gets an entry older
 * than that one's term, and others of it in place of those that it had counted; nobody else gets these.
 */
export function countedAndReplaced(c: ReplicatingCluster): void {
  const ahead = leadAlone(c, "few", FEW_OLD);
  if (ahead === null) return;
  const { old, oldTerm, count, far, near, rest } = ahead;
  c.partition([...old, near]);
  const counting = leaderWithin(c, [...old, near], oldTerm);
  // It can have heard of what the other one's term begins with.
  if (counting === near) {
    c.heal();
    return;
  }
  c.phase(`peer ${counting} has counted old entries, and gets those of peer ${far} in their place; nobody else does`);
  c.sleep(HEARTBEAT_MAX_MS + COPIED_MS);
  const toOne = c.rule((m) =>
    m.kind === "request" && m.from === far && m.to !== counting && m.sizeBytes > LARGE_BYTES ? "drop" : "pass",
  );
  c.partition(rest);
  // Where a term begins with an entry the old ones are committed, and another peer wins.
  if (leaderWithin(c, rest, c.term(counting)) === far) {
    c.partition([counting, ...rest]);
    startMany(c, far, count, LARGE_BYTES);
    c.sleep(HEARTBEAT_MAX_MS + COPIED_MS);
    const left = others(c, counting, far);
    c.partition(left);
    agreeAmong(c, left);
  }
  toOne.remove();
  c.heal();
}

/**
 * The next leader brings entries of an earlier term to a peer that lacks them. The first requests with them are kept, and what
 * is sent beside them, and arrive when the peer has all: before anything of the leader's own term does, or after.
 */
export function lateOldEntries(c: ReplicatingCluster, when: "before" | "after"): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [next, receiver, mate, last] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.phase(
    `peer ${receiver} has old entries of peer ${next}, and then requests from when it had none arrive, ${when} an entry of the new term`,
  );
  c.partition([old, next]);
  startMany(c, old, c.int("several old entries", ...SEVERAL_OLD), LARGE_BYTES);
  c.sleep(COPIED_MS);
  const toReceiver = (m: { kind: string; from: number; to: number }): boolean =>
    m.kind === "request" && m.from === next && m.to === receiver;
  let isFirst = false;
  const late = c.rule((m) => {
    if (!toReceiver(m) || !c.claimsLeadership(next)) return "pass";
    isFirst ||= m.sizeBytes > LARGE_BYTES;
    return isFirst ? "hold" : "pass";
  });
  const three = [next, receiver, mate];
  c.partition(three);
  leaderWithin(c, three, c.term(old));
  c.until(SILENCE_MAX_MS, () => isFirst, 1);
  c.sleep(HEARTBEAT_MAX_MS + 10);
  late.remove();
  c.sleep(SILENCE_MAX_MS + COPIED_MS);
  if (when === "before") {
    late.release();
    c.sleep(5);
    agreeAmong(c, three);
  } else {
    // What tells that it is committed does not arrive.
    const carried = c.rule((m) => (toReceiver(m) && m.sizeBytes <= LARGE_BYTES ? "drop" : "pass"));
    const index = startMany(c, next, 1, LARGE_BYTES).at(-1)?.index ?? 0;
    c.until(SILENCE_MAX_MS, () => c.appliedIndex(next) >= index, 1);
    const left = [receiver, old, last];
    c.partition(left);
    late.release();
    c.sleep(5);
    carried.remove();
    agreeAmong(c, left, 2);
  }
  c.heal();
}
