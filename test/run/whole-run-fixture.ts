import { join } from "node:path";
import { onTestFinished } from "vitest";
import { playConfirmed } from "../../grader/run/confirm.ts";
import type { Load, PlayOrder } from "../../grader/run/player.ts";
import { type PoolOptions, RunPool } from "../../grader/run/pool.ts";
import type { Boundary } from "../../grader/run/result.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";

/** One worker; closed when the test is over. */
export function poolOf(load: Promise<Load>, options: PoolOptions): RunPool {
  const pool = new RunPool(1, load, options);
  onTestFinished(() => pool.close());
  return pool;
}

export async function loadOf(folder: string): Promise<Load> {
  const { code, filename } = await bundleSubmission(openSubmission(folder, lab2.form));
  return { code, filename, roles: lab2.form.roles };
}

export const loadOfSource = (source: string) => loadOf(folderWith({ "raft.js": source }));
const QUICK_MS = 600 * slowness();
/**
 * What hangs is found sooner; what is after another limit must not meet this one. The host's watchdog says after 1.2 s where a peer
 * hangs: near that it would say so by chance, so that a slow machine gives it the time.
 */
export const quick = { limits: { windowCpuMs: QUICK_MS < 900 ? QUICK_MS : Math.max(QUICK_MS, 2_000) } };

export const REFERENCE = join(ROOT, "reference/raft");
export const INITIAL = { scenarioId: "lab2a/initial-election", seed: 1 };

/** What is reported of a run in a pool of its own, but for what it took. */
export function resultOf(load: Promise<Load>, boundary: Boundary, order: PlayOrder, options: PoolOptions = {}) {
  return resultFrom(poolOf(load, { boundary, ...options }), order);
}

/** The same in a pool that plays others too. */
export async function resultFrom(pool: RunPool, order: PlayOrder) {
  const run = await playConfirmed(pool, order);
  const mapper = { map: () => null, mapStack: () => [] };
  const { timing: _, ...rest } = toRunResult(order.scenarioId, order.seed, run, mapper);
  // How far a growing process came is never the same twice.
  const message = rest.message?.replace(/took \d+ MB/, "took so many MB");
  return { ...rest, message, isWhole: run.isWhole === true, audits: run.audits };
}
