import { define, nodeError, wrongType } from "../../define.ts";
import type { Timers } from "../timers.ts";
import { DOMException } from "./dom-exception.ts";
import type { EventClasses } from "./event.ts";

/** `AbortController` and `AbortSignal`. */
export function abortClasses({ Event, EventTarget }: EventClasses, timers: Timers) {
  const key = Symbol("made here");
  /** Aborts a signal; only this file can. */
  let abort: (signal: AbortSignal, reason: unknown) => void;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason: unknown = undefined;
    /** Signals made from this one by `any`. */
    #dependents: AbortSignal[] = [];
    #onabort: ((event: object) => void) | null = null;

    constructor(given?: unknown) {
      if (given !== key) throw nodeError(new TypeError("Illegal constructor"), "ERR_ILLEGAL_CONSTRUCTOR");
      super();
      this.addEventListener("abort", (event) => this.#onabort?.call(this, event));
    }

    static {
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        const reached: AbortSignal[] = [];
        const mark = (one: AbortSignal) => {
          if (one.#aborted) return;
          one.#aborted = true;
          one.#reason = reason;
          reached.push(one);
          one.#dependents.forEach(mark);
        };
        mark(signal);
        for (const one of reached) one.dispatchEvent(new Event("abort"));
      };
    }

    get aborted() {
      return this.#aborted;
    }

    get reason() {
      return this.#reason;
    }

    get onabort() {
      return this.#onabort;
    }

    set onabort(listener) {
      this.#onabort = typeof listener === "function" ? listener : null;
    }

    throwIfAborted() {
      if (this.#aborted) throw this.#reason;
    }

    static abort(reason: unknown = abortError()): AbortSignal {
      const signal = new AbortSignal(key);
      signal.#aborted = true;
      signal.#reason = reason;
      return signal;
    }

    static timeout(delayMs: number): AbortSignal {
      if (typeof delayMs !== "number") throw wrongType("delay", "number", delayMs);
      const signal = new AbortSignal(key);
      const expire = () => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError"));
      timers.add("an AbortSignal.timeout listener", expire, Math.max(1, Math.trunc(delayMs)) * 1000, false);
      return signal;
    }

    static any(signals: Iterable<AbortSignal>): AbortSignal {
      const result = new AbortSignal(key);
      for (const signal of signals) {
        if (!(signal instanceof AbortSignal)) throw wrongType("signals", "AbortSignal[]", signal);
        if (signal.#aborted && !result.#aborted) {
          result.#aborted = true;
          result.#reason = signal.#reason;
        }
        signal.#dependents.push(result);
      }
      return result;
    }
  }
  define(AbortSignal.prototype, Symbol.toStringTag, "AbortSignal");

  class AbortController {
    readonly #signal = new AbortSignal(key);

    get signal() {
      return this.#signal;
    }

    abort(reason: unknown = abortError()) {
      abort(this.#signal, reason);
    }
  }
  define(AbortController.prototype, Symbol.toStringTag, "AbortController");
  return { AbortController, AbortSignal };
}

function abortError(): DOMException {
  return new DOMException("This operation was aborted", "AbortError");
}
