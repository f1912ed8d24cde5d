/**
 * What one submission may produce. Beyond it the run ends with the verdict `output-limit`. Of all right submissions that are
 * known, over all scenarios, none takes a quarter of what a run may, or a twentieth of any other of these.
 */

const MB = 1024 * 1024;

/** One message, saved state or snapshot. */
export const MESSAGE_BYTES_MAX = 4 * MB;
/** All effects of one window, each counted with `EFFECT_OVERHEAD_BYTES` more, so that a loop of tiny ones ends too. */
export const WINDOW_BYTES_MAX = 16 * MB;
/**
 * All effects of one run, counted likewise. Half of what a run can do within its CPU time, so that what ends it is the same
 * on a slow machine; the most that a right one did is 62 MB, mostly saved states.
 */
export const RUN_BYTES_MAX = 256 * MB;
export const EFFECT_OVERHEAD_BYTES = 256;
/** An entry counts for so much, also when nothing was done in it. */
export const ENTRY_OVERHEAD_BYTES = 128;
/** The name of a method that is called on another peer. */
export const METHOD_CHARS_MAX = 256;
/** Console output of one incarnation, in characters: beyond the first figure it is cut off, beyond the second the run ends. */
export const LOG_CHARS_KEPT = 64 * 1024;
export const LOG_CHARS_MAX = 8 * MB;
/** The text of an exception's message, stack and so on. */
export const TEXT_CHARS_MAX = 16 * 1024;

/** A size as people read it: "16 MB", "0.3 MB". */
export function megabytes(bytes: number): string {
  return `${Math.round((bytes / MB) * 10) / 10} MB`;
}
