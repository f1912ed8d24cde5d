import { define, nodeError, wrongType } from "../define.ts";
import type { inspect as Inspect } from "../inspect/inspect.ts";

export type EventName = string | symbol;
type Listener = (...args: unknown[]) => void;
/** A listener as it is kept: one for `once` stands for another. */
type Kept = Listener & { listener?: Listener };

export type Emitter = InstanceType<ReturnType<typeof createEmitterClass>["EventEmitter"]>;

/** The class EventEmitter of Node. */
export function createEmitterClass(inspect: typeof Inspect) {
  const errorMonitor = Symbol("events.errorMonitor");
  const events = Symbol("events");
  const limit = Symbol("maxListeners");

  class EventEmitter {
    static defaultMaxListeners = 10;
    /** Made when first needed: classes may be extended by `inherits` and never call this constructor. */
    declare [events]: Map<EventName, Kept[]> | undefined;
    declare [limit]: number | undefined;

    emit(event: EventName, ...args: unknown[]): boolean {
      if (event === "error") call(this, listOf(this, errorMonitor), args);
      const list = listOf(this, event);
      if (list.length === 0) {
        if (event === "error") throw unhandled(args[0]);
        return false;
      }
      call(this, list, args);
      return true;
    }

    on(event: EventName, listener: Listener): this {
      return add(this, event, checked(listener), false);
    }

    addListener(event: EventName, listener: Listener): this {
      return add(this, event, checked(listener), false);
    }

    prependListener(event: EventName, listener: Listener): this {
      return add(this, event, checked(listener), true);
    }

    once(event: EventName, listener: Listener): this {
      return add(this, event, onceOnly(this, event, checked(listener)), false);
    }

    prependOnceListener(event: EventName, listener: Listener): this {
      return add(this, event, onceOnly(this, event, checked(listener)), true);
    }

    off(event: EventName, listener: Listener): this {
      return this.removeListener(event, listener);
    }

    removeListener(event: EventName, listener: Listener): this {
      checked(listener);
      const list = listOf(this, event);
      const at = list.findLastIndex((kept) => kept === listener || kept.listener === listener);
      if (at < 0) return this;
      put(this, event, list.toSpliced(at, 1));
      if (listOf(this, "removeListener").length > 0) this.emit("removeListener", event, listener);
      return this;
    }

    removeAllListeners(event?: EventName): this {
      if (event === undefined) {
        for (const name of this.eventNames()) if (name !== "removeListener") this.removeAllListeners(name);
        this[events]?.clear();
        return this;
      }
      if (event === "removeListener" || listOf(this, "removeListener").length === 0) put(this, event, []);
      else for (const kept of listOf(this, event).toReversed()) this.removeListener(event, kept);
      return this;
    }

    eventNames(): EventName[] {
      const names = [...(this[events]?.keys() ?? [])];
      // As with the fields of an object: symbols come last.
      return [...names.filter((name) => typeof name === "string"), ...names.filter((name) => typeof name === "symbol")];
    }

    listeners(event: EventName): Listener[] {
      return listOf(this, event).map((kept) => kept.listener ?? kept);
    }

    rawListeners(event: EventName): Listener[] {
      return [...listOf(this, event)];
    }

    listenerCount(event: EventName, listener?: Listener): number {
      const list = listOf(this, event);
      if (listener === undefined) return list.length;
      return list.filter((kept) => kept === listener || kept.listener === listener).length;
    }

    getMaxListeners(): number {
      return this[limit] ?? EventEmitter.defaultMaxListeners;
    }

    setMaxListeners(count: number): this {
      if (typeof count !== "number" || !(count >= 0)) {
        throw nodeError(
          new RangeError(`The value of "n" is out of range. Received ${inspect(count)}`),
          "ERR_OUT_OF_RANGE",
        );
      }
      define(this, limit, count);
      return this;
    }
  }

  const listOf = (emitter: EventEmitter, event: EventName): readonly Kept[] => emitter[events]?.get(event) ?? [];

  /** Lists are replaced, never changed, so that one that is being called stays as it was. */
  const put = (emitter: EventEmitter, event: EventName, list: Kept[]) => {
    if (!Object.hasOwn(emitter, events)) define(emitter, events, new Map());
    if (list.length === 0) emitter[events]?.delete(event);
    else emitter[events]?.set(event, list);
  };

  const add = <E extends EventEmitter>(emitter: E, event: EventName, kept: Kept, isFirst: boolean): E => {
    if (listOf(emitter, "newListener").length > 0) emitter.emit("newListener", event, kept.listener ?? kept);
    const list = listOf(emitter, event);
    put(emitter, event, isFirst ? [kept, ...list] : [...list, kept]);
    return emitter;
  };

  const onceOnly = (emitter: EventEmitter, event: EventName, listener: Listener): Kept => {
    const kept: Kept = (...args) => {
      emitter.removeListener(event, kept);
      return Reflect.apply(listener, emitter, args);
    };
    kept.listener = listener;
    return kept;
  };

  const call = (emitter: EventEmitter, list: readonly Kept[], args: unknown[]) => {
    for (const kept of list) Reflect.apply(kept, emitter, args);
  };

  const checked = (listener: Listener): Listener => {
    if (typeof listener !== "function") throw wrongType("listener", "function", listener);
    return listener;
  };

  const unhandled = (error: unknown): unknown => {
    if (error instanceof Error) return error;
    return nodeError(new Error(`Unhandled error. (${inspect(error)})`), "ERR_UNHANDLED_ERROR");
  };

  return { EventEmitter, errorMonitor };
}
