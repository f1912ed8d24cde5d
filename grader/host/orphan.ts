/**
 * A thread of a process that a submission runs in and that has no watchdog: ends the process when its parent is gone, whatever
 * it is busy with, and when it is to look after its own limits and reaches one.
 */
import { workerData } from "node:worker_threads";
import type { OwnLimits } from "./own-limits.ts";
import { makeSelfWatch } from "./self-watch.ts";

interface Watched {
  readonly parent: number;
  readonly progress: SharedArrayBuffer;
  readonly limits: OwnLimits | null;
}

const POLL_MS = 500;
const OWN_LIMITS_POLL_MS = 50;
const { parent, progress, limits } = workerData as Watched;

setInterval(makeSelfWatch(parent, progress, limits), limits === null ? POLL_MS : OWN_LIMITS_POLL_MS);
