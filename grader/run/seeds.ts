import { createHash } from "node:crypto";
import { STRATA } from "../harness/strata.ts";

/** Seeds are integers 0 … 2^53−1. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** What the seeds of all runs are made from: an integer as `--seed` takes it, or, for a batch, a longer secret text. */
export type BaseSeed = number | string;

/**
 * The seed of run `index` (from 0) of a scenario. A one-way hash: a replay line shows a run's seed, and never tells the
 * base from which the other runs' seeds come. Its rest modulo `STRATA` is one more than that of the run before.
 */
export function runSeed(base: BaseSeed, scenarioId: string, index: number): number {
  const seed = hashedSeed(base, scenarioId, index);
  const turn = ((hashedSeed(base, scenarioId, 0) % STRATA) + index) % STRATA;
  const turned = seed - (seed % STRATA) + turn;
  return turned <= MAX_SEED ? turned : turned - STRATA;
}

function hashedSeed(base: BaseSeed, scenarioId: string, index: number): number {
  const digest = createHash("sha256").update(`consensus-labs seed\n${base}\n${scenarioId}\n${index}`).digest();
  return digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >> 3);
}
