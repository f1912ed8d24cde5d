import type { Wording } from "../../grader/harness/scenario.ts";

/** How peers that decide slots are told of. */
export const WORDING: Wording = {
  columns: [
    { fact: "decided", title: "decided" },
    { fact: "max", title: "max" },
    { fact: "min", title: "min" },
  ],
  entries: { place: "slot", content: "value", title: "Decided" },
  upcall: { does: "decides", done: "decided", one: "decision", several: "decisions" },
  places: { slot: "slot" },
  help: [],
};
