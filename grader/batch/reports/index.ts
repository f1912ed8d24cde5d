/** What staff takes away from a batch, by `grade report`. */

export { ReportError, type ReportFormat, type ReportInput } from "./format.ts";
export { FORMATS } from "./formats/index.ts";
export { openReport, type RecordedBatch } from "./open-report.ts";
export { type StoryOf, StoryStore, toBeTold } from "./stories.ts";
export { studentView } from "./student-view.ts";
export { shortLines } from "./words.ts";
