import type { Wording } from "../../grader/harness/scenario.ts";

/** How servers and clerks are told of. */
export const WORDING: Wording = {
  columns: [
    { fact: "name", title: "process" },
    { fact: "term", title: "term" },
    { fact: "isLeader", title: "role", whenTrue: "leader" },
  ],
  places: { key: "key" },
  help: [],
};
