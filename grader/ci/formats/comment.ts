import type { CiReport } from "../model/report.ts";
import { fitSections } from "../words/markdown.ts";
import { several } from "../words/sentences.ts";
import { failureSections, leadingSections } from "./sections.ts";

/** GitHub takes 65 536 characters for a comment, and says so ("body is too long (maximum is 65536 characters)"); bytes are never fewer. */
export const COMMENT_BYTES = 65_536;

/** By this a workflow finds its comment of before, to write it anew. */
const MARK = "<!-- consensus-labs check -->";
/** Of a failure; the summary has more. */
const FAILURE_LINES = 25;

/** The body of a comment on a pull request. */
export function commentText(report: CiReport): string {
  const sections = [MARK, ...leadingSections(report), ...failureSections(report, FAILURE_LINES)];
  return fitSections(
    sections,
    COMMENT_BYTES,
    (missing) => `**Cut:** there was no room for ${several(missing, "section")} more; the check's summary has them.`,
  );
}
