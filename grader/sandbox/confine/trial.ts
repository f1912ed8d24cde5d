import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { distFile } from "../dist-file.ts";
import { hostBox, peerHostProgram } from "../host-program.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { dataBytesOf, ProcessTree } from "../usage.ts";
import type { Confinement } from "./confinement.ts";
import { launch } from "./launch.ts";
import { killGroup, spawnLaunch } from "./spawn.ts";

/** A process in a sandbox as hosts have it, which tries to get out when it is told to. */
export class Trial {
  private readonly child: ChildProcess;
  private readonly tree: ProcessTree;
  private out = "";
  private err = "";
  private readonly closed: Promise<unknown>;

  constructor(confinement: Confinement) {
    const program = { ...peerHostProgram(), script: distFile("intruder.js") };
    const start = launch(confinement, hostBox(program, DEFAULT_LIMITS.resources), STDIO_BEFORE_FILTER);
    this.child = spawnLaunch(start, ["pipe", "pipe", "pipe"]);
    this.tree = new ProcessTree(this.child.pid ?? 0, start.depth, false);
    this.child.stdout?.on("data", (chunk) => {
      this.out = (this.out + chunk).slice(0, OUTPUT_CHARS_MAX);
    });
    this.child.stderr?.on("data", (chunk) => {
      this.err = (this.err + chunk).slice(0, OUTPUT_CHARS_MAX);
    });
    this.child.stdin?.on("error", () => {});
    this.closed = once(this.child, "close").catch((error) => {
      this.err += error instanceof Error ? error.message : String(error);
    });
  }

  /** Waits until Node runs inside. Gives what it counts against a limit of data. Throws with the reason when it does not. */
  async ready(): Promise<number> {
    await this.until(() => this.out.includes("ready\n"));
    const pid = this.tree.pid();
    const bytes = pid === null ? null : dataBytesOf(pid);
    if (bytes === null) throw new Error("/proc does not show the processes of the sandbox");
    return bytes;
  }

  /** Gives one line of JSON, and waits for one. */
  async ask(question: unknown): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    await this.until(() => /ready\n.*\n/.test(this.out));
    return JSON.parse(this.out.split("\n")[1] ?? "");
  }

  /** Ends it; nothing of it is left then. */
  async end(): Promise<void> {
    killGroup(this.child);
    await this.closed;
  }

  private async until(isDone: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + TIMEOUT_MS;
    let isClosed = false;
    this.closed.then(() => {
      isClosed = true;
    });
    while (!isDone()) {
      if (isClosed) throw new Error(this.err.trim() || `it ended with exit code ${this.child.exitCode}`);
      if (performance.now() > deadlineMs) throw new Error(`it did not answer within ${TIMEOUT_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

const STDIO_BEFORE_FILTER = 3;
const OUTPUT_CHARS_MAX = 16_384;
const TIMEOUT_MS = 20_000;
const POLL_MS = 5;
