import { abortError, defineAll, nodeError, wrongType } from "../define.ts";
import type { ModuleParts } from "../importer.ts";
import { createEmitterClass, type Emitter, type EventName } from "../node/event-emitter.ts";

interface Options {
  signal?: AbortSignal;
}

/** `node:events`: the class, which also holds the functions. */
export function create({ inspect }: ModuleParts): unknown {
  const { EventEmitter, errorMonitor } = createEmitterClass(inspect);
  defineAll(EventEmitter, { EventEmitter, errorMonitor, once, on, listenerCount, getEventListeners, setMaxListeners });
  defineAll(EventEmitter, { captureRejectionSymbol: Symbol.for("nodejs.rejection"), captureRejections: false });
  return EventEmitter;
}

/** Listens on an emitter or an EventTarget, and gives what takes the listener off again. */
function listen(source: Emitter | EventTarget, event: EventName, listener: (...args: unknown[]) => void): () => void {
  if (typeof (source as Emitter).on === "function") {
    const emitter = source as Emitter;
    emitter.on(event, listener);
    return () => emitter.off(event, listener);
  }
  if (typeof (source as EventTarget).addEventListener !== "function")
    throw wrongType("emitter", "EventEmitter", source);
  const target = source as EventTarget;
  target.addEventListener(event as string, listener);
  return () => target.removeEventListener(event as string, listener);
}

function once(source: Emitter | EventTarget, event: EventName, options: Options = {}): Promise<unknown[]> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const ends: (() => void)[] = [];
    const finish = (settle: () => void) => {
      for (const end of ends) end();
      settle();
    };
    ends.push(listen(source, event, (...args) => finish(() => resolve(args))));
    const emits = typeof (source as Emitter).on === "function";
    if (emits && event !== "error") ends.push(listen(source, "error", (error) => finish(() => reject(error))));
    if (signal) ends.push(listen(signal, "abort", () => finish(() => reject(abortError(signal)))));
  });
}

function on(source: Emitter | EventTarget, event: EventName, options: Options = {}): AsyncIterableIterator<unknown[]> {
  const { signal } = options;
  if (signal?.aborted) throw abortError(signal);
  type Result = IteratorResult<unknown[]>;
  const events: unknown[][] = [];
  const waiting: { resolve(result: Result): void; reject(error: unknown): void }[] = [];
  let failure: { error: unknown } | null = null;
  let isOver = false;
  const ends: (() => void)[] = [];

  const finish = () => {
    isOver = true;
    for (const end of ends) end();
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
  };
  const fail = (error: unknown) => {
    const first = waiting.shift();
    if (first === undefined) failure = { error };
    else first.reject(error);
    finish();
  };
  ends.push(
    listen(source, event, (...args) => {
      const first = waiting.shift();
      if (first === undefined) events.push(args);
      else first.resolve({ value: args, done: false });
    }),
  );
  const emits = typeof (source as Emitter).on === "function";
  if (emits && event !== "error") ends.push(listen(source, "error", fail));
  if (signal) ends.push(listen(signal, "abort", () => fail(abortError(signal))));

  return {
    next(): Promise<Result> {
      const value = events.shift();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      if (failure !== null) {
        const { error } = failure;
        failure = null;
        return Promise.reject(error);
      }
      if (isOver) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return(): Promise<Result> {
      finish();
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error: unknown): Promise<Result> {
      fail(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function listenerCount(emitter: Emitter, event: EventName): number {
  return emitter.listenerCount(event);
}

function getEventListeners(emitter: Emitter, event: EventName): unknown[] {
  return emitter.listeners(event);
}

function setMaxListeners(count: number, ...emitters: Emitter[]): void {
  if (!(count >= 0)) throw nodeError(new RangeError('The value of "n" is out of range'), "ERR_OUT_OF_RANGE");
  for (const emitter of emitters) emitter.setMaxListeners(count);
}
