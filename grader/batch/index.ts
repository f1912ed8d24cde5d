/** Grading many submissions: what the command line needs of it. */
export { openIntake } from "./engine/grade-intake.ts";
export {
  type GradeOne,
  type GradePlan,
  type Grader,
  limitsOf,
  makeGrader,
  withPolicyPoints,
} from "./engine/grade-one.ts";
export { openBatch } from "./engine/open-batch.ts";
export { type BatchEvent, runBatch } from "./engine/run-batch.ts";
export { isInShard } from "./engine/shard.ts";
export { Checkout } from "./intake/checkout.ts";
export { type Intake, IntakeError, type IntakeOptions, takeIn } from "./intake/index.ts";
export { DEFAULT_INTAKE_LIMITS } from "./intake/limits.ts";
export { shown } from "./intake/names.ts";
export { ignoredPart } from "./intake/unpack/paths.ts";
export { Refusal } from "./intake/unpack/refusal.ts";
export type { Shard } from "./journal/entries.ts";
export { mergeShards } from "./merge.ts";
export { type BatchResult, isHidden } from "./model/batch-result.ts";
export { ungradableResult } from "./model/build-result.ts";
export { type BatchIdentity, policyHash, sha256 } from "./model/identity.ts";
export { joinTiming } from "./model/untimed.ts";
export { finishBatch, type Written, writeOutputs } from "./outputs/index.ts";
export { pointsText, several, whoIs } from "./outputs/text.ts";
export { type Estimate, estimate, type Pace, wallToAskMs } from "./plan/estimate.ts";
export { recordedPace } from "./plan/figures.ts";
export { measurePace } from "./plan/measure.ts";
export { type Needs, needsOf } from "./plan/needs.ts";
export {
  cellProblems,
  commitsCountUntil,
  DEFAULT_POLICY,
  type HiddenShows,
  impossiblePasses,
  lastHandInAt,
  loadPolicy,
  matchesPattern,
  missingColumns,
  type Policy,
  PolicyError,
  parseInstant,
  plannedRuns,
  pointsOf,
  unmatchedEntries,
  visibilityOf,
} from "./policy/index.ts";
export {
  FORMATS,
  openReport,
  ReportError,
  type ReportFormat,
  type ReportInput,
  type StoryOf,
  StoryStore,
  shortLines,
  studentView,
  toBeTold,
} from "./reports/index.ts";
export { BatchError } from "./store/batch-error.ts";
export { JOURNAL_FILE, SEED_FILE } from "./store/file-names.ts";
export { prepareFolder } from "./store/files.ts";
export { Lock } from "./store/lock.ts";
export { chooseSeed, keepSeed, seedHash } from "./store/seed-file.ts";
