/** What a students' kit lacks of one stage of its lab. */
export interface Missing {
  readonly scenarios: number;
  /** Those that these scenarios decide, in a grading by the course. */
  readonly points: number;
  /** How many scenarios of the stage that are in the kit are skipped, in a grading by the course, when one that is not in it did not pass. */
  readonly dependants: number;
}

/** What this package is, when it was made for students: less than the course's own. */
export interface Kit {
  /** By the id of the stage; those of which nothing is missing too. */
  readonly missing: Readonly<Record<string, Missing>>;
}

/** Null in the course's own package. `grade release` and `grade init` put what they leave out in place of it. */
export const KIT: Kit | null = null;
