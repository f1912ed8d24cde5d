import { HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS } from "../limits.ts";
import { type ElectionCluster, others } from "./support.ts";

/** Twice as long as a message is on its way. */
const ARRIVED_MS = 2;

/**
 * Of one leader what scenarios ask of several, one after the other: that it stays for as long as nothing is wrong. From when on
 * all others have heard of it, so that none of them is about to lose patience, nobody begins a newer term. Where that does not
 * come about, as it may be in a script, nothing is asked.
 */
export function judgeWinner(c: ElectionCluster, winner: number): void {
  const term = c.term(winner);
  const isNewer = (): boolean => c.peers.some((peer) => c.term(peer) > term);
  const heard = new Set<number>();
  const watch = c.rule((m) => {
    if (m.kind === "request" && m.from === winner) heard.add(m.to);
    return "pass";
  });
  const haveHeard = (): boolean => others(c, winner).every((peer) => heard.has(peer));
  if (c.connected().length === c.size) c.until(2 * HEARTBEAT_MAX_MS, () => haveHeard() || isNewer(), 1);
  watch.remove();
  c.sleep(ARRIVED_MS);
  if (!haveHeard() || isNewer() || !c.claimsLeadership(winner)) return;
  c.until(PAST_ANY_TIMEOUT_MS, isNewer);
  c.expect(c.claimsLeadership(winner) && !isNewer(), () => ({
    property: "liveness",
    check: "winner-stays",
    expected: `peer ${winner}, the leader of term ${term}, to stay for ${PAST_ANY_TIMEOUT_MS / 1000} s, on a network without faults`,
    seen: `all others had heard of it, and then ${isNewer() ? "a newer term began" : "it led no more"}; terms are ${c.peers.map((peer) => `${c.term(peer)} at peer ${peer}`).join(", ")}`,
    cite: "Raft paper, section 5.2: whoever hears from a leader of its term, which is at least as large as its own, recognizes it",
    where: { term },
    peers: [winner],
    hint: "What does each peer do with an AppendEntries of its own term, also one that voted for another candidate, and one that is a candidate itself?",
  }));
}

/** A request made no leader give up that is still in the term which it led. */
export function judgeLeadsOn(c: ElectionCluster, peer: number): void {
  const term = c.gaveUpTerm(peer);
  c.expect(term === null, {
    property: "liveness",
    check: "old-request-rejected",
    expected: `peer ${peer} to go on leading term ${term} when a request arrives that is of no newer term`,
    seen: `it gave up at once, and is in term ${term} still`,
    cite: "Raft paper, section 5.1: a request with a stale term is rejected",
    where: { term: term ?? 0 },
    peers: [peer],
    hint: "Compare the terms first. If the request's is older, answer with yours and change nothing.",
  });
}
