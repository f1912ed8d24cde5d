import { RETRIED_WITHIN_MS } from "../../limits.ts";
import type { ElectionCluster, ReplicatingCluster } from "../support.ts";
import { acknowledgedLeader, LARGE_BYTES, others } from "../support.ts";
import type { Learnt, Message } from "./learn.ts";

/** How long to wait for the request that is to be lost. */
const UNTIL_LOST_MS = 1_000;
/** Commands come faster than any heartbeats (40 ms at least), for longer than a follower may be left without a request. */
const COMMANDS_EVERY_MS = 30;
const COMMANDS = 60;

/**
 * Of what a leader sends to one follower, a single request is lost, and nobody ever tells the leader. The next one follows
 * soon all the same, as long as it leads. What the follower asks for meanwhile is not heard: it may have lost patience.
 * `before` makes the leader send the one that is to be lost. Requests of the follower count, too, but for those with which it asks to lead: in some Rafts followers ask for entries.
 */
export function checkNextFollows(
  c: ElectionCluster,
  learnt: Learnt,
  isToBeLost: (m: Message) => boolean,
  before: (leader: number, follower: number) => void = () => {},
): void {
  const leader = acknowledgedLeader(c);
  const term = c.term(leader);
  const follower = c.pick("to whom one is lost", others(c, leader));
  c.phase(`a single request of the leader, peer ${leader}, to peer ${follower} is lost; nothing else is wrong`);
  let lost: Message | null = null;
  let isFollowed = false;
  const one = c.rule((m) => {
    if (m.kind !== "request") return "pass";
    if (m.from === follower && learnt.asksToLead(m)) return "drop";
    if (m.from !== leader || m.to !== follower) {
      if (lost !== null && m.from === follower && m.to === leader) isFollowed = true;
      return "pass";
    }
    if (lost !== null) isFollowed = true;
    else if (isToBeLost(m)) {
      lost = m;
      return "hold";
    }
    return "pass";
  });
  before(leader, follower);
  c.until(UNTIL_LOST_MS, () => lost !== null, 5);
  const isOver = (): boolean => !c.claimsLeadership(leader) || c.term(leader) !== term;
  if (lost !== null) c.until(RETRIED_WITHIN_MS, () => isFollowed || isOver(), 5);
  one.remove();
  c.expect(lost === null || isFollowed || isOver(), () => ({
    property: "liveness",
    check: "retries-soon",
    expected: `the leader, peer ${leader}, to send something to peer ${follower} within ${RETRIED_WITHIN_MS / 1000} s of a request that was lost`,
    seen: `after its ${lost?.method} at ${((lost?.timeMs ?? 0) / 1000).toFixed(3)} s nothing for ${RETRIED_WITHIN_MS / 1000} s, though it still leads`,
    cite: "Raft paper, sections 5.2 and 5.3: heartbeats are periodic, and AppendEntries is retried",
    where: { term },
    peers: [leader, follower],
    hint: "Does anything wait for the answer to that request? It never comes, and null comes for it only after seven seconds.",
  }));
}

/**
 * Commands come all the time, and no request that carries one reaches one follower. The next request to it follows each of
 * these within a second all the same: heartbeats, where entries wait for what is under way.
 */
export function checkKeepsInTouch(c: ReplicatingCluster, learnt: Learnt): void {
  const leader = acknowledgedLeader(c);
  const term = c.term(leader);
  const follower = c.pick("whom no entries reach", others(c, leader));
  c.phase(`no request with entries reaches peer ${follower}, and commands come every ${COMMANDS_EVERY_MS} ms`);
  let lastMs = c.nowMs();
  const lost = c.rule((m) => {
    if (m.kind !== "request") return "pass";
    if (m.from === follower && learnt.asksToLead(m)) return "drop";
    if (m.from + m.to !== leader + follower || (m.from !== leader && m.from !== follower)) return "pass";
    lastMs = m.timeMs;
    return m.from === leader && m.sizeBytes > LARGE_BYTES ? "hold" : "pass";
  });
  const isOver = (): boolean => !c.claimsLeadership(leader) || c.term(leader) !== term;
  const silentMs = (): number => c.nowMs() - lastMs;
  for (let i = 0; i < COMMANDS && !isOver() && silentMs() <= RETRIED_WITHIN_MS; i++) {
    c.start(leader, c.command(LARGE_BYTES));
    c.sleep(COMMANDS_EVERY_MS);
  }
  lost.remove();
  c.expect(isOver() || silentMs() <= RETRIED_WITHIN_MS, () => ({
    property: "liveness",
    check: "retries-soon",
    expected: `the leader, peer ${leader}, to send something to peer ${follower} within ${RETRIED_WITHIN_MS / 1000} s of a request that was lost`,
    seen: `nothing since ${(lastMs / 1000).toFixed(3)} s, though it still leads, and takes a command every ${COMMANDS_EVERY_MS} ms`,
    cite: "Raft paper, section 5.2: heartbeats are periodic",
    where: { term },
    peers: [leader, follower],
    hint: "Does a command put heartbeats off, also those to a follower to which it sends nothing now?",
  }));
  c.heal();
}
