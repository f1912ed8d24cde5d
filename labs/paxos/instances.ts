import type { Instance } from "../../grader/harness/instance.ts";

/** Three peers, two of which propose a value of their own for one slot. */
const RIVALS = {
  peers: 3,
  starts: [
    { peers: [0], slot: 0, command: "a" },
    { peers: [1], slot: 0, command: "b" },
  ],
  endsWithUpcall: true,
} as const;

const ABOUT =
  "Three peers; two of them start slot 0, each with a value of its own. What is sent arrives in any order, or late for ever. Whoever has decided is left alone";

/** Runs of Paxos that are small enough for all their orders. No timer fires: whoever waits for one has had its say. */
export const INSTANCES: readonly Instance[] = [
  { ...RIVALS, name: "two-proposers", title: "two proposers", about: `${ABOUT}.` },
  {
    ...RIVALS,
    name: "two-proposers-loss",
    title: "two proposers, and a call without an answer",
    about: `${ABOUT}. One caller is told, at any moment, that no answer will come.`,
    lost: 1,
  },
  {
    ...RIVALS,
    name: "two-proposers-duplicate",
    title: "two proposers, and a request that arrives twice",
    about: `${ABOUT}. One request arrives a second time, at any moment.`,
    duplicated: 1,
  },
  {
    ...RIVALS,
    name: "restart",
    title: "two proposers, and a restart of the third peer",
    about: `${ABOUT}. The third peer crashes just after anything that it does, and starts again with what it had saved.`,
    crashes: 1,
    crashing: [2],
  },
  {
    ...RIVALS,
    name: "proposer-restarts",
    title: "two proposers, one of which restarts",
    about: `${ABOUT}. The first of them crashes just after anything that it does, starts again with what it had saved, and then starts the slot once more, with another value.`,
    starts: [...RIVALS.starts, { peers: [0], slot: 0, command: "c" }],
    crashes: 1,
    crashing: [0],
  },
];
