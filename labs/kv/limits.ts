import { ENDED_WITHIN_MS } from "../../grader/harness/kv/cluster.ts";
import { ELECTED_WITHIN_MS } from "../../grader/harness/log/cluster.ts";
import type { StatedLimit } from "../stated-limit.ts";

/** The numbers that decide a verdict of this lab, each with the words in which a handout states it. Times are virtual. */

/** What an operation may take on the mean, where nothing goes wrong and each follows the last: MIT's bound. */
export const MEAN_MS = 33;
/** Requests of a clerk for an operation on the mean, where a leader is known, for each server that there is. */
export const REQUESTS_PER_SERVER = 2;
/** Who waited at a leader that was deposed gets through elsewhere so soon. */
export const RELEASED_WITHIN_MS = 10_000;
/** The saved state may be so many times as large as `maxStateBytes`. */
export const TIMES_STATE_BYTES = 8;
/** A snapshot of a store that holds next to nothing, of one clerk. */
export const SMALL_SNAPSHOT_BYTES = 500;
/** What it may hold beyond that of each clerk. */
export const BYTES_PER_CLERK = 60;

/** All of them, by name. */
export const LIMITS: Readonly<Record<string, StatedLimit>> = {
  ENDED_WITHIN_MS: { value: ENDED_WITHIN_MS, handout: "3a-service", words: "ends within 15 seconds" },
  ELECTED_WITHIN_MS: { value: ELECTED_WITHIN_MS, handout: "3a-service", words: "a leader within 30 seconds" },
  MEAN_MS: { value: MEAN_MS, handout: "3a-service", words: "33 ms an operation" },
  REQUESTS_PER_SERVER: { value: REQUESTS_PER_SERVER, handout: "3a-service", words: "2 requests a server" },
  RELEASED_WITHIN_MS: { value: RELEASED_WITHIN_MS, handout: "3a-service", words: "within 10 seconds" },
  TIMES_STATE_BYTES: { value: TIMES_STATE_BYTES, handout: "3b-snapshots", words: "below 8 times `maxStateBytes`" },
  SMALL_SNAPSHOT_BYTES: { value: SMALL_SNAPSHOT_BYTES, handout: "3b-snapshots", words: "500 bytes" },
  BYTES_PER_CLERK: { value: BYTES_PER_CLERK, handout: "3b-snapshots", words: "60 for each clerk" },
};
