import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

/** What a process has used so far. */
export interface Usage {
  /** CPU time of all its threads; null where the system does not tell. */
  readonly cpuMs: number | null;
  readonly residentBytes: number | null;
  /** How long its main thread could have run and got no CPU; absent where nobody asked, or the system does not tell. */
  readonly waitMs?: number;
}

/** What a thread has used so far: CPU time, and time in which it could have run and got none. */
export interface ThreadUsage {
  readonly cpuMs: number;
  readonly waitMs: number;
}

export const UNKNOWN_USAGE: Usage = { cpuMs: null, residentBytes: null };

/**
 * The processes that a started one became: itself, or, when it is confined, what it started. Tools that confine a process
 * stand between it and the one that was started here, so their figures say nothing of it.
 */
export class ProcessTree {
  private only: number | null = null;

  /**
   * @param root the process that was started
   * @param depth how many processes stand between it and the one that matters
   * @param mayFork whether that one can have made further processes, which then count too
   */
  constructor(
    private readonly root: number,
    private readonly depth: number,
    private readonly mayFork: boolean,
  ) {
    if (depth === 0) this.only = root;
  }

  /** The process that matters; null while it is not there yet. */
  pid(): number | null {
    if (this.only === null) {
      let pid: number | undefined = this.root;
      for (let level = 0; level < this.depth && pid !== undefined; level++) pid = childrenOf(pid)[0];
      this.only = pid ?? null;
    }
    return this.only;
  }

  usage(): Usage {
    const pid = this.pid();
    if (pid === null) return UNKNOWN_USAGE;
    const waitMs = readThreadUsage(pid)?.waitMs;
    const waited = waitMs === undefined ? {} : { waitMs };
    if (!this.mayFork) return { ...readUsage(pid), ...waited };
    let sum: Usage = UNKNOWN_USAGE;
    const pids = [this.root];
    for (let next = pids.pop(); next !== undefined; next = pids.pop()) {
      const one = readUsage(next, true);
      sum = { cpuMs: add(sum.cpuMs, one.cpuMs), residentBytes: add(sum.residentBytes, one.residentBytes) };
      pids.push(...childrenOf(next));
    }
    return { ...sum, ...waited };
  }
}

/** Reads what one thread of a process has used, by default the main one; null where the system does not tell. */
export function readThreadUsage(pid: number, tid = pid): ThreadUsage | null {
  try {
    const [cpuNs = Number.NaN, waitNs = Number.NaN] = readShort(`/proc/${pid}/task/${tid}/schedstat`)
      .split(" ")
      .map(Number);
    return Number.isFinite(cpuNs + waitNs) ? { cpuMs: cpuNs / 1e6, waitMs: waitNs / 1e6 } : null;
  } catch {
    return null;
  }
}

/** The most resident memory that a process ever had; null where the system does not tell. */
export function peakBytesOf(pid: number): number | null {
  return statusBytes(pid, "VmHWM");
}

/** Reads a process's usage; nulls where there is no /proc, or the process is gone. `withReaped`: and of its ended children. */
function readUsage(pid: number, withReaped = false): Usage {
  try {
    const stat = readShort(`/proc/${pid}/stat`);
    // The second field is the command in parentheses and may hold anything; times are the 14th to 17th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    let ticks = Number(fields[11]) + Number(fields[12]);
    if (withReaped) ticks += Number(fields[13]) + Number(fields[14]);
    const pages = Number(fields[21]);
    if (!Number.isFinite(ticks) || !Number.isFinite(pages)) return UNKNOWN_USAGE;
    return { cpuMs: ticks * MS_PER_TICK, residentBytes: pages * pageBytes() };
  } catch {
    return UNKNOWN_USAGE;
  }
}

/** Whether the system tells what its processes use. */
export function tellsUsage(): boolean {
  return readUsage(process.pid).cpuMs !== null;
}

/** What a process counts against a limit of data; null where the system does not tell. */
export function dataBytesOf(pid: number): number | null {
  return statusBytes(pid, "VmData");
}

function statusBytes(pid: number, field: "VmData" | "VmHWM"): number | null {
  try {
    const status = readShort(`/proc/${pid}/status`);
    const line = status.split("\n").find((text) => text.startsWith(`${field}:`));
    return line === undefined ? null : Number.parseInt(line.slice(field.length + 1), 10) * 1024;
  } catch {
    return null;
  }
}

/** How often the system ran out of memory and killed a process; null where it does not tell. */
export function memoryKills(): number | null {
  try {
    const [, count] = /^oom_kill (\d+)/m.exec(readFileSync("/proc/vmstat", "latin1")) ?? [];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}

/** Each thread has the children that it made itself. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((tid) => childrenOfThread(pid, tid));
  } catch {
    return [];
  }
}

function childrenOfThread(pid: number, tid: string): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${tid}/children`, "latin1");
    return text.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function add(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

/** Linux shows times in hundredths of a second, whatever its own tick is. */
const MS_PER_TICK = 10;

let knownPageBytes: number | undefined;

/** 4, 16 or 64 KiB: found from this process's own size in pages and in bytes, since Node does not tell. */
function pageBytes(): number {
  if (knownPageBytes === undefined) {
    const pages = Number(readFileSync("/proc/self/statm", "latin1").split(" ")[1]);
    const ratio = process.memoryUsage.rss() / pages;
    knownPageBytes = ratio > 40_000 ? 65_536 : ratio > 10_000 ? 16_384 : 4_096;
  }
  return knownPageBytes;
}

/**
 * What a file of /proc says. The system tells no size of it, so that Node would take 64 KB for each, many times a second:
 * collecting that costs more than reading.
 */
function readShort(path: string): string {
  const file = openSync(path, "r");
  try {
    const length = readSync(file, SHORT, 0, SHORT.length, 0);
    return length < SHORT.length ? SHORT.toString("latin1", 0, length) : readFileSync(path, "latin1");
  } finally {
    closeSync(file);
  }
}

/** Nearly always longer than what is read. */
const SHORT = Buffer.alloc(4096);
