import { CALM_ATTEMPTS, CALM_MS, HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS, SILENCE_MAX_MS } from "../limits.ts";
import { acknowledgedLeader, type ElectionCluster, others } from "./support.ts";

/**
 * The leader and each follower exchange requests within the contract's interval of heartbeats, whoever sends them. Looked at
 * for a while in which the leader stays; an election by the way begins it anew, since there is nobody to hear from meanwhile.
 */
export function checkHeartbeats(c: ElectionCluster): void {
  c.asked("heartbeats", [], () => judgeHeartbeats(c));
}

export function judgeHeartbeats(c: ElectionCluster): void {
  const last = new Map<number, number>();
  let longestMs = 0;
  let quietest = 0;
  const watch = c.rule((m) => {
    if (m.kind === "request") for (const peer of [m.from, m.to]) if (!isLeading(c, peer)) last.set(peer, c.nowMs());
    return "pass";
  });
  for (let attempt = 0; attempt < CALM_ATTEMPTS; attempt++) {
    const leader = acknowledgedLeader(c);
    const term = c.term(leader);
    longestMs = 0;
    const followers = others(c, leader);
    for (const peer of followers) last.set(peer, c.nowMs());
    const isOver = (): boolean => !isLeading(c, leader) || c.peers.some((peer) => c.term(peer) > term);
    c.until(CALM_MS, () => {
      for (const peer of followers) {
        const silenceMs = c.nowMs() - (last.get(peer) as number);
        if (silenceMs > longestMs) [longestMs, quietest] = [silenceMs, peer];
      }
      return isOver();
    });
    if (!isOver() || longestMs > SILENCE_MAX_MS) break;
  }
  watch.remove();
  c.expect(longestMs <= SILENCE_MAX_MS, () => ({
    property: "liveness",
    check: "heartbeats",
    expected: `no silence of more than ${SILENCE_MAX_MS} ms between a leader and a follower: heartbeats come at least every ${HEARTBEAT_MAX_MS} ms`,
    seen: `no request between the leader and peer ${quietest} for ${Math.round(longestMs)} ms`,
    cite: "Raft paper, section 5.2: leaders send periodic heartbeats; handout, Timing",
    peers: [quietest],
    hint: "Does a leader go on sending heartbeats for as long as it leads, and how often?",
  }));
}

function isLeading(c: ElectionCluster, peer: number): boolean {
  return c.claimsLeadership(peer) && c.leader() === peer;
}

/** Cuts the leader off: one of the others asks for votes before the longest election timeout of the contract is long over. */
export function loseLeader(c: ElectionCluster, leader: number): void {
  c.asked("loss-noticed", [leader], () => judgeLoss(c, leader));
}

/** Cuts the leader off, and waits for one of the others to notice. */
export function judgeLoss(c: ElectionCluster, leader: number): void {
  let isNoticed = false;
  const watch = c.rule((m) => {
    isNoticed ||= m.kind === "request" && m.from !== leader;
    return "pass";
  });
  c.disconnect(leader);
  c.until(PAST_ANY_TIMEOUT_MS, () => isNoticed);
  watch.remove();
  const left = others(c, leader);
  c.expect(isNoticed, {
    property: "liveness",
    check: "loss-noticed",
    expected: `peer ${left.join(" or ")} to ask for votes within ${PAST_ANY_TIMEOUT_MS / 1000} s of the leader's loss: election timeouts are at most 2 s`,
    seen: "neither sent a request",
    cite: "Raft paper, section 5.2; handout, Timing",
    peers: left,
    hint: "How long is the longest election timeout that you draw, and does anything but a leader's request or a vote given start it again?",
  });
}
