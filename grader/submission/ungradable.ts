import type { SourcePlace } from "../run/result.ts";

/**
 * A submission cannot be graded at all: it is not there, does not load, or reaches for something a peer does not have.
 * The verdict is `ungradable`. `message` is one line for the student that begins with the place when there is one.
 */
export class UngradableError extends Error {
  /** Where in the submission; lines and columns begin at 1. */
  readonly place?: SourcePlace;

  constructor(message: string, place?: SourcePlace) {
    super(place === undefined ? message : `${place.file}:${place.line}:${place.column}: ${message}`);
    this.name = "UngradableError";
    if (place !== undefined) this.place = place;
  }
}
