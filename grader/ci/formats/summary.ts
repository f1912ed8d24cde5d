import type { CiReport } from "../model/report.ts";
import { fitSections } from "../words/markdown.ts";
import { several } from "../words/sentences.ts";
import { annotationsLeftOut } from "./annotations.ts";
import { failureSections, leadingSections } from "./sections.ts";

/**
 * Step summaries take 1 MiB for each step. Source: docs.github.com, "Workflow commands for GitHub Actions", "Step isolation
 * and limits".
 */
export const SUMMARY_BYTES = 1024 * 1024;

/** A GitHub step summary. `maxBytes`: less where something stands in it already. */
export function summaryText(report: CiReport, maxBytes = SUMMARY_BYTES): string {
  const left = annotationsLeftOut(report);
  const sections = [
    ...leadingSections(report),
    ...(left > 0 ? [`A step may annotate 10 places only: ${several(left, "failure")} are told here alone.`] : []),
    ...failureSections(report),
  ];
  return fitSections(
    sections,
    maxBytes,
    (missing) => `**Cut:** there was no room for ${several(missing, "section")} more; junit.xml has all failures.`,
  );
}
