import type { DecideCluster } from "../../../../grader/harness/decide/cluster.ts";
import type { Phases } from "../learn.ts";
import { type Draft, isOwn, NEEDS_BASIC, rivalRoles, roles } from "../support.ts";
import { decideAmong, decidesSoon, holdAccepts, letGo, onlyReach, soon } from "./staged.ts";
import { rounds } from "./values.ts";

/** How an acceptor crashes: some time after its answer left, or right then, before it does anything else. */
type Crash = "later" | "at once";

/** So long after its crash a peer is up again. */
const BACK_MS = 3;
/** So far from a slot is another one that nobody has used. */
const OTHER_SLOT = 10;

/**
 * An acceptor promised a ballot of `p`, whose request to accept is held on its way to it. From now on it hears of `q` alone, whose
 * request to accept will be held, too. Null when `p` did not come so far.
 */
function lowerHeld(c: DecideCluster, phases: Phases, [p, q, r]: readonly [number, number, number], slot: number) {
  const lower = holdAccepts(c, phases, p, [r]);
  const first = onlyReach(c, phases, { from: p, prepare: [r], accept: [r] });
  c.start(p, slot);
  const isHeld = soon(c, () => lower.held() > 0);
  lower.remove();
  first.remove();
  if (!isHeld) return null;
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

/** An acceptor accepts a value, which is decided by that, crashes, and is asked by another proposer when it is back. */
function acceptAndCrash(c: DecideCluster, phases: Phases, slot: number, crash: Crash): void {
  const [p, q, r] = roles(c);
  const held = holdAccepts(c, phases, p, [r]);
  const first = onlyReach(c, phases, { from: p, prepare: [r], accept: [r] });
  c.start(p, slot);
  const isHeld = soon(c, () => held.held() > 0);
  const rule = crash === "at once" ? c.crashOnEffect({ peers: [r], effect: "reply", when: "after" }) : null;
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

/**
 * A proposer crashes while its requests to accept are on their way, and proposes another value when it is back, before they arrive.
 * `isDeaf`: of its first ballot its own acceptor has not heard by then, where it is asked through the network.
 */
function proposeAndCrash(c: DecideCluster, phases: Phases, slot: number, isDeaf: boolean): void {
  const [p, a, b, x, y] = roles(c);
  // What it knows of ballots of its own it has from what is saved, the first time as the second.
  if (isDeaf) c.restart(p);
  const toItself = c.rule((m) => (isDeaf && isOwn(m) && m.from === p ? "drop" : "pass"));
  const old = holdAccepts(c, phases, p, [a, b]);
  const first = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [] });
  c.start(p, slot);
  const isHeld = soon(c, () => old.held() > 0);
  c.restart(p);
  toItself.remove();
  old.remove();
  first.remove();
  if (!isHeld) return;
  const second = onlyReach(c, phases, { from: p, prepare: c.peers, accept: [x, y] });
  c.start(p, slot);
  const isDecided = decidesSoon(c, p, slot);
  letGo(c, old);
  second.remove();
  if (isDecided) decideAmong(c, [a, b, x], c.pick("later proposer", [a, b]), slot);
}

/** Of these each is one more with a proposer whose own acceptor is deaf. */
const PROPOSERS_CRASH = 7;

/** What a crash must not take away. */
export const RESTARTS: readonly Draft[] = [
  {
    id: "paxos-a/restarts",
    title: "acceptors crash after they promised, and after they accepted",
    peers: 3,
    about:
      "An acceptor crashes when its promise has left, or when it has said that it accepted, at once or a little later, and comes back with what it saved. It must keep to both, in each slot by itself. And all crash, after one has decided.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 7, (phases, slot) => {
        if (slot === 1 || slot === 2) promiseAndCrash(c, phases, slot, slot === 1 ? "later" : "at once");
        else if (slot < 5) acceptAndCrash(c, phases, slot, slot === 3 ? "later" : "at once");
        else if (slot < 7) decideAndCrash(c, phases, slot, slot === 5 ? c.value() : null);
        else promiseForAnotherSlot(c, phases, slot);
      }),
  },
  {
    id: "paxos-a/proposer-restarts",
    title: "a proposer crashes between its phases, and proposes another value when it is back",
    peers: 5,
    about:
      "A proposer crashes when its requests to accept are on their way. It comes back, is given another value, and gets it accepted by others; then the old requests arrive. Both must not be of one ballot, even if its own acceptor, where it is asked through the network, had not heard of the first one.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 2 * PROPOSERS_CRASH, (phases, slot) => proposeAndCrash(c, phases, slot, slot > PROPOSERS_CRASH)),
  },
];
