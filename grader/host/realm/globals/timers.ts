import { define, wrongType } from "../define.ts";
import { Op, type RawHook } from "../hook.ts";

type Callback = (...args: unknown[]) => void;

/** What `setTimeout` costs at the least, and `setImmediate` exactly. */
const MILLISECOND_US = 1000;
const IMMEDIATE_US = 50;
const DELAY_MAX_MS = 2 ** 31 - 1;

interface Alarm {
  readonly id: number;
  readonly label: string;
  /** Null once it was cleared. */
  run: (() => void) | null;
  /** Repeats after so long; 0 for once. */
  repeatUs: number;
}

/** The timers of a peer: what its realm keeps of them. When they fire is the host's business. */
export class Timers {
  private readonly alarms = new Map<number, Alarm>();
  private ids = 0;

  constructor(
    private readonly hook: RawHook,
    private readonly nowUs: () => number,
  ) {}

  add(label: string, run: () => void, delayUs: number, repeats: boolean): Alarm {
    const alarm = { id: ++this.ids, label, run, repeatUs: repeats ? delayUs : 0 };
    this.start(alarm, delayUs);
    return alarm;
  }

  start(alarm: Alarm, delayUs: number): void {
    this.alarms.set(alarm.id, alarm);
    this.hook(Op.setTimer, alarm.id, this.nowUs() + delayUs);
  }

  /** None was ever set. */
  renew(): void {
    this.alarms.clear();
    this.ids = 0;
  }

  isActive(alarm: Alarm): boolean {
    return this.alarms.get(alarm.id) === alarm;
  }

  clear(id: number): void {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return;
    alarm.repeatUs = 0;
    this.alarms.delete(id);
    this.hook(Op.clearTimer, id);
  }

  /** What to say of an exception in that timer. */
  label(id: number): string {
    return this.alarms.get(id)?.label ?? "a timer";
  }

  /** The host says that a timer came due. */
  fire(id: number): void {
    const alarm = this.alarms.get(id);
    if (alarm === undefined || alarm.run === null) return;
    // A timer that repeats stays active while it runs, so that its callback can clear it; others can be set again by `refresh`.
    if (alarm.repeatUs === 0) this.alarms.delete(id);
    try {
      alarm.run();
    } finally {
      if (alarm.repeatUs > 0 && this.isActive(alarm)) this.start(alarm, alarm.repeatUs);
    }
  }
}

/** Installs setTimeout and its relatives. Gives them too, for `node:timers`. */
export function installTimers(timers: Timers): Record<string, unknown> {
  const { Timeout, Immediate } = timerClasses(timers);

  function setTimeout(callback: Callback, delay?: number, ...args: unknown[]) {
    return new Timeout("a setTimeout callback", callback, delay, args, false);
  }
  function setInterval(callback: Callback, delay?: number, ...args: unknown[]) {
    return new Timeout("a setInterval callback", callback, delay, args, true);
  }
  function setImmediate(callback: Callback, ...args: unknown[]) {
    return new Immediate(callback, args);
  }
  function clearTimeout(timer?: unknown) {
    if (timer instanceof Timeout) timer.close();
    else if (typeof timer === "number" || typeof timer === "string") timers.clear(Number(timer));
  }
  function clearInterval(timer?: unknown) {
    clearTimeout(timer);
  }
  function clearImmediate(immediate?: unknown) {
    if (immediate instanceof Immediate) immediate.clear();
  }
  const functions = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
  for (const [name, value] of Object.entries(functions)) define(globalThis, name, value);
  return functions;
}

function timerClasses(timers: Timers) {
  class Timeout {
    readonly #alarm: Alarm;
    readonly #delayUs: number;
    #hasRef = true;

    constructor(label: string, callback: Callback, delay: unknown, args: unknown[], repeats: boolean) {
      if (typeof callback !== "function") throw wrongType("callback", "function", callback);
      this.#delayUs = delayUs(delay);
      this.#alarm = timers.add(label, () => Reflect.apply(callback, this, args), this.#delayUs, repeats);
    }

    ref() {
      this.#hasRef = true;
      return this;
    }

    unref() {
      this.#hasRef = false;
      return this;
    }

    hasRef() {
      return this.#hasRef;
    }

    refresh() {
      if (this.#alarm.run !== null) timers.start(this.#alarm, this.#delayUs);
      return this;
    }

    close() {
      timers.clear(this.#alarm.id);
      this.#alarm.run = null;
      return this;
    }

    [Symbol.toPrimitive]() {
      return this.#alarm.id;
    }
  }

  class Immediate {
    readonly #id: number;
    #hasRef = true;

    constructor(callback: Callback, args: unknown[]) {
      if (typeof callback !== "function") throw wrongType("callback", "function", callback);
      const run = () => Reflect.apply(callback, undefined, args);
      this.#id = timers.add("a setImmediate callback", run, IMMEDIATE_US, false).id;
    }

    ref() {
      this.#hasRef = true;
      return this;
    }

    unref() {
      this.#hasRef = false;
      return this;
    }

    hasRef() {
      return this.#hasRef;
    }

    clear() {
      timers.clear(this.#id);
    }
  }
  return { Timeout, Immediate };
}

/** As in Node: whole milliseconds, at least one; what is out of range counts as one. */
function delayUs(delay: unknown): number {
  const ms = Number(delay);
  return (ms >= 1 && ms <= DELAY_MAX_MS ? Math.trunc(ms) : 1) * MILLISECOND_US;
}
