import { shardOf } from "../engine/shard.ts";

/** What one submission takes of one worker, while the machine's other workers are at work too, milliseconds of wall time. */
export interface Pace {
  readonly submissionMs: number;
  readonly workers: number;
}

/** A batch in so many parts, each on a machine of its own. */
export interface Estimate {
  readonly machines: number;
  /** Submissions of the largest part: the others wait for it. */
  readonly largest: number;
  readonly wallMs: number;
}

/** Node, the sandbox, threads, and the files at the end. */
const AROUND_MS = 3_000;

/** Parts depend on ids, so they are not of one size. */
export function estimate(ids: readonly string[], machines: number, { submissionMs, workers }: Pace): Estimate {
  const sizes = new Map<number, number>();
  for (const id of ids) {
    const shard = shardOf(id, machines);
    sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
  }
  const largest = Math.max(0, ...sizes.values());
  // At the end each worker but the last waits, for half of a submission on average.
  const busy = Math.min(workers, Math.max(1, largest));
  const worked = (largest / busy + (busy - 1) / (2 * busy)) * submissionMs;
  return { machines, largest, wallMs: AROUND_MS + (largest === 0 ? 0 : worked) };
}

/** Wall time to ask an engine for: more than twice what is expected, and enough for one submission that uses up its budget. */
export function wallToAskMs({ wallMs }: Estimate, submissionWallMs: number): number {
  const TEN_MINUTES = 600_000;
  return Math.ceil((2 * wallMs + submissionWallMs) / TEN_MINUTES) * TEN_MINUTES;
}
