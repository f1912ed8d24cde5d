/** What a process does when it hands something on to whom it works for, such as a service, by the function it was given for that. */
export interface UpcallWords {
  /** `applies`. */
  readonly does: string;
  /** `applied`. */
  readonly done: string;
  /** Once, and several times: `apply`, `applies`. */
  readonly one: string;
  readonly several: string;
}

/** Of a log. */
export const APPLIES: UpcallWords = { does: "applies", done: "applied", one: "apply", several: "applies" };
