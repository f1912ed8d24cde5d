import { expectBehind } from "./restarts.ts";
import type { Draft, PersistentCluster } from "./support.ts";
import { agreeAmong, helpToLead, LARGE_BYTES, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** Stage 2C: peers lose their memory, and come back with what they saved. */
export const PERSISTENCE: readonly Draft<PersistentCluster>[] = [
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
    about:
      "One peer is cut off, the other two crash, and the log goes on with one of each. And a peer boots with entries of two terms, none of which is committed.",
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
  bootedWithTwoTerms(c);
}

/**
 * A peer that led twice has entries of both terms, which nobody else has, and others are committed in their place. When it
 * boots, and hears nobody, nothing of what it has may be applied: what stands before entries of a newer term is not
 * committed by that.
 */
function bootedWithTwoTerms(c: PersistentCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  c.disconnect(leader);
  startMany(c, leader, c.int("entries of the first term", 1, 3), LARGE_BYTES);
  const term = c.term(c.checkOneLeader());
  const kept = c.rule((m) =>
    m.kind === "request" && m.from === leader && m.sizeBytes > LARGE_BYTES ? "drop" : "pass",
  );
  c.connect(leader);
  helpToLead(c, leader);
  if (c.term(leader) > term) startMany(c, leader, 1, LARGE_BYTES);
  c.disconnect(leader);
  kept.remove();
  agreeAmong(c, others(c, leader), 4);
  c.restart(leader);
  c.sleep(100);
  c.heal();
  c.one(c.command(), 3);
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
    expectBehind(c, applied, c.one(c.command(), 5));
  }
}
