/** The files that `grade ci` writes into `--out`; workflows name them. */
export const OUTPUT_FILES = {
  /** All that is known of the check, as data (`consensus-labs/ci@1`): the others are made from it. */
  report: "ci.json",
  /** The result of the grading alone (`consensus-labs/result@1`). */
  result: "result.json",
  junit: "junit.xml",
  /** A GitHub step summary. */
  summary: "summary.md",
  /** The body of a comment on a pull request. */
  comment: "comment.md",
  /** A GitLab code quality report. */
  codeQuality: "code-quality.json",
} as const;
