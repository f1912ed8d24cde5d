import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { Phases } from "../learn.ts";
import { type Draft, NEEDS_BASIC, rivalRoles } from "../support.ts";
import {
  acceptsAlone,
  decideAmong,
  decidesSoon,
  holdAccepts,
  holdPromises,
  letGo,
  onlyReach,
  overheard,
  soon,
} from "./staged.ts";
import { rounds } from "./values.ts";

/** Each moment once with either proposer's ballot the first. */
const ROUNDS = 8;

/**
 * Two proposers, and a third peer that only one of them reaches. Its promise is kept back; meanwhile the other proposer turns to
 * the first one's acceptor.
 */
function promiseOfOneself(c: DecideCluster, phases: Phases, slot: number, isOlderToAccept: boolean): void {
  const [low, high, r] = rivalRoles(c, slot);
  const [p, q] = isOlderToAccept ? [high, low] : [low, high];
  const toAccept = holdAccepts(c, phases, q, [p]);
  const promise = holdPromises(c, phases, r, p);
  if (isOlderToAccept) {
    // It has promised the other's ballot, and promises a higher one to itself before it is asked to accept.
    const first = onlyReach(c, phases, { from: q, prepare: [p], accept: [p] });
    c.start(q, slot);
    const isHeld = soon(c, () => toAccept.held() > 0);
    first.remove();
    if (!isHeld) return;
    onlyReach(c, phases, { from: p, prepare: [r], accept: [r] }, { from: q, prepare: [], accept: [p] });
    c.start(p, slot);
    if (!soon(c, () => promise.held() > 0)) return;
    letGo(c, toAccept);
  } else {
    // It has promised its own ballot, and then the other's, which is decided by that.
    toAccept.remove();
    onlyReach(c, phases, { from: p, prepare: [r], accept: [r] }, { from: q, prepare: [p], accept: [p] });
    c.start(p, slot);
    if (!soon(c, () => promise.held() > 0)) return;
    c.start(q, slot);
    if (!decidesSoon(c, q, slot)) return;
  }
  letGo(c, promise);
}

/** A peer has accepted its own value, and nobody else has. Then another value is chosen: with it, or without. */
function acceptedBefore(c: DecideCluster, phases: Phases, slot: number, isWithIt: boolean): void {
  const [p, q, r] = rivalRoles(c, slot);
  if (!acceptsAlone(c, phases, p, slot)) return;
  if (!isWithIt) overheard(c, phases, p);
  const reach = onlyReach(c, phases, { from: q, prepare: [r], accept: [isWithIt ? p : r] });
  c.start(q, slot);
  const isDecided = decidesSoon(c, q, slot);
  if (!isDecided) return;
  if (!isWithIt) {
    c.sleep(LEARNT_MS);
    return;
  }
  reach.remove();
  decideAmong(c, [p, r], r, slot);
}

/** Whoever is told of a decision knows it by then. */
const LEARNT_MS = 5;

/** A proposer's own acceptor is an acceptor like any other. */
export const OWN_ACCEPTOR: readonly Draft[] = [
  {
    id: "paxos-a/own-acceptor",
    title: "a proposer is an acceptor, too",
    peers: 3,
    about:
      "A proposer's acceptor has promised its own ballot and another proposer's, and must keep to the higher of the two: it refuses the other's late request to accept, or its own proposer's. And a peer that has accepted its own value, alone, is asked to accept another one, or told that another one was decided: that is the value that counts.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS, (phases, slot) => {
        const kind = slot % 4;
        if (kind < 2) promiseOfOneself(c, phases, slot, kind === 0);
        else acceptedBefore(c, phases, slot, kind === 2);
      }),
  },
];
