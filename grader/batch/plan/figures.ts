import type { BatchIdentity } from "../model/identity.ts";
import { openReport } from "../reports/open-report.ts";
import { BatchError } from "../store/batch-error.ts";
import type { Pace } from "./estimate.ts";

/** What a batch must have been about for its times to say something of another one. */
export type Graded = Pick<BatchIdentity, "lab" | "only" | "policy">;

/**
 * How quickly submissions were graded in earlier batches, or parts of one, with so many workers. Throws `BatchError` where a
 * folder is none of a batch, was graded by other rules, or has no result yet.
 */
export function recordedPace(
  folders: readonly string[],
  now: Graded,
  workers: number,
  onDamage: (message: string) => void,
): Pace & { readonly results: number } {
  const walls = folders.flatMap((folder) => wallsOf(folder, now, onDamage));
  if (walls.length === 0) throw new BatchError("usage", `${folders.join(", ")}: nothing was graded there yet`);
  return { submissionMs: walls.reduce((sum, ms) => sum + ms, 0) / walls.length, workers, results: walls.length };
}

function wallsOf(folder: string, now: Graded, onDamage: (message: string) => void): readonly number[] {
  const batch = openReport(folder, onDamage);
  try {
    const { identity } = batch;
    if (identity.lab !== now.lab || identity.only !== now.only || identity.policy !== now.policy) {
      throw new BatchError(
        "usage",
        `${folder} was graded with another lab, --only, --runs or policy: its times say nothing`,
      );
    }
    // Who handed nothing in takes no time, and is none of those that will be graded.
    const handedIn = [...batch.results].filter(({ status }) => status !== "not-handed-in");
    return handedIn.flatMap(({ id }) => batch.timingOf(id)?.wallMs ?? []);
  } finally {
    batch.close();
  }
}
