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

/** What one submission has of a pool that others use too. */
export interface PoolShare extends Player {
  /** Kills the hosts of this submission; its runs that are under way, and later ones, reject with `Aborted`. */
  abort(): void;
  /** Aborts, and ends all that was started for this submission. */
  close(): Promise<void>;
}

/**
 * Plays runs on worker threads, each run on a host process of its own while it lasts.
 *
 * This thread owns the hosts: it starts, watches and ends them, and lends one to each run. A host that did not survive is
 * replaced, so that it costs nothing but its own run. Everything starts at once and in parallel: hosts, threads, and,
 * outside, the bundling of the submission.
 */
export class RunPool implements PoolShare {
  private readonly keeper: HostKeeper;
  private readonly limits: HostLimits;
  private readonly players: Seats;
  /** None of these hosts ever plays a run, or gets two peers of one run. */
  private readonly auditors: Seats;
  private readonly threads: Promise<Tinypool>;
  private readonly all = new Course();
  private readonly load: Promise<Load>;

  /** `load`: what `play` gives a host before its first run; may still be in the making. Null: `playerOf` says it. */
  constructor(workers: number, load: Promise<Load> | null, { sandbox, limits, program }: PoolOptions = {}) {
    this.load = load ?? Promise.reject(new Error("this pool has no submission of its own"));
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.keeper = new HostKeeper(new HostTable(), {
      limits: this.limits,
      confinement: sandbox?.confinement ?? PLAIN,
      ...(program && { program }),
    });
    this.players = new Seats(this.keeper, workers, workers);
    this.auditors = new Seats(this.keeper, workers * AUDITORS_PER_WORKER);
    this.threads = startThreads(workers);
    for (const quiet of [this.threads, this.load]) quiet.catch(() => {});
  }

  play(order: PlayOrder): Promise<Played> {
    return this.all.take(() => this.playOnSeat(this.load, order, this.all));
  }

  /**
   * A player of another submission on the same threads. Hosts of submissions that are played no more make room for it, so
   * that there are never more than `workers` idle ones, whatever the number of submissions.
   */
  playerOf(load: Promise<Load>): PoolShare {
    load.catch(() => {});
    const course = new Course();
    const seats = [this.players, this.auditors];
    if (!this.all.isOver) this.players.reserve(load);
    const abort = () => {
      course.end();
      for (const some of seats) some.kill(load);
    };
    return {
      play: (order) => this.all.take(() => course.take(() => this.playOnSeat(load, order, course))),
      abort,
      close: async () => {
        abort();
        await course.settled();
        await Promise.all(seats.map((some) => some.release(load)));
      },
    };
  }

  /** Kills all hosts; every run that is under way rejects with `Aborted`. */
  abort(): void {
    this.all.end();
    this.keeper.killAll();
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    this.abort();
    await this.all.settled();
    const threads = await this.threads.catch(() => null);
    await Promise.all([this.keeper.endAll(), threads?.destroy()]);
  }

  private async playOnSeat(owner: Promise<Load>, order: PlayOrder, course: Course): Promise<Played> {
    const { scenarioId, seed, options = {}, audit = [], freshHost = false } = order;
    const startedMs = performance.now();
    const [load, threads] = await Promise.all([owner, this.threads]);
    const isOver = () => course.isOver || this.all.isOver;
    if (isOver()) throw new Aborted();
    const seat = this.players.take(owner, freshHost);
    const auditors = audit.map(() => this.auditors.take(owner, freshHost));
    const lend = (lent: Seat): LentHost => {
      const isNew = !lent.isLoaded;
      lent.isLoaded = true;
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
        this.players.giveBack(seat, usable && !isOver()),
        ...auditors.map((auditor, i) => this.auditors.giveBack(auditor, auditsUsable[i] === true && !isOver())),
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

/** Runs that end together when they are given up. */
class Course {
  isOver = false;
  private readonly underWay = new Map<Promise<unknown>, (reason: Aborted) => void>();

  /** Plays one run. Nothing is left of it here when it is over, however many there are. */
  take<T>(start: () => Promise<T>): Promise<T> {
    if (this.isOver) return Promise.reject(new Aborted());
    const run = start();
    return new Promise<T>((resolve, reject) => {
      const leave = () => this.underWay.delete(run);
      this.underWay.set(run, reject);
      run.then(resolve, reject).finally(leave);
    });
  }

  end(): void {
    this.isOver = true;
    for (const reject of this.underWay.values()) reject(new Aborted());
  }

  /** Resolves when its runs have noticed that their hosts are gone, or have had the time to. */
  async settled(): Promise<void> {
    const settled = Promise.allSettled(this.underWay.keys());
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS).unref())]);
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
