import type { Load, Watchdog } from "../host/wire.ts";
import { PLAIN } from "../sandbox/confine/confinement.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import type { HostProgram } from "../sandbox/host-program.ts";
import { type HostLoss, HostTable } from "../sandbox/host-table.ts";
import { HostKeeper, type WatchedRun } from "../sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../sandbox/limits.ts";
import type { Budget } from "./budget.ts";
import { Course } from "./course.ts";
import { Aborted, faultyRun, type Played, type Player, type PlayOrder, runLostAtLoad } from "./player.ts";
import type { Boundary } from "./result.ts";
import { type Seat, Seats } from "./seats.ts";
import { type PlayThread, PlayThreads, ThreadDied } from "./threads.ts";
import { WholeRuns } from "./whole-runs.ts";
import type { LentHost, WorkerReply, WorkerRequest } from "./worker.ts";

export interface PoolOptions {
  /** Without it, hosts are ordinary processes. */
  readonly sandbox?: Sandbox;
  /** So many runs at a time will be played at first: no more is started at once. Default: all workers. */
  readonly atFirst?: number;
  /** `none` takes the word of the peers' own process for a run that passed; never with a sandbox. Default: `process`. */
  readonly boundary?: Boundary;
  readonly limits?: Partial<HostLimits>;
  /** Another one than the peer host. */
  readonly program?: HostProgram;
  /** What looks after a host from inside, where it is not what finds the place of a loop that does not end. */
  readonly watchdog?: Watchdog;
  /** Another script than the pool's own for its threads, for tests. */
  readonly threadScript?: string;
  /** Memory of each thread beyond which it dies, where it differs. */
  readonly threadHeapMb?: number;
  /** What the submission of this pool may take in all; as much as it likes without. */
  readonly budget?: Budget;
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
  private readonly isConfined: boolean;
  private readonly watchdog: Watchdog | undefined;
  private readonly players: Seats;
  /** None of these hosts ever plays a run, or gets two peers of one run. */
  private readonly auditors: Seats;
  private readonly threads: PlayThreads;
  /** Null: all runs are played with the boundary. */
  private readonly wholeRuns: WholeRuns | null;
  private readonly all: Course;
  private readonly load: Promise<Load>;

  /** `load`: what `play` gives a host before its first run; may still be in the making. Null: `playerOf` says it. */
  constructor(workers: number, load: Promise<Load> | null, options: PoolOptions = {}) {
    const { sandbox, boundary = "process", limits, program, threadScript, threadHeapMb, budget } = options;
    const atFirst = Math.min(workers, options.atFirst ?? workers);
    if (boundary === "none" && sandbox !== undefined) throw new Error("there is no sandbox without the boundary");
    this.load = load ?? Promise.reject(new Error("this pool has no submission of its own"));
    this.load.catch(() => {});
    this.all = new Course(budget ?? null);
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    const confinement = sandbox?.confinement ?? PLAIN;
    this.isConfined = confinement.tier !== "plain";
    this.watchdog = options.watchdog;
    this.keeper = new HostKeeper(new HostTable(), {
      limits: this.limits,
      confinement,
      ...(program && { program }),
    });
    this.wholeRuns = boundary === "none" ? new WholeRuns(this.keeper.table, this.limits, workers, atFirst) : null;
    // What plays with the boundary is then needed seldom.
    const started = this.wholeRuns === null ? atFirst : 0;
    this.players = new Seats(this.keeper, workers, started);
    this.auditors = new Seats(this.keeper, workers * AUDITORS_PER_WORKER);
    this.threads = new PlayThreads(workers, started, threadScript, threadHeapMb);
  }

  get boundary(): Boundary {
    return this.wholeRuns === null ? "process" : "none";
  }

  private get allSeats(): readonly Seats[] {
    return [...(this.wholeRuns === null ? [] : [this.wholeRuns.seats]), this.players, this.auditors];
  }

  play(order: PlayOrder): Promise<Played> {
    return this.all.take(() => this.playOnThread(this.load, order, this.all));
  }

  /**
   * A player of another submission on the same threads. Hosts of submissions that are played no more make room for it, so
   * that there are never more than `workers` idle ones, whatever the number of submissions. One that has used more than its
   * share of its budget gets a thread when no other wants it.
   */
  playerOf(load: Promise<Load>, budget?: Budget): PoolShare {
    load.catch(() => {});
    const course = new Course(budget ?? null);
    const seats = this.allSeats;
    if (!this.all.isOver) seats[0]?.reserve(load);
    const abort = () => {
      course.end();
      for (const some of seats) some.kill(load);
    };
    return {
      play: (order) => this.all.take(() => course.take(() => this.playOnThread(load, order, course))),
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
    this.wholeRuns?.killAll();
    this.keeper.killAll();
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    this.abort();
    await this.all.settled();
    await Promise.all([this.wholeRuns?.endAll(), this.keeper.endAll(), this.threads.close()]);
  }

  private async playOnThread(owner: Promise<Load>, order: PlayOrder, course: Course): Promise<Played> {
    const load = await owner;
    const thread = await this.threads.lend(() => course.budget?.isSlow === true);
    try {
      const isOver = () => course.isOver || this.all.isOver;
      if (isOver()) throw new Aborted();
      const { wholeRuns } = this;
      if (wholeRuns !== null && course.trials.isWorth(order) && !course.budget?.loss) {
        const played = await wholeRuns.play({ owner, load }, order, course.trials, course.budget, isOver);
        if (isOver()) throw new Aborted();
        if (played !== null) return played;
      }
      // What a submission has no time left for is lost in the same way as what it was at when its time ran out.
      if (course.budget?.loss) return runLostAtLoad(course.budget.loss, 0);
      await this.leaveDoubtfulHosts(owner, course);
      const played = await this.playOnSeats(thread, { owner, load }, order, course);
      if (order.script === undefined) course.trials.note(order.scenarioId, played.verdict === "passed");
      return played;
    } finally {
      this.threads.giveBack(thread);
    }
  }

  /** The second half of the wall time must be used up in hosts that are started after the first. */
  private async leaveDoubtfulHosts(owner: Promise<Load>, course: Course): Promise<void> {
    if (course.budget?.isInDoubt !== true || course.hasLeftHosts) return;
    course.hasLeftHosts = true;
    await Promise.all(this.allSeats.map((some) => some.release(owner)));
  }

  private async playOnSeats(
    thread: PlayThread,
    { owner, load }: { readonly owner: Promise<Load>; readonly load: Load },
    {
      scenarioId,
      seed,
      options = {},
      audit = [],
      freshHost = false,
      explain = false,
      record,
      fields,
      script,
      atMostMs,
      renewsRealms,
      search,
    }: PlayOrder,
    course: Course,
  ): Promise<Played> {
    const startedMs = performance.now();
    const { budget, hasLeftHosts } = course;
    const seat = this.players.take(owner, freshHost);
    const auditors = audit.map(() => this.auditors.take(owner, freshHost));
    const seats = [seat, ...auditors];
    const isOnFreshHost = seats.every(({ isLoaded }) => !isLoaded);
    const lend = (lent: Seat): LentHost => {
      const isNew = !lent.isLoaded;
      lent.isLoaded = true;
      return { handle: lent.handle, load: isNew ? load : null };
    };
    const request: WorkerRequest = {
      scenarioId,
      seed,
      options,
      explain,
      ...(record && { record }),
      ...(fields && { fields }),
      ...(script && { script }),
      ...(atMostMs !== undefined && { atMostMs }),
      ...(renewsRealms && { renewsRealms }),
      ...(search && { search }),
      host: lend(seat),
      ...(this.watchdog && { watchdog: this.watchdog }),
      audits: auditors.map((auditor, i) => ({ peer: audit[i] as number, host: lend(auditor) })),
      auditWatchdog: this.isConfined ? "none" : "orphan",
      auditManner: freshHost ? { isStepwise: true } : { renewsRealms: course.renewsInAudits },
      table: this.keeper.table.buffer,
      limits: this.limits,
    };
    const handles = seats.map(({ handle }) => handle);
    const run = this.keeper.beginRun(handles, () => thread.usage(), budget);
    const reply = await this.replyOf(thread, request, run, () => performance.now() - startedMs);
    const peaksBytes = run.end();
    budget?.noteHosts(handles, peaksBytes);
    const isKept = !course.isOver && !this.all.isOver && hasLeftHosts === course.hasLeftHosts;
    await Promise.all([
      this.players.giveBack(seat, reply.hostUsable && isKept),
      // The one that was taken first is taken first again: it audits the same peer, whose realm it has.
      ...auditors
        .map((auditor, i) => ({ auditor, isUsable: reply.auditsUsable[i] === true && isKept }))
        .reverse()
        .map(({ auditor, isUsable }) => this.auditors.giveBack(auditor, isUsable)),
    ]);
    course.noteAudits(reply.played.audits);
    return { ...reply.played, ...(isOnFreshHost && { isOnFreshHost }) };
  }

  /** What a thread makes of a run. Never rejects. */
  private async replyOf(
    thread: PlayThread,
    request: WorkerRequest,
    run: WatchedRun,
    wallMs: () => number,
  ): Promise<WorkerReply> {
    const nothingUsable = { hostUsable: false, auditsUsable: [] };
    // A thread that finds its hosts gone comes to an end at once, unless what it is at has none.
    let looks = 0;
    const patience = setInterval(() => run.loss !== null && ++looks > 1 && thread.end(), THREAD_GRACE_MS).unref();
    try {
      const reply = await thread.play(request);
      // Time that was used up in audits is no less used up.
      const isCutShort = run.loss !== null && reply.played.verdict === "passed";
      return isCutShort ? { ...reply, played: { ...reply.played, verdict: "hung", loss: run.loss } } : reply;
    } catch (error) {
      if (run.loss !== null) return { ...nothingUsable, played: runLostAtLoad(run.loss, wallMs()) };
      if (error instanceof ThreadDied) return { ...nothingUsable, played: runLostAtLoad(lossOf(error), wallMs()) };
      // It could not be started: nothing was played.
      const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { ...nothingUsable, played: faultyRun(fault, wallMs()) };
    } finally {
      clearInterval(patience);
    }
  }
}

/**
 * The thread of the grader that played a run died. At first it may have been chance; when it happens again, on another
 * thread and with a fresh host, it is the submission's doing.
 */
function lossOf({ isOutOfMemory, message }: ThreadDied): HostLoss {
  const verdict = isOutOfMemory ? "output-limit" : "crashed";
  return { verdict, message: `${message} over what the peers sent it`, stackLines: [], isDoubtful: true };
}

/** As many as the largest cluster has peers: each is audited on a host of its own, and a cold one takes several times the CPU time. */
const AUDITORS_PER_WORKER = 7;

/** A thread that plays on for so long after its hosts were ended, or twice as long, is ended too. */
const THREAD_GRACE_MS = 5_000;
