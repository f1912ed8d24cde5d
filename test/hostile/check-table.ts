import { parseEvent } from "../../grader/ci/change/event.ts";
import { candidatesOf, chooseSubmission, namedPath } from "../../grader/ci/change/find.ts";
import { annotationLines } from "../../grader/ci/formats/annotations.ts";
import { codeQualityText } from "../../grader/ci/formats/code-quality.ts";
import { commentText } from "../../grader/ci/formats/comment.ts";
import { junitText } from "../../grader/ci/formats/junit.ts";
import { logLines } from "../../grader/ci/words/log-line.ts";
import { words } from "../../grader/ci/words/markdown.ts";
import { badRun, reportOf, resultOf, scenario } from "../ci/reports.ts";
import { quiet } from "./inputs.ts";

const checkOf = (text: string) => {
  const problem = { file: text, line: 1, column: 1, code: text, message: text };
  const run = badRun("lab2a/x", { message: text, places: [problem], console: [text] });
  return reportOf({ notes: [text], result: resultOf([scenario("lab2a/x", 1, run)], { typeProblems: [problem] }) });
};

/** What a check reads and writes. */
export const CHECK_USES: Readonly<Record<string, (text: string) => unknown>> = {
  parseEvent: (text) => [quiet(() => parseEvent(text, "e")), parseEvent(JSON.stringify({ title: text }), "e")],
  candidatesOf: (text) => candidatesOf([text, `${text}/raft.ts`], [{ file: "raft" }]),
  chooseSubmission: (text) => {
    const one = { path: [text], main: "raft" };
    return quiet(() => chooseSubmission([one, one], { kind: "unknown", reason: text }, null, "push"));
  },
  namedPath: (text) => quiet(() => namedPath(text)),
  logLines,
  words,
  // ci.json and result.json come to escapedJson.
  junitText: (text) => junitText(checkOf(text)),
  commentText: (text) => commentText(checkOf(text)),
  codeQualityText: (text) => codeQualityText(checkOf(text)),
  annotationLines: (text) => annotationLines(checkOf(text)),
};
