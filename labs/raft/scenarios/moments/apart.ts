import { PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import type { Draft, ReplicatingCluster } from "../support.ts";
import { agreeAmong, LARGE_BYTES, leaderWithin, NEEDS_AGREEMENT, others, startMany } from "../support.ts";
import { winAgainst } from "./candidates.ts";
import { type Learnt, learn } from "./learn.ts";
import { checkKeepsInTouch, checkNextFollows } from "./one-lost.ts";
import { checkPatience, keepAll } from "./past.ts";
import { rivalsOf } from "./rivals.ts";

/** So many tries to have two candidates, of which one wins. */
const TRIES = 6;
/** For so long a peer that is deaf asks in vain. */
const ASKING_MS = 4_000;

/** Stage 2B: one peer of five is not where the others are. */
export const APART: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/one-apart",
    title: "one peer voted otherwise, missed one request, or asks in vain",
    peers: 5,
    about:
      "A peer that voted for a candidate who lost takes the winner's entries. A request with entries that is lost keeps the leader from nothing, nor do commands that come all the time keep it from heartbeats. And one that hears nobody, and lacks an entry, asks for votes for ever: the others elect meanwhile.",
    dependsOn: NEEDS_AGREEMENT,
    run: oneApart,
  },
];

function oneApart(c: ReplicatingCluster): void {
  const learnt = learn(c);
  c.one(c.command(), c.size);
  const maker = rivalsOf(c, learnt);
  for (let tries = 0, isWon = false; tries < TRIES && !isWon; tries++) {
    const rivals = maker.bringAbout();
    isWon = rivals !== null && winAgainst(c, rivals) !== null;
    rivals?.end();
    c.one(c.command(), c.size);
  }
  for (let i = 0; i < 2; i++) {
    const carriesEntries = ({ sizeBytes }: { sizeBytes: number }): boolean => sizeBytes > LARGE_BYTES;
    checkNextFollows(c, learnt, carriesEntries, (leader) => startMany(c, leader, 1, LARGE_BYTES));
    c.one(c.command(), c.size);
  }
  checkKeepsInTouch(c, learnt);
  c.one(c.command(), c.size);
  asksInVain(c, learnt);
  c.settle();
}

/**
 * A peer can send and hears nobody, and its log is short. It begins one term after the other; each of them may depose a
 * leader of the others, and none keeps them from having one. Where peers ask beforehand, what it asks is of one term all
 * the time, and kept, to come in quick succession.
 */
function asksInVain(c: ReplicatingCluster, learnt: Learnt): void {
  const asker = c.pick("who asks", others(c, c.checkOneLeader()));
  c.phase(
    `peer ${asker} lacks an entry, hears nobody, and what it asks for arrives; the others are connected, and their leader goes`,
  );
  c.rule((m) => (m.to === asker && m.from !== asker ? "drop" : "pass"));
  const kept = keepAll(c, asker, (to) => (m) => m.from === asker && m.to === to && learnt.asksToLead(m));
  const rest = others(c, asker);
  agreeAmong(c, rest);
  const leader = leaderWithin(c, rest);
  if (learnt.asksBeforehand) {
    c.sleep(ASKING_MS);
    for (const each of kept.values()) each.remove();
    checkPatience(c, learnt, [asker], kept, "requests of a peer with a short log");
    return;
  }
  for (const each of kept.values()) each.remove();
  c.until(PAST_ANY_TIMEOUT_MS, () => c.term(asker) > c.term(leader));
  const last = leaderWithin(c, rest);
  c.disconnect(last);
  leaderWithin(c, others(c, asker, last), c.term(last));
}
