/** The modules of Node that a peer can import, each under its name with and without `node:`. */

// ── node:timers ──────────────────────────────────────────────────────────────────────────────────────────────────

declare module "node:timers" {
  export const setTimeout: typeof globalThis.setTimeout;
  export const setInterval: typeof globalThis.setInterval;
  export const setImmediate: typeof globalThis.setImmediate;
  export const clearTimeout: typeof globalThis.clearTimeout;
  export const clearInterval: typeof globalThis.clearInterval;
  export const clearImmediate: typeof globalThis.clearImmediate;
  const timers: typeof import("node:timers");
  export default timers;
}

declare module "node:timers/promises" {
  interface TimerOptions {
    /** Rejects with an `AbortError` when it aborts. */
    signal?: AbortSignal;
    ref?: boolean;
  }
  /** Resolves with `value` after `delayMs` of virtual time. */
  export function setTimeout<T = void>(delayMs?: number, value?: T, options?: TimerOptions): Promise<T>;
  export function setImmediate<T = void>(value?: T, options?: TimerOptions): Promise<T>;
  /** Yields `value` every `delayMs` of virtual time. */
  export function setInterval<T = void>(delayMs?: number, value?: T, options?: TimerOptions): AsyncIterable<T>;
  export const scheduler: {
    wait(delayMs: number, options?: TimerOptions): Promise<void>;
    yield(): Promise<void>;
  };
  const timers: typeof import("node:timers/promises");
  export default timers;
}

// ── node:events ──────────────────────────────────────────────────────────────────────────────────────────────────

declare module "node:events" {
  type EventName = string | symbol;
  // biome-ignore lint/suspicious/noExplicitAny: listeners take what their event is emitted with
  type Listener = (...args: any[]) => void;

  class EventEmitter {
    static defaultMaxListeners: number;
    static readonly EventEmitter: typeof EventEmitter;
    static readonly once: typeof once;
    static readonly on: typeof on;
    on(event: EventName, listener: Listener): this;
    once(event: EventName, listener: Listener): this;
    addListener(event: EventName, listener: Listener): this;
    prependListener(event: EventName, listener: Listener): this;
    prependOnceListener(event: EventName, listener: Listener): this;
    off(event: EventName, listener: Listener): this;
    removeListener(event: EventName, listener: Listener): this;
    removeAllListeners(event?: EventName): this;
    emit(event: EventName, ...args: unknown[]): boolean;
    eventNames(): EventName[];
    listeners(event: EventName): Listener[];
    rawListeners(event: EventName): Listener[];
    listenerCount(event: EventName): number;
    getMaxListeners(): number;
    setMaxListeners(count: number): this;
  }
  interface WaitOptions {
    signal?: AbortSignal;
  }
  /** Resolves with the arguments of the next such event; rejects when the emitter emits `error` before it. */
  function once(emitter: EventEmitter, event: EventName, options?: WaitOptions): Promise<unknown[]>;
  /** Yields the arguments of every such event. */
  function on(emitter: EventEmitter, event: EventName, options?: WaitOptions): AsyncIterableIterator<unknown[]>;

  export { EventEmitter, on, once };
  export default EventEmitter;
}

// ── node:assert ──────────────────────────────────────────────────────────────────────────────────────────────────

declare module "node:assert" {
  type Expected = RegExp | Error | object | ((error: unknown) => boolean) | (new (...args: never[]) => Error);
  type Message = string | Error;

  export class AssertionError extends Error {
    constructor(options?: { message?: string; actual?: unknown; expected?: unknown; operator?: string });
    readonly actual: unknown;
    readonly expected: unknown;
    readonly operator: string;
    readonly generatedMessage: boolean;
    readonly code: "ERR_ASSERTION";
  }
  export function ok(value: unknown, message?: Message): asserts value;
  export function fail(message?: Message): never;
  export function equal(actual: unknown, expected: unknown, message?: Message): void;
  export function notEqual(actual: unknown, expected: unknown, message?: Message): void;
  export function strictEqual<T>(actual: unknown, expected: T, message?: Message): asserts actual is T;
  export function notStrictEqual(actual: unknown, expected: unknown, message?: Message): void;
  export function deepEqual(actual: unknown, expected: unknown, message?: Message): void;
  export function notDeepEqual(actual: unknown, expected: unknown, message?: Message): void;
  export function deepStrictEqual<T>(actual: unknown, expected: T, message?: Message): asserts actual is T;
  export function notDeepStrictEqual(actual: unknown, expected: unknown, message?: Message): void;
  export function throws(block: () => unknown, expected?: Expected | Message, message?: Message): void;
  export function doesNotThrow(block: () => unknown, message?: Message): void;
  export function rejects(
    block: Promise<unknown> | (() => Promise<unknown>),
    expected?: Expected | Message,
    message?: Message,
  ): Promise<void>;
  export function doesNotReject(block: Promise<unknown> | (() => Promise<unknown>), message?: Message): Promise<void>;
  export function ifError(value: unknown): asserts value is null | undefined;
  export function match(value: string, pattern: RegExp, message?: Message): void;
  export function doesNotMatch(value: string, pattern: RegExp, message?: Message): void;

  interface Assert extends Omit<typeof import("node:assert"), "default" | "strict"> {
    (value: unknown, message?: Message): asserts value;
    /** The same functions, of which `equal` and `deepEqual` compare strictly. */
    readonly strict: Assert;
  }
  export const strict: Assert;
  const assert: Assert;
  export default assert;
}

declare module "node:assert/strict" {
  export * from "node:assert";
  export { strict as default } from "node:assert";
}

// ── node:util ────────────────────────────────────────────────────────────────────────────────────────────────────

declare module "node:util" {
  interface InspectOptions {
    depth?: number | null;
    showHidden?: boolean;
    compact?: boolean | number;
    breakLength?: number;
    sorted?: boolean;
  }
  export function format(...args: unknown[]): string;
  export function inspect(value: unknown, options?: InspectOptions): string;
  export namespace inspect {
    const custom: unique symbol;
  }
  export function isDeepStrictEqual(a: unknown, b: unknown): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the callback's type gives the result
  type Callback<T> = (error: any, value: T) => void;
  export function promisify<Args extends unknown[], T>(
    original: (...args: [...Args, Callback<T>]) => void,
  ): (...args: Args) => Promise<T>;
  export function callbackify<Args extends unknown[], T>(
    original: (...args: Args) => Promise<T>,
  ): (...args: [...Args, Callback<T>]) => void;
  export function deprecate<F>(original: F, message: string, code?: string): F;
  export function inherits(derived: object, base: object): void;
  export const types: {
    isDate(value: unknown): value is Date;
    isMap(value: unknown): value is Map<unknown, unknown>;
    isSet(value: unknown): value is Set<unknown>;
    isRegExp(value: unknown): value is RegExp;
    isNativeError(value: unknown): value is Error;
    isPromise(value: unknown): value is Promise<unknown>;
    isTypedArray(value: unknown): boolean;
    isUint8Array(value: unknown): value is Uint8Array;
    isArrayBuffer(value: unknown): value is ArrayBuffer;
  };
  const TextEncoderClass: typeof TextEncoder;
  const TextDecoderClass: typeof TextDecoder;

  export { TextDecoderClass as TextDecoder, TextEncoderClass as TextEncoder };

  const util: typeof import("node:util");
  export default util;
}

// ── Without `node:` ──────────────────────────────────────────────────────────────────────────────────────────────

declare module "timers" {
  export * from "node:timers";
  export { default } from "node:timers";
}

declare module "timers/promises" {
  export * from "node:timers/promises";
  export { default } from "node:timers/promises";
}

declare module "events" {
  export * from "node:events";
  export { default } from "node:events";
}

declare module "assert" {
  export * from "node:assert";
  export { default } from "node:assert";
}

declare module "assert/strict" {
  export * from "node:assert/strict";
  export { default } from "node:assert/strict";
}

declare module "util" {
  export * from "node:util";
  export { default } from "node:util";
}
