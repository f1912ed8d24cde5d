import { escapedJson } from "../../../../text/printable.ts";
import type { BatchResult } from "../../../model/batch-result.ts";
import { several } from "../../../outputs/text.ts";
import type { ReportFormat } from "../../format.ts";
import { type ZipFile, zipOf } from "../../zip-writer.ts";
import { RESULTS } from "./gradescope.ts";

/**
 * An autograder for Gradescope that runs nothing of a submission: it looks up what the batch came to, by the number that
 * Gradescope gave the submission, else, where those are not known, by the address of who handed it in. Source:
 * gradescope-autograders.readthedocs.io/en/latest/specs and /submission_metadata.
 */
export const gradescopeAutograder: ReportFormat = {
  name: "gradescope-autograder",
  about: "an autograder zip for Gradescope that gives each submission the results of the batch",
  kind: "whole",
  ending: ".zip",
  render: (input) => {
    const files: ZipFile[] = [];
    const submissions: Record<string, string> = {};
    const emails: Record<string, string> = {};
    let without = 0;
    for (const result of input.results) {
      const text = RESULTS.render(result, input);
      if (text === null) {
        // Who handed nothing in has no submission there either.
        if (result.status !== "not-handed-in") without++;
        continue;
      }
      const path = `results/${result.id}.json`;
      files.push({ path, content: text });
      const number = numberOf(result);
      if (number !== null) submissions[number] = path;
      else for (const { email } of result.members ?? []) if (email !== undefined) emails[email.toLowerCase()] = path;
    }
    if (without > 0) {
      input.onRemark(
        `${several(without, "submission")} without points: Gradescope will say that the autograder failed`,
      );
    }
    return zipOf([
      { path: "setup.sh", content: SETUP, isExecutable: true },
      { path: "run_autograder", content: RUN, isExecutable: true },
      { path: "index.json", content: `${escapedJson({ submissions, emails }, 2)}\n` },
      ...files,
    ]);
  },
};

/** Gradescope's number of a submission, which names its folder in the export. */
function numberOf({ id }: BatchResult): string | null {
  return /^submission_(\d+)$/.exec(id)?.[1] ?? null;
}

/** The image has Python; where it has not, it is fetched once. */
const SETUP = `#!/usr/bin/env bash
set -e
command -v python3 >/dev/null || { apt-get update && apt-get install -y python3; }
`;

/** Where nothing is known it leaves no results: Gradescope then shows what was printed, and no points. */
const RUN = `#!/usr/bin/env python3
"""Gives a submission the results that it came to when its course was graded. Nothing of the submission is run."""
import json
import os
import shutil
import sys

root = os.environ.get("AUTOGRADER_ROOT", "/autograder")
source = os.path.join(root, "source")

with open(os.path.join(root, "submission_metadata.json"), encoding="utf-8") as file:
    metadata = json.load(file)
with open(os.path.join(source, "index.json"), encoding="utf-8") as file:
    index = json.load(file)

path = index["submissions"].get(str(metadata.get("id")))
if path is None:
    emails = [str(user.get("email") or "").lower() for user in metadata.get("users") or []]
    paths = sorted({index["emails"][email] for email in emails if email in index["emails"]})
    path = paths[0] if len(paths) == 1 else None
if path is None:
    print("This submission was not there, or had no points yet, when the course was graded.")
    sys.exit(1)
os.makedirs(os.path.join(root, "results"), exist_ok=True)
shutil.copyfile(os.path.join(source, path), os.path.join(root, "results", "results.json"))
`;
