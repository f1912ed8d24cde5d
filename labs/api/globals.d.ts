/**
 * What a peer finds in its realm beside the ECMAScript library: all of it on virtual time and on the peer's own random
 * stream. What is not declared here and in `node-modules.d.ts` does not exist there: no `process`, `require`, `fetch`,
 * `Buffer`, `URL` or workers. Also absent, though the library's own types know them: `WeakRef`, `FinalizationRegistry`,
 * `SharedArrayBuffer`, `Atomics` and `WebAssembly`; `eval` and `new Function` throw.
 *
 * A project uses it with `"types": ["consensus-labs/globals"]` in its tsconfig.
 */
/// <reference path="./node-modules.d.ts" />

// ── Timers ───────────────────────────────────────────────────────────────────────────────────────────────────────

declare namespace NodeJS {
  /** What `setTimeout` and `setInterval` return. */
  interface Timeout {
    /** Nothing ends a peer but the scenario: `ref` and `unref` change nothing. */
    ref(): this;
    unref(): this;
    hasRef(): boolean;
    /** Starts the wait again, from now. */
    refresh(): this;
    close(): this;
    [Symbol.toPrimitive](): number;
  }
  /** What `setImmediate` returns. */
  interface Immediate {
    ref(): this;
    unref(): this;
    hasRef(): boolean;
  }
  /** @deprecated The older name of `Timeout`. */
  type Timer = Timeout;
}

/** Calls back once, `delayMs` of virtual time from now; less than 1 ms, and no delay at all, count as 1 ms. */
declare function setTimeout<Args extends unknown[]>(
  callback: (...args: Args) => void,
  delayMs?: number,
  ...args: Args
): NodeJS.Timeout;
/** To wait: `await new Promise((resolve) => setTimeout(resolve, 5))`. */
declare function setTimeout(callback: (nothing: undefined) => void, delayMs?: number): NodeJS.Timeout;
/** Calls back every `delayMs` of virtual time. */
declare function setInterval<Args extends unknown[]>(
  callback: (...args: Args) => void,
  delayMs?: number,
  ...args: Args
): NodeJS.Timeout;
/** Calls back 50 µs of virtual time from now. */
declare function setImmediate<Args extends unknown[]>(
  callback: (...args: Args) => void,
  ...args: Args
): NodeJS.Immediate;
declare function setImmediate(callback: (nothing: undefined) => void): NodeJS.Immediate;
declare function clearTimeout(timeout: NodeJS.Timeout | number | string | undefined | null): void;
declare function clearInterval(timeout: NodeJS.Timeout | number | string | undefined | null): void;
declare function clearImmediate(immediate: NodeJS.Immediate | undefined | null): void;
declare function queueMicrotask(callback: () => void): void;

declare const global: typeof globalThis;

// ── Clock, randomness, data ──────────────────────────────────────────────────────────────────────────────────────

declare const performance: {
  /** Milliseconds since this peer booted. Virtual: no time passes while code runs. */
  now(): number;
  /** When this peer booted, in milliseconds since 1970 by its own clock. */
  readonly timeOrigin: number;
  toJSON(): object;
};

declare const crypto: {
  /** Fills the array from the peer's own random stream. */
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
};

/** A deep copy of data: also of Map, Set, Date, errors, typed arrays and cycles, but not of functions. */
declare function structuredClone<T>(value: T): T;
/** Base64 of a string of bytes (characters up to U+00FF). */
declare function btoa(data: string): string;
declare function atob(data: string): string;

declare class TextEncoder {
  readonly encoding: string;
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

/** Decodes UTF-8. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}

// ── Events and cancellation ──────────────────────────────────────────────────────────────────────────────────────

declare class Event {
  constructor(type: string, options?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean });
  readonly type: string;
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  readonly defaultPrevented: boolean;
  readonly eventPhase: number;
  readonly srcElement: EventTarget | null;
  readonly timeStamp: number;
  composedPath(): EventTarget[];
  preventDefault(): void;
  stopPropagation(): void;
  stopImmediatePropagation(): void;
}

declare class CustomEvent<T = unknown> extends Event {
  constructor(type: string, options?: { bubbles?: boolean; cancelable?: boolean; composed?: boolean; detail?: T });
  readonly detail: T;
}

declare type EventListener = ((event: Event) => void) | { handleEvent(event: Event): void };

declare class EventTarget {
  addEventListener(
    type: string,
    listener: EventListener | null,
    options?: boolean | { once?: boolean; capture?: boolean; passive?: boolean; signal?: AbortSignal },
  ): void;
  removeEventListener(type: string, listener: EventListener | null, options?: boolean | { capture?: boolean }): void;
  dispatchEvent(event: Event): boolean;
}

declare class AbortSignal extends EventTarget {
  private constructor();
  static abort(reason?: unknown): AbortSignal;
  /** Aborts after so many milliseconds of virtual time. */
  static timeout(delayMs: number): AbortSignal;
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  readonly aborted: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a reason can be anything, and is thrown as it is
  readonly reason: any;
  onabort: ((event: Event) => void) | null;
  throwIfAborted(): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

/** Reasons of an `AbortSignal`, and what `structuredClone` throws. */
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

// ── Console ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Lines are kept with the peer and the virtual time; the last of them are shown with a run that did not pass. */
declare const console: {
  debug(...data: unknown[]): void;
  log(...data: unknown[]): void;
  info(...data: unknown[]): void;
  warn(...data: unknown[]): void;
  error(...data: unknown[]): void;
  trace(...data: unknown[]): void;
  assert(condition?: unknown, ...data: unknown[]): void;
  dir(value: unknown, options?: object): void;
  dirxml(...data: unknown[]): void;
  table(data: unknown, columns?: readonly string[]): void;
  group(...data: unknown[]): void;
  groupCollapsed(...data: unknown[]): void;
  groupEnd(): void;
  count(label?: string): void;
  countReset(label?: string): void;
  /** Measures virtual time. */
  time(label?: string): void;
  timeLog(label?: string, ...data: unknown[]): void;
  timeEnd(label?: string): void;
  /** Does nothing. */
  clear(): void;
};
