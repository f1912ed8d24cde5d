import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { HostLoss } from "./host-table.ts";
import type { HostHandle } from "./keeper.ts";
import type { StderrCapture } from "./stderr-capture.ts";
import { type ProcessTree, peakBytesOf, UNKNOWN_USAGE, type Usage } from "./usage.ts";
import type { HostWatch } from "./watch.ts";

/** All that a keeper has of one host. */
export interface KeptHost {
  readonly handle: HostHandle;
  readonly child: ChildProcess;
  /** Null where pipes are the channel, or it could not be made. */
  readonly socket: Socket | null;
  readonly stderr: StderrCapture;
  readonly watch: HostWatch;
  readonly tree: ProcessTree;
  /** As it was measured last. */
  latest: Usage;
  /** Looks since then, and the table's `turns` at that time. */
  looksAtRest: number;
  turns: number;
  readonly memoryKillsBefore: number | null;
  /** Why the keeper killed it, when it did. */
  loss: HostLoss | null;
  isKilled: boolean;
  exited: boolean;
  /** When its channel was first seen closed. */
  givenUpMs: number | null;
  /** Since when somebody has been waiting for an answer although it is gone. */
  heldSinceMs: number | null;
  readonly gone: Promise<void>;
}

/** The file descriptor after the standard ones. Its errors are those of a host that ends, which is told of by its exit. */
export function socketIn(child: ChildProcess): Socket | null {
  const socket = (child.stdio?.[3] ?? null) as Socket | null;
  socket?.on("error", () => {});
  return socket;
}

/**
 * Whether it need not be measured: it was, and has been asked nothing since (`turns` is the table's). What it does on its own
 * account meanwhile is seen a few looks later. Counts as a look.
 */
export function isAtRest(host: KeptHost, turns: number): boolean {
  const isAsked = turns % 2 === 1 || turns !== host.turns || host.latest.cpuMs === null;
  host.turns = turns;
  host.looksAtRest = isAsked || host.looksAtRest >= LOOKS_AT_REST_MAX ? 0 : host.looksAtRest + 1;
  return host.looksAtRest > 0;
}

/** A host that is not asked anything has no right to compute; most of those that wait for an audit's turn are such. */
const LOOKS_AT_REST_MAX = 7;

/** What it uses by now; remembered as `latest`. */
export function measure(host: KeptHost): Usage {
  host.latest = host.exited ? UNKNOWN_USAGE : host.tree.usage();
  return host.latest;
}

/** The most resident memory that it ever had, in bytes, as far as that is known. */
export function peakOf({ exited, tree, watch }: KeptHost): number {
  const pid = exited ? null : tree.pid();
  return Math.max(watch.seen.residentBytes ?? 0, (pid === null ? null : peakBytesOf(pid)) ?? 0);
}
