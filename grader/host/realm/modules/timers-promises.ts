import { abortError } from "../define.ts";
import type { ModuleParts } from "../importer.ts";

interface Options {
  signal?: AbortSignal;
  ref?: boolean;
}

type TimerFunction = (callback: () => void, ...rest: unknown[]) => object;
type ClearFunction = (timer: object) => void;

/** `node:timers/promises`. */
export function create({ timerFunctions }: ModuleParts): object {
  const startTimeout = timerFunctions.setTimeout as TimerFunction;
  const startImmediate = timerFunctions.setImmediate as TimerFunction;
  const startInterval = timerFunctions.setInterval as TimerFunction;
  const clearTimeout = timerFunctions.clearTimeout as ClearFunction;
  const clearImmediate = timerFunctions.clearImmediate as ClearFunction;

  /** Resolves when the timer fires, rejects when the signal aborts before. */
  const wait = <T>(start: (done: () => void) => object, clear: ClearFunction, value: T, signal?: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError(signal));
        return;
      }
      const onAbort = () => {
        clear(timer);
        reject(abortError(signal as AbortSignal));
      };
      const timer = start(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve(value);
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });

  function setTimeout<T>(delayMs?: number, value?: T, options: Options = {}) {
    return wait((done) => startTimeout(done, delayMs), clearTimeout, value, options.signal);
  }

  function setImmediate<T>(value?: T, options: Options = {}) {
    return wait((done) => startImmediate(done), clearImmediate, value, options.signal);
  }

  async function* setInterval<T>(delayMs?: number, value?: T, options: Options = {}) {
    const { signal } = options;
    if (signal?.aborted) throw abortError(signal);
    let due = 0;
    let wake = () => {};
    const onAbort = () => wake();
    const timer = startInterval(() => {
      due++;
      wake();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        if (due === 0 && !signal?.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        for (; due > 0; due--) yield value;
        if (signal?.aborted) throw abortError(signal);
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  const scheduler = {
    wait: (delayMs: number, options?: Options) => setTimeout(delayMs, undefined, options),
    yield: () => setImmediate(),
  };
  return { setTimeout, setImmediate, setInterval, scheduler };
}
