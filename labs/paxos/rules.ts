import type { DecideCheck } from "../../grader/harness/decide/kind.ts";
import type { LabRules } from "../../grader/harness/scenario.ts";

const SYNOD = "Lamport, Paxos Made Simple (2001), section 2.2";
const API = "student API (consensus-labs/paxos)";

/** Where the rules stand that are checked in every scenario, and what to say to who broke one. */
export const RULES: LabRules<DecideCheck> = {
  "one-value-a-slot": {
    cite: `${SYNOD}, P2`,
    hint: "A value is chosen as soon as a majority has accepted it under one ballot, whether anybody knows or not. What keeps every later ballot to that value, and does each acceptor keep to its promise?",
  },
  "decision-stands": {
    cite: `${SYNOD}, P2; section 2.5`,
    hint: "What must a peer still know when it is back from a crash, and is that saved before anybody is told?",
  },
  "value-was-proposed": {
    cite: "Lamport, Paxos Made Simple (2001), section 2.1",
    hint: "Where do the values come from that are proposed in phase 2? Is anything there mixed up between slots, or with nothing at all?",
  },
  "decides-once": {
    cite: API,
    hint: "A decision can arrive more than once: from a proposer, by an answer, and by one's own counting.",
  },
  "min-never-falls": { cite: API, hint: "Is what other peers said of done() ever replaced by something older?" },
  "min-within-dones": {
    cite: API,
    hint: "Whose done() must be known before a slot may be forgotten? What is known of a peer that has not been heard of?",
  },
  "decision-interface": { cite: API },
  "in-a-majority": {
    cite: `${SYNOD}: a value is chosen when a majority has accepted it`,
    hint: "Whom does a proposer ask, also when nobody else proposes anything, and how many of them must have answered before it decides?",
  },
  decides: {
    cite: "the lab's introduction, Timing; Lamport, Paxos Made Simple (2001), section 2.4",
    hint: "Does a proposer go on until the slot is decided, whatever becomes of its messages? Does it wait for peers that it does not need? Do rivals get out of each other's way?",
  },
  undecided: { cite: SYNOD, hint: "Who must have accepted a value before it is chosen?" },
  forgets: { cite: API, hint: "How do peers hear what the services of others are done with?" },
  "knows-of": { cite: API },
  "activities-end": { cite: SYNOD },
};
