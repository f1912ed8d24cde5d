import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { Phases } from "../learn.ts";
import { type Draft, NEEDS_BASIC, rivalRoles, roles } from "../support.ts";
import {
  acceptsAlone,
  decideAmong,
  decidesSoon,
  holdAccepts,
  holdPrepares,
  holdPromises,
  letGo,
  onlyReach,
  overheard,
  soon,
  startUntilHeld,
} from "./staged.ts";
import { rounds } from "./values.ts";

const ROUNDS = 4;
/** So long a proposer gets answers from one peer only, again and again. */
const ALONE_WITH_ONE_MS = 3_000;
/** An answer comes so late that some ask again meanwhile, or begin with another ballot. */
const AFTER_ASKING_AGAIN_MS = 110;
const AFTER_GIVING_UP_MS = 400;
/** Whoever is told of a decision knows it by then. */
const TOLD_MS = 5;
/** Copies of a message have arrived by then. */
const DOUBLED_MS = 40;
/** So far from a slot is another one that no round uses. */
const OTHER_SLOT = 10;
/** Somebody whose attempts come to nothing has made some by then. */
const OFTEN_MS = 1_000;

/** Two of five accept, and a learner, where acceptors tell, is told of it again and again. The three others decide. */
function toldAgain(c: DecideCluster, phases: Phases, slot: number): void {
  const [p, a, learner, q, r] = roles(c);
  c.rule((m) =>
    m.kind === "request" && m.to === learner && !phases.isPrepare(m) && !phases.isAccept(m) ? { duplicate: 2 } : "pass",
  );
  const reach = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [a] });
  c.start(p, slot);
  c.sleep(DOUBLED_MS);
  reach.remove();
  decideAmong(c, [q, r, learner], q, slot);
}

/**
 * An acceptor is asked to promise a higher ballot at the same moment as it is asked for something of a lower one: whatever it has to wait for
 * before it answers, it looks and promises in one step.
 */
function atOneMoment(c: DecideCluster, phases: Phases, slot: number, isToAccept: boolean): void {
  const [p, q, r] = rivalRoles(c, slot);
  const lower = isToAccept ? holdAccepts(c, phases, p, [r]) : holdPrepares(c, phases, p, [r]);
  const higher = holdPrepares(c, phases, q, [r]);
  const later = holdAccepts(c, phases, q, [r]);
  onlyReach(c, phases, ...[p, q].map((from) => ({ from, prepare: [r], accept: [r] })));
  c.start(p, slot);
  if (!soon(c, () => lower.held() > 0)) return;
  c.start(q, slot);
  if (!soon(c, () => higher.held() > 0)) return;
  const both = isToAccept ? [lower, higher] : [higher, lower];
  for (const rule of both) rule.remove();
  for (const rule of both) rule.release();
  if (decidesSoon(c, p, slot)) letGo(c, later);
}

/** A proposer has promises for one slot, and comes to a far higher ballot in another one, before it asks to accept. */
function ballotOfAnotherSlot(c: DecideCluster, phases: Phases, slot: number): void {
  const [p, q, r] = rivalRoles(c, slot);
  const far = slot + OTHER_SLOT;
  const often = onlyReach(c, phases, { from: q, prepare: [p], accept: [] });
  c.start(q, far);
  c.sleep(OFTEN_MS);
  often.remove();
  const promise = holdPromises(c, phases, r, p);
  onlyReach(c, phases, ...[p, q].map((from) => ({ from, prepare: [r], accept: [r] })));
  c.start(p, slot);
  if (!soon(c, () => promise.held() > 0)) return;
  c.start(q, slot);
  if (!decidesSoon(c, q, slot)) return;
  c.start(p, far);
  letGo(c, promise);
}

/**
 * An acceptor has accepted its own value, alone, and then promises a ballot above that, and crashes. A ballot between the two asks it to accept
 * another value: of what it promised last it knows still, and not only of what it accepted.
 */
function promisedAboveAccepted(c: DecideCluster, phases: Phases, slot: number): void {
  const [s, t, ...rest] = roles(c);
  const [r, p, q] = rest.sort((one, two) => one - two) as [number, number, number];
  if (!acceptsAlone(c, phases, r, slot)) return;
  const lower = holdAccepts(c, phases, p, [r]);
  if (!startUntilHeld(c, phases, slot, lower, { from: p, prepare: [s, t], accept: [r, t] })) return;
  const higher = holdAccepts(c, phases, q, [r, s]);
  onlyReach(
    c,
    phases,
    { from: q, prepare: [r, s], accept: [r, s] },
    { from: p, prepare: [], accept: [], hears: [r, t] },
  );
  c.start(q, slot);
  if (!soon(c, () => higher.held() > 0)) return;
  c.restart(r);
  letGo(c, lower);
  letGo(c, higher);
}

/** A request to accept arrives where another value was decided meanwhile: whoever knows that has not accepted this one. */
function decidedMeanwhile(c: DecideCluster, phases: Phases, slot: number): void {
  const [p, q, r] = rivalRoles(c, slot);
  const old = holdAccepts(c, phases, p, [r]);
  if (!startUntilHeld(c, phases, slot, old, { from: p, prepare: [r], accept: [r] })) return;
  overheard(c, phases, r);
  onlyReach(c, phases, { from: q, prepare: [r], accept: [r] }, { from: p, prepare: [], accept: [] });
  c.start(q, slot);
  if (!decidesSoon(c, q, slot)) return;
  c.sleep(TOLD_MS);
  letGo(c, old);
}

/** Messages of a ballot that is over, or was never heard of. */
export const BALLOTS: readonly Draft[] = [
  {
    id: "paxos-a/old-ballot-returns",
    title: "requests of a ballot arrive after a promise to a higher one",
    peers: 3,
    about:
      "A proposer's request, to prepare or to accept, is held up. Its receiver promises a higher ballot to another proposer, before the old request arrives or at the same moment, and gets the request to accept of the higher ballot last. And between its phases in one slot, a proposer comes to a higher ballot in another slot: what it asks to accept is of the ballot that was promised. Or a request to accept arrives at a peer that knows by then what was decided: to know that is not to accept what it is asked to.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS + 5, (phases, slot) => {
        if (slot > ROUNDS) {
          if (slot < ROUNDS + 3) atOneMoment(c, phases, slot, slot % 2 === 0);
          else if (slot === ROUNDS + 3) ballotOfAnotherSlot(c, phases, slot);
          else decidedMeanwhile(c, phases, slot);
          return;
        }
        const [p, q, r] = rivalRoles(c, slot);
        const old = slot % 2 === 0 ? holdPrepares(c, phases, p, [r]) : holdAccepts(c, phases, p, [r]);
        if (!startUntilHeld(c, phases, slot, old, { from: p, prepare: [r], accept: [r] })) return;
        const higher = holdAccepts(c, phases, q, [r]);
        onlyReach(c, phases, { from: q, prepare: [r], accept: [r] }, { from: p, prepare: [], accept: [r], hears: [r] });
        c.start(q, slot);
        if (!soon(c, () => higher.held() > 0)) return;
        letGo(c, old);
        letGo(c, higher);
      }),
  },
  {
    id: "paxos-a/missed-prepare",
    title: "an acceptor hears of a ballot only when it is asked to accept",
    peers: 5,
    about:
      "An acceptor misses the request to prepare of a ballot, and accepts its value all the same, as it may. After that it must not accept a lower ballot, though it promised that one before; not after a crash either. Nor may one that had accepted something, and then promised a higher ballot, and crashed, accept a ballot between the two.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS + 2, (phases, slot) => {
        if (slot > ROUNDS) {
          promisedAboveAccepted(c, phases, slot);
          return;
        }
        const [p, q, r, s, t] = rivalRoles(c, slot);
        const lower = holdAccepts(c, phases, p, [r]);
        if (!startUntilHeld(c, phases, slot, lower, { from: p, prepare: [r, s], accept: [r] })) return;
        const second = onlyReach(
          c,
          phases,
          { from: q, prepare: [s, t], accept: [r, s] },
          { from: p, prepare: [], accept: [] },
        );
        c.start(q, slot);
        const isDecided = decidesSoon(c, q, slot);
        if (slot % 2 === 0) c.restart(r);
        letGo(c, lower);
        second.remove();
        if (isDecided) decideAmong(c, [p, r, t], c.pick("third proposer", [r, t]), slot);
      }),
  },
  {
    id: "paxos-a/doubled-promises",
    title: "a majority is made of different peers",
    peers: 5,
    about:
      "A value is decided by three of five. A proposer that did not hear of it gets promises from one peer only, and so late that it asks again and again: they are promises of one peer, and of different ballots. And two of five accept a value, and where acceptors tell others so, it arrives more than once: nothing is chosen by that.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 4, (phases, slot) => {
        if (slot > 2) {
          toldAgain(c, phases, slot);
          return;
        }
        const [p, a, q, r, s] = roles(c);
        const first = onlyReach(c, phases, { from: q, prepare: [r, s], accept: [r, s] });
        c.start(q, slot);
        const isDecided = decidesSoon(c, q, slot);
        first.remove();
        if (!isDecided) return;
        const lateMs = slot % 2 === 0 ? AFTER_GIVING_UP_MS : AFTER_ASKING_AGAIN_MS;
        const late = c.rule(({ kind, from }) => (kind === "reply" && from === a ? { delayMs: lateMs } : "pass"));
        onlyReach(c, phases, { from: p, prepare: [a], accept: c.peers });
        c.start(p, slot);
        c.sleep(ALONE_WITH_ONE_MS);
        late.remove();
      }),
  },
];
