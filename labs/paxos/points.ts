/** What each scenario earns. */
export const POINTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "paxos-a": {
    "paxos-a/basic": 5,
  },
};
