import { PAST_ANY_TIMEOUT_MS } from "../limits.ts";
import { votesThroughCrashes } from "./moments/crashed-voters.ts";
import {
  forgottenOwnVote,
  forgottenVotes,
  leadsBeforeItHasSaved,
  votesForgottenForANewerTerm,
} from "./moments/forgotten-votes.ts";
import { toldByAnAnswer } from "./moments/told-by-an-answer.ts";
import type { Draft, PersistentCluster } from "./support.ts";
import { agreeAmong, LARGE_BYTES, leaderWithin, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** Stage 2C: crashes between any two things that a peer does, where no pause between messages could reach. */
export const CRASH_POINTS: readonly Draft<PersistentCluster>[] = [
  {
    id: "lab2c/crash-before-persist",
    title: "crashes between an answer and a save",
    peers: 5,
    about:
      "Peers crash between any two things that they do: after an answer has left and before a later save, and before and after votes and appends. A vote stays given through that, also where peers ask beforehand, a vote for oneself too, and a term that was led, heard of in an answer or answered in stays, though nothing else came with it.",
    dependsOn: NEEDS_AGREEMENT,
    run: crashBeforePersist,
  },
];

function crashBeforePersist(c: PersistentCluster): void {
  votesThroughCrashes(c);
  c.phase("peers crash right before or after what they save and answer");
  for (let round = 0; round < 2; round++) forgottenVotes(c, round);
  votesForgottenForANewerTerm(c);
  forgottenEntries(c);
  forgottenByItsLeader(c, false);
  for (const when of ["after", "before"] as const) crashWhileRepairing(c, when);
  crashAnywhere(c);
  forgottenTerm(c);
  refusedTerm(c);
  for (let round = 0; round < 2; round++) replacedWhileWritten(c);
  forgottenOwnVote(c);
  leadsBeforeItHasSaved(c);
  forgottenByItsLeader(c, true);
  toldByAnAnswer(c);
  c.settle();
}

/** An old leader's own entries give way to what was committed, and it crashes among the things that it saves meanwhile. */
function crashWhileRepairing(c: PersistentCluster, when: "after" | "before"): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const rest = others(c, old);
  c.partition(rest);
  startMany(c, old, c.int("entries of its own", 2, 5));
  agreeAmong(c, rest, c.int("committed meanwhile", 2, 5));
  const crashes = c.crashOnEffect({
    peers: [old],
    effect: "save",
    when,
    chance: 0.8,
    limit: 4,
    restartAfterMs: [1, 5],
  });
  c.heal();
  c.sleep(300);
  crashes.remove();
  c.restartAll();
}

/**
 * A follower crashes as soon as it has answered for an entry, and the leader is gone before it can send that entry
 * again. The entry is committed all the same, by the answer.
 */
function forgottenEntries(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [forgetful, witness, ...away] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  c.partition([leader, forgetful, witness], away);
  const crash = c.crashOnEffect({ peers: [forgetful], effect: "reply", when: "after", restartAfterMs: [1, 3] });
  c.rule((m) => (m.from === leader && m.to === forgetful && crash.crashes() > 0 ? "drop" : "pass"));
  startMany(c, leader, 2);
  c.until(600, () => crash.crashes() > 0, 1);
  c.sleep(3);
  crash.remove();
  c.partition([forgetful, witness, ...away]);
  agreeAmong(c, [forgetful, witness, ...away]);
  c.heal();
}

/**
 * A leader crashes as soon as it has applied an entry, and comes back to peers that never had it: its own copy counted
 * for the majority, so it must have been saved by then.
 *
 * @param isWriting the leader may still be writing another one when it gets that entry; its followers get both at once
 */
function forgottenByItsLeader(c: PersistentCluster, isWriting: boolean): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [m1, m2, ...away] = c.shuffle("who has it", others(c, leader)) as [number, number, number, number];
  c.partition([leader, m1, m2], away);
  if (isWriting) {
    const lost = c.rule((m) =>
      m.kind === "request" && m.from === leader && m.sizeBytes > LARGE_BYTES ? "drop" : "pass",
    );
    startMany(c, leader, 1, LARGE_BYTES);
    c.phase(
      `peer ${leader} gets a second command when it may still be writing the first, and its followers get both at once; it crashes as soon as it has applied both`,
    );
    c.sleep(c.int("until the next", 20, 60));
    lost.remove();
  }
  const last = startMany(c, leader, c.int("entries", 1, 3)).at(-1)?.index ?? 0;
  c.until(600, () => c.appliedIndex(leader) >= last, 0.5);
  c.crash(leader);
  c.partition([leader, ...away], [m1, m2]);
  c.sleep(c.int("down", 1, 5));
  c.restart(leader);
  agreeAmong(c, [leader, ...away]);
  c.heal();
}

/**
 * A follower gets an entry of an old leader and, before it may have written it, another one of a new leader in its place.
 * It answers for the new one, which is committed by that, and crashes at once.
 */
function replacedWhileWritten(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [follower, ...three] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.partition([old, follower], three);
  const leader = leaderWithin(c, three, c.term(old));
  const [witness, away] = three.filter((peer) => peer !== leader) as [number, number];
  startMany(c, old, 1);
  c.sleep(1.5);
  c.partition([leader, follower, witness], [old], [away]);
  const answer = watchAnswer(c, leader, follower);
  const last = startMany(c, leader, 1, LARGE_BYTES).at(-1)?.index ?? 0;
  c.until(400, answer.isGiven, 0.5);
  c.crash(follower);
  c.until(400, () => c.appliedIndex(leader) >= last, 0.5);
  answer.remove();
  c.crash(leader);
  c.partition([old, follower, away], [witness]);
  c.sleep(2);
  c.restart(follower);
  agreeAmong(c, [old, follower, away]);
  c.heal();
  c.restartAll();
}

/** Looks out for the answer to the first request from one peer to another that carries a large command. */
function watchAnswer(c: PersistentCluster, from: number, to: number): { isGiven: () => boolean; remove: () => void } {
  let call: string | null = null;
  let isGiven = false;
  const { remove } = c.rule((m) => {
    const name = `${m.method} ${m.nth}`;
    if (m.kind === "request" && m.from === from && m.to === to && m.sizeBytes > LARGE_BYTES) call ??= name;
    if (m.kind === "reply" && m.from === to && m.to === from && name === call) isGiven = true;
    return "pass";
  });
  return { isGiven: () => isGiven, remove };
}

/**
 * A peer hears of a new term, and then of another, from their leaders only, answers in them, and has nothing else to save
 * when it crashes: no entry, and of the second one no vote that it ends.
 */
function forgottenTerm(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [first, second, bystander] = c.shuffle("who is who", others(c, leader)) as [number, number, number];
  const unasked = c.rule((m) =>
    m.kind === "request" && m.to === bystander && !c.claimsLeadership(m.from) ? "drop" : "pass",
  );
  for (const candidate of [first, second]) {
    c.pause(candidate);
    c.sleep(PAST_ANY_TIMEOUT_MS);
    c.resume(candidate);
    c.sleep(1_000);
  }
  c.restart(bystander);
  c.sleep(600);
  unasked.remove();
}

/** A peer hears of a new term from a candidate whose log lacks something, refuses it its vote, and crashes. */
function refusedTerm(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [candidate, voter] = c.shuffle("who is who", others(c, leader)) as [number, number];
  c.disconnect(candidate);
  agreeAmong(c, others(c, candidate));
  const before = c.term(voter);
  const heardByOne = c.rule((m) => {
    if (m.kind === "reply") return "pass";
    return m.to === candidate || (m.from === candidate && m.to !== voter) ? "drop" : "pass";
  });
  c.connect(candidate);
  c.until(2 * PAST_ANY_TIMEOUT_MS, () => c.term(voter) > before, 0.5);
  c.disconnect(candidate);
  c.restart(voter);
  c.sleep(600);
  heardByOne.remove();
  c.heal();
}

/** Commands and an election while peers crash before or after any kind of effect. */
function crashAnywhere(c: PersistentCluster): void {
  const effect = c.pick("crash at", ["reply", "save", "call", "upcall"] as const);
  const when = c.pick("crash when", ["after", "before"] as const);
  const crashes = c.crashOnEffect({ effect, when, chance: 0.3, limit: 6, restartAfterMs: [1, 5], keepMajority: false });
  const leader = c.leader();
  if (leader !== null) startMany(c, leader, 3);
  c.sleep(c.int("time to commit", 2, 20));
  if (leader !== null) c.disconnect(leader);
  c.sleep(c.int("without it", 100, 1_500));
  crashes.remove();
  c.heal();
  c.restartAll();
}
