import { readdirSync, readlinkSync } from "node:fs";

/**
 * Kills every other process that has this pipe open: what a host started and left behind keeps the pipe of a host that is
 * gone from ever ending. Gives how many there were; 0 where the system does not tell.
 *
 * @param fd of this process, one end of the pipe.
 */
export function killHolders(fd: number): number {
  const pipe = quietly(() => readlinkSync(`/proc/self/fd/${fd}`));
  if (pipe === undefined) return 0;
  let killed = 0;
  for (const entry of quietly(() => readdirSync("/proc")) ?? []) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !holds(pid, pipe)) continue;
    quietly(() => process.kill(pid, "SIGKILL"));
    killed++;
  }
  return killed;
}

function holds(pid: number, pipe: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return (quietly(() => readdirSync(folder)) ?? []).some(
    (name) => quietly(() => readlinkSync(`${folder}/${name}`)) === pipe,
  );
}

/** What cannot be read is somebody else's, or gone. */
function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
