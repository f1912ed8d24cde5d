import type { Form } from "../sim/role.ts";
import type { Submission } from "./open.ts";

/** What is to be built, whole: the process that does it sees no other file of the submission. */
export interface BuildOrder {
  readonly task: "bundle" | "types";
  readonly form: Form;
  readonly mains: readonly string[];
  readonly files: readonly { readonly path: string; readonly base64: string }[];
  readonly links: Submission["links"];
  readonly hash: string;
}

/** What was read when the submission was opened: the folder itself is not looked at again. */
export function makeBuildOrder(submission: Submission, task: BuildOrder["task"]): BuildOrder {
  const { form, mains, links, hash, contents } = submission;
  const files = submission.files.map((path) => ({ path, base64: contents.get(path)?.toString("base64") ?? "" }));
  return { task, form, mains, files, links, hash };
}
