import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { learnPhases, type Phases } from "../learn.ts";
import { type Draft, decideWithoutEach, isOwn, NEEDS_BASIC, others, rivalRoles, roles } from "../support.ts";
import { acceptsAlone, decideAmong, decidesSoon, holdAccepts, letGo, onlyReach, overheard, soon } from "./staged.ts";

const ROUNDS = 4;
/** No round uses it, or one behind it. */
const FRESH_SLOT = 30;
/** Answers that are late come behind those that are not, and well before anybody tries again. */
const LATE_MS = 3;
/** Promises have been asked for, and given, by then. */
const BETWEEN_MS = 300;
/** A proposer whose attempts fail tries again within so long, and more than once. */
const LATER_ATTEMPTS_MS = 1_500;
/** A first ballot has come to its end by then. */
const ACCEPTED_MS = 8;
/** What a first ballot asks for at once is lost by then, and nobody has given it up. */
const LOST_MS = 30;
/** Of five, whose numbers are the same but for multiples of three or of four; or one comes right behind the other. */
const RIVALS: readonly (readonly number[])[] = [
  [0, 3],
  [1, 4],
  [0, 4],
  [0, 1],
];
/** Values are plain data, these too; by slot. */
const EMPTY: Readonly<Record<number, unknown>> = { 3: null, 4: 0, 5: "", 6: false };

/** Rounds of one moment, each with a slot of its own; then everybody learns of all slots, and each peer is away once. */
export function rounds(c: DecideCluster, count: number, moment: (phases: Phases, slot: number) => void): void {
  c.phase("one slot is decided in peace");
  const phases = learnPhases(c, 0, 0);
  for (let slot = 1; phases.areKnown && slot <= count; slot++) {
    c.phase(`the moment that the scenario is about comes, in slot ${slot}`);
    moment(phases, slot);
    c.heal();
  }
  c.settle();
  // Also where no moment came about, as phases cannot be told apart.
  decideWithoutEach(c, FRESH_SLOT);
}

/**
 * A proposer's first attempt hears of a value that one peer accepted, and comes to nothing. Then another value is decided, which its
 * later attempts hear of, and which alone may be decided.
 */
function reportedLater(c: DecideCluster, phases: Phases, slot: number): void {
  const [one, p, q, a, b] = rivalRoles(c, slot);
  if (!acceptsAlone(c, phases, one, slot)) return;
  let isAsking = false;
  c.rule((m) => {
    if (phases.isAccept(m) && m.from === p) isAsking = true;
    return "pass";
  });
  const first = onlyReach(c, phases, { from: p, prepare: [one, a], accept: [] });
  c.start(p, slot);
  const isAdopted = soon(c, () => isAsking);
  first.remove();
  if (!isAdopted) return;
  const second = onlyReach(c, phases, { from: q, prepare: [a, b], accept: [a, b] });
  c.start(q, slot);
  const isDecided = decidesSoon(c, q, slot);
  second.remove();
  if (isDecided) decideAmong(c, [p, a, b], p, slot);
}

/**
 * One peer accepts its value alone, and another one another value under a higher ballot. Then somebody decides the first one's value, under a
 * ballot above both: who had accepted it before has accepted it under that one.
 */
function acceptedTwice(c: DecideCluster, phases: Phases, slot: number): void {
  const [p, q, r, s, t] = rivalRoles(c, slot);
  if (!acceptsAlone(c, phases, p, slot)) return;
  if (!acceptsAlone(c, phases, q, slot, [r, s, t])) return;
  const reach = onlyReach(c, phases, { from: r, prepare: [p, s], accept: [p, s] });
  c.start(r, slot);
  const isDecided = decidesSoon(c, r, slot);
  reach.remove();
  if (isDecided) decideAmong(c, [p, q, t], t, slot);
}

/**
 * Two proposers are promised their ballots by the same acceptors, which are a majority with either. The lower one's value is decided, and then the higher one's requests to
 * accept arrive. `isAgain`: the first one's first attempt came to nothing. Whatever ballots are made of, they are not the same.
 */
export function promisedToBoth(
  c: DecideCluster,
  phases: Phases,
  slot: number,
  rivals: readonly number[],
  isAgain: boolean,
): void {
  const [p, q] = rivals as [number, number];
  const both = c.shuffle("acceptors", others(c, p, q)).slice(0, c.majority - 1);
  const held = [p, q].map((peer) => holdAccepts(c, phases, peer, both)) as [RuleHandle, RuleHandle];
  const none = onlyReach(c, phases, { from: p, prepare: isAgain ? [] : both, accept: both });
  c.start(p, slot);
  c.sleep(LOST_MS);
  none.remove();
  onlyReach(c, phases, ...[p, q].map((from) => ({ from, prepare: both, accept: both })));
  if (!soon(c, () => held[0].held() > 0)) return;
  c.start(q, slot);
  if (!soon(c, () => held[1].held() > 0)) return;
  letGo(c, held[0]);
  if (decidesSoon(c, p, slot)) letGo(c, held[1]);
}

/**
 * A proposer's attempt is accepted by one other peer and comes to nothing, though nobody refuses; its own acceptor, where it is asked through
 * the network, is deaf. The next attempt hears of another value, and not of its own: it must be of another ballot.
 */
function attemptedAgain(c: DecideCluster, phases: Phases, slot: number): void {
  const [one, p, a, q, r] = rivalRoles(c, slot);
  if (!acceptsAlone(c, phases, one, slot)) return;
  const deaf = c.rule((m) => (isOwn(m) && m.from === p ? "drop" : "pass"));
  let isAsking = false;
  let isAgain = false;
  c.rule((m) => {
    if (m.from === p && phases.isAccept(m)) isAsking = true;
    if (m.from === p && phases.isPrepare(m)) isAgain = isAsking;
    return "pass";
  });
  const first = onlyReach(c, phases, { from: p, prepare: [a, q, r], accept: [a] });
  c.start(p, slot);
  const isFirst = soon(c, () => isAsking);
  first.remove();
  if (!isFirst) return;
  const between = onlyReach(c, phases, { from: p, prepare: [one, q, r], accept: [a] });
  const isSecond = soon(c, () => isAgain);
  between.remove();
  if (!isSecond) return;
  const second = onlyReach(c, phases, { from: p, prepare: [one, q, r], accept: [one, q, r] });
  const isDecided = decidesSoon(c, p, slot);
  second.remove();
  deaf.remove();
  if (!isDecided) return;
  const late = c.rule(({ kind, from }) => (kind === "reply" && from !== a ? { delayMs: LATE_MS } : "pass"));
  decideAmong(c, [a, q, r], q, slot);
  late.remove();
}

/** What was accepted must be taken over by whoever comes later: which value, of those that are reported. */
export const VALUES: readonly Draft[] = [
  {
    id: "paxos-a/reported-value",
    title: "a value that one promise reports may have been chosen",
    peers: 5,
    about:
      "A proposer has its value accepted by three of five, decides it and is cut off with one of them. Another one gets promises from three, of whom one reports that value, first or last, and perhaps not for the first time: it is the only one that may be decided now.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS + 2, (phases, slot) => {
        const [p, gone, reporter, q, r] = roles(c);
        const first = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [gone, reporter] });
        c.start(p, slot, slot in EMPTY ? EMPTY[slot] : c.value());
        const isDecided = decidesSoon(c, p, slot);
        first.remove();
        if (!isDecided) return;
        if (slot % 4 < 2) {
          // Somebody else was told of the value, and came to nothing: it must be told again.
          const between = onlyReach(c, phases, { from: gone, prepare: [reporter, r], accept: [] });
          c.start(gone, slot);
          c.sleep(BETWEEN_MS);
          between.remove();
        }
        // Whoever takes the first report, or the last one, is found out by the order in which they come.
        const isLate = slot % 2 === 0;
        const late = c.rule(({ kind, from }) =>
          kind === "reply" && (from === reporter) === isLate ? { delayMs: LATE_MS } : "pass",
        );
        decideAmong(c, [reporter, q, r], c.pick("second proposer", [q, r, reporter]), slot);
        late.remove();
      }),
  },
  {
    id: "paxos-a/highest-ballot",
    title: "of two reported values the one of the higher ballot",
    peers: 5,
    about:
      "One value was accepted by two under a low ballot, another one by three under a higher ballot, and was decided. A third proposer hears of both: of the low ballot from two, of the high one from one. In some rounds those two have promised still higher ballots since, and one of them has crashed: what they accepted is of the low ballot all the same. Or a proposer hears of the low one in an attempt that comes to nothing, and of the high one in its next. Or a peer accepts its value a second time, under a ballot above that of another value: then it is the second ballot that it reports.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS + 3, (phases, slot) => {
        if (slot > ROUNDS) {
          if (slot <= ROUNDS + 2) reportedLater(c, phases, slot);
          else acceptedTwice(c, phases, slot);
          return;
        }
        const [p, a, x, q, r] = roles(c);
        // Not removed before the proposer is cut off: what it asks later reaches nobody.
        let isAccepted = false;
        const first = c.rule((m) => {
          if (phases.isAccept(m) && m.from === p && m.to === a) isAccepted = true;
          return "pass";
        });
        const reach = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [a] });
        c.start(p, slot);
        soon(c, () => isAccepted);
        c.sleep(2);
        first.remove();
        reach.remove();
        if (!isAccepted) return;
        c.partition([q, r, x], [p, a]);
        const second = onlyReach(c, phases, { from: q, prepare: [r, x], accept: [r, x] });
        c.start(q, slot);
        const isDecided = decidesSoon(c, q, slot);
        second.remove();
        if (!isDecided) return;
        if (slot > 2) {
          // What it has promised since, and knows from what is saved, is not the ballot of what it accepted.
          c.partition([q, r, x], [p, a]);
          c.sleep(BETWEEN_MS);
          c.restart(a);
        }
        const lateOne = slot % 2 === 0 ? x : a;
        const late = c.rule(({ kind, from }) => (kind === "reply" && from === lateOne ? { delayMs: LATE_MS } : "pass"));
        decideAmong(c, [p, a, x], c.pick("third proposer", [x, a]), slot);
        late.remove();
      }),
  },
  {
    id: "paxos-a/two-ballots",
    title: "a majority has accepted, but not one ballot",
    peers: 5,
    about:
      "One value is accepted by two, another one by a third peer, under another ballot. Nothing is chosen by that, whoever hears of all three. Then a proposer gets promises from the first two. And two proposers, whose numbers are far apart, have promises of the same acceptors; one decides, and then the other one's requests to accept arrive. Their ballots must differ.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 2 + 2 * RIVALS.length, (phases, slot) => {
        const rivals = RIVALS[(slot - 3) >> 1];
        if (rivals !== undefined) {
          promisedToBoth(c, phases, slot, rivals, slot % 2 === 0);
          return;
        }
        const [p, q, a, learner, r] = rivalRoles(c, slot);
        overheard(c, phases, learner);
        const first = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [a] });
        c.start(p, slot);
        c.sleep(ACCEPTED_MS);
        first.remove();
        const second = onlyReach(c, phases, { from: q, prepare: [learner, r], accept: [] });
        c.start(q, slot);
        c.sleep(BETWEEN_MS);
        second.remove();
        c.heal();
        decideAmong(c, [p, a, learner], c.pick("third proposer", [a, learner]), slot);
      }),
  },
  {
    id: "paxos-a/two-attempts",
    title: "each attempt of a proposer is accepted by somebody else",
    peers: 5,
    about:
      "A proposer's first attempt is accepted by one other peer of five, its later ones by another: no ballot has a majority. In between another proposer has accepted a value of its own, alone, under a ballot between theirs; that value a majority decides then. Or a first attempt comes to nothing though nobody refuses it, and the next one hears of another value, which a majority accepts: the two attempts must have different ballots.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS + 3, (phases, slot) => {
        if (slot > ROUNDS) {
          attemptedAgain(c, phases, slot);
          return;
        }
        const [p, q, one, other, r] = rivalRoles(c, slot);
        const first = onlyReach(c, phases, { from: p, prepare: [one, other], accept: [one] });
        c.start(p, slot);
        c.sleep(ACCEPTED_MS);
        first.remove();
        const between = onlyReach(c, phases, { from: q, prepare: [other, r], accept: [] });
        c.start(q, slot);
        c.sleep(BETWEEN_MS);
        between.remove();
        const later = onlyReach(c, phases, { from: p, prepare: [one, other], accept: [other] });
        c.sleep(LATER_ATTEMPTS_MS);
        later.remove();
        decideAmong(c, [q, one, r], q, slot);
      }),
  },
];
