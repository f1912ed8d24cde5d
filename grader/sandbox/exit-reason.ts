import { constants } from "node:os";
import type { HostLoss } from "./host-table.ts";
import type { HostLimits } from "./limits.ts";
import type { Usage } from "./usage.ts";
import { runCpuLoss } from "./watch.ts";

/** How a host ended that the keeper did not kill, and what was known of it by then. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** A tool stands between the host and the grader, and tells of a signal as of the exit code 128 and its number. */
  readonly isConfined: boolean;
  readonly seen: Usage;
  readonly limits: HostLimits;
  /** The system killed a process for want of memory while the host was there; null where it does not tell. */
  readonly hadMemoryKill: boolean | null;
}

/** Signals that nothing inside a host raises by accident. */
const SENT_FROM_OUTSIDE: readonly (NodeJS.Signals | null)[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];
/** How a process ends that finds no memory where it cannot go on without. */
const WITHOUT_MEMORY: readonly (NodeJS.Signals | null)[] = ["SIGSEGV", "SIGABRT", "SIGTRAP", "SIGILL", "SIGBUS"];

/** Why a host ended that the keeper did not kill. */
export function lossFromExit(exit: HostExit): HostLoss {
  const { code, stderr, limits, seen } = exit;
  const inside = exit.isConfined ? signalOfCode(code) : null;
  if (/heap out of memory|Allocation failed|Zone Allocation|process out of memory|std::bad_alloc/.test(stderr))
    return OUT_OF_MEMORY;
  // Below half of a limit nothing was used up, and the reason is another one.
  const { dataBytes, cpuSeconds } = limits.resources;
  const isLarge = (seen.residentBytes ?? 0) > Math.min(limits.residentBytes, dataBytes) / 2;
  if (isLarge && WITHOUT_MEMORY.includes(exit.signal ?? inside)) return OUT_OF_MEMORY;
  if (inside === "SIGXCPU" || inside === "SIGKILL") {
    if ((seen.cpuMs ?? 0) > (cpuSeconds * 1000) / 2) return runCpuLoss(limits);
    // Nobody but the system can kill it there; any other such exit code is the host's own.
    if (inside === "SIGKILL" && exit.hadMemoryKill === true) return endedFromOutside("SIGKILL");
    // Where nobody counts such kills, the one cannot be told from the other.
    if (inside === "SIGKILL" && exit.hadMemoryKill === null) return endedBySomebody("SIGKILL");
  }
  if (SENT_FROM_OUTSIDE.includes(exit.signal)) {
    // What runs in a sandbox cannot reach the tool around it. A plain host can signal itself.
    const isOutside = exit.isConfined || (exit.signal === "SIGKILL" && exit.hadMemoryKill === true);
    return isOutside ? endedFromOutside(exit.signal) : endedBySomebody(exit.signal);
  }
  const how = exit.signal ?? inside ?? `exit code ${code}`;
  return { verdict: "crashed", message: `the peer host ended by itself (${how})`, stackLines: [] };
}

function signalOfCode(code: number | null): NodeJS.Signals | null {
  const number = (code ?? 0) - 128;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return (found?.[0] ?? null) as NodeJS.Signals | null;
}

function endedFromOutside(signal: NodeJS.Signals | null): HostLoss {
  const message = `the peer host was ended from outside (${signal}); the machine may be short of memory`;
  return { verdict: "internal-error", message, stackLines: [] };
}

/** The submission can have done it as well as the machine: it counts when a fresh host ends so too. */
function endedBySomebody(signal: NodeJS.Signals | null): HostLoss {
  const other = signal === "SIGKILL" ? "the system ended it for want of memory" : "it was ended from outside";
  const message = `the peer host ended by itself (${signal}), or ${other}`;
  return { verdict: "crashed", message, stackLines: [], isDoubtful: true };
}

const OUT_OF_MEMORY: HostLoss = {
  verdict: "out-of-memory",
  message: "the peers used up the memory of their process",
  stackLines: [],
};
