import type { ResourceLimits } from "./confine/confinement.ts";

/** What a peer host may use. All figures stand here. */
export interface HostLimits {
  /** CPU time of the host, all its threads, in one window. Beyond it: `hung`. */
  readonly windowCpuMs: number;
  /**
   * The budget of one run: CPU time of its hosts, those of its audits included, and of the thread that plays it. Each audit
   * adds a quarter; no single host gets more than this. Beyond it: `hung`.
   */
  readonly runCpuMs: number;
  /**
   * Wall time of one window, as far as the host did not wait for a CPU. Beyond it, and in a fresh host once more: `hung`,
   * also when the host only sleeps.
   */
  readonly windowWallMs: number;
  /**
   * The budget of one run: wall time that its hosts took, computing or not, as far as they did not wait for a CPU. Beyond
   * it, and in fresh hosts once more: `hung`.
   */
  readonly runWallMs: number;
  /** Resident memory that one run takes, over what earlier ones left in the host; heap and buffers alike. Beyond it: `out-of-memory`. */
  readonly residentBytes: number;
  /** A host that holds more after a run, whatever for, plays no further one. */
  readonly keptBytes: number;
  /**
   * A window that is beyond its CPU time and has also taken so much memory runs out of it, only slowly: collecting
   * garbage takes most of its time. It counts as `out-of-memory`.
   */
  readonly growthBytes: number;
  /** One answer of the host. Beyond it: `output-limit`. */
  readonly frameBytes: number;
  /** What the host writes to its standard error over its whole life. Beyond it: `output-limit`. */
  readonly stderrBytes: number;
  /** How often the watch looks. A limit is overshot by about that much. */
  readonly pollMs: number;
  /**
   * What the system keeps a confined host to, for what is too quick for the watch. CPU time there is that of many runs:
   * a host that has used half of it plays no further one.
   */
  readonly resources: ResourceLimits;
}

export const DEFAULT_LIMITS: HostLimits = {
  windowCpuMs: 2_000,
  runCpuMs: 8_000,
  windowWallMs: 30_000,
  runWallMs: 40_000,
  residentBytes: 512 * 1024 * 1024,
  keptBytes: 208 * 1024 * 1024,
  growthBytes: 96 * 1024 * 1024,
  frameBytes: 20 * 1024 * 1024,
  stderrBytes: 1024 * 1024,
  pollMs: 25,
  resources: {
    dataBytes: 1024 * 1024 * 1024,
    cpuSeconds: 600,
    fileBytes: 1024 * 1024,
    openFiles: 64,
    processes: 32,
  },
};

/**
 * V8's own limit, in megabytes, far above the one on resident memory, whatever that is: the watch then decides alone, and
 * heap and buffers are treated alike. V8 aborts at it only when a heap grows by hundreds of megabytes between two looks.
 */
export function hostHeapMb({ residentBytes }: Pick<HostLimits, "residentBytes">): number {
  return Math.max(HEAP_MB_LEAST, Math.ceil((2 * residentBytes) / 1024 / 1024));
}

/** Also where little memory is granted: a heap that grows between two looks shall be told of by the watch. */
const HEAP_MB_LEAST = 1024;
