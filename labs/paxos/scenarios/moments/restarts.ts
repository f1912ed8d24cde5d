import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import type { Phases } from "../learn.ts";
import { type Draft, isOwn, NEEDS_BASIC, rivalRoles, roles } from "../support.ts";
import { decideAmong, decidesSoon, holdAccepts, letGo, onlyReach, soon, startUntilHeld } from "./staged.ts";
import { rounds } from "./values.ts";

/** How an acceptor crashes: some time after its answer left, or right then, before it does anything else; or before it has saved. */
type Crash = "later" | "at once" | "before it saved";

/** So long after its crash a peer is up again. */
const BACK_MS = 3;
/** Answers that are late come behind those that are not, and well before anybody tries again. */
const LATE_MS = 3;
/** A request to prepare has arrived, and been answered. */
const PROMISED_MS = 5;
/** So far from a slot is another one that nobody has used. */
const OTHER_SLOT = 10;

/**
 * An acceptor promised a ballot of `p`, whose request to accept is held on its way to it. From now on it hears of `q` alone, whose
 * request to accept will be held, too. Null when `p` did not come so far.
 */
function lowerHeld(c: DecideCluster, phases: Phases, [p, q, r]: readonly [number, number, number], slot: number) {
  const lower = holdAccepts(c, phases, p, [r]);
  if (!startUntilHeld(c, phases, slot, lower, { from: p, prepare: [r], accept: [r] })) return null;
  const higher = holdAccepts(c, phases, q, [r]);
  onlyReach(c, phases, { from: q, prepare: [r], accept: [r] }, { from: p, prepare: [], accept: [], hears: [r] });
  return { lower, higher };
}

/** What a peer promised for one slot it keeps to, whatever it has promised for another one since. */
function promiseForAnotherSlot(c: DecideCluster, phases: Phases, slot: number): void {
  // Ballots come in the order of these with most numberings: the acceptor's own is the lowest.
  const [r, p, q] = c.peers as [number, number, number];
  const asked = lowerHeld(c, phases, [p, q, r], slot);
  if (asked === null) return;
  const { lower, higher } = asked;
  c.start(q, slot);
  if (!soon(c, () => higher.held() > 0)) return;
  c.start(r, slot + OTHER_SLOT);
  c.sleep(1);
  c.restart(r);
  letGo(c, lower);
  letGo(c, higher);
}

/** An acceptor promises a ballot, crashes, and gets a request of a lower ballot when it is back. */
function promiseAndCrash(c: DecideCluster, phases: Phases, slot: number, crash: Crash): void {
  const [p, q, r] = rivalRoles(c, slot);
  const asked = lowerHeld(c, phases, [p, q, r], slot);
  if (asked === null) return;
  const { lower, higher } = asked;
  const rule = crash === "at once" ? c.crashOnEffect({ peers: [r], effect: "reply", when: "after" }) : null;
  // The acceptor is back when its promise arrives.
  const late = c.rule((m) => (rule !== null && m.kind === "reply" && m.from === r ? { delayMs: BACK_MS } : "pass"));
  c.start(q, slot);
  if (rule !== null && soon(c, () => !c.isUp(r))) c.restart(r);
  const isPromised = soon(c, () => higher.held() > 0);
  rule?.remove();
  late.remove();
  if (rule === null) c.restart(r);
  if (!isPromised) return;
  letGo(c, lower);
  letGo(c, higher);
}

/**
 * An acceptor accepts a value, which is decided by that, crashes, and is asked by another proposer when it is back. Who crashes before he has
 * saved has told nobody.
 */
function acceptAndCrash(c: DecideCluster, phases: Phases, slot: number, crash: Crash): void {
  const [p, q, r] = roles(c);
  const held = holdAccepts(c, phases, p, [r]);
  const first = onlyReach(c, phases, { from: p, prepare: [r], accept: [r] });
  c.start(p, slot);
  const isHeld = soon(c, () => held.held() > 0);
  const rule =
    crash === "at once"
      ? c.crashOnEffect({ peers: [r], effect: "reply", when: "after" })
      : crash === "later"
        ? null
        : c.crashOnEffect({ peers: [r], effect: "save", when: "before" });
  letGo(c, held);
  const isDecided = isHeld && decidesSoon(c, p, slot);
  rule?.remove();
  first.remove();
  c.restart(r);
  if (isDecided) decideAmong(c, [q, r], q, slot);
}

/** The proposer that decided crashes, and so do those who accepted: all come back. */
function decideAndCrash(c: DecideCluster, phases: Phases, slot: number, value: unknown): void {
  const [p, q, r] = roles(c);
  const first = onlyReach(c, phases, { from: p, prepare: [r], accept: [r] });
  c.start(p, slot, value);
  const isDecided = decidesSoon(c, p, slot);
  first.remove();
  c.crashAll();
  c.restartAll();
  if (!isDecided) return;
  decideAmong(c, [q, p], q, slot);
  c.start(p, slot);
  c.decided(slot, [p]);
}

/** What came before a proposer's requests to accept are on their way. */
interface Before {
  /** Of its ballots its own acceptor has not heard, where it is asked through the network. */
  readonly isDeaf?: boolean;
  /** It has promised another's ballot. */
  readonly hasPromised?: boolean;
  /** Its first attempt has come to nothing, as nobody was asked to accept. */
  readonly isSecond?: boolean;
}

/** A proposer crashes while its requests to accept are on their way, and proposes another value when it is back, before they arrive. */
function proposeAndCrash(c: DecideCluster, phases: Phases, slot: number, before: Before): void {
  const { isDeaf = false, hasPromised = false, isSecond = false } = before;
  const [p, a, b, x, y] = roles(c);
  if (hasPromised) promisesAnother(c, phases, slot, [p, x, y]);
  // What it knows of ballots of its own it has from what is saved, the first time as the second.
  if (isDeaf) c.restart(p);
  const toItself = c.rule((m) => (isDeaf && isOwn(m) && m.from === p ? "drop" : "pass"));
  const lost = isSecond ? loseFirstAccepts(c, phases, p) : null;
  const old = holdAccepts(c, phases, p, [a, b]);
  // The other one may have accepted its own value, and must not report that, here and there: both times it is p's own that is proposed.
  const asked = hasPromised ? [a, b, y] : c.peers;
  const first = onlyReach(c, phases, { from: p, prepare: asked, accept: [] });
  c.start(p, slot);
  const isHeld = soon(c, () => old.held() > 0);
  c.restart(p);
  for (const rule of [toItself, old, first]) rule.remove();
  lost?.remove();
  if (!isHeld) return;
  const second = onlyReach(c, phases, { from: p, prepare: asked, accept: [x, y] });
  c.start(p, slot);
  const isDecided = decidesSoon(c, p, slot);
  letGo(c, old);
  second.remove();
  if (!isDecided) return;
  // Where both are of one ballot, the report that comes first is taken, or the last one: that of the old request once each.
  const [proposer, third] = c.shuffle("later proposer", [a, b]) as [number, number];
  const lateOne = slot % 2 === 0 ? x : third;
  const late = c.rule(({ kind, from }) => (kind === "reply" && from === lateOne ? { delayMs: LATE_MS } : "pass"));
  decideAmong(c, [a, b, x], proposer, slot);
  late.remove();
}

/** A peer promises the ballot of another one, which comes to nothing. */
function promisesAnother(
  c: DecideCluster,
  phases: Phases,
  slot: number,
  [peer, other, third]: readonly [number, number, number],
): void {
  const reach = onlyReach(c, phases, { from: other, prepare: [peer, third], accept: [] });
  c.start(other, slot);
  c.sleep(PROMISED_MS);
  reach.remove();
  c.restart(other);
}

/** What a proposer asks others to accept in its first attempt is lost, until it asks them to prepare again. */
function loseFirstAccepts(c: DecideCluster, phases: Phases, peer: number): RuleHandle {
  let attempt = 0;
  let isAsking = true;
  return c.rule((m) => {
    if (m.from !== peer || isOwn(m)) return "pass";
    if (phases.isPrepare(m) && isAsking) attempt++;
    if (phases.isPrepare(m)) isAsking = false;
    if (!phases.isAccept(m)) return "pass";
    isAsking = true;
    return attempt < 2 ? "drop" : "pass";
  });
}

/** So many rounds have each of these before them, one after the other. */
const CRASHES: readonly (readonly [rounds: number, before: Before])[] = [
  [7, {}],
  [7, { isDeaf: true }],
  [2, { isDeaf: true, hasPromised: true }],
  [4, { isDeaf: true, isSecond: true }],
];

/** What a crash must not take away. */
export const RESTARTS: readonly Draft[] = [
  {
    id: "paxos-a/restarts",
    title: "acceptors crash after they promised, and after they accepted",
    peers: 3,
    about:
      "An acceptor crashes and comes back with what it saved: at once or a little after its promise has left, or its word that it accepted, or just before it saves that. It must keep to what it told, in each slot by itself. And all crash when one has decided: the value stays, and who had decided decides it again when it is started.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 8, (phases, slot) => {
        if (slot === 1 || slot === 2) promiseAndCrash(c, phases, slot, slot === 1 ? "later" : "at once");
        else if (slot < 5) acceptAndCrash(c, phases, slot, slot === 3 ? "later" : "at once");
        else if (slot < 7) decideAndCrash(c, phases, slot, slot === 5 ? c.value() : null);
        else if (slot === 7) promiseForAnotherSlot(c, phases, slot);
        else acceptAndCrash(c, phases, slot, "before it saved");
      }),
  },
  {
    id: "paxos-a/proposer-restarts",
    title: "a proposer crashes between its phases, and proposes another value when it is back",
    peers: 5,
    about:
      "A proposer crashes when its requests to accept are on their way. It comes back, is given another value, and gets it accepted by others; then the old requests arrive. The two must not be of one ballot, even if its own acceptor, where it is asked through the network, had not heard of the first. In the last rounds it has promised another's ballot before, or its first attempt has come to nothing.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      const befores = CRASHES.flatMap(([times, before]) => Array.from({ length: times }, () => before));
      rounds(c, befores.length, (phases, slot) => proposeAndCrash(c, phases, slot, befores[slot - 1] ?? {}));
    },
  },
];
