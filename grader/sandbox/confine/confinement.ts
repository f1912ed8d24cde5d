import type { Bind } from "./programs.ts";

/**
 * How far a process is kept from the machine, the best first: all that bubblewrap can do with a filter of system calls;
 * the same without the filter; namespaces made by hand; nothing at all.
 */
export type Tier = "full" | "no-seccomp" | "namespaces" | "plain";

/** A way to confine a process that was found to work here; plain data, so that threads can be given it. */
export interface Confinement {
  readonly tier: Tier;
  /** Programs of the system that do it. */
  readonly tools: Readonly<Record<string, string>>;
  /** What Node and the tools are linked with. */
  readonly libraries: readonly Bind[];
  /** The user that the process runs as; null: the one who grades, who is not root. */
  readonly uid: number | null;
  /** What a host counts against its limit of data before it has done anything; Node 24 and later begin with 1 GB. */
  readonly startDataBytes: number;
}

export const PLAIN: Confinement = { tier: "plain", tools: {}, libraries: [], uid: null, startDataBytes: 0 };

/** Where a build may write. Not /tmp, since this package itself may lie there. */
export const SCRATCH = "/.scratch";

/** What one confined process sees, and how much it may take. */
export interface Box {
  /** Files and folders that can be read, and nothing else of the disk. */
  readonly binds: readonly Bind[];
  /** Arguments of Node: its flags, the script as it is found inside, and what the script is told. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: ResourceLimits;
  /** For builds: it may start processes, and has /proc, /dev/null and `SCRATCH`, a folder of so many bytes. */
  readonly workshop: { readonly temporaryBytes: number } | null;
}

/** Limits that the system itself keeps. */
export interface ResourceLimits {
  /** Private writable memory of each process, over what Node begins with. */
  readonly dataBytes: number;
  /** CPU time over the whole life of each process. */
  readonly cpuSeconds: number;
  /** Each file written. */
  readonly fileBytes: number;
  readonly openFiles: number;
  /** Processes and threads together. */
  readonly processes: number;
}

/** How the process of a box is to be started. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder in which it starts; the root by default. */
  readonly cwd?: string;
  readonly uid: number | null;
  /** What the file descriptor `filterFd` must give, and then end; null when there is none. */
  readonly filter: Uint8Array | null;
  /** How many processes stand between the one started and Node's. */
  readonly depth: number;
}

/** Beyond the first figure a process gets a signal that names the reason, beyond the second it is killed. */
const CPU_GRACE_SECONDS = 2;

/** The command that puts the limits into force and then becomes Node. */
export function limitedNode(confinement: Confinement, box: Box): string[] {
  const { dataBytes, cpuSeconds, fileBytes, openFiles, processes } = box.limits;
  return [
    confinement.tools.prlimit as string,
    `--data=${confinement.startDataBytes + dataBytes}`,
    `--cpu=${cpuSeconds}:${cpuSeconds + CPU_GRACE_SECONDS}`,
    `--fsize=${fileBytes}`,
    `--nofile=${openFiles}`,
    `--nproc=${processes}`,
    "--core=0",
    process.execPath,
    ...box.args,
  ];
}

/** Files that every box has: Node, the program that limits it, and their libraries. */
export function commonBinds(confinement: Confinement): Bind[] {
  const programs = [process.execPath, confinement.tools.prlimit as string];
  return [...programs.map((path): Bind => [path, path]), ...confinement.libraries];
}
