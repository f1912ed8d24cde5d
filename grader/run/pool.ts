import type { Tinypool } from "tinypool";
import type { Load } from "../host/wire.ts";
import { PLAIN } from "../sandbox/confine/confinement.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import { distFile } from "../sandbox/dist-file.ts";
import { HostTable } from "../sandbox/host-table.ts";
import { type HostHandle, HostKeeper } from "../sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../sandbox/limits.ts";
import { Aborted, faultyRun, type Played, type Player, type PlayOrder } from "./player.ts";
import type { WorkerReply, WorkerRequest } from "./worker.ts";

/** A host process, and whose code it has: once it has played a submission, it plays no other. */
interface Seat {
  readonly handle: HostHandle;
  owner: Promise<Load> | null;
}

export interface PoolOptions {
  /** Without it, hosts are ordinary processes. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<HostLimits>;
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
  private readonly idle: Seat[];
  private readonly threads: Promise<Tinypool>;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly aborted: Promise<never>;
  private rejectAborted!: (reason: Aborted) => void;
  private isOver = false;

  /** `load`: what `play` gives a host before its first run; may still be in the making. */
  constructor(
    private readonly workers: number,
    private readonly load: Promise<Load>,
    { sandbox, limits }: PoolOptions = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.keeper = new HostKeeper(new HostTable(), {
      limits: this.limits,
      confinement: sandbox?.confinement ?? PLAIN,
    });
    this.idle = this.keeper.start(workers).map((handle) => ({ handle, owner: null }));
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

  private async playOnSeat(
    owner: Promise<Load>,
    { scenarioId, seed, options = {}, freshHost = false }: PlayOrder,
  ): Promise<Played> {
    const startedMs = performance.now();
    const [load, threads] = await Promise.all([owner, this.threads]);
    const seat = (freshHost ? undefined : this.takeIdle(owner)) ?? this.newSeat();
    const request: WorkerRequest = {
      scenarioId,
      seed,
      options,
      host: seat.handle,
      table: this.keeper.table.buffer,
      load: seat.owner === null ? load : null,
      limits: this.limits,
    };
    seat.owner = owner;
    try {
      const reply: WorkerReply = await threads.run(request);
      await this.giveBack(seat, reply.hostUsable);
      return reply.played;
    } catch (error) {
      // The thread itself died or could not load: its host is in the middle of something.
      await this.giveBack(seat, false);
      return faultyRun(
        error instanceof Error ? (error.stack ?? error.message) : String(error),
        performance.now() - startedMs,
      );
    }
  }

  /** An idle host that has this submission's code or none, the one used last. */
  private takeIdle(owner: Promise<Load>): Seat | undefined {
    const at = this.idle.findLastIndex((seat) => seat.owner === owner);
    const index = at >= 0 ? at : this.idle.findLastIndex((seat) => seat.owner === null);
    return index < 0 ? undefined : this.idle.splice(index, 1)[0];
  }

  private newSeat(): Seat {
    const [handle] = this.keeper.start(1);
    return { handle: handle as HostHandle, owner: null };
  }

  private async giveBack(seat: Seat, usable: boolean): Promise<void> {
    if (usable && !this.isOver && this.keeper.canPlay(seat.handle)) {
      this.idle.push(seat);
      if (this.idle.length <= this.workers) return;
      // A fresh host was added, for a confirmation or another submission: the one that waits longest goes.
      seat = this.idle.shift() as Seat;
    }
    await this.keeper.end(seat.handle);
  }
}

/** How long `close` waits for runs to notice that their hosts are gone. */
const CLOSE_GRACE_MS = 1_000;

async function startThreads(count: number): Promise<Tinypool> {
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
