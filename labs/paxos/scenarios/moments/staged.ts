import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import type { Phases } from "../learn.ts";
import { isOwn } from "../support.ts";

/** Whom a proposer's requests reach. */
export interface Reach {
  readonly from: number;
  readonly prepare: readonly number[];
  readonly accept: readonly number[];
  /** Who can tell it something of their own accord; those that it can ask to accept when absent. */
  readonly hears?: readonly number[];
}

/** What is awaited in the middle of a moment comes about so soon, or the moment is left out. */
const SOON_MS = 1_000;
/** Requests that were let go have been answered after so long, where nothing delays them. */
const ANSWERED_MS = 4;
/** Who asks others to accept has accepted by then, also where it asks itself through the network. */
const ACCEPTED_MS = 2;

/**
 * Requests reach only whom these say; whatever else peers ask of each other is lost, but for what acceptors tell their proposer:
 * decisions do not spread. Answers come through.
 */
export function onlyReach(c: DecideCluster, phases: Phases, ...reaches: readonly Reach[]): RuleHandle {
  return c.rule((m) => {
    if (m.kind === "reply" || isOwn(m)) return "pass";
    const reach = reaches.find(({ from }) => from === m.from);
    if (phases.isPrepare(m)) return reach?.prepare.includes(m.to) ? "pass" : "drop";
    if (phases.isAccept(m)) return reach?.accept.includes(m.to) ? "pass" : "drop";
    const told = reaches.find(({ from }) => from === m.to);
    return (told?.hears ?? told?.accept)?.includes(m.from) ? "pass" : "drop";
  });
}

/**
 * A proposer starts a slot, and its requests reach only whom `reach` says, until one of them is held. Neither rule is in force
 * after that. Says whether it came so far.
 */
export function startUntilHeld(
  c: DecideCluster,
  phases: Phases,
  slot: number,
  held: RuleHandle,
  reach: Reach,
): boolean {
  const reached = onlyReach(c, phases, reach);
  c.start(reach.from, slot);
  const isHeld = soon(c, () => held.held() > 0);
  held.remove();
  reached.remove();
  return isHeld;
}

/** The same, and one more peer hears whatever anybody tells of his own accord: a learner, where acceptors tell what they accepted. */
export function overheard(c: DecideCluster, phases: Phases, learner: number): RuleHandle {
  return c.rule((m) =>
    m.kind === "request" && m.to === learner && !phases.isPrepare(m) && !phases.isAccept(m) ? { delayMs: 0 } : "pass",
  );
}

/** Keeps requests of phase 2 on their way. To be called before `onlyReach`, as the first rule that has something to say decides. */
export function holdAccepts(c: DecideCluster, phases: Phases, from: number, to: readonly number[]): RuleHandle {
  return c.rule((m) => (phases.isAccept(m) && m.from === from && to.includes(m.to) ? "hold" : "pass"));
}

/** Keeps requests of phase 1 on their way. */
export function holdPrepares(c: DecideCluster, phases: Phases, from: number, to: readonly number[]): RuleHandle {
  return c.rule((m) => (phases.isPrepare(m) && m.from === from && to.includes(m.to) ? "hold" : "pass"));
}

/** Keeps promises of an acceptor, to one proposer, on their way; nothing else that it answers. */
export function holdPromises(c: DecideCluster, phases: Phases, from: number, to: number): RuleHandle {
  // What is answered next, once a request of phase 1 was on that link.
  let isAsked = false;
  c.rule((m) => {
    if (m.from === to && m.to === from && m.kind === "request") isAsked = phases.isPrepare(m);
    return "pass";
  });
  return c.rule((m) => (isAsked && m.kind === "reply" && m.from === from && m.to === to ? "hold" : "pass"));
}

/**
 * A proposer is promised its ballot by these, and its requests to accept reach nobody: it accepts its value alone, and crashes and
 * comes back, so that it does not go on. False when it did not come so far.
 */
export function acceptsAlone(
  c: DecideCluster,
  phases: Phases,
  peer: number,
  slot: number,
  promising: readonly number[] = c.peers,
): boolean {
  let isAsking = false;
  const watch = c.rule((m) => {
    if (phases.isAccept(m) && m.from === peer) isAsking = true;
    return "pass";
  });
  const reach = onlyReach(c, phases, { from: peer, prepare: promising, accept: [] });
  c.start(peer, slot);
  soon(c, () => isAsking);
  c.sleep(ACCEPTED_MS);
  reach.remove();
  watch.remove();
  c.restart(peer);
  return isAsking;
}

/** Lets go what a rule holds, and lets the answers come. */
export function letGo(c: DecideCluster, rule: RuleHandle): void {
  rule.remove();
  rule.release();
  c.sleep(ANSWERED_MS);
}

/** Waits a little for what must not be late in a moment; false: the moment is left out. */
export function soon(c: DecideCluster, condition: () => boolean): boolean {
  return c.until(SOON_MS, condition, 0.5);
}

/** A peer decides by itself, at peers that a scenario lets it reach. */
export function decidesSoon(c: DecideCluster, peer: number, slot: number): boolean {
  return soon(c, () => c.hasDecided(peer, slot));
}

/** These go on by themselves: they reach each other, and are a majority, so that whoever starts the slot decides it. */
export function decideAmong(c: DecideCluster, group: readonly number[], proposer: number, slot: number): void {
  c.partition(group);
  c.start(proposer, slot);
  c.decided(slot, [proposer]);
}
