import { type Draft, first, groupsOf, keysOf, others } from "./support.ts";

const NEEDS_SNAPSHOTS = ["lab3b/snapshot-rpc"];
const MAX_STATE_BYTES = 1_000;
/** The handout of this stage: the saved state may be eight times as large. */
const STATE_BYTES_MAX = 8 * MAX_STATE_BYTES;
const SIZE_CITE = "the stage's handout: eight times maxStateBytes";

/** Servers that take snapshots. */
export const SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab3b/snapshot-rpc",
    title: "a server that was away gets a snapshot",
    groups: groupsOf(3, 1),
    options: { maxStateBytes: MAX_STATE_BYTES },
    about:
      "A server is away while the others do three hundred operations and forget their logs. When it is back and another one is away, everything is there still.",
    dependsOn: ["lab3a/basic"],
    run: (c) => {
      const clerk = first(c.clerks);
      const away = c.pick("away", others(c, c.leaderWithin()));
      const rest = others(c, away);
      c.partition([away], [...rest, clerk]);
      for (let i = 0; i < 60; i++) c.ended(keysOf(5).map((key) => c.put(clerk, key)));
      c.sleep(300);
      const large = rest.filter((server) => c.stateSize(server) > STATE_BYTES_MAX);
      c.expect(large.length === 0, () => ({
        property: "resource",
        check: "state-size",
        expected: `the saved state of the servers to stay below ${STATE_BYTES_MAX} bytes`,
        seen: `${c.stateSize(first(large))} bytes at ${c.names(large)}`,
        cite: SIZE_CITE,
        peers: large,
      }));
      const second = first(rest);
      c.partition([second], [...others(c, second), clerk]);
      for (let i = 0; i < 10; i++) c.ended([c.append(clerk, `key${i % 5}`), c.get(clerk, `key${i % 5}`)]);
      c.settle();
      c.readFromEach();
    },
  },
  {
    id: "lab3b/dedup-in-snapshot",
    title: "a retry arrives at a server that knows the operation from a snapshot only",
    groups: groupsOf(3, 2),
    options: { maxStateBytes: 300 },
    about:
      "An operation is done, and its answer does not leave. The servers forget their logs; a third one gets their snapshot, and leads. There the clerk asks again: it is done once.",
    dependsOn: NEEDS_SNAPSHOTS,
    run: (c) => {
      const [clerk = 0, other = 0] = c.clerks;
      for (let round = 0; round < 3; round++) {
        const leader = c.leaderWithin();
        const third = c.pick("third", others(c, leader));
        c.disconnect(third);
        c.ended([c.append(clerk, "k")]);
        // Whatever is answered to the clerk is lost, until the third one leads.
        const silent = c.rule((m) => (m.kind === "reply" && m.to === clerk ? "drop" : "pass"));
        const waiting = c.append(clerk, "k");
        c.sleep(200);
        for (let i = 0; i < 15; i++) c.ended([c.put(other, "others")]);
        c.crash(leader);
        c.connect(third);
        c.sleep(1_000);
        c.restart(leader);
        c.sleep(500);
        c.helpToLead(third);
        silent.remove();
        c.ended([waiting, c.get(clerk, "k")]);
        c.check();
      }
      c.settle();
    },
  },
  {
    id: "lab3b/restarts",
    title: "restarts with snapshots",
    groups: groupsOf(5, 3),
    options: { maxStateBytes: 500 },
    about:
      "Three clerks at work; all servers crash and come back, again and again, and have forgotten most of their logs. Some crash in the middle of what they do.",
    dependsOn: NEEDS_SNAPSHOTS,
    run: (c) => {
      for (let round = 0; round < 3; round++) {
        const stop = c.load({ clerks: c.clerks, keys: keysOf(3), limit: 40 });
        const crashes = c.crashOnEffect({
          peers: c.servers,
          voters: c.servers,
          effect: "save",
          chance: 0.03,
          limit: 3,
          when: c.pick("when", ["before", "after"]),
          restartAfterMs: [100, 600],
        });
        c.sleep(2_000);
        stop();
        crashes.remove();
        for (const server of c.servers) c.crash(server);
        for (const server of c.servers) c.restart(server);
        c.sleep(500);
        c.check();
      }
      c.settle();
      c.readFromEach();
    },
  },
  {
    id: "lab3b/unreliable",
    title: "snapshots on a bad network",
    groups: groupsOf(5, 5),
    options: { maxStateBytes: 500 },
    about: "Five clerks on a network that loses a tenth of all messages; the servers take snapshots.",
    dependsOn: NEEDS_SNAPSHOTS,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => {
      c.load({ clerks: c.clerks, keys: keysOf(3), limit: 40 });
      c.sleep(6_000);
      c.settle();
    },
  },
];
