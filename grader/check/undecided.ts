/**
 * A check that cannot decide: it was told something that cannot have happened, so what it would say means nothing.
 * Never a pass, and never held against a submission: the run becomes an internal error of the grader.
 */
export class Undecided extends Error {
  constructor(check: string, why: string) {
    super(`${check} cannot decide: ${why}`);
    this.name = "Undecided";
  }
}
