import { DECIDED_WITHIN_MS } from "../../grader/harness/decide/cluster.ts";
import type { StatedLimit } from "../stated-limit.ts";

/**
 * The numbers that decide a verdict of this lab. Scenarios take them from here, and each has the words in which a handout
 * states it, so that no student is held to a number that is written nowhere. Times are virtual.
 */

/** One proposer that waits for nobody whom it does not need. */
export const UNHINDERED_WITHIN_MS = 5_000;
/** Rivals on a network without faults. */
export const RIVALS_WITHIN_MS = 10_000;
/** What a slot may cost that nobody disputes, among three: MIT allows 9, and telling everybody what one accepted takes 6 more. */
export const CALM_RPCS = 15;
/** What a slot may cost that all three dispute, in the median. */
export const RIVALS_RPCS = 100;
/** What a peer may have saved after everything was forgotten that was large. */
export const FORGOTTEN_BYTES = 20_000;
/** What services said by `done` is known everywhere so soon after everybody had a slot of its own decided. */
export const FORGOTTEN_WITHIN_MS = 5_000;

/** All of them, by name. */
export const LIMITS: Readonly<Record<string, StatedLimit>> = {
  DECIDED_WITHIN_MS: { value: DECIDED_WITHIN_MS, handout: "README", words: "decides it within 15 s" },
  UNHINDERED_WITHIN_MS: {
    value: UNHINDERED_WITHIN_MS,
    handout: "README",
    words: "within 5 s where nobody else proposes",
  },
  RIVALS_WITHIN_MS: { value: RIVALS_WITHIN_MS, handout: "a-one-slot", words: "decided within 10 s" },
  RIVALS_RPCS: { value: RIVALS_RPCS, handout: "a-one-slot", words: "100 RPCs a slot" },
  CALM_RPCS: { value: CALM_RPCS, handout: "b-slots", words: "15 RPCs a slot" },
  FORGOTTEN_BYTES: { value: FORGOTTEN_BYTES, handout: "b-slots", words: "20 kB" },
  FORGOTTEN_WITHIN_MS: { value: FORGOTTEN_WITHIN_MS, handout: "b-slots", words: "within 5 s" },
};
