import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import { isOpen } from "../../../grader/harness/kv/operations.ts";
import { BYTES_PER_CLERK, SMALL_SNAPSHOT_BYTES, TIMES_STATE_BYTES } from "../limits.ts";
import { speed, unreliable } from "./calm.ts";
import { STORMS_WITH_SNAPSHOTS } from "./storms.ts";
import { cutOffWithClerk, type Draft, draft, first, keysOf, others, twoClerks } from "./support.ts";

const MAX_STATE_BYTES = 1_000;
/** Each is a process: as many as tell a table of all results from one of the last ones. */
const CLERKS = 12;
/** Keys, and a value, that a snapshot may lose which is no list of pairs, or is put together as text. */
const ODD_WORDS = [["", "__proto__", "a=b", "a,b", "\n", 'ä"€'], '1\n2=3,4:5\t"6" '] as const;
/** What a plain object has though nobody put it there; and what is another key without white space. */
const NEVER_WRITTEN = ["constructor", " "];
/** A few are as large as a state may be. */
const LONG_BYTES = 600;
const CITE = "the stage's handout, 3B: what to build";

/** None of these servers has saved a larger state than is allowed. */
function expectSmallState(c: KvCluster, servers: readonly number[], maxStateBytes = MAX_STATE_BYTES): void {
  const atMost = TIMES_STATE_BYTES * maxStateBytes;
  const largest = Math.max(...servers.map((server) => c.stateSize(server)));
  const large = servers.filter((server) => c.stateSize(server) > atMost);
  c.expectAtMost(largest, atMost, {
    property: "resource",
    check: "state-size",
    expected: `the saved state of the servers to stay below ${atMost} bytes, ${TIMES_STATE_BYTES} times maxStateBytes`,
    seen: `${largest} bytes at ${c.names(large)}`,
    cite: CITE,
    hint: "When does a server look how large Raft's saved state has become, and what makes it smaller?",
    peers: large,
  });
}

/** What a server's snapshot holds is not more than it needs. */
function expectSmallSnapshot(c: KvCluster, atMost: number, because: string): void {
  const largest = Math.max(...c.servers.map((server) => c.snapshotSize(server)));
  const large = c.servers.filter((server) => c.snapshotSize(server) > atMost);
  c.expectAtMost(largest, atMost, {
    property: "resource",
    check: "snapshot-size",
    expected: `no snapshot of more than ${atMost} bytes: ${because}`,
    seen: `${largest} bytes at ${c.names(large)}`,
    cite: CITE,
    hint: "What of a clerk that has had its answer does anybody have to know still?",
    peers: large,
  });
}

/** So many operations of somebody else are in a log when it is forgotten. */
const OTHERS = 15;
/** More than the others ever do before their logs are forgotten. */
const WAITING = 80;

/** The others forget their logs; the third server gets their snapshot, boots from it perhaps, and leads. */
function leadFromSnapshot(c: KvCluster, leader: number, third: number, other: number, boots: boolean): void {
  for (let i = 0; i < OTHERS; i++) c.ended([c.put(other, "others")]);
  c.crash(leader);
  c.connect(third);
  c.sleep(1_000);
  c.restart(leader);
  if (boots) c.restart(third);
  c.sleep(500);
  c.helpToLead(third);
}

/** A request is lost; its clerk's next operations, if it does not wait, are done and answered. Then it asks a server that knows of those from a snapshot. */
function openBelowAnswered(c: KvCluster): void {
  const [clerk, other] = twoClerks(c);
  const leader = c.leaderWithin();
  const third = c.pick("third", others(c, leader));
  c.disconnect(third);
  c.ended([c.get(clerk, "k")]);
  const lost = c.rule((m) => (m.kind === "request" && m.from === clerk ? "drop" : "pass"));
  const waiting = [c.append(clerk, "k")];
  c.sleep(1);
  lost.remove();
  for (let i = 0; i < 3; i++) {
    const next = c.append(clerk, "k");
    waiting.push(next);
    c.until(10, () => !isOpen(next), 1);
  }
  const away = c.rule((m) => (m.from === clerk ? "drop" : "pass"));
  leadFromSnapshot(c, leader, third, other, true);
  away.remove();
  c.ended([...waiting, c.get(clerk, "k")]);
  c.check();
}

/** A clerk's operations are done and not answered; then it asks a server that knows of them from a snapshot, or has booted from one. */
function retryAtThird(c: KvCluster, round: number): void {
  const [clerk, other] = twoClerks(c);
  const leader = c.leaderWithin();
  const third = c.pick("third", others(c, leader));
  c.disconnect(third);
  const [value = ""] = c.ended([c.get(clerk, "c"), c.append(clerk, "k")]);
  // Whatever is answered to the clerk is lost, until the third one leads.
  const silent = c.rule((m) => (m.kind === "reply" && m.to === clerk ? "drop" : "pass"));
  // A clerk that does one after the other does no more than the first by then.
  const appends = [() => c.append(clerk, "k"), () => c.append(clerk, "k")];
  const swap = () => c.cas(clerk, "c", value);
  const read = () => c.get(clerk, "k");
  const begin = [appends, appends, [swap, ...appends], [read, swap, ...appends]][round] ?? [];
  const waiting = begin.map((each) => each());
  c.sleep(200);
  leadFromSnapshot(c, leader, third, other, round % 2 === 1);
  silent.remove();
  c.ended([...waiting, c.get(clerk, "k"), c.get(clerk, "c")]);
  c.check();
}

/** A request is kept until its operation was done by another try and answered, and the leader has booted from a snapshot since. */
function requestAfterBoot(c: KvCluster): void {
  const [clerk, other] = twoClerks(c);
  const leader = c.leaderWithin();
  c.ended([c.get(clerk, "k")]);
  let isFirst = true;
  const keeping = c.rule(({ kind, from, to }) => {
    if (kind !== "request" || from !== clerk || to !== leader || !isFirst) return "pass";
    isFirst = false;
    return "hold";
  });
  c.ended([c.append(clerk, "k")]);
  c.ended([c.append(clerk, "k")]);
  for (let i = 0; i < OTHERS; i++) c.ended([c.put(other, "others")]);
  c.sleep(300);
  c.restart(leader);
  c.sleep(500);
  c.helpToLead(leader);
  keeping.release();
  keeping.remove();
  c.sleep(100);
  c.ended([c.get(other, "k")]);
  c.check();
}

/**
 * A leader that is cut off has a clerk's requests, of one operation or of many, and its clerk crashes. The others forget their logs to the end, so
 * that it comes to know what took the first places by a snapshot, and of nothing behind it.
 */
function waitBelowSnapshot(c: KvCluster): void {
  const { clerk, rest, away } = cutOffWithClerk(c);
  for (let i = 0; i < WAITING; i++) c.append(clerk, "k");
  c.sleep(20);
  c.crash(clerk);
  const leader = c.leaderWithin(rest);
  for (let i = 0, before = 0; i < OTHERS || (i < 4 * OTHERS && c.stateSize(leader) >= before); i++) {
    before = c.stateSize(leader);
    c.ended([c.put(first(away), "others")]);
    c.sleep(20);
  }
  c.heal();
  c.expectAnswers();
}

/** Servers that take snapshots. */
export const SNAPSHOTS: readonly Draft[] = [
  draft({
    id: "lab3b/snapshot-rpc",
    title: "a server that was away gets a snapshot",
    servers: 3,
    clerks: 1,
    maxStateBytes: MAX_STATE_BYTES,
    about:
      "A server is away while the others do a hundred and fifty operations and forget their logs. When it is back and another one is away, everything is there still, under keys of any text, and nothing under keys that were never written. States stay small all the time.",
    run: (c) => {
      const clerk = first(c.clerks);
      const away = c.pick("away", others(c, c.leaderWithin()));
      const rest = others(c, away);
      c.partition([away], [...rest, clerk]);
      const [odd, value] = ODD_WORDS;
      const putFives = (times: number) => {
        for (let i = 0; i < times; i++) {
          c.ended(keysOf(5).map((key) => c.put(clerk, key)));
          // Not only when there was time to forget.
          expectSmallState(c, rest);
        }
      };
      putFives(15);
      for (const key of odd) c.ended([c.begin(clerk, { kind: "put", key, value })]);
      putFives(15);
      c.sleep(300);
      expectSmallState(c, rest);
      const second = first(rest);
      c.partition([second], [...others(c, second), clerk]);
      for (let i = 0; i < 10; i++) c.ended([c.append(clerk, `key${i % 5}`), c.get(clerk, `key${i % 5}`)]);
      for (const key of [...odd, ...NEVER_WRITTEN]) c.ended([c.get(clerk, key)]);
      c.settle();
      c.readFromEach();
    },
  }),
  draft({
    id: "lab3b/dedup-in-snapshot",
    title: "a retry arrives at a server that knows the operation from a snapshot only",
    servers: 3,
    clerks: 2,
    maxStateBytes: 300,
    about:
      "Operations of a clerk are done, two appends, a cas and a get, and their answers do not leave. The servers forget their logs; a third one gets their snapshot, boots from it in every other round, and leads. There the clerk asks again: each is done once. Then a request arrives whose operation another try did long ago, at a leader that has booted from a snapshot since. In the end a clerk asks the third one for an operation whose first request was lost, while later ones of the clerk were done and answered: it is done now.",
    run: (c) => {
      for (let round = 0; round < 4; round++) retryAtThird(c, round);
      for (let round = 0; round < 2; round++) requestAfterBoot(c);
      c.settle();
      openBelowAnswered(c);
      c.settle();
    },
  }),
  draft({
    id: "lab3b/snapshot-size",
    title: "states and snapshots stay small",
    servers: 3,
    clerks: 1,
    maxStateBytes: MAX_STATE_BYTES,
    about:
      "One clerk puts and gets under one key, again and again, first values of 600 bytes, meanwhile all servers boot once, then short ones. States stay small all the time, and in the end snapshots hold no more than a key, its value and a clerk.",
    run: (c) => {
      const clerk = first(c.clerks);
      c.leaderWithin();
      for (let i = 0; i < 40; i++) {
        // What a server counts begins anew.
        if (i === 25) for (const server of c.servers) c.restart(server);
        const value = c.token() + "-".repeat(LONG_BYTES);
        c.ended([c.begin(clerk, { kind: "put", key: "k", value })]);
        expectSmallState(c, c.servers);
      }
      for (let i = 0; i < 80; i++) {
        c.ended([c.put(clerk, "k")]);
        c.ended([c.get(clerk, "k")]);
      }
      c.sleep(300);
      expectSmallState(c, c.servers);
      expectSmallSnapshot(c, SMALL_SNAPSHOT_BYTES, "there is one key, and one clerk");
      c.settle();
    },
  }),
  speed("lab3b/speed", MAX_STATE_BYTES),
  draft({
    id: "lab3b/snapshot-label",
    title: "a server that knows all from a snapshot leads",
    servers: 3,
    clerks: 4,
    maxStateBytes: 300,
    about:
      "Clerks are at work without a pause while a third server is away, and the others forget their logs. It gets a snapshot, and leads. What it has must be what was done, no more and no less. In the end a clerk's requests wait at a leader that is cut off and gets a snapshot: they are answered all the same, those of places behind it too, though nobody asks for anything any more.",
    run: (c) => {
      for (let round = 0; round < 2; round++) {
        const leader = c.leaderWithin();
        const third = c.pick("third", others(c, leader));
        c.disconnect(third);
        c.load({
          clerks: c.clerks,
          keys: keysOf(4),
          thinkMs: [0, 8],
          limit: 25,
          mix: { append: 4, get: 1, put: 1, cas: 1 },
        });
        c.sleep(500);
        c.connect(third);
        c.sleep(500);
        c.helpToLead(third);
        c.readAll();
      }
      waitBelowSnapshot(c);
      c.settle();
      c.readFromEach();
    },
  }),
  draft({
    id: "lab3b/session-memory",
    title: "what is kept of clerks",
    servers: 3,
    clerks: CLERKS,
    maxStateBytes: MAX_STATE_BYTES,
    about: `${CLERKS} clerks do one operation each; one of them goes on, and reads a long value. Of the others, and of what was answered, next to nothing is kept: ${SMALL_SNAPSHOT_BYTES} bytes and ${BYTES_PER_CLERK} for each clerk are enough for a snapshot.`,
    run: (c) => {
      c.leaderWithin();
      const [busy] = twoClerks(c);
      c.ended(c.clerks.map((clerk) => c.append(clerk, "k")));
      for (let i = 0; i < 60; i++) c.ended([c.get(busy, "k")]);
      c.sleep(300);
      expectSmallState(c, c.servers);
      const atMost = SMALL_SNAPSHOT_BYTES + BYTES_PER_CLERK * c.clerks.length;
      expectSmallSnapshot(c, atMost, `there is one key, and ${c.clerks.length} clerks, which had all their answers`);
      c.settle();
    },
  }),
  unreliable("lab3b/unreliable", 500),
  ...STORMS_WITH_SNAPSHOTS,
];
