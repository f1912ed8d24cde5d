/**
 * The watchdog of a peer host, a thread of its own: when one window takes too long it says which peer is at work, and where
 * the submission is stuck, as one line of JSON on standard error: `{"stuck":["at vote (submission.js:10:9)", ...],"peer":2}`,
 * innermost first. Of a thread that sleeps it can tell the peer only.
 * It ends nothing: that is the parent's business, a little later. Only when there is no parent any more, or the parent cannot
 * see what this process uses and has told it to look after its limits, it ends the process.
 */
import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";
import type { OwnLimits } from "./own-limits.ts";
import { makeSelfWatch, usedCpuMs } from "./self-watch.ts";

/** Less than what a window may take, so that there is time to tell. */
const CPU_MS_MAX = 1200;
const WALL_MS_MAX = 10_000;
const POLL_MS = 50;
const FRAMES_MAX = 30;
const STDERR_FD = 2;
/** Between two microtasks no code of the submission is on the stack; a step later it is. */
const STEPS_MAX = 20;

interface CallFrame {
  readonly functionName: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
}

interface Watched {
  readonly parent: number;
  readonly progress: SharedArrayBuffer;
  readonly limits: OwnLimits | null;
}

const { progress: shared, parent, limits } = workerData as Watched;
const progress = new Int32Array(shared);
const watchSelf = makeSelfWatch(parent, shared, limits);
/** The window that is looked at, and the process's CPU time when it was first seen. */
let window = 0;
let cpuMsBefore = 0;
let sinceMs = 0;
let isTold = false;
let isPlaceTold = false;

setInterval(() => {
  // A peer that hangs never sees that its parent is gone.
  watchSelf();
  const current = Atomics.load(progress, 0);
  if (current !== window) {
    window = current;
    cpuMsBefore = usedCpuMs();
    sinceMs = performance.now();
    isTold = false;
    isPlaceTold = false;
    return;
  }
  const isRunning = current % 2 === 1;
  if (!isRunning || isPlaceTold) return;
  const isStuck = usedCpuMs() - cpuMsBefore >= CPU_MS_MAX;
  const isLong = isStuck || performance.now() - sinceMs >= WALL_MS_MAX;
  if (isLong && !isTold) say([]);
  isTold ||= isLong;
  // On a busy machine what takes long is known long before what it computes.
  isPlaceTold = isStuck;
  if (isStuck) tell();
}, POLL_MS);

function say(lines: readonly string[]): void {
  writeSync(STDERR_FD, `${JSON.stringify({ stuck: lines, peer: Atomics.load(progress, 1) })}\n`);
}

/** Stops the main thread for as long as it takes to look at its stack. */
function tell(): void {
  const session = new Session();
  /** Frames name their script by number only. */
  const urls = new Map<string, string>();
  let steps = 0;
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const lines: string[] = [];
    for (const frame of params.callFrames as CallFrame[]) {
      const url = urls.get(frame.location.scriptId) ?? "";
      if (isSubmission(url)) lines.push(describe(frame, url));
    }
    if (lines.length === 0 && steps++ < STEPS_MAX) {
      session.post("Debugger.stepInto");
      return;
    }
    say(lines.slice(0, FRAMES_MAX));
    session.post("Debugger.resume", () => session.disconnect());
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

/** The host's own files have URLs, and the realm's code is marked by its name. */
function isSubmission(url: string): boolean {
  return url !== "" && !/^(?:file|node|consensus-labs):/.test(url);
}

function describe({ functionName, location }: CallFrame, url: string): string {
  const place = `${url}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === "" ? `at ${place}` : `at ${functionName} (${place})`;
}
