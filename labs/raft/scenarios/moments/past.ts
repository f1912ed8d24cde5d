import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import type { Draft, ElectionCluster } from "../support.ts";
import { acknowledgedLeader, checkCalm, leaderWithin, NEEDS_ELECTION, others } from "../support.ts";
import { type Kept, keepOneByOne } from "./kept.ts";
import { type Learnt, learn } from "./learn.ts";
import { checkNextFollows } from "./one-lost.ts";

/** For so long requests are kept, and fewer than so many for a peer are not enough to keep it quiet. */
const KEEPING_MS = 8_000;
const FEWEST = 6;
/** So often one that is not deposed must be looked for. */
const TRIES = 3;

/** Stage 2A: requests that arrive when their term is over, and one that never arrives. */
export const PAST: readonly Draft<ElectionCluster>[] = [
  {
    id: "lab2a/old-messages",
    title: "messages of leaders and candidates of the past",
    peers: 5,
    about:
      "Heartbeats of a deposed leader and requests for votes of terms long over arrive one after the other, at the leader and where there is none: they depose nobody and keep nobody from asking for votes. And a single heartbeat that is lost is followed by the next.",
    dependsOn: NEEDS_ELECTION,
    run: oldMessages,
  },
];

function oldMessages(c: ElectionCluster): void {
  const learnt = learn(c);
  for (let i = 0; i < 2; i++) checkNextFollows(c, learnt, () => true);

  const old = acknowledgedLeader(c);
  const oldTerm = c.term(old);
  const asker = c.pick("who asks", others(c, old));
  const deaf = c.rule((m) => (m.to === asker && m.from !== old && m.from !== asker ? "drop" : "pass"));
  const heartbeats = keepHeartbeats(c, learnt, old, asker);
  const asked = keepAll(c, asker, (to) => (m) => m.from === asker && m.to === to && learnt.asksToLead(m));
  checkKeepsAsking(c, learnt, asker, asked);
  // Who asks beforehand asks for the term after its own.
  const askedTerm = c.term(asker) + (learnt.asksBeforehand ? 1 : 0);
  for (const kept of [...heartbeats.values(), ...asked.values()]) kept.remove();
  deaf.remove();

  c.phase(`requests of peer ${old}, the leader of term ${oldTerm}, arrive when newer terms have begun`);
  c.disconnect(old);
  // It may have led for the second time.
  if (c.term(acknowledgedLeader(c)) > oldTerm) {
    checkUnmoved(c, heartbeats, "a heartbeat");
    checkPatience(c, learnt, [old], heartbeats, "heartbeats of a leader of an older term", old);
  }
  c.connect(old);
  c.phase(`requests for votes of peer ${asker}, of terms up to ${askedTerm}, arrive when those are over`);
  c.disconnect(asker);
  if (c.term(acknowledgedLeader(c)) > askedTerm) {
    checkUnmoved(c, asked, "a request for its vote");
    checkPatience(c, learnt, [asker], asked, "requests for votes of terms that are over");
  }
  c.connectAll();
  checkCalm(c);
}

/**
 * A peer that hears nobody asks to lead time and again, each time in a new term; where peers ask beforehand (PreVote) its term stays, and what
 * it asks counts. Nothing is said of one of which neither is seen.
 */
function checkKeepsAsking(c: ElectionCluster, learnt: Learnt, asker: number, asked: ReadonlyMap<number, Kept>): void {
  const seen = (): number =>
    learnt.asksBeforehand ? [...asked.values()].reduce((sum, kept) => sum + kept.count(), 0) : c.term(asker);
  let last = seen();
  let lastMs = c.nowMs();
  let signs = 0;
  const isSilent = (): boolean => {
    if (seen() !== last) {
      signs++;
      last = seen();
      lastMs = c.nowMs();
    }
    return signs > 1 && c.nowMs() - lastMs > PAST_ANY_TIMEOUT_MS;
  };
  c.expect(!c.until(KEEPING_MS, isSilent), () => ({
    property: "liveness",
    check: "campaigns-again",
    expected: `peer ${asker}, which hears nobody, to begin another election within ${PAST_ANY_TIMEOUT_MS / 1000} s, time and again`,
    seen: `it began ${signs}, and none since ${(lastMs / 1000).toFixed(3)} s`,
    cite: "Raft paper, section 5.2: a candidate that times out starts a new election",
    where: { term: c.term(asker) },
    peers: [asker],
    hint: "Is each election timeout drawn anew from the same bounds, however many elections were not won?",
  }));
}

/** Keeps what fits, for each peer apart. */
export function keepAll(
  c: ElectionCluster,
  from: number,
  fits: (to: number) => Parameters<typeof keepOneByOne>[1],
): Map<number, Kept> {
  return new Map(others(c, from).map((to) => [to, keepOneByOne(c, fits(to))]));
}

/** Every second request of a leader, so that its followers stay quiet; the one that is deaf gets none. */
function keepHeartbeats(c: ElectionCluster, learnt: Learnt, leader: number, deaf: number): Map<number, Kept> {
  const counts = c.peers.map(() => 0);
  return keepAll(c, leader, (to) => (m) => {
    if (m.kind !== "request" || m.from !== leader || m.to !== to || learnt.asksToLead(m)) return false;
    counts[to] = (counts[to] as number) + 1;
    return to === deaf || (counts[to] as number) % 2 === 0;
  });
}

/** Whoever leads gets one of the kept requests, of a term that is over, and leads on. Each of a few would not by chance. */
function checkUnmoved(c: ElectionCluster, kept: ReadonlyMap<number, Kept>, what: string): void {
  let deposed = 0;
  let leader = 0;
  let term = 0;
  for (let i = 0; i < TRIES; i++) {
    leader = acknowledgedLeader(c);
    term = c.term(leader);
    if (kept.get(leader)?.letOneGo() !== true) return;
    c.sleep(10);
    if (c.claimsLeadership(leader) && c.term(leader) === term) return;
    deposed++;
  }
  c.asked("leads-on", [leader], () =>
    c.expect(deposed < TRIES, {
      property: "liveness",
      check: "old-request-rejected",
      expected: `peer ${leader} to go on leading term ${term} when ${what} of an older term arrives`,
      seen: `it gave up at once, as two leaders before it did`,
      cite: "Raft paper, section 5.1: a request with a stale term is rejected",
      where: { term },
      peers: [leader],
      hint: "Compare the terms first. If the request's is older, answer with yours and change nothing.",
    }),
  );
}

/**
 * The leader is gone, and to each of the others a kept request comes now and then, so often that its patience would never
 * end if it began anew each time. Somebody asks to lead all the same, and somebody wins. `live`: that peer sends, too.
 */
export function checkPatience(
  c: ElectionCluster,
  learnt: Learnt,
  without: number[],
  kept: ReadonlyMap<number, Kept>,
  what: string,
  live?: number,
): void {
  const gone = acknowledgedLeader(c);
  const rest = others(c, gone, ...without);
  const count = Math.min(...rest.map((peer) => kept.get(peer)?.count() ?? 0));
  if (count < FEWEST || !learnt.knowsAsking) return;
  let isAsked = false;
  const watch = c.rule((m) => {
    if (rest.includes(m.from) && learnt.asksToLead(m)) isAsked = true;
    return "pass";
  });
  const deaf = live === undefined ? null : letDeafLead(c, learnt, live);
  c.partition(live === undefined ? rest : [live, ...rest]);
  for (let i = 0; i < count && !isAsked; i++) {
    for (const peer of rest) kept.get(peer)?.letOneGo();
    c.until(PAST_ANY_TIMEOUT_MS / count, () => isAsked);
  }
  watch.remove();
  c.expect(isAsked, {
    property: "liveness",
    check: "old-request-restarts-nothing",
    expected: `one of the peers ${rest.join(", ")} to ask for votes within ${PAST_ANY_TIMEOUT_MS / 1000} s: their leader is gone, and the longest election timeout is 2 s`,
    seen: `nobody did, while ${what} arrived`,
    cite: "Raft paper, section 5.2, and Figure 2: the election timeout begins anew with AppendEntries from the current leader, or with a vote that is given",
    peers: rest,
    hint: "What restarts the election timer? Nothing that is of an older term.",
  });
  leaderWithin(c, rest);
  c.partition();
  deaf?.remove();
}

/** A leader of the past can send again, and hears nobody. It goes on as long as it believes that it leads. */
function letDeafLead(c: ElectionCluster, learnt: Learnt, old: number): RuleHandle {
  const deaf = c.rule((m) => {
    if (m.from === m.to) return "pass";
    return m.to === old || (m.from === old && learnt.asksToLead(m)) ? "drop" : "pass";
  });
  c.connect(old);
  return deaf;
}
