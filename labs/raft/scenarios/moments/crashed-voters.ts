import type { PersistentCluster } from "../support.ts";
import { type Learnt, learn } from "./learn.ts";
import { type RivalMaker, rivalsOf } from "./rivals.ts";

/** All that has to come together does so in one of a few tries, and so often is enough. */
const TRIES = 6;
const ENOUGH = 2;

/**
 * Two candidates of one term, also where peers ask beforehand. To be called first of all, since what a submission sends is
 * learnt here.
 */
export function votesThroughCrashes(c: PersistentCluster): void {
  const learnt = learn(c);
  const maker = rivalsOf(c, learnt);
  for (let tries = 0, came = 0; tries < TRIES && came < ENOUGH; tries++) if (voteCrashVote(c, learnt, maker)) came++;
  c.heal();
}

/**
 * The early candidate wins; its voters crash as soon as they have answered it, and it crashes when it leads. Back again, all are
 * asked by the late one, which would win with any of their votes. Says whether all of it was so.
 */
function voteCrashVote(c: PersistentCluster, learnt: Learnt, maker: RivalMaker): boolean {
  const rivals = maker.bringAbout();
  if (rivals === null) return false;
  const { early, late, voters, term } = rivals;
  c.phase(
    `peers ${voters.join(" and ")} vote for peer ${early} in term ${term}, and all three crash and boot again; then peer ${late}, a candidate of the same term, asks for their votes`,
  );
  const quiet = c.rule((m) => (m.kind === "request" && m.from !== m.to && !learnt.asksForVotes(m) ? "drop" : "pass"));
  const crashes = c.crashOnEffect({ peers: voters, effect: "reply", when: "after", limit: 4, restartAfterMs: [1, 2] });
  for (const voter of voters) rivals.letAsk(early, voter);
  c.until(50, () => c.claimsLeadership(early), 1);
  const hasLed = c.claimsLeadership(early) && c.term(early) === term;
  c.sleep(3);
  crashes.remove();
  c.restart(early);
  c.restartAll();
  rivals.letAskOld();
  const came = hasLed && rivals.isOpen();
  for (const peer of [...voters, early]) rivals.letAsk(late, peer);
  c.sleep(10);
  quiet.remove();
  rivals.end();
  return came;
}
