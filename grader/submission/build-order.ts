import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerInterface } from "../sim/peer-host.ts";
import type { Submission } from "./open.ts";
import { UngradableError } from "./ungradable.ts";

/** What is to be built, whole: the process that does it sees no other file of the submission. */
export interface BuildOrder {
  readonly task: "bundle" | "types";
  readonly iface: PeerInterface;
  readonly main: string;
  readonly files: readonly { readonly path: string; readonly base64: string }[];
  readonly links: Submission["links"];
  readonly hash: string;
}

/** Reads the submission's files. Throws UngradableError when one is gone meanwhile. */
export function makeBuildOrder(submission: Submission, task: BuildOrder["task"]): BuildOrder {
  const { iface, main, links, hash } = submission;
  const files = submission.files.map((path) => {
    try {
      return { path, base64: readFileSync(join(submission.dir, path), "base64") };
    } catch (error) {
      throw new UngradableError(`cannot read ${path}: ${(error as Error).message}`);
    }
  });
  return { task, iface, main, files, links, hash };
}
