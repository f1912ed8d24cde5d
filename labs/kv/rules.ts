import type { KvCheck } from "../../grader/harness/kv/kind.ts";
import type { LabRules } from "../../grader/harness/scenario.ts";

const SESSIONS = "Raft paper, section 8; Ongaro's dissertation, section 6.3";

/** Where the rules stand that are checked in every scenario, and what to say to who broke one. */
export const RULES: LabRules<KvCheck> = {
  "one-order": {
    cite: "Herlihy and Wing, Linearizability; Ongaro's dissertation, sections 6.3 and 6.4",
    hint: "When does a server answer, and how does it know by then that the operation stands in the log for good, and that no later one was done before it? Does a second try get the result of the first? Does a server that restarted, or got a snapshot, know all that it knew?",
  },
  "one-order-of-overlapping": {
    cite: "Herlihy and Wing, Linearizability; the stage's handout, 3A: calls that overlap",
    hint: "Several operations of one clerk are open at a time, and reach the log in any order. Does what you keep of a clerk tell which of them were done, and does each answer go to the call that it belongs to? (A clerk may also let them wait for each other.)",
  },
  "first-answer": {
    cite: SESSIONS,
    hint: "A second try of an operation must not be done, and must be answered as the first one was. What is kept of the first one?",
  },
  "done-once": {
    cite: SESSIONS,
    hint: "A clerk that hears nothing asks again, perhaps elsewhere. How does whoever applies the second entry know that the first one was applied, and what that came to?",
  },
  "operations-end": {
    cite: SESSIONS,
    hint: "What does a clerk do that hears nothing, and what becomes of those who wait at a server that no longer leads?",
  },
  "a-server-leads": {
    cite: "Raft paper, section 5.2",
    hint: 'Is the Raft kept in the field `raft`, are its handles made by part(peers, "raft"), and does getState() give its state?',
  },
  "minority-is-silent": {
    cite: "Ongaro's dissertation, section 6.2: stale leaders",
    hint: "A leader that is cut off does not know it. What must have happened before it may answer?",
  },
  "requests-answered": {
    cite: "the stage's handout, 3A: who waits",
    hint: "Who waits at a server for an entry whose index another one took, or which went with the server's leadership? Who tells him, when nothing more is applied?",
  },
  "snapshot-of-its-index": {
    cite: "Raft paper, section 7; the stage's handout, 3B: how",
    hint: "What may be applied between the moment at which the index is taken and the one at which the bytes are made?",
  },
  "in-a-majority": {
    cite: "the stage's handout, 3A: every operation is a log entry",
    hint: "Does every operation, a get too, become an entry of the log before it is answered? What one server knows alone is gone with it, and what it reads alone may have been overwritten elsewhere.",
  },
  "answers-as-documented": { cite: "student API (consensus-labs/kv)" },
  "state-as-documented": { cite: "student API (consensus-labs/kv)" },
  "activities-end": { cite: SESSIONS },
};
