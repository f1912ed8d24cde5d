import {
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchError, fileError } from "./batch-error.ts";
import { lifeOf } from "./process-life.ts";

/** Who holds a lock; `bootId` and `startTime` tell a process from another one that got its number later. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Of this start of the machine; empty where the system does not tell. */
  readonly bootId: string;
  /** In which process numbers mean the same: containers of one machine may share its name and not that. Empty likewise. */
  readonly pidSpace: string;
  /** Clock ticks from boot to the start of the process; empty where the system does not tell. */
  readonly startTime: string;
}

/** The holder touches its lock so often, so that other machines can see that it lives. */
const HEARTBEAT_MS = 5_000;
/** A lock of another machine that was not touched for so long is left over. Watched, not compared: clocks differ. */
const FOREIGN_WAIT_MS = 16_000;
/** A holder that was killed is waited for: its threads end one by one. */
const ENDING_WAIT_MS = 2_000;
const ENDING_STEP_MS = 50;

/** Keeps two batches from writing into one folder. */
export class Lock {
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {
    this.heartbeat = setInterval(() => this.touch(), HEARTBEAT_MS).unref();
  }

  /**
   * Takes the lock of a folder; one whose holder is gone is taken over. `onWait` is told when that takes a while.
   * Throws `BatchError` that says who holds it.
   */
  static async take(folder: string, onWait: (message: string) => void = () => {}): Promise<Lock> {
    const path = join(folder, "lock");
    const self = currentProcess();
    const text = `${JSON.stringify(self)}\n`;
    const own = join(folder, `.lock-${self.host.replace(/[^\w.-]/g, "_")}-${self.pid}`);
    try {
      writeFileSync(own, text);
      for (let tries = 0; tries < 10; tries++) {
        if (link(own, path)) {
          removeLeftOvers(folder, self);
          return new Lock(path, text);
        }
        await clearLeftOver(path, self, onWait);
      }
    } catch (error) {
      throw fileError(error, `cannot lock ${folder}`);
    } finally {
      rmSync(own, { force: true });
    }
    throw new BatchError("usage", `cannot lock ${folder}: other batches want it too; start them one after the other`);
  }

  /** False once another batch has taken it over, which thought that this one was gone. */
  isHeld(): boolean {
    return textOf(this.path) === this.text;
  }

  release(): void {
    clearInterval(this.heartbeat);
    if (this.isHeld()) rmSync(this.path, { force: true });
  }

  private touch(): void {
    try {
      if (this.isHeld()) utimesSync(this.path, new Date(), new Date());
    } catch {
      // A folder that is gone for a moment is noticed by whoever writes to it.
    }
  }
}

/** Removes a lock whose holder is gone; throws `BatchError` when it is not. */
async function clearLeftOver(path: string, self: LockHolder, onWait: (message: string) => void): Promise<void> {
  const text = textOf(path);
  if (text === null) return;
  const holder = parseHolder(text);
  // Half written, by a tool that copies folders: nobody who takes locks does that.
  if (holder !== null && !(await isLeftOver(path, holder, self, onWait))) {
    throw new BatchError(
      "usage",
      `another batch is at work in this folder: process ${holder.pid} on ${holder.host} holds ${path}; ` +
        "wait for it, or name another --out" +
        (holder.host === self.host ? "" : ` (if that machine is gone for good, delete ${path})`),
    );
  }
  const aside = `${path}-left-by-${holder?.pid ?? "nobody"}-${self.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // Somebody else was faster, and what was moved is the lock of that one: it goes back.
  if (textOf(aside) !== text) link(aside, path);
  rmSync(aside, { force: true });
}

/** What was in the making when a batch was killed while it took the lock. */
function removeLeftOvers(folder: string, self: LockHolder): void {
  for (const name of readdirSync(folder)) {
    if (!/^\.lock-|^lock-left-by-/.test(name)) continue;
    const maker = parseHolder(textOf(join(folder, name)) ?? "");
    if (maker === null || (isSeenFrom(self, maker) && !isAlive(maker))) rmSync(join(folder, name), { force: true });
  }
}

async function isLeftOver(path: string, holder: LockHolder, self: LockHolder, onWait: (message: string) => void) {
  if (isSeenFrom(self, holder)) return hasEnded(holder);
  // The same machine, started anew since.
  const bootsKnown = holder.bootId !== "" && self.bootId !== "";
  if (holder.host === self.host && bootsKnown && holder.bootId !== self.bootId) return true;
  onWait(`${path} was left by process ${holder.pid} on ${holder.host}; waiting to see whether that batch still runs`);
  const before = touchedMs(path);
  await new Promise((resolve) => setTimeout(resolve, FOREIGN_WAIT_MS));
  return touchedMs(path) === before;
}

/** Whether the other's process number says something here. */
function isSeenFrom(self: LockHolder, { host, bootId, pidSpace }: LockHolder): boolean {
  return host === self.host && bootId === self.bootId && pidSpace === self.pidSpace;
}

async function hasEnded(holder: LockHolder): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ENDING_WAIT_MS; waitedMs += ENDING_STEP_MS) {
    if (!isAlive(holder)) return true;
    // What was ending a moment ago may have ended since: that is asked again.
    const { state } = lifeOf(holder.pid);
    if (state === "running" || state === "unknown") break;
    await sleep(ENDING_STEP_MS);
  }
  return !isAlive(holder);
}

/** A zombie holds nothing: it is there only until its parent asks for it, which some first processes of containers never do. */
function isAlive({ pid, startTime }: LockHolder): boolean {
  const life = lifeOf(pid);
  if (life.state !== "unknown") return life.state !== "ended" && life.startTime === startTime;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startTime === "";
}

export function currentProcess(): LockHolder {
  const [pid, host] = [process.pid, hostname()];
  return { pid, host, bootId: bootId(), pidSpace: pidSpace(), startTime: lifeOf(pid).startTime };
}

function bootId(): string {
  return textOf("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, ...texts } = JSON.parse(text);
    const { host, bootId, pidSpace, startTime } = texts;
    const areTexts = [host, bootId, pidSpace, startTime].every((part) => typeof part === "string");
    return Number.isSafeInteger(pid) && areTexts ? { pid, host, bootId, pidSpace, startTime } : null;
  } catch {
    return null;
  }
}

/** False when there is a file of that name already. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function touchedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
