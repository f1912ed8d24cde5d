import type { SourcePlace } from "../run/result.ts";
import { cutText, TEXT_LIMITS } from "../text/cut.ts";

/**
 * A submission cannot be graded at all: it is not there, does not load, or reaches for something a peer does not have.
 * The verdict is `ungradable`. `message` is one line for the student that begins with the place when there is one; of what is said
 * there no more is kept than a person reads, since it has names of the submission's own in it.
 */
export class UngradableError extends Error {
  /** Where in the submission; lines and columns begin at 1. */
  readonly place?: SourcePlace;

  constructor(message: string, place?: SourcePlace) {
    const text = cutText(message, TEXT_LIMITS.message);
    super(place === undefined ? text : `${place.file}:${place.line}:${place.column}: ${text}`);
    this.name = "UngradableError";
    if (place !== undefined) this.place = place;
  }
}
