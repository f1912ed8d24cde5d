import type { Instance } from "../../grader/harness/instance.ts";

const LEADS = { isLeader: true } as const;
const ANYBODY = [0, 1, 2];

/** Runs of Raft that are small enough for all their orders. Heartbeats are timers like others: they fire where an instance lets them. */
export const INSTANCES: readonly Instance[] = [
  {
    name: "votes",
    title: "two peers want to lead",
    about:
      "Three peers; the timers of two of them fire once each, at any moment. What they ask and answer arrives in any order.",
    peers: 3,
    starts: [],
    timers: [1, 1, 0],
  },
  {
    name: "votes-crash",
    title: "one election, and a voter that restarts",
    about:
      "Three peers; two of them time out once each. One other peer crashes just after anything that it does, and starts again with what it had saved.",
    peers: 3,
    starts: [],
    timers: [1, 1, 0],
    crashes: 1,
    crashing: [2],
  },
  {
    name: "one-start",
    title: "one command, and a change of leader",
    about:
      "Three peers; two of them time out once each, and whoever says that it leads is given one command at any moment. Everything arrives in any order.",
    peers: 3,
    starts: [{ peers: ANYBODY, where: LEADS, command: 1 }],
    timers: [1, 1, 0],
  },
  {
    name: "snapshot",
    title: "one command, its snapshot, and a change of leader",
    about:
      "Three peers; the timers of the first fire twice and those of the second once, so that there are two leaders and a heartbeat. Whoever says that it leads is given one command, and whoever has applied it a snapshot that covers it, at any later moment: a leader may have nothing else left to send.",
    peers: 3,
    starts: [{ peers: ANYBODY, where: LEADS, command: 1 }],
    timers: [2, 1, 0],
    options: { snapshotEvery: 1 },
  },
];
