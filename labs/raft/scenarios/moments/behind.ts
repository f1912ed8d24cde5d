import { AGREED_WITHIN_MS } from "../../../../grader/harness/log/cluster.ts";
import { CAUGHT_UP_WITHIN_MS, ELECTIONS_ENOUGH, OUTRUN_ROUNDS } from "../../limits.ts";
import type { Draft, ReplicatingCluster } from "../support.ts";
import { agreeAmong, leaderAmong, NEEDS_AGREEMENT, others, startMany } from "../support.ts";

/** More than a batch, or several under way, hold. */
const BACKLOG = 120;
/** How long peers are alone whose terms are to rise. */
const ALONE_MS = 6_000;

/** Stage 2B: peers that are behind, in their term or in their log, when the faults are over. */
export const BEHIND: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/far-behind",
    title: "behind in term, and behind in entries",
    peers: 5,
    about:
      "Of three peers that find together, the one with the best log has the oldest term by far: it wins after a few elections. Then a peer that lacks 120 entries returns, and nothing more is started: it gets them all.",
    dependsOn: NEEDS_AGREEMENT,
    run: farBehind,
  },
];

function farBehind(c: ReplicatingCluster): void {
  let elections = 0;
  for (let round = 1; round <= OUTRUN_ROUNDS; round++) elections += electOutrun(c, ELECTIONS_ENOUGH - elections, round);
  returnToBacklog(c);
  c.settle();
}

/**
 * A leader and one follower get entries that nobody else has. Of the three others one wins an election and is gone, so that
 * the two that are left have a newer term, also where peers ask beforehand; then each is alone and tries in vain. These two
 * and the follower are a majority, and only the follower can win, with everybody's vote. Gives how many elections it took.
 */
function electOutrun(c: ReplicatingCluster, allowed: number, round: number): number {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [best, gone, ...behind] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.phase(
    `round ${round}: peer ${best} has entries that peers ${behind.join(" and ")} lack, and they have begun many terms of which it has not heard`,
  );
  c.partition([old, best], [gone, ...behind]);
  startMany(c, old, 2);
  const term = c.term(old);
  const mute = c.rule((m) => {
    const isSilent = behind.includes(m.from) || (m.from === gone && c.claimsLeadership(gone));
    return m.kind === "request" && isSilent ? "drop" : "pass";
  });
  c.until(6_000, () => c.claimsLeadership(gone) && c.term(gone) > term, 1);
  c.partition([old, best]);
  mute.remove();
  c.sleep(ALONE_MS);

  const together = [best, ...behind];
  c.partition(together);
  const before = new Set(together.map((peer) => c.term(peer)));
  const begun = new Set<number>();
  const count = (): number => {
    for (const peer of together) if (!before.has(c.term(peer))) begun.add(c.term(peer));
    return begun.size;
  };
  const isLed = (): boolean => leaderAmong(c, together) !== null;
  c.until(AGREED_WITHIN_MS, () => count() > allowed || isLed(), 5);
  c.expect(count() <= allowed && isLed(), () => ({
    property: "liveness",
    check: "newer-term-taken-over",
    expected: `peer ${best} to win, as peers ${together.join(", ")} are a majority and reach each other, and only it has all entries: within ${AGREED_WITHIN_MS / 1000} s, and before ${ELECTIONS_ENOUGH} new terms were begun in ${OUTRUN_ROUNDS} such rounds`,
    seen: `${begun.size} new terms in ${round === 1 ? "the first round" : `round ${round}, after ${ELECTIONS_ENOUGH - allowed} in those before`}, and ${isLed() ? "a leader at last" : "no leader"}; terms are ${together.map((peer) => `${c.term(peer)} at peer ${peer}`).join(", ")}`,
    cite: "Raft paper, section 5.1 and Figure 2, rules for all servers: whoever sees a newer term takes it over",
    peers: together,
    hint: `Peer ${best} was in an older term than the others when they found together. From which messages does a peer learn a newer term: also from a candidate that it refuses, and from a refusal?`,
  }));
  c.heal();
  return begun.size;
}

/** A peer that lacks more than fits into a request, or into several, gets all of it, though nothing new comes. */
function returnToBacklog(c: ReplicatingCluster): void {
  c.one(c.command(), 5);
  const away = c.pick("who is away", others(c, c.checkOneLeader()));
  const rest = others(c, away);
  c.phase(`peer ${away} lacks ${BACKLOG} entries and is connected again; nothing more is started`);
  c.partition(rest);
  for (let i = 0; i < 5; i++) {
    startMany(c, leaderAmong(c, rest) ?? (rest[0] as number), BACKLOG / 5);
    agreeAmong(c, rest);
  }
  const target = c.highestApplied();
  c.partition(c.peers);
  c.expectCaughtUp([away], target, CAUGHT_UP_WITHIN_MS, {
    property: "liveness",
    check: "catches-up-from-far",
    expected: `peer ${away} to have caught up with index ${target} within ${CAUGHT_UP_WITHIN_MS / 1000} s of its return, though nothing is started`,
    cite: "Raft paper, section 5.3: the leader retries AppendEntries until all followers store all entries",
    hint: "When a follower has taken a batch of old entries, what makes the leader send the next one?",
  });
  c.heal();
}
