/**
 * A thread of a process that a submission runs in and that has no watchdog: ends the process when its parent is gone, whatever
 * it is busy with.
 */
import { workerData } from "node:worker_threads";

const POLL_MS = 500;
const { parent } = workerData as { parent: number };

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, POLL_MS);
