import { readdirSync, readFileSync } from "node:fs";

/** What is started while its parent is being killed is found the next time. */
const ROUNDS_MAX = 3;

/**
 * Kills every process that this one started, whichever thread did, with all that they started: hosts, builds, compilers.
 * Does nothing where the system does not tell of children; a host then ends by itself when its parent is gone.
 */
export function killDescendants(): void {
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const found = descendantsOf(process.pid).filter((pid) => !killed.has(pid));
    if (found.length === 0) return;
    for (const pid of found) {
      killed.add(pid);
      // As a group, too, where it leads one: what lost its parent is not found below this process any more.
      if (!kill(-pid)) kill(pid);
    }
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
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
