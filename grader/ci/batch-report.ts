import { type BatchResult, isHidden, joinTiming, type ReportFormat, shortLines, studentView } from "../batch/index.ts";
import { isHiddenName, publicNames } from "../report/hidden-names.ts";
import { annotationLines } from "./formats/annotations.ts";
import { summaryText } from "./formats/summary.ts";
import { withoutHidden } from "./model/hide.ts";
import type { CiReport } from "./model/report.ts";
import { emptyReport } from "./run-check.ts";

/** A submission of a batch as GitHub shows checks: the same annotations and summary that a pull request has. */
export const github: ReportFormat = {
  name: "github",
  about: "annotations and summary of each submission, for a job of GitHub Actions",
  kind: "each",
  parts: [
    {
      ending: ".txt",
      render: (result, { isDue }) =>
        annotationLines(asCheck(result, isDue))
          .map((line) => `${line}\n`)
          .join(""),
    },
    { ending: ".md", render: (result, { isDue }) => summaryText(asCheck(result, isDue)) },
  ],
};

/** What a check would have said of it. */
function asCheck(batchResult: BatchResult, isDue: boolean): CiReport {
  const { grading, status, submissionHash, sandbox } = batchResult;
  const view = studentView(batchResult, isDue);
  const about = {
    submission: { folder: ".", how: "named" as const, changedFiles: null, hash: submissionHash },
    sandbox: { tier: sandbox as NonNullable<CiReport["sandbox"]>["tier"] },
    notes: [...view.facts],
  };
  if (status !== "graded" || grading === undefined) {
    const outcome = status === "internal-error" ? "internal-error" : "nothing-graded";
    return { ...emptyReport(outcome, shortLines(view).join(" ")), ...about };
  }
  const names = publicNames(
    grading.scenarios.map(({ id }) => id),
    (id) => isHidden(batchResult, id, isDue),
  );
  const { hiddenShows } = batchResult;
  const result = withoutHidden(joinTiming(grading, { wallMs: 0, runs: {} }), names, hiddenShows);
  const isPassed = grading.scenarios.every(({ verdict }) => verdict === "passed");
  return {
    format: "consensus-labs/ci@1",
    outcome: isPassed ? "passed" : "failed",
    lab: grading.lab,
    change: { kind: "none" },
    rules: [],
    hidden: result.scenarios.filter(({ id }) => isHiddenName(id)).length,
    ...(hiddenShows && { hiddenShows }),
    ...about,
    result,
  };
}
