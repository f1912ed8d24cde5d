import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "dist/cli.js");
/** Not the caches of whoever runs the tests. */
export const CACHES = join(tmpdir(), "grade-test-cache");

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Called when the process is started. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with all of standard output so far. */
  readonly onOut?: (out: string, child: ChildProcess) => void;
}

/** Runs the built command line, as `npx --no grade` does. */
export function grade(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  if (!existsSync(CLI)) throw new Error('dist/cli.js is missing: run "npm run build" before the tests');
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: CACHES, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.onStart?.(child);
  return new Promise((resolve) => {
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      options.onOut?.(out, child);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
    });
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

const folders: string[] = [];

/** Takes away what `folderWith` has made so far: `test/each-file.ts` does it after each test file. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A folder that is gone when the test file is through, with these files in it. */
export function folderWith(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "grade-test-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A submission that is complete but for what it does in its constructor and in its own methods. */
export function raftWith(constructorBody: string, members = ""): string {
  return `import type { ApplyMsg, ClientEnd, Persister } from "consensus-labs";
export class Raft {
  log: unknown[] = [];
  constructor(readonly peers: ClientEnd<any>[], readonly me: number, readonly persister: Persister, readonly apply: (msg: ApplyMsg) => void) {
    ${constructorBody}
  }
  ${members}
  getState() { return { term: 0, isLeader: false }; }
  start(_command: unknown) { return { index: -1, term: 0, isLeader: false }; }
  snapshot(_index: number, _snapshot: Uint8Array) {}
  kill() {}
}
`;
}

/** The processes that a process started and that are still there. */
export function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What has not come about by then hangs: no test is about how long something takes, and a machine may be very busy. */
const PATIENCE_MS = 50_000;

/** Waits until a condition holds; fails the test when it never does. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 20) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`still not so after ${PATIENCE_MS / 1000} s: ${what}`);
}
