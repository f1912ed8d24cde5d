import { toJson } from "../../report/json.ts";
import { escapedJson } from "../../text/printable.ts";
import type { CiReport } from "../model/report.ts";
import { codeQualityText } from "./code-quality.ts";
import { commentText } from "./comment.ts";
import { junitText } from "./junit.ts";
import { summaryText } from "./summary.ts";

/** One file that is made of a report. */
export interface Format {
  /** Its name in `--out`; workflows know it. */
  readonly file: string;
  /** Null: there is nothing to say in it, and no such file. */
  readonly render: (report: CiReport) => string | null;
}

/** All files that `grade ci` writes. A new format is a file in this folder and a line here. */
export const FORMATS: readonly Format[] = [
  { file: "ci.json", render: (report) => `${escapedJson(report, 2)}\n` },
  { file: "result.json", render: ({ result }) => (result === undefined ? null : toJson(result)) },
  { file: "junit.xml", render: junitText },
  { file: "summary.md", render: (report) => summaryText(report) },
  { file: "comment.md", render: commentText },
  { file: "code-quality.json", render: codeQualityText },
];
