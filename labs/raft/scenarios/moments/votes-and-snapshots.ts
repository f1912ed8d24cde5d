import type { LogCluster } from "../../../../grader/harness/log/cluster.ts";
import { returnToRestarted } from "../restarts.ts";
import type { Draft } from "../support.ts";
import { LARGE_BYTES, NEEDS_SNAPSHOTS, others, startMany } from "../support.ts";
import { type Learnt, learn } from "./learn.ts";
import { checkNextFollows } from "./one-lost.ts";
import { type Rivals, rivalsOf } from "./rivals.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;
/** All that has to come together does so in one of a few tries. */
const TRIES = 8;

/** Stage 2D: what becomes of a vote when a snapshot is installed. */
export const VOTES_AND_SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab2d/votes-and-snapshots",
    title: "a vote, a snapshot, a crash, and another candidate",
    peers: 5,
    about:
      "A peer that lacks entries gives its vote, gets a snapshot of the winner, and crashes. Then the request of another candidate of the same term arrives, which needs this vote only: it was given. And a snapshot that is lost keeps its sender from nothing else.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    run: votesAndSnapshots,
  },
];

function votesAndSnapshots(c: LogCluster): void {
  const learnt = learn(c);
  const maker = rivalsOf(c, learnt);
  for (let hasCome = false, tries = 0; !hasCome && tries < TRIES; ) {
    c.one(c.command(), c.size);
    const behind = c.pick("who lacks entries", others(c, c.checkOneLeader()));
    const small = c.rule((m) => (m.to === behind && m.sizeBytes > LARGE_BYTES ? "drop" : "pass"));
    startMany(c, c.checkOneLeader(), 2 * INTERVAL, LARGE_BYTES);
    c.one(c.command(), c.size - 1);
    let isDone = false;
    for (; !isDone && tries < TRIES; tries++) {
      const rivals = maker.bringAbout();
      isDone = rivals?.voters.includes(behind) === true;
      if (rivals !== null && isDone) hasCome = voteInstallCrash(c, learnt, rivals, behind, small.remove);
      rivals?.end();
    }
    small.remove();
  }
  checkNextFollows(
    c,
    learnt,
    (m) => m.sizeBytes > SNAPSHOT_BYTES,
    (leader, follower) => {
      c.crash(follower);
      startMany(c, leader, 2 * INTERVAL);
      c.one(c.command(), c.size - 1);
      c.sleep(20);
      c.restart(follower);
    },
  );
  c.settle();
  returnToRestarted(c, INTERVAL);
}

/**
 * The early one wins, with the vote of the peer that is behind, and sends it a snapshot and nothing more. When that is
 * installed the peer crashes and boots again. Then the late one asks it, and the old leader. Says whether all of it was so.
 */
function voteInstallCrash(
  c: LogCluster,
  learnt: Learnt,
  { early, late, voters, term, letAsk, letAskOld, isOpen }: Rivals,
  behind: number,
  letLargePass: () => void,
): boolean {
  c.phase(
    `peer ${behind} votes for peer ${early} in term ${term}, gets a snapshot of it, crashes and boots again; then peer ${late}, a candidate of the same term, asks for its vote`,
  );
  const appliedBefore = c.appliedIndex(behind);
  const isInstalled = (): boolean => c.appliedIndex(behind) >= appliedBefore + INTERVAL;
  const quiet = c.rule((m) => {
    if (m.kind !== "request" || m.from === m.to || learnt.asksForVotes(m)) return "pass";
    if (learnt.asksToLead(m)) return "drop";
    return (m.from === early && (m.to !== behind || isInstalled())) || m.to === early ? "drop" : "pass";
  });
  letLargePass();
  for (const voter of voters) letAsk(early, voter);
  c.until(300, isInstalled, 1);
  c.restart(behind);
  letAskOld();
  const came = isInstalled() && c.claimsLeadership(early) && c.term(early) === term && isOpen();
  letAsk(late, behind);
  c.sleep(10);
  quiet.remove();
  return came;
}
