import { AGREED_WITHIN_MS, ELECTED_WITHIN_MS } from "../../grader/harness/log/cluster.ts";
import type { StatedLimit } from "../stated-limit.ts";

/**
 * The numbers that decide a verdict of this lab. Scenarios take them from here, and each has the words in which a handout
 * states it, so that no student is held to a number that is written nowhere. Times are virtual.
 */

/** How long a leader may go on in its old term while a peer answers it in a newer one: so many answers. */
export const ANSWERS_ENOUGH = 10;
/** Two quiet seconds under one leader, in one of so many attempts, on a network without faults. */
export const CALM_MS = 2_000;
export const CALM_ATTEMPTS = 5;
/** Longer than any election timeout that is allowed (2 s). */
export const PAST_ANY_TIMEOUT_MS = 2_500;

/** The longest interval of heartbeats that the contract allows, and how long a leader and a follower may be silent. */
export const HEARTBEAT_MAX_MS = 250;
export const SILENCE_MAX_MS = 2 * HEARTBEAT_MAX_MS;

/** After a request that was lost a leader sends the same follower the next one so soon. */
export const RETRIED_WITHIN_MS = 1_000;

/** Of so many commands, one each 50 ms, a leader takes half on a network without faults, in one of three attempts. */
export const CALM_COMMANDS = 20;
export const CALM_ACCEPTED = 10;

/** What heartbeats may cost in a second: one each 40 ms to each of two followers is 50, and MIT allows 60. */
export const IDLE_RPCS_PER_S = 60;
/** A heartbeat and its answer take about 100 bytes; three times that is generous. */
export const IDLE_BYTES_PER_RPC = 300;
export const ELECTION_RPCS = 30;
/** MIT allows 42; 18 more let a leader spread its new commit index at once. */
export const TEN_COMMANDS_RPCS = 60;
/** In two quiet seconds after many leaders, beside twice what there was under the first one. */
export const LATER_QUIET_RPCS = 10;
/** So often the bytes of commands may cross the network to two followers, one after the other and in a burst. */
export const TIMES_COMMAND_BYTES = 3;
export const TIMES_BURST_BYTES = 6;
/** What may come on top of that. */
export const SPARE_BYTES = 50_000;
export const QUIET_BYTES = 10_000;
/** All peers have everything again so soon after a repair of hundreds of entries. */
export const REPAIRED_WITHIN_MS = 15_000;
/** A peer that missed a little, or is behind a slow link, has it so soon. */
export const CAUGHT_UP_WITHIN_MS = 20_000;

/** So many elections may be held until the only peer that can win has won, in so many rounds together: each is won by it in one of three. */
export const ELECTIONS_ENOUGH = 66;
export const OUTRUN_ROUNDS = 6;

/** A peer that has everything by a snapshot wins so soon where only it can, in one of so many attempts. */
export const LEADS_WITHIN_MS = 20_000;
export const LEADS_ATTEMPTS = 3;

/** So often the bytes of one snapshot may cross the network, to a single peer that lacks it. */
export const TIMES_SNAPSHOT_BYTES = 4;
/** How long the saved state of a peer may stay long after `snapshot()`. */
export const TRIMMED_WITHIN_MS = 1_000;
/** What a peer may have saved as its state then: about two intervals of small commands, with room. */
export const MAX_STATE_BYTES = 2_000;

/** All of them, by name. */
export const LIMITS: Readonly<Record<string, StatedLimit>> = {
  ELECTED_WITHIN_MS: { value: ELECTED_WITHIN_MS, handout: "README", words: "a leader within 30 s" },
  AGREED_WITHIN_MS: { value: AGREED_WITHIN_MS, handout: "README", words: "a command within 60 s" },
  ANSWERS_ENOUGH: { value: ANSWERS_ENOUGH, handout: "2a-election", words: "after 10 such answers" },
  CALM_MS: { value: CALM_MS, handout: "2a-election", words: "2 s under one leader" },
  CALM_ATTEMPTS: { value: CALM_ATTEMPTS, handout: "2a-election", words: "in one of 5 attempts" },
  PAST_ANY_TIMEOUT_MS: { value: PAST_ANY_TIMEOUT_MS, handout: "2a-election", words: "stays for 2.5 s" },
  HEARTBEAT_MAX_MS: { value: HEARTBEAT_MAX_MS, handout: "README", words: "40 to 250 ms" },
  SILENCE_MAX_MS: { value: SILENCE_MAX_MS, handout: "2a-election", words: "silent for 500 ms" },
  RETRIED_WITHIN_MS: { value: RETRIED_WITHIN_MS, handout: "2a-election", words: "the next within 1 s" },
  CALM_COMMANDS: { value: CALM_COMMANDS, handout: "2b-replication", words: "of 20 commands" },
  CALM_ACCEPTED: { value: CALM_ACCEPTED, handout: "2b-replication", words: "accepts 10" },
  IDLE_RPCS_PER_S: { value: IDLE_RPCS_PER_S, handout: "2b-replication", words: "60 RPCs a second" },
  IDLE_BYTES_PER_RPC: { value: IDLE_BYTES_PER_RPC, handout: "2b-replication", words: "300 bytes each" },
  ELECTION_RPCS: { value: ELECTION_RPCS, handout: "2b-replication", words: "30 RPCs for the first election" },
  TEN_COMMANDS_RPCS: { value: TEN_COMMANDS_RPCS, handout: "2b-replication", words: "60 for ten commands" },
  LATER_QUIET_RPCS: { value: LATER_QUIET_RPCS, handout: "2b-replication", words: "twice as many and 10 more" },
  TIMES_COMMAND_BYTES: { value: TIMES_COMMAND_BYTES, handout: "2b-replication", words: "3 times the commands' bytes" },
  TIMES_BURST_BYTES: { value: TIMES_BURST_BYTES, handout: "2b-replication", words: "6 times for a hundred" },
  SPARE_BYTES: { value: SPARE_BYTES, handout: "2b-replication", words: "50 kB more" },
  QUIET_BYTES: { value: QUIET_BYTES, handout: "2b-replication", words: "10 kB in two seconds" },
  REPAIRED_WITHIN_MS: { value: REPAIRED_WITHIN_MS, handout: "2b-replication", words: "within 15 s" },
  CAUGHT_UP_WITHIN_MS: { value: CAUGHT_UP_WITHIN_MS, handout: "2b-replication", words: "has it within 20 s" },
  ELECTIONS_ENOUGH: { value: ELECTIONS_ENOUGH, handout: "2b-replication", words: "66 elections" },
  OUTRUN_ROUNDS: { value: OUTRUN_ROUNDS, handout: "2b-replication", words: "come together 6 times" },
  LEADS_WITHIN_MS: { value: LEADS_WITHIN_MS, handout: "2d-snapshots", words: "wins an election within 20 s" },
  LEADS_ATTEMPTS: { value: LEADS_ATTEMPTS, handout: "2d-snapshots", words: "in one of 3 attempts" },
  TIMES_SNAPSHOT_BYTES: { value: TIMES_SNAPSHOT_BYTES, handout: "2d-snapshots", words: "4 times its bytes" },
  TRIMMED_WITHIN_MS: { value: TRIMMED_WITHIN_MS, handout: "2d-snapshots", words: "within 1 s of `snapshot()`" },
  MAX_STATE_BYTES: { value: MAX_STATE_BYTES, handout: "2d-snapshots", words: "below 2000 bytes" },
};
