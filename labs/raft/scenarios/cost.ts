import type { Meter } from "../../../grader/harness/cluster.ts";
import {
  ELECTION_RPCS,
  IDLE_BYTES_PER_RPC,
  IDLE_RPCS_PER_S,
  LATER_QUIET_RPCS,
  QUIET_BYTES,
  SPARE_BYTES,
  TEN_COMMANDS_RPCS,
  TIMES_BURST_BYTES,
  TIMES_COMMAND_BYTES,
} from "../limits.ts";
import type { Accepted, Draft, ReplicatingCluster } from "./support.ts";
import { helpToLead, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

const BURST = 100;
const BURST_BYTES = 120;
/** A round trip takes less than the shortest election timeout (150 ms). */
const BURST_DELAY_MS = 45;

/** Stage 2B: what agreement may cost, and what must end with it. */
export const COST: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/rpc-bytes",
    title: "each peer is sent each command once",
    peers: 3,
    about: "Large commands, and a budget of bytes: the leader must not send again what a follower has.",
    dependsOn: NEEDS_AGREEMENT,
    asks: { "burst-bytes": { needs: [], ask: burstBytes } },
    run: rpcBytes,
  },
  {
    id: "lab2b/count",
    title: "no more RPCs than needed",
    peers: 3,
    about: "Elections, ten commands and quiet seconds each have a budget of RPCs that grows with virtual time.",
    dependsOn: NEEDS_AGREEMENT,
    asks: { "quiet-rpcs": { needs: [], ask: judgeQuiet } },
    run: count,
  },
  {
    id: "lab2b/kill",
    title: "a killed peer is silent",
    peers: 3,
    about: "After kill() a peer calls nobody, saves nothing and applies nothing, while the others go on.",
    dependsOn: NEEDS_AGREEMENT,
    asks: {
      "nothing-after-kill": { needs: ["peers"], ask: (c, [killed]) => judgeKilled(c, killed as readonly number[]) },
    },
    run: kill,
  },
];

function rpcBytes(c: ReplicatingCluster): void {
  c.one(c.command(), 3);
  let spent = meter(c);
  for (let i = 0; i < 10; i++) c.one(c.command(5000), 3);
  const sentBytes = 10 * 5000;
  c.expectSpent(spent, "bytes", TIMES_COMMAND_BYTES * sentBytes + SPARE_BYTES + spent.idleBytes(), {
    property: "efficiency",
    check: "command-bytes",
    expected: `at most ${TIMES_COMMAND_BYTES * sentBytes + SPARE_BYTES} bytes, and ${spent.idleBytes()} for heartbeats, to bring ${sentBytes} bytes of commands to two followers`,
    cite: "Raft paper, section 5.3: nextIndex is the next entry to send",
    hint: "What does an AppendEntries carry when its receiver has most of the log already, and when is something sent again that nobody has answered yet?",
  });
  c.asked("burst-bytes", [], () => burstBytes(c));

  const away = others(c, c.checkOneLeader())[0] as number;
  c.disconnect(away);
  for (let i = 0; i < 3; i++) c.one(c.command(5000), 2);
  c.connect(away);
  c.one(c.command(), 3);
  c.sleep(1_000);
  spent = meter(c);
  c.sleep(2_000);
  c.expectSpent(spent, "bytes", QUIET_BYTES + spent.idleBytes(), {
    property: "efficiency",
    check: "quiet-bytes",
    expected: `at most ${QUIET_BYTES + spent.idleBytes()} bytes in two seconds in which nothing is started and everybody has everything`,
    cite: "Raft paper, section 5.2: heartbeats carry no log entries",
    hint: "Once a follower has acknowledged an entry, what keeps the leader from sending it again? And what becomes of a retry that was due while the answer was on its way?",
  });
}

/** Many commands while the first of them is still on its way: each is on its way once, not again with every later one. */
function burstBytes(c: ReplicatingCluster): void {
  c.rule(() => ({ delayMs: BURST_DELAY_MS }));
  c.sleep(500);
  const leader = c.checkOneLeader();
  const spent = meter(c);
  const accepted: Accepted[] = [];
  for (let i = 0; i < BURST; i++) {
    accepted.push(...startMany(c, leader, 1, BURST_BYTES));
    c.sleep(0.5);
  }
  const last = accepted.at(-1);
  if (last !== undefined) c.wait(last.index, 3, { startTerm: last.term });
  const sentBytes = accepted.length * BURST_BYTES;
  c.expectSpent(spent, "bytes", TIMES_BURST_BYTES * sentBytes + SPARE_BYTES + spent.idleBytes(), {
    property: "efficiency",
    check: "burst-bytes",
    expected: `at most ${TIMES_BURST_BYTES * sentBytes + SPARE_BYTES} bytes, and ${spent.idleBytes()} for heartbeats, for ${accepted.length} commands of ${BURST_BYTES} bytes within ${BURST / 2} ms, when a message takes ${BURST_DELAY_MS} ms`,
    cite: "Raft paper, section 5.3: nextIndex is the next entry to send",
    hint: `When a command is started and the one before it is still on its way, what does the next request carry? And is anything sent again before its answer can be there? That takes ${2 * BURST_DELAY_MS} ms here.`,
  });
  c.heal();
}

function count(c: ReplicatingCluster): void {
  const election = meter(c);
  c.checkOneLeader();
  checkRpcs(c, election, ELECTION_RPCS + election.idleRpcs(), "to elect the first leader");
  c.expect(election.rpcs() >= 1, {
    property: "liveness",
    check: "asks-for-votes",
    expected: "a candidate to ask for votes",
    seen: "a leader that nobody was asked to vote for",
    cite: "Raft paper, section 5.2",
  });

  c.one(c.command(), 3);
  c.sleep(500);
  const agreement = meter(c);
  const accepted = startMany(c, c.checkOneLeader(), 10);
  for (const { index, term } of accepted) c.wait(index, 3, { startTerm: term });
  checkRpcs(
    c,
    agreement,
    TEN_COMMANDS_RPCS + agreement.idleRpcs(),
    `to agree on ${accepted.length} commands started at once`,
  );

  c.sleep(1_000);
  const atFirst = checkQuiet(c).rpcs();
  const veteran = c.checkOneLeader();
  for (let round = 0; round < 8; round++) {
    c.disconnect(veteran);
    c.checkOneLeader();
    c.connect(veteran);
    helpToLead(c, veteran);
  }
  // Calls to a peer that was cut off are answered after 7 s at the latest.
  c.sleep(8_000);
  const inTheEnd = checkQuiet(c);
  checkRpcs(
    c,
    inTheEnd,
    2 * atFirst + LATER_QUIET_RPCS,
    `in two quiet seconds, as there were ${atFirst} under the first leader`,
  );
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
  c.asked("nothing-after-kill", [[leader, follower]], () => judgeKilled(c, [leader, follower]));
}

/** Long after they were killed. */
function judgeKilled(c: ReplicatingCluster, killed: readonly number[]): void {
  c.sleep(8_000);
  for (const peer of killed) {
    const { calls, saves, upcalls } = c.effectsAfterKill(peer);
    c.expect(calls + saves + upcalls === 0, {
      property: "resource",
      check: "nothing-after-kill",
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
  const fromMs = c.nowMs();
  const idleRpcs = (): number => Math.ceil(((c.nowMs() - fromMs) / 1000) * IDLE_RPCS_PER_S);
  return {
    ...c.meter(),
    idleRpcs,
    idleBytes: () => idleRpcs() * IDLE_BYTES_PER_RPC,
  };
}

/** Two seconds in which nothing happens: heartbeats, and no more of them than are needed. Gives what was spent. */
function checkQuiet(c: ReplicatingCluster): Meter {
  return c.asked("quiet-rpcs", [], () => judgeQuiet(c));
}

function judgeQuiet(c: ReplicatingCluster): Meter {
  const quiet = meter(c);
  c.sleep(2_000);
  checkRpcs(c, quiet, quiet.idleRpcs(), "in two seconds in which nothing is started");
  return quiet;
}

function checkRpcs(c: ReplicatingCluster, spent: Meter, allowed: number, what: string): void {
  c.expectSpent(spent, "rpcs", allowed, {
    property: "efficiency",
    check: "rpcs",
    expected: `at most ${allowed} RPCs ${what}`,
    cite: "Raft paper, section 5.2; at most 25 heartbeats a second to each follower",
    hint: "What starts a request, and does anything that starts requests go on after its leadership has ended?",
  });
}
