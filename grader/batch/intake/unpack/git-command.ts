import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { shown } from "../names.ts";
import { Refusal } from "./refusal.ts";

const OUTPUT_BYTES = 32 * 1024 * 1024;

/** Settings that no file of the repository's can change: it is a copy of objects and refs, and all else is ours. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "core.commitGraph=false",
  "core.multiPackIndex=false",
  "core.packedGitLimit=256m",
  "core.bigFileThreshold=1m",
  "protocol.allow=never",
  "protocol.file.allow=always",
  "fetch.recurseSubmodules=false",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

/** Runs git on a repository of our own, without anybody's configuration. */
export class GitCommand {
  constructor(
    private readonly gitDir: string,
    private readonly wallMs: number,
  ) {}

  /** @returns its output; null when it ended with an error. @throws Refusal when it takes too long or says too much. */
  run(words: readonly string[]): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      const options = { ...this.options(), timeout: this.wallMs, maxBuffer: OUTPUT_BYTES, encoding: "buffer" as const };
      const child = execFile("git", [...SETTINGS, ...words], options, (error, stdout) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT") reject(new Error("git is not installed; install it to grade repositories"));
        else if (String(error.code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
          reject(new Refusal("the repository holds too many files; hand in the sources only"));
        else if (error.killed) reject(new Refusal(`git took more than ${this.wallMs} ms to read the repository`));
        else resolve(null);
      });
      child.stdin?.end();
    });
  }

  /** A process that gives the content of each object whose id is written to it. */
  batch(): ChildProcessWithoutNullStreams {
    const child = spawn("git", [...SETTINGS, "cat-file", "--batch"], { ...this.options(), timeout: this.wallMs });
    child.stdin.on("error", () => {});
    return child;
  }

  private options() {
    return {
      cwd: this.gitDir,
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

/** Reads what `cat-file --batch` says. */
export class BatchReader {
  private rest: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(stdout: AsyncIterable<Buffer>) {
    this.chunks = stdout[Symbol.asyncIterator]();
  }

  /** The next object, in pieces. @throws Refusal when it is missing, or git ended. */
  async object(name: string, use: (chunk: Buffer) => void): Promise<void> {
    const head = await this.line();
    const [, type, sizeText] = head.split(" ");
    if (type !== "blob" || sizeText === undefined)
      throw new Refusal(`the repository lacks the content of ${shown(name)}`);
    // One line end follows the content.
    for (let left = Number(sizeText); left > 0; ) {
      const chunk = await this.some();
      use(chunk.subarray(0, left));
      this.rest = chunk.subarray(Math.min(left, chunk.length));
      left -= Math.min(left, chunk.length);
    }
    await this.line();
  }

  private async line(): Promise<string> {
    let text = "";
    for (;;) {
      const chunk = await this.some();
      const end = chunk.indexOf(10);
      text += chunk.toString("latin1", 0, end < 0 ? chunk.length : end);
      this.rest = end < 0 ? Buffer.alloc(0) : chunk.subarray(end + 1);
      if (end >= 0) return text;
    }
  }

  private async some(): Promise<Buffer> {
    if (this.rest.length > 0) return this.rest;
    const next = await this.chunks.next();
    if (next.done === true) throw new Refusal("the repository is broken: git could not read it to the end");
    return next.value;
  }
}
