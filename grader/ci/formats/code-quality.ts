import { createHash } from "node:crypto";
import { isSafety } from "../../../labs/index.ts";
import { headline } from "../../report/failure-text.ts";
import { cutText } from "../../text/cut.ts";
import { escapedJson, oneLine } from "../../text/printable.ts";
import type { CiReport } from "../model/report.ts";
import { failingOf, placeOf, repositoryPath } from "../words/failures.ts";

/** Of a description or path. */
const TEXT_CHARS = 1_000;

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/**
 * GitLab's code quality report: a list of issues, each with a place. One that has none is said of the main file. Source of
 * the fields: docs.gitlab.com/ci/testing/code_quality, "Code Quality report format".
 */
export function codeQualityText(report: CiReport): string {
  return `${escapedJson(issuesOf(report), 2)}\n`;
}

function issuesOf(report: CiReport): readonly Issue[] {
  const main = report.submission?.main ?? ".";
  const known = new Map<string, number>();
  const issue = (
    check: string,
    key: string,
    severity: Issue["severity"],
    text: string,
    file: string,
    line: number,
  ): Issue => {
    const path = oneLine(cutText(repositoryPath(report, file), TEXT_CHARS)).replace(/^\.\//, "");
    // GitLab shows one issue of a fingerprint; without the line it stays the same when others are added above.
    const same = JSON.stringify([check, path, key].map((part) => cutText(part, TEXT_CHARS)));
    const times = known.get(same) ?? 0;
    known.set(same, times + 1);
    const fingerprint = createHash("sha256").update(`${same}${times}`).digest("hex").slice(0, 32);
    const description = oneLine(cutText(text, TEXT_CHARS));
    return {
      description,
      check_name: oneLine(cutText(check, TEXT_CHARS)),
      fingerprint,
      severity,
      location: { path, lines: { begin: line } },
    };
  };
  if (report.problem !== undefined) return [issue("grade", report.outcome, "blocker", report.problem, main, 1)];
  return [
    ...failingOf(report).map((failing) => {
      const { scenario } = failing;
      const place = placeOf(failing);
      const severity = isSafety(scenario.id, scenario.property) ? "critical" : "major";
      const text = `${scenario.id}: ${headline(scenario)}${scenario.message === undefined ? "" : `: ${scenario.message}`}`;
      return issue(scenario.id, headline(scenario), severity, text, place?.file ?? main, place?.line ?? 1);
    }),
    ...(report.result?.typeProblems ?? []).map(({ file, line, code, message }) =>
      issue(code, message, "minor", `${code}: ${message}`, file, line),
    ),
  ];
}
