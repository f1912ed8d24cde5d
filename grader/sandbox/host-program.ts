import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { type OwnLimits, ownLimitsArgument } from "../host/own-limits.ts";
import type { Box, Launch, ResourceLimits } from "./confine/confinement.ts";
import { distFile } from "./dist-file.ts";
import { DEFAULT_LIMITS, type HostLimits, hostHeapMb } from "./limits.ts";

/** What is started as a host: a Node script, and Node's own flags for it. */
export interface HostProgram {
  readonly script: string;
  readonly nodeFlags: readonly string[];
  /** Files and folders beside the script that it reads: all that it sees of the disk when it is confined. */
  readonly files?: readonly string[];
  /** Limits that it keeps itself to in any case, since its keeper sees less of it. */
  readonly ownLimits?: OwnLimits;
}

/** The built peer host, with flags that fit its limits. */
export function peerHostProgram(limits: HostLimits = DEFAULT_LIMITS): HostProgram {
  const files = [distFile("stuck.js"), distFile("realm")];
  return { script: distFile("host.js"), nodeFlags: nodeFlagsOf(limits, 32), files };
}

/**
 * What plays whole runs; peers run there as in a host. It holds more beside their realms, so less is young. Never confined.
 * `limits`: of each window, which nobody outside sees, and all else that a run of it may take.
 */
export function wholeRunProgram(limits: HostLimits = DEFAULT_LIMITS): HostProgram {
  return { script: distFile("run-host.js"), nodeFlags: nodeFlagsOf(limits, 16), ownLimits: limits };
}

/**
 * The same functions are optimised, and thrown away again, in each new realm: what runs on for long is worth it, the rest is
 * not. A Raft of async loops takes two thirds of the time so, others as long as before. Later versions of V8 count otherwise.
 */
const LATER_OPTIMISATION = process.versions.node.startsWith("20.") ? ["--interrupt-budget=400000"] : [];

function nodeFlagsOf(limits: HostLimits, semiSpaceMb: number): readonly string[] {
  return [
    "--no-warnings",
    // One thread collects garbage: it takes less time in all, and leaves the other cores to other runs.
    "--single-threaded-gc",
    // Realms are short-lived: what is compiled for one seldom runs long enough to pay for much inlining.
    "--max-inlined-bytecode-size-cumulative=250",
    ...LATER_OPTIMISATION,
    // A realm that a crash ended is still young then, and goes without being copied: a tenth of a run's time.
    "--min-semi-space-size=16",
    `--max-semi-space-size=${semiSpaceMb}`,
    `--max-old-space-size=${hostHeapMb(limits)}`,
  ];
}

/** How a host is started without a sandbox. `own`: the limits that it keeps itself to; null where its keeper sees what it uses. */
export function plainLaunch({ script, nodeFlags }: HostProgram, own: OwnLimits | null): Launch {
  const args = [...nodeFlags, script, ...(own === null ? [] : [ownLimitsArgument(own)])];
  return { file: process.execPath, args, env: HOST_ENV, uid: null, filter: null, depth: 0 };
}

/** What a confined host sees and may take. */
export function hostBox({ script, nodeFlags, files = [] }: HostProgram, resources: ResourceLimits): Box {
  const inside = (path: string) => `/code/${basename(path)}`;
  return {
    binds: [script, ...files].map((path) => [realpathSync(path), inside(path)]),
    args: [...nodeFlags, inside(script)],
    env: HOST_ENV,
    limits: resources,
    workshop: null,
  };
}

/** All that a host sees of the environment. A clean one also starts faster, and no secret can leak. */
export const HOST_ENV: Readonly<Record<string, string>> = { TZ: "UTC", LC_ALL: "en_US.UTF-8" };
