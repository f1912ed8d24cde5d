import { define, nodeError, wrongType } from "../../define.ts";
import type { Failed } from "./web.ts";

type Listener = ((event: object) => void) | { handleEvent(event: object): void };

interface Registration {
  readonly listener: Listener;
  readonly capture: boolean;
  readonly once: boolean;
  removed: boolean;
}

interface EventOptions {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}

interface AddOptions {
  once?: boolean;
  capture?: boolean;
  signal?: EventTarget;
}

export type EventClasses = ReturnType<typeof eventClasses>;

/** `Event`, `CustomEvent` and `EventTarget`, as far as they make sense without a document. */
export function eventClasses(failed: Failed) {
  /** What the target does to an event, out of reach for others. */
  interface Inner {
    target: object | null;
    isDispatched: boolean;
    isStopped: boolean;
    isCanceled: boolean;
  }
  const inner = new WeakMap<object, Inner>();
  const innerOf = (event: object) => {
    const found = inner.get(event);
    if (found === undefined) throw wrongType("event", "Event", event);
    return found;
  };

  class Event {
    readonly type: string;
    readonly bubbles: boolean;
    readonly cancelable: boolean;
    readonly composed: boolean;
    readonly timeStamp = performance.now();

    constructor(type: string, options: EventOptions = {}) {
      this.type = String(type);
      this.bubbles = Boolean(options?.bubbles);
      this.cancelable = Boolean(options?.cancelable);
      this.composed = Boolean(options?.composed);
      inner.set(this, { target: null, isDispatched: false, isStopped: false, isCanceled: false });
    }

    get target() {
      return innerOf(this).target;
    }

    get srcElement() {
      return innerOf(this).target;
    }

    get currentTarget() {
      const { isDispatched, target } = innerOf(this);
      return isDispatched ? target : null;
    }

    get eventPhase() {
      return innerOf(this).isDispatched ? 2 : 0;
    }

    get defaultPrevented() {
      return innerOf(this).isCanceled;
    }

    composedPath() {
      const { isDispatched, target } = innerOf(this);
      return isDispatched ? [target] : [];
    }

    preventDefault() {
      if (this.cancelable) innerOf(this).isCanceled = true;
    }

    stopPropagation() {}

    stopImmediatePropagation() {
      innerOf(this).isStopped = true;
    }
  }
  define(Event.prototype, Symbol.toStringTag, "Event");

  class CustomEvent extends Event {
    readonly detail: unknown;

    constructor(type: string, options: EventOptions & { detail?: unknown } = {}) {
      super(type, options);
      this.detail = options?.detail ?? null;
    }
  }

  class EventTarget {
    readonly #listeners = new Map<string, Registration[]>();

    addEventListener(type: string, listener: Listener | null, options: boolean | AddOptions = {}) {
      if (listener === null || listener === undefined) return;
      if (typeof listener !== "function" && typeof listener !== "object")
        throw wrongType("listener", "EventListener", listener);
      const {
        once = false,
        capture = false,
        signal = undefined,
      } = typeof options === "boolean" ? { capture: options } : options;
      if ((signal as { aborted?: boolean } | undefined)?.aborted) return;
      const list = this.#listeners.get(String(type)) ?? [];
      if (list.some((known) => known.listener === listener && known.capture === capture)) return;
      this.#listeners.set(String(type), [...list, { listener, capture, once, removed: false }]);
      signal?.addEventListener("abort", () => this.removeEventListener(type, listener, { capture }), { once: true });
    }

    removeEventListener(type: string, listener: Listener | null, options: boolean | { capture?: boolean } = {}) {
      const capture = typeof options === "boolean" ? options : (options?.capture ?? false);
      const kept: Registration[] = [];
      for (const known of this.#listeners.get(String(type)) ?? []) {
        if (known.listener === listener && known.capture === capture) known.removed = true;
        else kept.push(known);
      }
      this.#listeners.set(String(type), kept);
    }

    dispatchEvent(event: Event): boolean {
      const state = innerOf(event);
      if (state.isDispatched)
        throw nodeError(new Error("The event is already being dispatched"), "ERR_EVENT_RECURSION");
      state.target = this;
      state.isDispatched = true;
      for (const known of this.#listeners.get(event.type) ?? []) {
        if (state.isStopped) break;
        if (known.removed) continue;
        if (known.once) this.removeEventListener(event.type, known.listener, { capture: known.capture });
        try {
          if (typeof known.listener === "function") known.listener.call(this, event);
          else known.listener.handleEvent(event);
        } catch (error) {
          failed(`a listener for the event "${event.type}"`, error);
        }
      }
      state.isDispatched = false;
      return !state.isCanceled;
    }
  }
  define(EventTarget.prototype, Symbol.toStringTag, "EventTarget");
  return { Event, CustomEvent, EventTarget };
}
