/**
 * Bundles a submission, or checks its types, in a process of its own: reads a `BuildOrder` as JSON from standard input and
 * writes a `BuildAnswer` to standard output. Its files are written anew from the order, so that what is built is exactly
 * what was counted and hashed, and the folder itself need not be shown.
 */
import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makeTemporaryFolder } from "../sandbox/temporary-folder.ts";
import type { BuildAnswer } from "./build-answer.ts";
import type { BuildOrder } from "./build-order.ts";
import { bundleSubmission } from "./bundle.ts";
import type { Submission } from "./open.ts";
import { typeCheck } from "./type-check.ts";
import { UngradableError } from "./ungradable.ts";

const STDIN = 0;
const STDOUT = 1;

const order = JSON.parse(readFileSync(STDIN, "utf8")) as BuildOrder;
const folder = realpathSync(makeTemporaryFolder("build"));
try {
  const answer = await build(order, unpack(order, folder));
  writeFileSync(STDOUT, JSON.stringify(answer));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

function unpack({ iface, main, files, links, hash }: BuildOrder, dir: string): Submission {
  for (const { path, base64 } of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), base64, "base64");
  }
  for (const { path, target } of links) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    symlinkSync(relative(dirname(join(dir, path)), join(dir, target)), join(dir, path));
  }
  const contents = new Map(files.map(({ path, base64 }) => [path, Buffer.from(base64, "base64")]));
  return { dir, iface, main, files: [...contents.keys()], links, hash, contents };
}

async function build({ task }: BuildOrder, submission: Submission): Promise<BuildAnswer> {
  if (task === "types") return { kind: "types", problems: await typeCheck(submission) };
  try {
    return { kind: "bundle", bundle: await bundleSubmission(submission) };
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    const { message, place } = error;
    return { kind: "ungradable", message, ...(place !== undefined && { place }) };
  }
}
