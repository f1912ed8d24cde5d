import { Worker } from "node:worker_threads";
import { EXIT } from "../exit-code.ts";
import { internalErrorText } from "../output/internal-error.ts";
import { killDescendants } from "./descendants.ts";
import { INTERRUPT, LISTENING } from "./interrupt.ts";
import { isStarved, readWaits } from "./starvation.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** So long a command has to end in good order. Together with what follows it is less than 2 s. */
export const GRACE_MS = 1_400;
/** So long its thread may take to stop: what runs in native code stops only when it is through. */
export const STOP_MS = 300;

/** On a machine that is so busy that this process hardly runs, both become longer, together by this at most. */
const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/**
 * Runs a script in a thread of its own while this one, the main thread, does nothing but hear signals: Node tells only the
 * main thread of them, and only when it is not busy. The process ends when the script does, with its exit status.
 *
 * The first signal asks the script to end (`interruptible`); when it is still there `graceMs` later, or does not listen, or
 * at a second signal, the process ends without it. Whatever the end, no process that was started is left.
 */
export function runApart(script: string, graceMs = GRACE_MS): void {
  const worker = new Worker(script, { argv: process.argv.slice(2), trackUnmanagedFds: false });
  let isListening = false;
  let signals = 0;
  let isEnding = false;

  const onSignal = () => {
    signals++;
    if (signals > 1 || !isListening) return endNow();
    worker.postMessage(INTERRUPT);
    after(graceMs, endNow);
  };
  const endNow = () => {
    if (isEnding) return;
    isEnding = true;
    after(STOP_MS, endBySignal);
    void worker.terminate();
    // After the threads were told to stop, which would start others in their place.
    killDescendants();
  };
  /** Node would wait for every thread before it exits; the system does not. A shell reports this end as 130, too. */
  const endBySignal = () => {
    killDescendants();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.kill(process.pid, "SIGINT");
  };

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on("exit", killDescendants);
  worker.on("message", (message) => {
    if (message === LISTENING) isListening = true;
  });
  let exitCode: number | undefined;
  worker.on("error", (error) => {
    process.stderr.write(internalErrorText(error));
    exitCode = EXIT.internalError;
  });
  worker.on("exit", (code) => process.exit(isEnding ? EXIT.interrupted : (exitCode ?? code)));
}

/** Acts after a time; later when the process has spent most of that waiting for a CPU. */
function after(timeMs: number, act: () => void): void {
  const beganMs = performance.now();
  const before = readWaits();
  const look = () => {
    const passedMs = performance.now() - beganMs;
    if (passedMs < timeMs + PATIENCE_MS / 2 && isStarved(before, readWaits(), passedMs))
      setTimeout(look, LOOK_AGAIN_MS);
    else act();
  };
  setTimeout(look, timeMs);
}
