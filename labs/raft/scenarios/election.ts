import { ELECTED_WITHIN_MS } from "../../../grader/harness/log/cluster.ts";
import { PAST_ANY_TIMEOUT_MS } from "../limits.ts";
import { lateVotes } from "./moments/late-votes.ts";
import type { Draft, ElectionCluster } from "./support.ts";
import { acknowledgedLeader, checkCalm, checkSuccession, NEEDS_ELECTION, others } from "./support.ts";
import { checkHeartbeats, judgeHeartbeats, judgeLoss, loseLeader } from "./timing.ts";

export const ELECTION: readonly Draft<ElectionCluster>[] = [
  {
    id: "lab2a/initial-election",
    title: "a leader is elected, and stays",
    peers: 3,
    about:
      "Three peers boot, one of them without a connection: one of the other two becomes leader. Then the third is connected, and all agree on one leader and its term.",
    asks: { "elects-first": { needs: [], ask: electsFirst }, heartbeats: { needs: [], ask: judgeHeartbeats } },
    run: initialElection,
  },
  {
    id: "lab2a/re-election",
    title: "a new leader when the old one is gone",
    peers: 3,
    about:
      "The leader loses its connection and another takes over; the old one returns and follows. Without a majority nobody is elected.",
    dependsOn: NEEDS_ELECTION,
    asks: { "loss-noticed": { needs: ["peer"], ask: (c, [leader]) => judgeLoss(c, leader as number) } },
    run: reElection,
  },
  {
    id: "lab2a/many-elections",
    title: "one leader at a time, many times over",
    peers: 7,
    about:
      "Nine times three of seven peers are cut off, the leader often among them. The other four always have a leader.",
    dependsOn: NEEDS_ELECTION,
    run: manyElections,
  },
  {
    id: "lab2a/simultaneous-candidates",
    title: "several candidates in the same instant",
    peers: 5,
    about:
      "Peers stand still until their election timeouts have all run out, and wake up together, on networks that delay, reorder and duplicate. No term may get two leaders.",
    dependsOn: NEEDS_ELECTION,
    run: simultaneousCandidates,
  },
  {
    id: "lab2a/late-votes",
    title: "votes and requests for votes that come late",
    peers: 5,
    about:
      "Votes arrive when their candidate is a candidate of a later term already, and requests for votes when another candidate of that term has won, or when the one that asks has got that vote in a later term. None makes a second leader.",
    dependsOn: NEEDS_ELECTION,
    run: lateVotes,
  },
  {
    id: "lab2a/even-cluster",
    title: "two of four are no majority",
    peers: 4,
    about: "Four peers split in halves: neither half may elect a leader, three of four may.",
    dependsOn: NEEDS_ELECTION,
    run: evenCluster,
  },
];

/** Each peer is the one without a connection in turn, so that none leads by its number alone: such a one is not elected. */
function initialElection(c: ElectionCluster): void {
  const alone = c.stratum(c.peers);
  c.disconnect(alone);
  c.asked("elects-first", [], () => electsFirst(c));
  c.connect(alone);
  c.checkOneLeader();
  const term = c.checkTerms();
  c.expect(term >= 1, {
    property: "election-safety",
    check: "first-term",
    expected: "the first leader's term to be at least 1: a candidate increments its term",
    seen: `term ${term}`,
    cite: "Raft paper, section 5.2",
    where: { term },
  });
  c.sleep(2_000);
  c.checkOneLeader();
  checkHeartbeats(c);
  checkCalm(c);
}

/** Two of three that have just booted. */
function electsFirst(c: ElectionCluster): void {
  c.expect(
    c.until(ELECTED_WITHIN_MS, () => c.leader() !== null),
    () => ({
      property: "liveness",
      check: "elects-first",
      expected: `peer ${c.connected().join(" or ")} to become leader within ${ELECTED_WITHIN_MS / 1000} s of booting: they reach each other, and two of three are a majority`,
      seen: `no peer says that it leads; terms are ${c.peers.map((peer) => `${c.term(peer)} at peer ${peer}`).join(", ")}`,
      cite: "Raft paper, section 5.2 and Figure 2",
      peers: c.peers,
      hint: c.peers.every((peer) => c.term(peer) === 0)
        ? "Begin with the handout of stage 2A: a peer that hears from no leader for its election timeout becomes a candidate and asks the others for votes (section 5.2)."
        : "Elections begin, and nobody wins one. Who asked whom, what came back, and what was done with it? Do the timeouts of two peers differ, drawn anew at random each time? The handout of stage 2A says what the terms tell.",
    }),
  );
}

function reElection(c: ElectionCluster): void {
  const first = c.checkOneLeader();
  loseLeader(c, first);
  c.checkOneLeader();
  c.connect(first);
  const second = acknowledgedLeader(c);
  const third = others(c, second)[0] as number;

  c.disconnect(second);
  c.disconnect(third);
  c.sleep(2 * PAST_ANY_TIMEOUT_MS);
  c.checkNoLeader();

  c.connect(third);
  c.checkOneLeader();
  c.connect(second);
  c.checkOneLeader();
  c.checkTerms();
}

function manyElections(c: ElectionCluster): void {
  c.checkOneLeader();
  for (let round = 0; round < 9; round++) {
    const away = c.shuffle("who is cut off", c.peers).slice(0, 3);
    for (const peer of away) c.disconnect(peer);
    c.checkOneLeader();
    for (const peer of away) c.connect(peer);
    if (c.chance("return in peace", 0.5)) c.checkOneLeader();
  }
  checkCalm(c);
}

function simultaneousCandidates(c: ElectionCluster): void {
  checkLosersFollow(c);
  const weathers = [
    {},
    { delayMs: [0, 100] as const, duplicate: 0.3 },
    { duplicate: 0.5, reorder: 0.5 },
    { longReordering: true },
    { drop: 0.2, duplicate: 0.3, delayMs: [0, 30] as const },
  ];
  for (const weather of c.shuffle("weathers", weathers).slice(0, 3)) {
    c.network(weather);
    const asleep = c.shuffle("who stands still", c.peers).slice(0, c.int("how many stand still", 2, c.size));
    for (const peer of asleep) c.pause(peer);
    c.sleep(PAST_ANY_TIMEOUT_MS);
    for (const peer of asleep) c.resume(peer);
    c.sleep(c.int("time to elect", 100, 2_000));
  }
  c.reliable();
  checkCalm(c);
  checkSuccession(c);
}

/**
 * Two candidates of one term, and one of them wins: on a network without faults the other one follows it, and does not
 * go on campaigning. A leader may step down by itself now and then, but not each time.
 */
function checkLosersFollow(c: ElectionCluster): void {
  let won = 0;
  let deposed = 0;
  let last = { winner: 0, sinceUs: 0 };
  for (let round = 0; round < 4; round++) {
    const asleep = c.shuffle("candidates", others(c, acknowledgedLeader(c))).slice(0, 2);
    for (const peer of asleep) c.pause(peer);
    c.sleep(PAST_ANY_TIMEOUT_MS);
    for (const peer of asleep) c.resume(peer);
    c.sleep(20);
    const [winner, loser] = c.claimsLeadership(asleep[0] as number) ? asleep : [...asleep].reverse();
    if (winner === undefined || loser === undefined || !c.claimsLeadership(winner)) continue;
    const term = c.term(winner);
    if (c.term(loser) !== term) continue;
    won++;
    last = { winner, sinceUs: c.nowUs };
    c.sleep(PAST_ANY_TIMEOUT_MS);
    if (c.peers.some((peer) => c.term(peer) > term)) deposed++;
  }
  const judge = (): void =>
    c.expect(won < 3 || deposed < won, {
      property: "liveness",
      check: "winner-stays",
      expected: "a leader to stay when it won against another candidate of its term, on a network without faults",
      seen: `in ${deposed} of ${won} such elections a newer term began within ${PAST_ANY_TIMEOUT_MS / 1000} s`,
      cite: "Raft paper, section 5.2: a candidate that hears from a leader of its own term returns to follower state",
      hint: "What does a candidate do with an AppendEntries of its own term?",
    });
  c.asked("winner-stays", [last.winner], judge, last.sinceUs);
}

function evenCluster(c: ElectionCluster): void {
  c.partition([0, 1], [2, 3]);
  const early = (): number | undefined => c.peers.find((peer) => c.claimsLeadership(peer));
  c.until(2 * PAST_ANY_TIMEOUT_MS, () => early() !== undefined);
  c.expect(early() === undefined, () => ({
    property: "election-safety",
    check: "half-is-no-majority",
    expected: "no leader while four peers are split two and two: a majority of four is three",
    seen: `peer ${early()} leads term ${c.term(early() as number)} with at most two votes`,
    cite: "Raft paper, section 5.2: votes from a majority of the servers in the full cluster",
    peers: [early() as number],
    hint: "For which cluster sizes is your number of votes more than half?",
  }));
  c.heal();
  c.disconnect(acknowledgedLeader(c));
  c.disconnect(acknowledgedLeader(c));
  c.sleep(2 * PAST_ANY_TIMEOUT_MS);
  c.checkNoLeader();
  c.connectAll();
  checkCalm(c);
}
