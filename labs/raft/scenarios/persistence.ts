import type { Draft, PersistentCluster } from "./support.ts";
import { agreeAmong, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** Stage 2C: peers lose their memory, and come back with what they saved. */
export const PERSISTENCE: readonly Draft[] = [
  {
    id: "lab2c/persist-1",
    title: "restarts one at a time and all together",
    peers: 3,
    about:
      "Peers crash and boot again between commands: all of them, the leader, a follower. Nothing that was applied is lost.",
    dependsOn: NEEDS_AGREEMENT,
    run: persist1,
  },
  {
    id: "lab2c/persist-2",
    title: "two, then three of five crash",
    peers: 5,
    about: "Five rounds in which changing majorities carry the log on, each with peers that have just come back.",
    dependsOn: NEEDS_AGREEMENT,
    run: persist2,
  },
  {
    id: "lab2c/persist-3",
    title: "a cut and crashes together",
    peers: 3,
    about: "One peer is cut off, the other two crash, and the log goes on with one of each.",
    dependsOn: NEEDS_AGREEMENT,
    run: persist3,
  },
  {
    id: "lab2c/all-restart",
    title: "the whole cluster crashes",
    peers: 5,
    about:
      "All peers crash in the middle of a burst of commands, again and again. What anybody had applied is still there.",
    dependsOn: NEEDS_AGREEMENT,
    run: allRestart,
  },
  {
    id: "lab2c/crash-before-persist",
    title: "crashes between an answer and a save",
    peers: 5,
    about:
      "Peers crash between any two things that they do: after an answer has left and before a later save, and before and after votes and appends.",
    dependsOn: NEEDS_AGREEMENT,
    run: crashBeforePersist,
  },
];

function persist1(c: PersistentCluster): void {
  c.one(c.command(), 3);
  c.crashAll();
  c.restartAll();
  c.one(c.command(), 3);

  // The followers alone must carry the log on: what they answered for is theirs too.
  const leader = c.checkOneLeader();
  c.crashAll();
  for (const peer of others(c, leader)) c.restart(peer);
  c.one(c.command(), 2);
  c.restart(leader);
  c.one(c.command(), 3);

  c.restart(c.checkOneLeader());
  c.one(c.command(), 3);
  const follower = others(c, c.checkOneLeader())[0] as number;
  c.crash(follower);
  c.one(c.command(), 2);
  c.restart(follower);
  c.one(c.command(), 3);
}

function persist2(c: PersistentCluster): void {
  for (let round = 0; round < 5; round++) {
    c.one(c.command(), 5);
    const leader = c.checkOneLeader();
    const [p1, p2, p3, p4] = others(c, leader) as [number, number, number, number];
    c.crash(p1);
    c.crash(p2);
    c.one(c.command(), 3);
    for (const peer of [leader, p3, p4]) c.crash(peer);
    c.restart(p1);
    c.restart(p2);
    c.sleep(1_000);
    // Of these three only one was there when the last command was applied.
    c.restart(p3);
    c.one(c.command(), 3);
    c.restart(p4);
    c.restart(leader);
  }
  c.one(c.command(), 5);
}

function persist3(c: PersistentCluster): void {
  for (let round = 0; round < 3; round++) {
    c.one(c.command(), 3);
    const leader = c.checkOneLeader();
    const [mate, away] = others(c, leader) as [number, number];
    c.disconnect(away);
    c.one(c.command(), 2);
    startMany(c, leader, 2);
    c.crash(leader);
    c.crash(mate);
    c.connect(away);
    c.restart(leader);
    c.one(c.command(), 2);
    c.restart(mate);
    c.one(c.command(), 3);
  }
}

function allRestart(c: PersistentCluster): void {
  for (let round = 0; round < 3; round++) {
    c.one(c.command(), 5);
    startMany(c, c.checkOneLeader(), c.int("burst", 1, 20));
    c.sleep(c.pick("when all crash", [500, 1.5, 2.5, 3.5, 20]));
    const applied = c.highestApplied();
    c.crashAll();
    c.sleep(c.int("down", 1, 200));
    for (const peer of c.shuffle("who boots first", c.peers)) {
      c.restart(peer);
      c.sleep(c.int("between boots", 0, 100));
    }
    const index = c.one(c.command(), 5);
    c.expect(index > applied, {
      property: "durability",
      expected: `what was applied up to index ${applied} to be there after all peers restarted, and the next command behind it`,
      seen: `the next command stands at index ${index}`,
      cite: "Raft paper, section 5.4 and Figure 2 (persistent state)",
      index,
    });
  }
}

function crashBeforePersist(c: PersistentCluster): void {
  for (let round = 0; round < 2; round++) {
    forgottenVotes(c, round);
    forgottenEntries(c);
    forgottenByItsLeader(c);
    forgottenTerm(c);
    crashAnywhere(c);
  }
  c.settle();
}

/**
 * Two candidates of one term. Voters crash as soon as they have answered the first one, and the first one crashes as
 * soon as it leads. Back again, they are asked by the second one; whoever remembers its vote refuses.
 */
function forgottenVotes(c: PersistentCluster, round: number): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  // Each time somebody else gets the votes, peer 0 before all: its number is easily taken for no vote at all.
  const first = others(c, leader)[round] as number;
  const [second, ...voters] = c.shuffle("who is who", others(c, leader, first)) as [number, number, number];
  for (const peer of [first, second]) c.pause(peer);
  c.sleep(2_500);
  const late = c.rule((m) => {
    if (m.kind === "reply") return "pass";
    if (m.from === second) return "hold";
    return m.from === first && !voters.includes(m.to) ? "drop" : "pass";
  });
  const crashes = c.crashOnEffect({ peers: voters, effect: "reply", when: "after", limit: 4, restartAfterMs: [1, 2] });
  for (const peer of [first, second]) c.resume(peer);
  c.until(50, () => c.claimsLeadership(first), 1);
  crashes.remove();
  c.restart(first);
  c.sleep(3);
  c.restartAll();
  late.remove();
  late.release();
  c.sleep(100);
  c.heal();
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
 */
function forgottenByItsLeader(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [m1, m2, ...away] = c.shuffle("who has it", others(c, leader)) as [number, number, number, number];
  c.partition([leader, m1, m2], away);
  const last = startMany(c, leader, c.int("entries", 1, 3)).at(-1)?.index ?? 0;
  c.until(600, () => c.appliedIndex(leader) >= last, 0.5);
  c.crash(leader);
  c.partition([leader, ...away], [m1, m2]);
  c.sleep(c.int("down", 1, 5));
  c.restart(leader);
  agreeAmong(c, [leader, ...away]);
  c.heal();
}

/** A peer hears of a new term from its leader only, answers in it, and has nothing else to save when it crashes. */
function forgottenTerm(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const leader = c.checkOneLeader();
  const [candidate, bystander] = c.shuffle("who is who", others(c, leader)) as [number, number];
  const unasked = c.rule((m) =>
    m.kind === "request" && m.to === bystander && !c.claimsLeadership(m.from) ? "drop" : "pass",
  );
  c.pause(candidate);
  c.sleep(2_500);
  c.resume(candidate);
  c.sleep(1_000);
  c.restart(bystander);
  c.sleep(600);
  unasked.remove();
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
