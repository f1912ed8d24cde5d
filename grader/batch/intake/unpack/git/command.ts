import { type ChildProcessByStdio, type ExecFileException, execFile, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { IntakeLimits } from "../../limits.ts";
import { Refusal } from "../refusal.ts";
import { limitedGit, WallTime } from "./limits.ts";

const OUTPUT_BYTES = 1024 * 1024;

/** Settings that no file of the repository's can change: it is a copy of objects and refs, and all else is ours. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "core.packedGitWindowSize=32m",
  "core.packedGitLimit=256m",
  "core.bigFileThreshold=1m",
  "pack.threads=1",
  "protocol.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

/** A process that is written to and read from. */
export type GitProcess = ChildProcessByStdio<Writable, Readable, null>;

/** Runs git on a repository of our own, without anybody's configuration, and within limits. */
export class GitCommand {
  readonly time: WallTime;

  constructor(
    readonly gitDir: string,
    private readonly limits: IntakeLimits,
  ) {
    this.time = new WallTime(limits.gitWallMs);
  }

  /**
   * @param maxBytes what it may say. @returns its output; null when it ended with an error.
   * @throws Refusal when it takes too long or says too much.
   */
  async run(words: readonly string[], maxBytes = OUTPUT_BYTES): Promise<Buffer | null> {
    const { file, args } = await limitedGit(this.limits);
    this.time.check();
    const options = { ...this.options(), maxBuffer: maxBytes, encoding: "buffer" as const };
    return new Promise((resolve, reject) => {
      const child = execFile(file, [...args, ...SETTINGS, ...words], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else this.settle(error, stderr.toString("latin1"), resolve, reject);
      });
      child.stdin?.end();
    });
  }

  /** A process that gives the content of each object whose id is written to it. */
  async batch(): Promise<GitProcess> {
    const { file, args } = await limitedGit(this.limits);
    this.time.check();
    const words = [...args, ...SETTINGS, "cat-file", "--batch"];
    const child = spawn(file, words, { ...this.options(), stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.on("error", () => {});
    // One that was not started is the machine's failure; whoever reads from it is told.
    child.on("error", (error) => child.stdout.destroy(error));
    return child;
  }

  private settle(
    error: ExecFileException,
    stderr: string,
    resolve: (output: null) => void,
    reject: (error: Error) => void,
  ): void {
    if (String(error.code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
      reject(new Refusal("the repository is broken: git says more of it than there can be"));
    else if ((error as NodeJS.ErrnoException).syscall !== undefined) reject(error);
    else if (error.killed || error.signal === "SIGXCPU") reject(this.time.refusal());
    else if (/out of memory|cannot allocate memory|attempting to allocate/i.test(stderr))
      reject(new Refusal("git needs more memory to read the repository than it may have; hand in the sources only"));
    else resolve(null);
  }

  private options() {
    return {
      cwd: this.gitDir,
      timeout: this.time.leftMs(),
      killSignal: "SIGKILL" as const,
      env: {
        PATH: process.env.PATH ?? "/usr/bin:/bin",
        LC_ALL: "C",
        GIT_DIR: this.gitDir,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_ATTR_NOSYSTEM: "1",
        GIT_NO_REPLACE_OBJECTS: "1",
        GIT_NO_LAZY_FETCH: "1",
        GIT_OPTIONAL_LOCKS: "0",
        GIT_TERMINAL_PROMPT: "0",
        GIT_ALLOC_LIMIT: "512m",
      },
    };
  }
}
