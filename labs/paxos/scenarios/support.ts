import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import type { ScenarioDraft } from "../../../grader/harness/scenario.ts";

export type Draft = ScenarioDraft<DecideCluster, object>;

/** One message, as rules see it. */
export type Message = Parameters<Parameters<DecideCluster["rule"]>[0]>[0];

export const NEEDS_BASIC = ["paxos-a/basic"];
export const NEEDS_SLOTS = [...NEEDS_BASIC, "paxos-b/many"];

/** All peers but these. */
export function others(c: DecideCluster, ...peers: readonly number[]): number[] {
  return c.peers.filter((peer) => !peers.includes(peer));
}

/** Peers in an order that is drawn, for roles that anybody may play. */
export function roles(c: DecideCluster): [number, number, number, number, number] {
  return c.shuffle("roles", c.peers) as [number, number, number, number, number];
}

/**
 * The same with a lower number first and a higher one second, as whose ballots come in that order with most numberings; in the last
 * of four slots the other way round.
 */
export function rivalRoles(c: DecideCluster, slot: number): [number, number, number, number, number] {
  const [one, two, ...rest] = roles(c);
  const [low, high] = one < two ? [one, two] : [two, one];
  return [...(slot % 4 === 0 ? [high, low] : [low, high]), ...rest] as [number, number, number, number, number];
}

/**
 * Whoever is away, the others decide a slot that nobody has started: one for each peer, from that slot on. A peer without which
 * nothing is decided makes no majority, and what is agreed with it alone is no agreement. Asked for when all faults are over.
 */
export function decideWithoutEach(c: DecideCluster, firstSlot: number): void {
  for (const away of c.peers) {
    const slot = firstSlot + away;
    c.phase(`peer ${away} is away, and the others decide slot ${slot}`);
    c.disconnect(away);
    const [proposer] = others(c, away) as [number];
    c.start(proposer, slot);
    c.decided(slot, [proposer]);
    c.connect(away);
  }
}

/** Whether a message goes between a peer and itself. */
export function isOwn({ from, to }: Message): boolean {
  return from === to;
}
