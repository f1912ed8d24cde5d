import { Worker } from "node:worker_threads";
import { type Confinement, PLAIN } from "./confine/confinement.ts";
import { distFile } from "./dist-file.ts";
import { type HostProgram, peerHostProgram } from "./host-program.ts";
import { HostTable } from "./host-table.ts";
import type { HostHandle } from "./keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "./limits.ts";
import { ProcessHost } from "./process-host.ts";

/** What the keeper's thread is started with. */
export interface KeeperThreadData {
  readonly table: SharedArrayBuffer;
  /** Five Int32: ready, then slot, pid and the two file descriptors. */
  readonly mailbox: SharedArrayBuffer;
  readonly limits: HostLimits;
  readonly program: HostProgram;
  readonly confinement: Confinement;
}

export type KeeperCommand =
  | { readonly kind: "start" }
  | { readonly kind: "end"; readonly handle: HostHandle }
  | { readonly kind: "close" };

/**
 * Host processes for a caller that plays in its own thread and has no pool: tests and benchmarks. A small thread beside
 * starts, watches and reaps them. Close it when done.
 */
export class StandaloneHosts {
  private readonly table = new HostTable();
  private readonly mailbox = new SharedArrayBuffer(5 * 4);
  private readonly thread: Worker;
  private readonly ended: Promise<void>;
  private readonly limits: HostLimits;

  constructor(
    options: {
      readonly limits?: Partial<HostLimits>;
      readonly program?: HostProgram;
      readonly confinement?: Confinement;
    } = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    const data: KeeperThreadData = {
      table: this.table.buffer,
      mailbox: this.mailbox,
      limits: this.limits,
      program: options.program ?? peerHostProgram(this.limits),
      confinement: options.confinement ?? PLAIN,
    };
    this.thread = new Worker(distFile("keeper-thread.js"), { workerData: data, trackUnmanagedFds: false });
    this.thread.unref();
    this.ended = new Promise((resolve) => this.thread.once("exit", () => resolve()));
  }

  /** Starts a host; blocks until its process is there, not until it is ready. */
  start(): ProcessHost {
    const answer = new Int32Array(this.mailbox);
    Atomics.store(answer, 0, 0);
    this.post({ kind: "start" });
    Atomics.wait(answer, 0, 0, START_TIMEOUT_MS);
    const [ready, slot = -1, pid = 0, toHost = -1, fromHost = -1] = answer;
    if (ready !== 1 || slot < 0) throw new Error("no peer host could be started");
    return new ProcessHost({ slot, pid, toHost, fromHost }, this.table, this.limits);
  }

  /** Ends a host that is not played on any more. */
  end(host: ProcessHost): void {
    this.post({ kind: "end", handle: host.handle });
  }

  /** Ends all hosts; resolves when nothing of them is left. */
  async close(): Promise<void> {
    // It was no reason to stay alive so far.
    this.thread.ref();
    this.post({ kind: "close" });
    await this.ended;
  }

  private post(command: KeeperCommand): void {
    this.thread.postMessage(command);
  }
}

const START_TIMEOUT_MS = 10_000;
