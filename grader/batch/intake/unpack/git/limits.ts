import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findProgram } from "../../../../sandbox/confine/programs.ts";
import type { IntakeLimits } from "../../limits.ts";
import { Refusal } from "../refusal.ts";

/** Objects of one repository, packed or not; what git keeps in memory and writes in indices grows with them. */
export const MAX_OBJECTS = 200_000;

const MB = 1024 * 1024;
/** For git itself, its windows onto packs, its caches, and the largest object that it may hold in memory. */
const OWN_ADDRESS_BYTES = 1024 * MB;
/** More than the index of so many objects takes. */
const FILE_BYTES = 64 * MB;

/** Time for all that is done with one repository; it runs from the moment when this is made. */
export class WallTime {
  private readonly endMs: number;

  constructor(private readonly limitMs: number) {
    this.endMs = performance.now() + limitMs;
  }

  /** What is left, in whole milliseconds; at least 1, as 0 means "for ever" to those who are told. */
  leftMs(): number {
    return Math.max(1, Math.ceil(this.endMs - performance.now()));
  }

  /** @throws Refusal when it is over. */
  check(): void {
    if (performance.now() >= this.endMs) throw this.refusal();
  }

  refusal(): Refusal {
    return new Refusal(`git took more than ${this.limitMs} ms to read the repository`);
  }
}

/** A program, and the words that stand before those of git. */
export interface LimitedGit {
  readonly file: string;
  readonly args: readonly string[];
}

const known = new Map<string, Promise<LimitedGit>>();

/**
 * How to start git so that the system limits it, where `prlimit` can do that: git reads what students made, and a fault
 * in it, or a pack that unfolds without end, should take no more than its share, even when the grader is gone.
 */
export function limitedGit(limits: IntakeLimits): Promise<LimitedGit> {
  const git = findProgram("git");
  if (git === null) throw new Error("git is not installed; install it to grade repositories");
  const prlimit = findProgram("prlimit");
  if (prlimit === null) return Promise.resolve({ file: git, args: [] });
  const args = [
    `--as=${OWN_ADDRESS_BYTES + limits.archiveBytes}`,
    `--cpu=${Math.max(1, Math.ceil(limits.gitWallMs / 1000))}`,
    `--fsize=${FILE_BYTES}`,
    "--core=0",
    git,
  ];
  const key = [prlimit, ...args].join("\0");
  const start = known.get(key) ?? tryOut({ file: prlimit, args }, git);
  known.set(key, start);
  return start;
}

/** A grader that lives under tighter limits itself may not set these; those that it has bind git as well. */
async function tryOut(limited: LimitedGit, git: string): Promise<LimitedGit> {
  try {
    await promisify(execFile)(limited.file, [...limited.args, "--version"], { env: {} });
    return limited;
  } catch {
    return { file: git, args: [] };
  }
}
