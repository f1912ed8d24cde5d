import type { HostLoss } from "./host-table.ts";

/** Signals that nothing inside a host raises by accident: somebody outside ended it, and the submission is not to blame. */
const SENT_FROM_OUTSIDE: readonly (NodeJS.Signals | null)[] = ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"];

/** Why a host ended that the keeper did not kill, from its exit code or signal and what it last wrote. */
export function lossFromExit(code: number | null, signal: NodeJS.Signals | null, stderr: string): HostLoss {
  if (/heap out of memory|Allocation failed|Zone Allocation/.test(stderr)) {
    return { verdict: "out-of-memory", message: "the peers used up the memory of their process", stackLines: [] };
  }
  if (SENT_FROM_OUTSIDE.includes(signal)) {
    const message = `the peer host was ended from outside (${signal}); the machine may be short of memory`;
    return { verdict: "internal-error", message, stackLines: [] };
  }
  const how = signal === null ? `exit code ${code}` : signal;
  return { verdict: "crashed", message: `the peer host ended by itself (${how})`, stackLines: [] };
}
