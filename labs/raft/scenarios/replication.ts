import { CALM_ACCEPTED, CALM_COMMANDS } from "../limits.ts";
import type { Accepted, Draft, ReplicatingCluster } from "./support.ts";
import { NEEDS_AGREEMENT, NEEDS_ELECTION } from "./support.ts";

/** Stage 2B on a network without faults. */
export const REPLICATION: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/basic-agree",
    title: "commands are agreed upon, in order",
    peers: 3,
    about:
      "Commands of all kinds are started one after the other, equal ones among them. Every peer applies each of them, in the order of the log.",
    dependsOn: NEEDS_ELECTION,
    asks: { "leader-accepts": { needs: [], ask: checkWilling } },
    run: basicAgree,
  },
  {
    id: "lab2b/concurrent-starts",
    title: "many commands at once",
    peers: 3,
    about:
      "Ten commands are started on the leader in one instant, equal ones among them. Each gets an index of its own.",
    dependsOn: NEEDS_AGREEMENT,
    run: concurrentStarts,
  },
];

function basicAgree(c: ReplicatingCluster): void {
  const commands = [
    c.command(),
    null,
    "",
    { key: "x", list: [1, -2, 0.5], nested: { ok: true } },
    7,
    7,
    c.command(3000),
  ];
  let last = 0;
  for (const command of [...commands, new Uint8Array([0, 255, 1]), c.command()]) {
    const index = c.one(command, 3);
    c.expect(index > last, {
      property: "state-machine-safety",
      check: "commands-in-order",
      expected: `a command started after the one at index ${last} was applied to come behind it`,
      seen: `it stands at index ${index}`,
      cite: "Raft paper, section 5.3",
      where: { index },
    });
    last = index;
  }
  c.asked("leader-accepts", [], () => checkWilling(c));
}

/** On a network without faults whoever leads takes most of what it is given; now and then it may be busy otherwise. */
function checkWilling(c: ReplicatingCluster): void {
  let best = 0;
  for (let attempt = 0; attempt < 3 && best < CALM_ACCEPTED; attempt++) {
    c.checkOneLeader();
    let accepted = 0;
    for (let i = 0; i < CALM_COMMANDS; i++) {
      const leader = c.leader();
      if (leader !== null && c.start(leader, c.command()) !== null) accepted++;
      c.sleep(50);
    }
    best = Math.max(best, accepted);
  }
  c.expect(best >= CALM_ACCEPTED, {
    property: "liveness",
    check: "leader-accepts",
    expected: `the leader to take ${CALM_ACCEPTED} of ${CALM_COMMANDS} commands, one each 50 ms, when all peers are up and connected`,
    seen: `in the best of three attempts it took ${best}`,
    cite: "Raft paper, section 5.3: the leader services client requests",
    hint: "When may start() refuse? A leader that hears from its followers has little reason to.",
  });
  c.one(c.command(), 3);
}

function concurrentStarts(c: ReplicatingCluster): void {
  for (let attempt = 0; attempt < 5; attempt++) {
    const leader = c.checkOneLeader();
    const accepted: Accepted[] = [];
    // A leader may refuse a command now and then.
    for (let tries = 0; tries < 50 && accepted.length < 10; tries++) {
      const command = accepted.length < 8 ? c.command() : "twice";
      const started = c.start(leader, command);
      if (started !== null) accepted.push({ ...started, command });
    }
    const term = accepted[0]?.term ?? -1;
    if (accepted.length < 10 || accepted.some((one) => one.term !== term)) continue;
    if (!accepted.every(({ index }) => c.wait(index, 3, { startTerm: term }))) continue;
    const misplaced = accepted.find(({ index, command }) => c.applied(index).command !== command);
    if (misplaced === undefined) return;
    c.expect(c.term(leader) > term, {
      property: "state-machine-safety",
      check: "command-at-its-index",
      expected: `the command that start() accepted in term ${term} to stand at index ${misplaced.index}`,
      seen: "another command stands there, though the term is the same",
      cite: "Raft paper, section 5.3",
      where: { term, index: misplaced.index },
      peers: [leader],
    });
  }
  c.fail({
    property: "liveness",
    check: "commands-at-once",
    expected:
      "ten commands, started in one instant on a leader that nothing disturbs, to be applied by all in its term",
    seen: "in five attempts the term moved on each time, or the leader refused nearly all",
    cite: "Raft paper, sections 5.2 and 5.3",
    hint: "What can make a leader step down on a network without faults?",
  });
}
