import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { StderrCapture } from "../stderr-capture.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { ProcessTree } from "../usage.ts";
import { type Box, type Confinement, type Launch, type ResourceLimits, SCRATCH } from "./confinement.ts";
import { launch } from "./launch.ts";
import { killGroup, spawnLaunch } from "./spawn.ts";

/** Limits of one job: a process that is given something, gives something back, and ends. */
export interface JobLimits {
  readonly wallMs: number;
  /** CPU time of all its processes. */
  readonly cpuMs: number;
  /** Resident memory of all its processes. */
  readonly residentBytes: number;
  readonly outputBytes: number;
  /** Of its folder for temporary files. */
  readonly temporaryBytes: number;
  readonly resources: ResourceLimits;
}

export type JobOutcome =
  | { readonly kind: "done"; readonly output: string }
  | { readonly kind: "limit"; readonly limit: "wall" | "cpu" | "memory" | "output" }
  /** It ended by itself, and not well; `code`: its exit code, where it was not a signal. `output`: what it gave by then. */
  | { readonly kind: "failed"; readonly reason: string; readonly code: number | null; readonly output: string };

export interface Job {
  /** The script and what it needs, all found inside under the same paths as outside. */
  readonly files: Box["binds"];
  readonly args: readonly string[];
  readonly input: string;
  readonly limits: JobLimits;
}

/** None outlives this process. One listener for all: many of them would look like a leak. */
const underWay = new Set<RunningJob>();
const killAll = () => {
  for (const job of underWay) job.kill();
};

/** Runs a job that may start processes, confined or plain, and leaves nothing of it behind. */
export async function runJob(confinement: Confinement, job: Job): Promise<JobOutcome> {
  const isPlain = confinement.tier === "plain";
  const temporary = isPlain ? makeTemporaryFolder("job") : SCRATCH;
  const start = isPlain ? plainJob(job, temporary) : launch(confinement, boxOf(job), STDIO_BEFORE_FILTER);
  try {
    return await runLimited(start, job.input, job.limits);
  } finally {
    if (isPlain) rmSync(temporary, { recursive: true, force: true });
  }
}

/** Runs a program of this machine as a plain process under limits, in that folder, with nothing of this one's environment. */
export function runProgram(file: string, args: readonly string[], cwd: string, limits: JobLimits): Promise<JobOutcome> {
  return runLimited({ ...mortal(file, args, limits), env: ENV, cwd, uid: null, filter: null, depth: 0 }, "", limits);
}

/**
 * As a command that does not outlive a grader that is killed, and with it whoever would have ended it: a shell beside it waits
 * for the end of the lifeline, which the grader holds, and then kills the whole group. Behind that, the system ends what
 * computes for much longer than it may.
 */
function mortal(file: string, args: readonly string[], { cpuMs }: JobLimits): Pick<Launch, "file" | "args"> {
  if (!existsSync(SHELL)) return { file, args };
  const seconds = Math.ceil(cpuMs / 1000) + ORPHAN_GRACE_SECONDS;
  return { file: SHELL, args: ["-c", MORTAL, String(seconds), file, ...args] };
}

/** Lets go of a child's lifeline when it ends, and so of whoever waits for that end. */
function endWith(child: ChildProcess, lifeline: Socket | null): void {
  lifeline?.on("error", () => {});
  child.once("exit", () => lifeline?.destroy());
}

async function runLimited(start: Launch, input: string, limits: JobLimits): Promise<JobOutcome> {
  // What is confined ends with the grader by itself.
  const isPlain = start.depth === 0;
  const child = spawnLaunch(start, ["pipe", "pipe", "pipe", ...(isPlain ? (["pipe"] as const) : [])]);
  if (isPlain) endWith(child, child.stdio[LIFELINE_FD] as Socket | null);
  const running = new RunningJob(child, start, limits);
  if (underWay.size === 0) process.on("exit", killAll);
  underWay.add(running);
  try {
    return await running.outcome(input);
  } finally {
    underWay.delete(running);
    if (underWay.size === 0) process.off("exit", killAll);
  }
}

function boxOf({ files, args, limits }: Job): Box {
  const workshop = { temporaryBytes: limits.temporaryBytes };
  return { binds: files, args, env: { ...ENV, TMPDIR: SCRATCH }, limits: limits.resources, workshop };
}

function plainJob({ args, limits }: Job, temporary: string): Launch {
  const env = { ...ENV, TMPDIR: temporary };
  return { ...mortal(process.execPath, args, limits), env, uid: null, filter: null, depth: 0 };
}

class RunningJob {
  private readonly tree: ProcessTree;
  private readonly stderr: StderrCapture;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private limit: (JobOutcome & { kind: "limit" })["limit"] | null = null;

  constructor(
    private readonly child: ChildProcess,
    start: Launch,
    private readonly limits: JobLimits,
  ) {
    this.tree = new ProcessTree(child.pid ?? 0, start.depth, true);
    this.stderr = new StderrCapture(child.stderr, STDERR_BYTES_MAX, () => this.end("output"));
    child.stdin?.on("error", () => {});
    child.stdout?.on("data", (chunk: Buffer) => {
      this.bytes += chunk.length;
      if (this.bytes > limits.outputBytes) this.end("output");
      else this.chunks.push(chunk);
    });
  }

  async outcome(input: string): Promise<JobOutcome> {
    const startedMs = performance.now();
    const timer = setInterval(() => this.look(performance.now() - startedMs), POLL_MS);
    try {
      const closed = once(this.child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
      this.child.stdin?.end(input);
      const [code, signal] = await closed;
      if (this.limit !== null) return { kind: "limit", limit: this.limit };
      const output = Buffer.concat(this.chunks).toString("utf8");
      if (code === 0) return { kind: "done", output };
      const stderr = this.stderr.text().trim();
      if (code === EXIT_CPU || signal === "SIGXCPU") return { kind: "limit", limit: "cpu" };
      if (/out of memory|cannot allocate memory|Allocation failed/i.test(stderr))
        return { kind: "limit", limit: "memory" };
      return { kind: "failed", reason: stderr || `it ended with ${signal ?? `exit code ${code}`}`, code, output };
    } catch (error) {
      return { kind: "failed", reason: error instanceof Error ? error.message : String(error), code: null, output: "" };
    } finally {
      clearInterval(timer);
      // A plain one may have left processes of its own, which have the same group.
      this.kill();
    }
  }

  kill(): void {
    killGroup(this.child);
  }

  private look(wallMs: number): void {
    const { cpuMs, residentBytes } = this.tree.usage();
    if ((residentBytes ?? 0) > this.limits.residentBytes) this.end("memory");
    else if ((cpuMs ?? 0) > this.limits.cpuMs) this.end("cpu");
    else if (wallMs > this.limits.wallMs) this.end("wall");
  }

  private end(limit: NonNullable<RunningJob["limit"]>): void {
    this.limit ??= limit;
    this.kill();
  }
}

const ENV: Readonly<Record<string, string>> = { TZ: "UTC", LC_ALL: "C.UTF-8" };
const STDIO_BEFORE_FILTER = 3;
const STDERR_BYTES_MAX = 1024 * 1024;
const POLL_MS = 50;
const SHELL = "/bin/sh";
const LIFELINE_FD = 3;
const MORTAL = `(read x; kill -9 0) <&${LIFELINE_FD} >/dev/null 2>&1 & ulimit -t "$0"; exec "$@" ${LIFELINE_FD}<&-`;
const ORPHAN_GRACE_SECONDS = 5;
/** 128 and SIGXCPU. */
const EXIT_CPU = 152;
