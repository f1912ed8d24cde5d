import type { LogCheck } from "../../grader/harness/log/kind.ts";
import type { LabRules } from "../../grader/harness/scenario.ts";

const AVAILABLE = "Raft paper, section 5: available as long as a majority is up and connected";
const SNAPSHOTS = "Raft paper, section 7 and Figure 13";
const TIMING = "the lab's introduction, Timing";

/** Where the rules stand that are checked in every scenario, and what to say to who broke one. */
export const RULES: LabRules<LogCheck> = {
  // What services see.
  "one-entry-an-index": {
    cite: "Raft paper, Figure 3 (State Machine Safety), section 5.4.3",
    hint: "An entry may be applied only when no later leader can be without it: look at what makes an entry committed, at who may win an election, and at how followers treat conflicting entries.",
  },
  "applied-in-order": {
    cite: "Raft paper, section 5.3: committed entries are applied in log order",
    hint: "One place should apply entries, one by one, from lastApplied + 1 up to commitIndex.",
  },
  "only-started-commands": {
    cite: "Raft paper, section 5.3: each entry is one client request",
    hint: "Is a command copied into the log exactly once, by the leader whose start() was called, and left as it was?",
  },
  "snapshot-goes-forward": {
    cite: SNAPSHOTS,
    hint: "A snapshot can arrive late. What does it say that this peer does not know already?",
  },
  "snapshot-holds-its-state": {
    cite: SNAPSHOTS,
    hint: "Are a snapshot's bytes and its index always kept, saved and sent together?",
  },
  "snapshot-unchanged": {
    cite: SNAPSHOTS,
    hint: "Are the snapshot's bytes saved and sent as they came, apart from the protocol's own state?",
  },
  "log-length": { cite: TIMING, hint: "Does the log grow by itself, for example by a no-op for each message?" },

  // Leaders.
  "one-leader-a-term": {
    cite: "Raft paper, Figure 3 (Election Safety), section 5.2",
    hint: "How many votes does a candidate need, which replies may it count, and when may a peer give a second vote in one term?",
  },
  "leader-elected": {
    cite: "Raft paper, section 5.2",
    hint: "A candidate leads once the answers of others make a majority of all peers, together with its own vote.",
  },
  "led-terms": { cite: TIMING, hint: "A leader keeps its term until it hears of a later one." },
  "no-leader-of-few": {
    cite: "Raft paper, section 5.2",
    hint: "A candidate needs votes from a majority of all peers, not of those it can reach.",
  },
  "promised-index": {
    cite: "Raft paper, Figure 3 (Leader Append-Only, Log Matching), section 5.3",
    hint: "Is the index that start() returns the one at which the entry stands, and does the leader leave its own entries as they are?",
  },
  "leader-appends-only": {
    cite: "Raft paper, Figure 3 (Leader Append-Only), section 5.3",
    hint: "Every accepted start() appends one new entry, also when an equal command is in the log already.",
  },
  "leader-completeness": {
    cite: "Raft paper, Figure 3 (Leader Completeness), section 5.4",
    hint: "No peer crashed and came back since it was applied. So it was applied too early, or a voter of that leader had removed it, or voted though it has it.",
  },
  "leader-completeness-after-crash": {
    cite: "Raft paper, Figure 3 (Leader Completeness), section 5.4",
    hint: "Peers crashed and came back since: was everything that they had promised saved before they promised it, and was it in what they saved later?",
  },

  // Terms.
  "term-only-grows": {
    cite: "Raft paper, section 5.1: the current term increases monotonically over time",
    hint: "Look for every place that sets the current term: may it ever be set to a lower one?",
  },
  "term-survives-crash": {
    cite: "Raft paper, Figure 2: currentTerm is updated on stable storage before responding to RPCs",
    hint: "Is the term saved each time it changes, before the request that brought it is answered, and read back in the constructor?",
  },
  "terms-agree": { cite: "Raft paper, section 5.1: terms are exchanged whenever peers communicate" },

  // What must come about.
  elects: {
    cite: "Raft paper, section 5.2",
    hint: "Does an election start when a peer hears nothing for its election timeout, and is that timeout drawn anew, at random, each time?",
  },
  "elects-among": {
    cite: "Raft paper, section 5.2",
    hint: "Terms must be able to catch up with each other, and election timeouts be drawn anew for each election.",
  },
  calm: {
    cite: "Raft paper, section 5.2: heartbeats keep followers from starting an election",
    hint: "What makes a peer start its election timeout again, what makes a candidate give up, and who sends heartbeats?",
  },
  accepts: { cite: AVAILABLE, hint: "Is there a leader at all, and does its start() accept commands?" },
  agrees: {
    cite: AVAILABLE,
    hint: "Does the leader send new entries, move its commit index when a majority stores them, and tell the followers?",
  },
  "agrees-among": { cite: AVAILABLE },
  applies: { cite: AVAILABLE },
  "not-applied": {
    cite: "Raft paper, sections 5.3 and 5.4",
    hint: "An entry is committed when a majority of all peers stores it, and applied only then.",
  },
  "activities-end": { cite: AVAILABLE },

  "log-interface": { cite: "student API" },
};
