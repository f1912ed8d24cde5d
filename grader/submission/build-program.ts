/**
 * Bundles a submission, or checks its types, in a process of its own: reads a `BuildOrder` as JSON from standard input and
 * writes a `BuildAnswer` to standard output. Its files are written anew from the order, so that what is built is exactly
 * what was counted and hashed, and the folder itself need not be shown.
 */
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { makeTemporaryFolder } from "../sandbox/temporary-folder.ts";
import type { BuildAnswer } from "./build-answer.ts";
import type { BuildOrder } from "./build-order.ts";
import { bundleSubmission } from "./bundle.ts";
import { layOut } from "./lay-out.ts";
import type { Submission } from "./open.ts";
import { typeCheck } from "./type-check.ts";
import { UngradableError } from "./ungradable.ts";

const STDIN = 0;
const STDOUT = 1;

const order = JSON.parse(readFileSync(STDIN, "utf8")) as BuildOrder;
const folder = realpathSync(makeTemporaryFolder("build"));
try {
  const answer = await build(order, submissionIn(folder, order));
  writeFileSync(STDOUT, JSON.stringify(answer));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function submissionIn(dir: string, { form, mains, files, links, hash }: BuildOrder): Submission {
  const contents = new Map(files.map(({ path, base64 }) => [path, Buffer.from(base64, "base64")]));
  return { dir, form, main: mains[0] ?? "", mains, files: [...contents.keys()], links, hash, contents };
}

async function build({ task }: BuildOrder, submission: Submission): Promise<BuildAnswer> {
  if (task === "types") return { kind: "types", problems: await typeCheck(submission) };
  layOut(submission, submission.dir);
  try {
    return { kind: "bundle", bundle: await bundleSubmission(submission) };
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    const { message, place } = error;
    return { kind: "ungradable", message, ...(place !== undefined && { place }) };
  }
}
