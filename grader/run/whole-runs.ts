import type { Load } from "../host/wire.ts";
import { wholeRunProgram } from "../sandbox/host-program.ts";
import type { HostLoss, HostTable } from "../sandbox/host-table.ts";
import { HostKeeper } from "../sandbox/keeper.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import { type Account, runCpuMsOf } from "../sandbox/run-meter.ts";
import { budgetLoss } from "../sandbox/watch.ts";
import { playWholeRun } from "../sandbox/whole-run-host.ts";
import type { Budget } from "./budget.ts";
import { type Played, type PlayOrder, passedRun } from "./player.ts";
import { Seats } from "./seats.ts";

/** A whole run is one window to the watch. Who needs more has time enough where each window is measured by itself. */
const WALL_MS_MAX = 5_000;
/**
 * CPU time of a run, as a share of what its hosts and its thread may take with the boundary: a storm of messages takes up to twice
 * as much there, and what passes here is to pass there. A window has its limit all the same, which the process keeps itself.
 */
const RUN_CPU_SHARE = 0.5;
/** A little more than for a host: kernel and audits are in it too, and no memory measured there speaks against anybody. */
const KEPT_BYTES = 232 * 1024 * 1024;
/** Of a submission that lost so many processes, no further run is tried. */
const LOSSES_MAX = 3;
/**
 * Each run that does not pass costs its process, and that of the next one takes as long to begin as is saved by so many that pass.
 * The first few are waited for: that a submission fails now and then is not known before. Where it fails early, runs that passed
 * with the boundary since then tell that it passes mostly.
 */
const PASSED_FOR_EACH_FAILED = 12;
const FAILED_AT_FIRST = 2;

/** Which runs of a submission are worth to be tried whole. It changes what a grading takes, and nothing in its results. */
export class WholeRunTrials {
  private losses = 0;
  /** Scenarios of which a run was lost: what is too much for one process is so again, though it may pass with the boundary. */
  private readonly lost = new Set<string>();
  private passed = 0;
  private failed = 0;
  /** Scenarios whose last run did not pass: the next one will hardly. */
  private readonly notPassed = new Set<string>();

  isWorth({ scenarioId, options = {}, freshHost = false, record, script }: PlayOrder): boolean {
    // Nor is one that must be seen step by step, or in a process that has done nothing before.
    const isPlain = !freshHost && Object.keys(options).length === 0 && record === undefined && script === undefined;
    const isPaying = this.failed <= FAILED_AT_FIRST || this.passed >= this.failed * PASSED_FOR_EACH_FAILED;
    const isKnown = this.notPassed.has(scenarioId) || this.lost.has(scenarioId);
    return isPlain && this.losses < LOSSES_MAX && isPaying && !isKnown;
  }

  noteLoss(scenarioId: string): void {
    this.losses++;
    this.lost.add(scenarioId);
  }

  /** A run was tried whole in vain. */
  noteFailedTrial(): void {
    this.failed++;
  }

  /** A run was played, in whatever way. */
  note(scenarioId: string, hasPassed: boolean): void {
    if (hasPassed) this.passed++;
    if (hasPassed) this.notPassed.delete(scenarioId);
    else this.notPassed.add(scenarioId);
  }
}

/**
 * Plays runs whole, kernel and checkers in the process of the peers, for gradings in which nobody could deceive but himself.
 * Such a process is believed one thing: that a run passed. For everything else, and whatever becomes of the process, the
 * answer is null, and the run is to be played with the boundary.
 */
export class WholeRuns {
  private readonly keeper: HostKeeper;
  readonly seats: Seats;
  private orders = 0;

  /** Starts `started` processes at once, and keeps up to `workers`. */
  constructor(
    table: HostTable,
    private readonly limits: HostLimits,
    workers: number,
    started: number,
  ) {
    const windowWallMs = Math.min(limits.windowWallMs, WALL_MS_MAX);
    const own = { ...limits, windowWallMs, keptBytes: Math.max(limits.keptBytes, KEPT_BYTES) };
    // What the keeper takes for a window is a whole run.
    const kept = { ...own, windowCpuMs: Math.max(limits.windowCpuMs, limits.runCpuMs) };
    this.keeper = new HostKeeper(table, { limits: kept, program: wholeRunProgram(own), usesSockets: true });
    this.seats = new Seats(this.keeper, workers, started);
  }

  /** `isOver`: whether the process is not to be used again. Never rejects. */
  async play(
    { owner, load }: { readonly owner: Promise<Load>; readonly load: Load },
    { scenarioId, seed, audit = [] }: PlayOrder,
    trials: WholeRunTrials,
    budget: Budget | null,
    isOver: () => boolean,
  ): Promise<Played | null> {
    const startedMs = performance.now();
    const seat = this.seats.take(owner, false);
    const { handle, isLoaded } = seat;
    seat.isLoaded = true;
    const account = new TrialAccount(budget, RUN_CPU_SHARE * runCpuMsOf(this.limits, audit.length));
    const run = this.keeper.beginRun([handle], () => null, account);
    const order = { number: ++this.orders, scenarioId, seed, audit };
    const answer = await playWholeRun(this.keeper, handle, isLoaded ? null : load, order);
    const peaksBytes = run.end();
    budget?.noteHosts([handle], peaksBytes);
    const hasPassed = answer?.kind === "passed" && run.loss === null;
    // A process that said anything else may have been changed by what made it say so.
    await this.seats.giveBack(seat, hasPassed && !isOver());
    if (answer === null && !isOver()) trials.noteLoss(scenarioId);
    trials.note(scenarioId, hasPassed);
    if (!hasPassed) trials.noteFailedTrial();
    if (!hasPassed) return null;
    account.charge();
    return passedRun(answer, audit, performance.now() - startedMs);
  }

  /** Kills all processes; their runs come to null. */
  killAll(): void {
    this.keeper.killAll();
  }

  endAll(): Promise<void> {
    return this.keeper.endAll();
  }
}

/**
 * What a run takes that may come to nothing. It is charged when it passed; otherwise the same run is played, and charged,
 * once more, and no budget shall be used up earlier for that.
 */
class TrialAccount implements Account {
  private cpuMs = 0;
  private wallMs = 0;

  /** `cpuMsMax`: what the run may take. */
  constructor(
    private readonly budget: Budget | null,
    private readonly cpuMsMax: number,
  ) {}

  get loss(): HostLoss | null {
    return this.cpuMs >= this.cpuMsMax ? budgetLoss("CPU", "run", this.cpuMsMax) : (this.budget?.loss ?? null);
  }

  spend(cpuMs: number, wallMs: number): void {
    this.cpuMs += cpuMs;
    this.wallMs += wallMs;
  }

  charge(): void {
    this.budget?.spend(this.cpuMs, this.wallMs);
  }
}
