import { readdirSync, readFileSync } from "node:fs";

/** What was starting a process when it was stopped is waited for; then its child is found the next time. */
const ROUNDS_MAX = 10;
/** In all: nobody but a process that the system keeps busy in itself takes so long to stop. */
const STOPPING_MS_MAX = 250;
const LOOK_AGAIN_MS = 1;

/**
 * Kills every process that this one started, whichever thread did, with all that they started: hosts, builds, compilers.
 * Does nothing where the system does not tell of children; a host then ends by itself when its parent is gone.
 *
 * All are stopped before one is killed: what a process was just starting when it was killed is found below nobody any more.
 */
export function killDescendants(): void {
  const found = new Set<number>();
  const untilMs = performance.now() + STOPPING_MS_MAX;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const more = descendantsOf(process.pid).filter((pid) => !found.has(pid));
    if (more.length === 0) break;
    for (const pid of more) {
      found.add(pid);
      send(pid, "SIGSTOP");
    }
    while (more.some(isAtWork) && performance.now() < untilMs) sleep(LOOK_AGAIN_MS);
  }
  for (const pid of found) {
    // As a group, too, where it leads one: what lost its parent is not found below this process any more.
    if (!send(-pid, "SIGKILL")) send(pid, "SIGKILL");
  }
}

function descendantsOf(root: number): number[] {
  const found: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const children = childrenOf(pid);
    found.push(...children);
    waiting.push(...children);
  }
  return found;
}

/** A child belongs to the thread that started it. */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((id) => {
    const listed = textOf(`/proc/${pid}/task/${id}/children`) ?? "";
    return listed.split(" ").filter(Boolean).map(Number);
  });
}

/** Whether it may still start a process: a thread of it has neither stopped nor ended. */
function isAtWork(pid: number): boolean {
  return threadsOf(pid).some((id) => {
    const stat = textOf(`/proc/${pid}/task/${id}/stat`);
    return stat !== null && !"TtZX".includes(stat.charAt(stat.lastIndexOf(")") + 2));
  });
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Null where it is gone by now. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
