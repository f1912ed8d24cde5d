/** The modules of Node that a peer can import, each under its name with and without `node:`. */

// ── node:timers ──────────────────────────────────────────────────────────────────────────────────────────────────

declare module "node:timers" {
  export const setTimeout: typeof globalThis.setTimeout;
  export const setInterval: typeof globalThis.setInterval;
  export const setImmediate: typeof globalThis.setImmediate;
  export const clearTimeout: typeof globalThis.clearTimeout;
  export const clearInterval: typeof globalThis.clearInterval;
  export const clearImmediate: typeof globalThis.clearImmediate;
  export const promises: typeof import("node:timers/promises");
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
    static readonly errorMonitor: typeof errorMonitor;
    static readonly captureRejectionSymbol: typeof captureRejectionSymbol;
    static readonly listenerCount: typeof listenerCount;
    static readonly getEventListeners: typeof getEventListeners;
    static readonly setMaxListeners: typeof setMaxListeners;
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
  function once(emitter: EventEmitter | EventTarget, event: EventName, options?: WaitOptions): Promise<unknown[]>;
  /** Yields the arguments of every such event. */
  function on(
    emitter: EventEmitter | EventTarget,
    event: EventName,
    options?: WaitOptions,
  ): AsyncIterableIterator<unknown[]>;

  /** Listeners for it are told of `error` events without handling them. */
  const errorMonitor: unique symbol;
  const captureRejectionSymbol: unique symbol;
  function listenerCount(emitter: EventEmitter, event: EventName): number;
  function getEventListeners(emitter: EventEmitter, event: EventName): Listener[];
  function setMaxListeners(count: number, ...emitters: (EventEmitter | EventTarget)[]): void;

  export {
    captureRejectionSymbol,
    EventEmitter,
    errorMonitor,
    getEventListeners,
    listenerCount,
    on,
    once,
    setMaxListeners,
  };
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
  export function formatWithOptions(options: InspectOptions, ...args: unknown[]): string;
  /** Silent: a realm has no environment to switch a section on. */
  export function debuglog(section: string): (...args: unknown[]) => void;
  export const debug: typeof debuglog;
  export function stripVTControlCharacters(text: string): string;
  export function toUSVString(text: string): string;
  /** @deprecated `Array.isArray` is the same. */
  export const isArray: typeof Array.isArray;
  export const types: {
    isAnyArrayBuffer(value: unknown): boolean;
    isArgumentsObject(value: unknown): boolean;
    isArrayBuffer(value: unknown): value is ArrayBuffer;
    isArrayBufferView(value: unknown): value is ArrayBufferView;
    isAsyncFunction(value: unknown): boolean;
    isBigIntObject(value: unknown): boolean;
    isBooleanObject(value: unknown): boolean;
    isBoxedPrimitive(value: unknown): boolean;
    isDataView(value: unknown): value is DataView;
    isDate(value: unknown): value is Date;
    isGeneratorFunction(value: unknown): boolean;
    isGeneratorObject(value: unknown): boolean;
    isMap(value: unknown): value is Map<unknown, unknown>;
    isMapIterator(value: unknown): boolean;
    isNativeError(value: unknown): value is Error;
    isNumberObject(value: unknown): boolean;
    isPromise(value: unknown): value is Promise<unknown>;
    isProxy(value: unknown): boolean;
    isRegExp(value: unknown): value is RegExp;
    isSet(value: unknown): value is Set<unknown>;
    isSetIterator(value: unknown): boolean;
    isSharedArrayBuffer(value: unknown): boolean;
    isStringObject(value: unknown): boolean;
    isSymbolObject(value: unknown): boolean;
    isTypedArray(value: unknown): boolean;
    isWeakMap(value: unknown): value is WeakMap<object, unknown>;
    isWeakSet(value: unknown): value is WeakSet<object>;
    isInt8Array(value: unknown): value is Int8Array;
    isUint8Array(value: unknown): value is Uint8Array;
    isUint8ClampedArray(value: unknown): value is Uint8ClampedArray;
    isInt16Array(value: unknown): value is Int16Array;
    isUint16Array(value: unknown): value is Uint16Array;
    isInt32Array(value: unknown): value is Int32Array;
    isUint32Array(value: unknown): value is Uint32Array;
    isFloat32Array(value: unknown): value is Float32Array;
    isFloat64Array(value: unknown): value is Float64Array;
    isBigInt64Array(value: unknown): value is BigInt64Array;
    isBigUint64Array(value: unknown): value is BigUint64Array;
  };
  const TextEncoderClass: typeof TextEncoder;
  const TextDecoderClass: typeof TextDecoder;

  const AbortControllerClass: typeof AbortController;
  const AbortSignalClass: typeof AbortSignal;

  export {
    AbortControllerClass as AbortController,
    AbortSignalClass as AbortSignal,
    TextDecoderClass as TextDecoder,
    TextEncoderClass as TextEncoder,
  };

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
