import type { Effect, Entry, Input, PeerHost, Window, WindowResult } from "../../grader/sim/peer-host.ts";

/** What a scripted peer can do inside an entry. */
export interface Script {
  onBoot?(act: Actions): void;
  onRequest?(act: Actions, input: Extract<Input, { kind: "request" }>): void;
  onReply?(act: Actions, input: Extract<Input, { kind: "reply" }>): void;
  onInvoke?(act: Actions, input: Extract<Input, { kind: "invoke" }>): void;
  onTimer?(act: Actions, name: string): void;
}

export interface Actions {
  readonly me: number;
  readonly incarnation: number;
  readonly nowUs: number;
  effect(effect: Effect): void;
  call(to: number, method: string, args?: Uint8Array): number;
  timer(afterUs: number, name: string): void;
}

interface Timer {
  dueUs: number;
  order: number;
  name: string;
  /** Came due while the peer was paused: fires before the deliveries that waited. */
  overdue?: boolean;
}

interface Life {
  incarnation: number;
  calls: number;
  paused: boolean;
  timers: Timer[];
}

/** Peers written as plain functions: a host without realms, for tests of the kernel alone. */
export class ScriptedHost implements PeerHost {
  readonly windows: Window[] = [];
  readonly seen: string[] = [];
  #lives = new Map<number, Life>();
  #kept: Input[] = [];
  #timers = 0;

  constructor(private readonly script: (peer: number) => Script) {}

  reset(): void {
    this.#lives = new Map();
    this.#kept = [];
  }

  exchange(window: Window): WindowResult {
    // The kernel empties the list of inputs once they are handed over.
    this.windows.push({ ...window, inputs: [...window.inputs] });
    this.#kept.push(...window.inputs);
    const entries: Entry[] = [];
    let endUs = window.untilUs;
    while (window.maxEntries === 0 || entries.length < window.maxEntries) {
      const entry = this.#next(endUs);
      if (entry === null) break;
      entries.push(entry);
      if (entry.effects.length > 0) endUs = Math.min(endUs, entry.timeUs + window.spanUs);
    }
    if (endUs < window.untilUs) this.#kept = [];
    return {
      entries,
      endUs,
      nextWakeUs: Math.min(this.#kept[0]?.timeUs ?? Infinity, this.#nextTimer()?.dueUs ?? Infinity),
    };
  }

  #next(untilUs: number): Entry | null {
    const input = this.#kept[0];
    const timer = this.#nextTimer();
    if (timer !== null && timer.dueUs < untilUs && (input === undefined || before(timer, input))) {
      const life = this.#lives.get(timer.peer) as Life;
      life.timers = life.timers.filter((other) => other.order !== timer.order);
      return this.#enter(timer.dueUs, timer.peer, life, "timer", (act) =>
        this.script(timer.peer).onTimer?.(act, timer.name),
      );
    }
    if (input === undefined || input.timeUs >= untilUs) return null;
    this.#kept.shift();
    return this.#input(input);
  }

  #input(input: Input): Entry {
    const script = this.script(input.peer);
    if (input.kind === "boot") {
      const life: Life = { incarnation: input.incarnation, calls: 0, paused: false, timers: [] };
      this.#lives.set(input.peer, life);
      return this.#enter(input.timeUs, input.peer, life, "input", (act) => script.onBoot?.(act));
    }
    const life = this.#lives.get(input.peer);
    const empty: Entry = {
      timeUs: input.timeUs,
      peer: input.peer,
      incarnation: input.incarnation,
      cause: "input",
      effects: [],
    };
    if (life === undefined || life.incarnation !== input.incarnation) return empty;
    if (input.kind === "drop") this.#lives.delete(input.peer);
    if (input.kind === "pause" || input.kind === "resume") life.paused = input.kind === "pause";
    if (input.kind === "resume") {
      for (const timer of life.timers.filter((timer) => timer.dueUs < input.timeUs)) {
        timer.dueUs = input.timeUs;
        timer.overdue = true;
      }
    }
    return this.#enter(input.timeUs, input.peer, life, "input", (act) => {
      if (input.kind === "request") script.onRequest?.(act, input);
      if (input.kind === "reply") script.onReply?.(act, input);
      if (input.kind === "invoke") script.onInvoke?.(act, input);
    });
  }

  #enter(timeUs: number, peer: number, life: Life, cause: Entry["cause"], body: (act: Actions) => void): Entry {
    const effects: Effect[] = [];
    body({
      me: peer,
      incarnation: life.incarnation,
      nowUs: timeUs,
      effect: (effect) => void effects.push(effect),
      call: (to, method, args = new Uint8Array(0)) => {
        effects.push({ kind: "call", callId: ++life.calls, to, method, args });
        return life.calls;
      },
      timer: (afterUs, name) => void life.timers.push({ dueUs: timeUs + afterUs, order: ++this.#timers, name }),
    });
    return { timeUs, peer, incarnation: life.incarnation, cause, effects };
  }

  #nextTimer(): (Timer & { peer: number }) | null {
    let best: (Timer & { peer: number }) | null = null;
    for (const [peer, life] of [...this.#lives].sort(([a], [b]) => a - b)) {
      if (life.paused) continue;
      for (const timer of life.timers) {
        if (
          best === null ||
          timer.dueUs < best.dueUs ||
          (timer.dueUs === best.dueUs && peer === best.peer && timer.order < best.order)
        ) {
          best = { ...timer, peer };
        }
      }
    }
    return best;
  }
}

/** By time, then peer; at equal time and peer the input comes first. */
function before(timer: Timer & { peer: number }, input: Input): boolean {
  if (timer.dueUs !== input.timeUs) return timer.dueUs < input.timeUs;
  return timer.peer < input.peer || (timer.peer === input.peer && timer.overdue === true);
}
