import type { HostLoss } from "../sandbox/host-table.ts";
import type { Account } from "../sandbox/run-meter.ts";
import { budgetLoss } from "../sandbox/watch.ts";

/** What a grading of one submission may take in all: so much to begin with, and so much more for each run that is planned. */
export interface BudgetLimits {
  /** CPU time of hosts, and of the grader's threads while they play its runs. */
  readonly cpuMs: number;
  readonly cpuMsPerRun: number;
  /** Wall time that its hosts took, computing or not, as far as they did not wait for a CPU; of all lanes together. */
  readonly wallMs: number;
  readonly wallMsPerRun: number;
}

/** A run of the slowest right submissions, all peers audited, takes a quarter of its share on a machine that is busy. */
export const DEFAULT_BUDGET: BudgetLimits = {
  cpuMs: 60_000,
  cpuMsPerRun: 2_000,
  wallMs: 120_000,
  wallMsPerRun: 1_000,
};

/** Who has used so much of the budget of wall time gives way to others. */
const SHARE = 1 / 10;

/** What one submission has used of its budget. Once that is used up, it stays so. */
export class Budget implements Account {
  cpuMs = 0;
  wallMs = 0;
  loss: HostLoss | null = null;
  /** The most resident memory that each of its hosts has had, in bytes, by process. */
  private readonly peaks = new Map<number, number>();
  private slow = false;
  private half = false;

  /**
   * @param plannedRuns how many runs are planned by now; grows when more turn out to be needed
   * @param onSlow told once, when more than its share was used
   */
  constructor(
    private readonly limits: BudgetLimits,
    private readonly plannedRuns: () => number,
    private readonly onSlow: () => void = () => {},
  ) {}

  /** More than its share was used: others come first. */
  get isSlow(): boolean {
    return this.slow;
  }

  /**
   * Half of the wall time is used up. The machine can have done that: it costs nobody points before the same has happened
   * again, in hosts that are started after it.
   */
  get isInDoubt(): boolean {
    return this.half;
  }

  /** In the order in which they were started. */
  get hostPeaksBytes(): readonly number[] {
    return [...this.peaks.values()];
  }

  /** What the hosts of a run have come to. */
  noteHosts(hosts: readonly { readonly pid: number }[], peaksBytes: readonly number[]): void {
    for (const [i, { pid }] of hosts.entries()) this.peaks.set(pid, peaksBytes[i] ?? 0);
  }

  spend(cpuMs: number, wallMs: number): void {
    this.cpuMs += cpuMs;
    this.wallMs += wallMs;
    const runs = this.plannedRuns();
    const cpuLimitMs = this.limits.cpuMs + runs * this.limits.cpuMsPerRun;
    const wallLimitMs = this.limits.wallMs + runs * this.limits.wallMsPerRun;
    if (this.cpuMs >= cpuLimitMs) this.loss ??= budgetLoss("CPU", "submission", cpuLimitMs);
    if (this.wallMs >= wallLimitMs) this.loss ??= budgetLoss("wall", "submission", wallLimitMs);
    this.half ||= this.wallMs >= wallLimitMs / 2;
    if (this.slow || this.wallMs < wallLimitMs * SHARE) return;
    this.slow = true;
    this.onSlow();
  }
}
