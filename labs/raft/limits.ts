/**
 * What decides a verdict of this lab and is a number: the handouts state each, and scenarios use it from here, so that
 * the two cannot part. Times are virtual.
 */

/** How long the saved state of a peer may stay long after `snapshot()`. */
export const TRIMMED_WITHIN_MS = 1_000;
/** What a peer may have saved as its state then: about two intervals of small commands, with room. */
export const MAX_STATE_BYTES = 2_000;
