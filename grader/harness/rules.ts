import type { Rules } from "../check/failure.ts";

/** Where the rules stand that every lab has: whoever says otherwise writes one of that name into the lab's own. */
export const COMMON_RULES = {
  "student-api": { cite: "student API" },
  "call-rate": {
    cite: "the lab's introduction, Timing",
    hint: "Does an answer that brings nothing new cause several requests at once, each of which gets such an answer?",
  },
} as const satisfies Rules;
