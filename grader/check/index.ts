/** What every check has to do with, whatever it checks; `log` has those of a replicated log behind a leader. */
export { CallRate, MAX_CALLS_PER_2_MIN, MAX_CALLS_PER_S } from "./call-rate.ts";
export { canonicalText, sameCommand } from "./command.ts";
export {
  type Fact,
  type Facts,
  type Failure,
  type Finding,
  failureOf,
  type OwnFinding,
  type Property,
  type Rule,
  type Rules,
  Violation,
} from "./failure.ts";
export { Undecided } from "./undecided.ts";
