import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "consensus-labs-";
const NAME = new RegExp(`^${PREFIX}[a-z-]+-(\\d+)-\\w{6}$`);
/** Younger ones may belong to a process that is not seen from here, such as one in another container. */
const LEFT_BEHIND_MS = 3_600_000;

const swept = new Set<string>();

/**
 * Makes a folder for temporary files, which the caller removes. Its name says what it is for, in lower case, and which
 * process made it: the first call of a process removes those that others left behind when they were killed.
 */
export function makeTemporaryFolder(purpose: string, place = tmpdir()): string {
  if (!swept.has(place)) {
    swept.add(place);
    sweep(place);
  }
  return mkdtempSync(join(place, `${PREFIX}${purpose}-${process.pid}-`));
}

/** Whatever cannot be read or removed is somebody else's, or gone. */
function sweep(place: string): void {
  for (const name of quietly(() => readdirSync(place)) ?? []) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(place, name);
    quietly(() => {
      if (Date.now() - statSync(path).mtimeMs > LEFT_BEHIND_MS) rmSync(path, { recursive: true, force: true });
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
