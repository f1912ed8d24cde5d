/** Grading what a pull request or push changed: what the command line needs of it. */
export { readReport } from "./base-result.ts";
export { github } from "./batch-report.ts";
export { prepareOut } from "./change/trusted.ts";
export { CiError } from "./ci-error.ts";
export { annotationLines } from "./formats/annotations.ts";
export { commentText } from "./formats/comment.ts";
export { FORMATS } from "./formats/index.ts";
export { SUMMARY_BYTES, summaryText } from "./formats/summary.ts";
export type { Gate } from "./model/gate.ts";
export { type CiReport, EXIT_OF } from "./model/report.ts";
export type { CheckRequest, Target } from "./request.ts";
export { emptyReport, runCheck } from "./run-check.ts";
export { replayCommand } from "./words/failures.ts";
export { logLines } from "./words/log-line.ts";
export { conditions, headline, ruleSentence } from "./words/sentences.ts";
