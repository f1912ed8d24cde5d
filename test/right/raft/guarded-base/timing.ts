export const HEARTBEAT_MS = 75;
const ELECTION_TIMEOUT_MIN_MS = 300;
const ELECTION_TIMEOUT_MAX_MS = 600;
/** So long after it heard a leader a peer helps nobody else to become one. */
export const LEASE_MS = ELECTION_TIMEOUT_MIN_MS;
/** A leader that a majority has not answered for so long gives up. */
export const QUORUM_PATIENCE_MS = ELECTION_TIMEOUT_MAX_MS;
/** A peer that has not answered whether it votes is asked again. */
export const VOTE_RETRY_MS = 120;
/** Entries that nobody has acknowledged for so long are sent again. */
export const ENTRIES_PATIENCE_MS = 400;
export const SNAPSHOT_PATIENCE_MS = 1_600;

export function drawElectionTimeoutMs(): number {
  return ELECTION_TIMEOUT_MIN_MS + Math.random() * (ELECTION_TIMEOUT_MAX_MS - ELECTION_TIMEOUT_MIN_MS);
}
