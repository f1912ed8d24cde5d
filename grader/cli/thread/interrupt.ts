import { parentPort } from "node:worker_threads";

/** What the main thread and that of a command say to each other; see `runApart`. */
export const LISTENING = "listening";
export const INTERRUPT = "interrupt";

/**
 * Lets a command end in good order when the user interrupts it. It has a second for that; the main thread, which hears the
 * signals, then ends the process, as it does at a second one. Before a command asks for this, the first one ends it.
 */
export function interruptible(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  parentPort?.on("message", (message) => {
    if (message === INTERRUPT) controller.abort();
  });
  // It is no reason to stay alive.
  parentPort?.unref();
  parentPort?.postMessage(LISTENING);
  return { signal: controller.signal, abort: () => controller.abort() };
}
