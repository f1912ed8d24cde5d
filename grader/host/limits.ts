/** What one submission may produce. Beyond it the run ends with the verdict `output-limit`. */

/** One message, saved state or snapshot. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** All effects of one window, each counted with `EFFECT_OVERHEAD_BYTES` more, so that a loop of tiny ones ends too. */
export const WINDOW_BYTES_MAX = 64 * 1024 * 1024;
export const EFFECT_OVERHEAD_BYTES = 256;
/** Console output of one incarnation, in characters: beyond the first figure it is cut off, beyond the second the run ends. */
export const LOG_CHARS_KEPT = 64 * 1024;
export const LOG_CHARS_MAX = 8 * 1024 * 1024;
/** The text of an exception's message, stack and so on. */
export const TEXT_CHARS_MAX = 16 * 1024;
