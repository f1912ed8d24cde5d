import type { HostLoss } from "./host-table.ts";
import type { HostLimits } from "./limits.ts";
import type { ThreadUsage, Usage } from "./usage.ts";
import { budgetLoss } from "./watch.ts";

/** What the runs of one submission are charged to. */
export interface Account {
  /** So much more was used since the last time; less than nothing when a later look knows better. */
  spend(cpuMs: number, wallMs: number): void;
  /** Why nothing more may be played; null while something may. */
  readonly loss: HostLoss | null;
}

/** What everybody who plays one run has used so far. */
export interface RunUsage {
  /** Of each of its hosts, in a fixed order: the run's own, and one for each audit. */
  readonly hosts: readonly Usage[];
  /** Of the thread that plays it; null where the system does not tell. */
  readonly player: ThreadUsage | null;
}

/**
 * Decides, look by look, whether one run is within its budget, and charges what it takes.
 *
 * Of the hosts of a run and the thread that plays it one is at work at a time, and the others wait for it. So the wall
 * time that the submission has to answer for is all that there was, less what the thread computed, and less what any of
 * them waited for a CPU. What is left was computed by hosts, or slept.
 */
export class RunMeter {
  private lastMs: number;
  private elapsedMs = 0;
  private chargedCpuMs = 0;
  private chargedWallMs = 0;
  /** What was last known: a process that is gone tells nothing any more. */
  private last: RunUsage;
  private readonly cpuLimitMs: number;

  /** `nowMs`: monotonic wall time, here and in `look`. */
  constructor(
    private readonly limits: Pick<HostLimits, "runCpuMs" | "runWallMs">,
    private readonly account: Account | null,
    private readonly start: RunUsage,
    nowMs: number,
  ) {
    this.last = start;
    this.cpuLimitMs = runCpuMsOf(limits, Math.max(0, start.hosts.length - 1));
    this.lastMs = nowMs;
  }

  look(usage: RunUsage, nowMs: number): HostLoss | null {
    const { limits, account, start } = this;
    this.last = {
      hosts: usage.hosts.map((host, i) => laterOf(this.last.hosts[i], host)),
      player: usage.player ?? this.last.player,
    };
    const { last } = this;
    // When nobody could look for so long, it was the machine that stood still.
    this.elapsedMs += Math.min(nowMs - this.lastMs, LOOK_MS_MAX);
    this.lastMs = nowMs;
    const playerCpuMs = (last.player?.cpuMs ?? 0) - (start.player?.cpuMs ?? 0);
    const playerWaitMs = (last.player?.waitMs ?? 0) - (start.player?.waitMs ?? 0);
    let cpuMs = playerCpuMs;
    let wallMs = this.elapsedMs - playerCpuMs - playerWaitMs;
    for (const [i, host] of last.hosts.entries()) {
      // A host that was not there yet when the run began has used nothing before.
      cpuMs += (host.cpuMs ?? 0) - (start.hosts[i]?.cpuMs ?? 0);
      wallMs -= (host.waitMs ?? 0) - (start.hosts[i]?.waitMs ?? 0);
    }
    wallMs = Math.max(0, wallMs);
    account?.spend(cpuMs - this.chargedCpuMs, wallMs - this.chargedWallMs);
    this.chargedCpuMs = cpuMs;
    this.chargedWallMs = wallMs;
    if (cpuMs >= this.cpuLimitMs) return budgetLoss("CPU", "run", this.cpuLimitMs);
    if (account?.loss) return account.loss;
    // So it is with hosts that sleep, and with those that the machine has stopped.
    if (wallMs >= limits.runWallMs) return { ...budgetLoss("wall", "run", limits.runWallMs), isDoubtful: true };
    return null;
  }
}

function laterOf(before: Usage | undefined, now: Usage): Usage {
  const cpuMs = now.cpuMs ?? before?.cpuMs ?? null;
  const waitMs = now.waitMs ?? before?.waitMs;
  return { cpuMs, residentBytes: now.residentBytes, ...(waitMs !== undefined && { waitMs }) };
}

/**
 * The grader chose to audit, and each audit plays a peer once more, in a process that may be new: so much more of the CPU
 * time of a run for each.
 */
const AUDIT_SHARE = 1 / 4;

/** What a run with so many audits may take. */
export function runCpuMsOf({ runCpuMs }: Pick<HostLimits, "runCpuMs">, audits: number): number {
  return Math.ceil(runCpuMs * (1 + AUDIT_SHARE * audits));
}

/** Longer than any look takes on a machine that works. */
const LOOK_MS_MAX = 1_000;
