/** A limit that decides a verdict, and the words of a handout that state it. */
export interface StatedLimit {
  readonly value: number;
  /** The handout's file in the folder of its lab, without `.md`. */
  readonly handout: string;
  readonly words: string;
}
