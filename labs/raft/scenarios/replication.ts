import type { Accepted, Draft, ReplicatingCluster } from "./support.ts";
import { NEEDS_AGREEMENT, NEEDS_ELECTION, others, startMany } from "./support.ts";

/** What heartbeats may cost in a second: one each 40 ms to each of two followers is 50, and MIT allows 60. */
const IDLE_RPCS_PER_S = 60;
/** A heartbeat and its answer take about 100 bytes; three times that is generous. */
const IDLE_BYTES_PER_RPC = 300;

/** Stage 2B on a network without faults: agreement, and what it may cost. */
export const REPLICATION: readonly Draft[] = [
  {
    id: "lab2b/basic-agree",
    title: "commands are agreed upon, in order",
    peers: 3,
    about:
      "Commands of all kinds are started one after the other, equal ones among them. Every peer applies each of them, in the order of the log.",
    dependsOn: NEEDS_ELECTION,
    run: basicAgree,
  },
  {
    id: "lab2b/rpc-bytes",
    title: "each peer is sent each command once",
    peers: 3,
    about: "Large commands, and a budget of bytes: the leader must not send again what a follower has.",
    dependsOn: NEEDS_AGREEMENT,
    run: rpcBytes,
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
  {
    id: "lab2b/count",
    title: "no more RPCs than needed",
    peers: 3,
    about: "Elections, ten commands and quiet seconds each have a budget of RPCs that grows with virtual time.",
    dependsOn: NEEDS_AGREEMENT,
    run: count,
  },
  {
    id: "lab2b/kill",
    title: "a killed peer is silent",
    peers: 3,
    about: "After kill() a peer calls nobody, saves nothing and applies nothing, while the others go on.",
    dependsOn: NEEDS_AGREEMENT,
    run: kill,
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
      expected: `a command started after the one at index ${last} was applied to come behind it`,
      seen: `it stands at index ${index}`,
      cite: "Raft paper, section 5.3",
      index,
    });
    last = index;
  }
}

function rpcBytes(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  let spent = meter(c);
  for (let i = 0; i < 10; i++) c.one(c.command(5000), 3);
  const sentBytes = 10 * 5000;
  c.expect(spent.bytes() <= 3 * sentBytes + 50_000 + spent.idleBytes(), () => ({
    property: "efficiency",
    expected: `at most ${3 * sentBytes + 50_000} bytes, and ${spent.idleBytes()} for heartbeats, to bring ${sentBytes} bytes of commands to two followers`,
    seen: `${spent.bytes()} bytes`,
    cite: "Raft paper, section 5.3: nextIndex is the next entry to send",
    hint: "What does an AppendEntries carry when its receiver has most of the log already?",
  }));

  const away = others(c, c.checkOneLeader())[0] as number;
  c.disconnect(away);
  for (let i = 0; i < 3; i++) c.one(c.command(5000), 2);
  c.connect(away);
  c.one(c.command(), 3);
  c.sleep(1_000);
  spent = meter(c);
  c.sleep(2_000);
  c.expect(spent.bytes() <= 10_000 + spent.idleBytes(), () => ({
    property: "efficiency",
    expected: `at most ${10_000 + spent.idleBytes()} bytes in two seconds in which nothing is started and everybody has everything`,
    seen: `${spent.bytes()} bytes`,
    cite: "Raft paper, section 5.2: heartbeats carry no log entries",
    hint: "Once a follower has acknowledged an entry, what keeps the leader from sending it again?",
  }));
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
      expected: `the command that start() accepted in term ${term} to stand at index ${misplaced.index}`,
      seen: "another command stands there, though the term is the same",
      cite: "Raft paper, section 5.3",
      term,
      index: misplaced.index,
      peers: [leader],
    });
  }
  c.fail({
    property: "liveness",
    expected:
      "ten commands, started in one instant on a leader that nothing disturbs, to be applied by all in its term",
    seen: "in five attempts the term moved on each time, or the leader refused nearly all",
    cite: "Raft paper, sections 5.2 and 5.3",
    hint: "What can make a leader step down on a network without faults?",
  });
}

function count(c: ReplicatingCluster): void {
  const election = meter(c);
  c.checkOneLeader();
  const electing = election.rpcs();
  checkRpcs(c, electing, 30 + election.idleRpcs(), "to elect the first leader");
  c.expect(electing >= 1, {
    property: "liveness",
    expected: "a candidate to ask for votes",
    seen: "a leader that nobody was asked to vote for",
    cite: "Raft paper, section 5.2",
  });

  c.one(c.command(), 3);
  c.sleep(500);
  const agreement = meter(c);
  const accepted = startMany(c, c.checkOneLeader(), 10);
  for (const { index, term } of accepted) c.wait(index, 3, { startTerm: term });
  // MIT allows 42; 18 more let a leader spread its new commit index at once.
  checkRpcs(c, agreement.rpcs(), 60 + agreement.idleRpcs(), `to agree on ${accepted.length} commands started at once`);

  c.sleep(1_000);
  checkQuiet(c);
  for (let round = 0; round < 6; round++) {
    const leader = c.checkOneLeader();
    c.disconnect(leader);
    c.checkOneLeader();
    c.connect(leader);
    c.checkOneLeader();
  }
  // Calls to a peer that was cut off are answered after 7 s at the latest.
  c.sleep(8_000);
  checkQuiet(c);
}

function kill(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const follower = others(c, leader)[0] as number;
  // Requests have reached the followers and answers are on their way: both ends have something under way.
  startMany(c, leader, 3);
  c.sleep(1.5);
  c.kill(follower);
  c.one(c.command(), 2);
  startMany(c, leader, 3);
  c.sleep(0.5);
  c.kill(leader);
  c.sleep(8_000);
  for (const peer of [leader, follower]) {
    const { calls, saves, upcalls } = c.effectsAfterKill(peer);
    c.expect(calls + saves + upcalls === 0, {
      property: "resource",
      expected: `peer ${peer} to do nothing more after kill()`,
      seen: `${calls} calls, ${saves} saves and ${upcalls} applies after it`,
      cite: "student API: kill()",
      peers: [peer],
      hint: "Timers, handlers, and everything that goes on after an await must find out that the peer was killed.",
    });
  }
}

/** What is spent from now on, and what an idle cluster of three may spend in that time. */
function meter(c: ReplicatingCluster) {
  const [fromMs, fromRpcs, fromBytes] = [c.nowMs(), c.rpcs(), c.bytes()];
  const idleRpcs = (): number => Math.ceil(((c.nowMs() - fromMs) / 1000) * IDLE_RPCS_PER_S);
  return {
    rpcs: () => c.rpcs() - fromRpcs,
    bytes: () => c.bytes() - fromBytes,
    idleRpcs,
    idleBytes: () => idleRpcs() * IDLE_BYTES_PER_RPC,
  };
}

/** Two seconds in which nothing happens: heartbeats, and no more of them than are needed. */
function checkQuiet(c: ReplicatingCluster): void {
  const quiet = meter(c);
  c.sleep(2_000);
  checkRpcs(c, quiet.rpcs(), quiet.idleRpcs(), "in two seconds in which nothing is started");
}

function checkRpcs(c: ReplicatingCluster, seen: number, allowed: number, what: string): void {
  c.expect(seen <= allowed, {
    property: "efficiency",
    expected: `at most ${allowed} RPCs ${what}`,
    seen: `${seen} RPCs`,
    cite: "Raft paper, section 5.2; at most 25 heartbeats a second to each follower",
    hint: "What starts a request, and does anything that starts requests go on after its leadership has ended?",
  });
}
