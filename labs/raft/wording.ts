import type { Wording } from "../../grader/harness/scenario.ts";

/** How terms, leaders and indices are told of. */
export const WORDING: Wording = {
  columns: [
    { fact: "term", title: "term" },
    { fact: "isLeader", title: "role", whenTrue: "leader" },
    { fact: "appliedIndex", title: "applied up to" },
  ],
  places: { term: "term", index: "log index" },
  help: [
    [
      /reading '(term|command|index)'/,
      "A log entry was undefined: log indices start at 1, and a log may have become shorter since the index was worked out. Where snapshots are taken (stage 2D), it does not start at its beginning either.",
    ],
  ],
};
