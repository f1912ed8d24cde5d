/** What each scenario earns. */
export const POINTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "paxos-a": {
    "paxos-a/basic": 5,
    "paxos-a/deaf": 4,
    "paxos-a/old": 3,
    "paxos-a/partition": 6,
    "paxos-a/duel": 6,
    "paxos-a/reported-value": 4,
    "paxos-a/highest-ballot": 5,
    "paxos-a/old-ballot-returns": 4,
    "paxos-a/missed-prepare": 3,
    "paxos-a/doubled-promises": 3,
    "paxos-a/restarts": 7,
    "paxos-a/proposer-restarts": 4,
    "paxos-a/swarm": 1,
  },
  "paxos-b": {
    "paxos-b/many": 4,
    "paxos-b/many-unreliable": 4,
    "paxos-b/lots": 4,
    "paxos-b/count": 3,
    "paxos-b/forget": 3,
    "paxos-b/many-forget": 3,
    "paxos-b/done-max": 2,
    "paxos-b/forget-bytes": 4,
    "paxos-b/third-asks": 2,
    "paxos-b/swarm": 1,
  },
  "paxos-c": {
    "paxos-c/two-proposers": 8,
    "paxos-c/restart": 7,
  },
};
