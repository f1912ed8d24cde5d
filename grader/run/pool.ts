import { setFlagsFromString } from "node:v8";
import type { Tinypool } from "tinypool";
import type { Load } from "../host/wire.ts";
import { PLAIN } from "../sandbox/confine/confinement.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import { distFile } from "../sandbox/dist-file.ts";
import type { HostProgram } from "../sandbox/host-program.ts";
import { HostTable } from "../sandbox/host-table.ts";
import { HostKeeper } from "../sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../sandbox/limits.ts";
import { Aborted, faultyRun, type Played, type Player, type PlayOrder } from "./player.ts";
import { type Seat, Seats } from "./seats.ts";
import type { LentHost, WorkerReply, WorkerRequest } from "./worker.ts";

export interface PoolOptions {
  /** Without it, hosts are ordinary processes. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<HostLimits>;
  /** Another one than the peer host, for tests. */
  readonly program?: HostProgram;
}

/**
 * Plays runs on worker threads, each run on a host process of its own while it lasts.
 *
 * This thread owns the hosts: it starts, watches and ends them, and lends one to each run. A host that did not survive is
 * replaced, so that it costs nothing but its own run. Everything starts at once and in parallel: hosts, threads, and,
 * outside, the bundling of the submission.
 */
export class RunPool implements Player {
  private readonly keeper: HostKeeper;
  private readonly limits: HostLimits;
  private readonly players: Seats;
  /** None of these hosts ever plays a run, or gets two peers of one run. */
  private readonly auditors: Seats;
  private readonly threads: Promise<Tinypool>;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly aborted: Promise<never>;
  private rejectAborted!: (reason: Aborted) => void;
  private isOver = false;

  /** `load`: what `play` gives a host before its first run; may still be in the making. */
  constructor(
    workers: number,
    private readonly load: Promise<Load>,
    { sandbox, limits, program }: PoolOptions = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.keeper = new HostKeeper(new HostTable(), {
      limits: this.limits,
      confinement: sandbox?.confinement ?? PLAIN,
      ...(program && { program }),
    });
    this.players = new Seats(this.keeper, workers, workers);
    this.auditors = new Seats(this.keeper, workers * AUDITORS_PER_WORKER);
    this.threads = startThreads(workers);
    this.aborted = new Promise((_, reject) => {
      this.rejectAborted = reject;
    });
    for (const quiet of [this.threads, this.aborted, this.load]) quiet.catch(() => {});
  }

  play(order: PlayOrder): Promise<Played> {
    return this.playFor(this.load, order);
  }

  /**
   * A player of another submission on the same threads. Hosts of submissions that are played no more make room for it, so
   * that there are never more than `workers` idle ones, whatever the number of submissions.
   */
  playerOf(load: Promise<Load>): Player {
    return { play: (order) => this.playFor(load, order) };
  }

  private async playFor(owner: Promise<Load>, order: PlayOrder): Promise<Played> {
    if (this.isOver) throw new Aborted();
    const run = this.playOnSeat(owner, order);
    this.underWay.add(run);
    run.finally(() => this.underWay.delete(run)).catch(() => {});
    return Promise.race([run, this.aborted]);
  }

  /** Kills all hosts; every run that is under way rejects with `Aborted`. */
  abort(): void {
    this.isOver = true;
    this.keeper.killAll();
    this.rejectAborted(new Aborted());
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    this.abort();
    const settled = Promise.allSettled(this.underWay);
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS).unref())]);
    const threads = await this.threads.catch(() => null);
    await Promise.all([this.keeper.endAll(), threads?.destroy()]);
  }

  private async playOnSeat(owner: Promise<Load>, order: PlayOrder): Promise<Played> {
    const { scenarioId, seed, options = {}, audit = [], freshHost = false } = order;
    const startedMs = performance.now();
    const [load, threads] = await Promise.all([owner, this.threads]);
    const seat = this.players.take(owner, freshHost);
    const auditors = audit.map(() => this.auditors.take(owner, freshHost));
    const lend = (lent: Seat): LentHost => {
      const isNew = lent.owner === null;
      lent.owner = owner;
      return { handle: lent.handle, load: isNew ? load : null };
    };
    const request: WorkerRequest = {
      scenarioId,
      seed,
      options,
      host: lend(seat),
      audits: auditors.map((auditor, i) => ({ peer: audit[i] as number, host: lend(auditor) })),
      isStepwise: freshHost,
      table: this.keeper.table.buffer,
      limits: this.limits,
    };
    const giveBack = (usable: boolean, auditsUsable: readonly boolean[]) =>
      Promise.all([
        this.players.giveBack(seat, usable && !this.isOver),
        ...auditors.map((auditor, i) => this.auditors.giveBack(auditor, auditsUsable[i] === true && !this.isOver)),
      ]);
    try {
      const reply: WorkerReply = await threads.run(request);
      await giveBack(reply.hostUsable, reply.auditsUsable);
      return reply.played;
    } catch (error) {
      // The thread itself died or could not load: its hosts are in the middle of something.
      await giveBack(false, []);
      return faultyRun(
        error instanceof Error ? (error.stack ?? error.message) : String(error),
        performance.now() - startedMs,
      );
    }
  }
}

/** As many as wait for the next audits; more are needed only when all peers of a large cluster are audited at once. */
const AUDITORS_PER_WORKER = 4;

/** How long `close` waits for runs to notice that their hosts are gone. */
const CLOSE_GRACE_MS = 1_000;

/** Most code of a grading runs for a second or two: compiling large inlined functions for it, once a thread, does not pay. */
const COMPILE_LIGHTLY = "--max-inlined-bytecode-size-cumulative=250";

async function startThreads(count: number): Promise<Tinypool> {
  setFlagsFromString(COMPILE_LIGHTLY);
  const { Tinypool } = await import("tinypool");
  return new Tinypool({
    filename: distFile("worker.js"),
    runtime: "worker_threads",
    minThreads: count,
    maxThreads: count,
    isolateWorkers: false,
    // The files that threads read and write belong to this one.
    trackUnmanagedFds: false,
  });
}
