import type { Entry, Input, Micros, PeerHost, Window, WindowResult } from "../sim/peer-host.ts";
import { isVisible } from "./recorder.ts";

/** So far ahead a peer's timers are looked for, by its own clock or the grader's. */
const LOOKED_AHEAD_US = 60_000_000;
/** So many timers in a row may do nothing. */
const SILENT_TIMERS_MAX = 10_000;

/**
 * A host whose peers stand still unless they are told otherwise: inputs reach them, timers fire one by one when they are
 * asked to. For the host each peer is paused; the kernel knows nothing of it.
 */
export class ManualHost implements PeerHost {
  readonly #inner: PeerHost;
  readonly #renewsRealms: boolean;
  /** The present incarnation of each peer that lives in the host. */
  readonly #lives = new Map<number, number>();
  /** Those that stand still because a fault says so. */
  readonly #paused = new Set<number>();
  /** Entries that happened already and are yet to be told. */
  #ready: Entry[] = [];
  #isFree = false;
  /** Since when all are free, while it is not told to the host yet. */
  #freeFromUs: Micros | null = null;

  /** `renewsRealms`: see `PeerHost.reset`. */
  constructor(inner: PeerHost, renewsRealms = false) {
    this.#inner = inner;
    this.#renewsRealms = renewsRealms;
  }

  reset(): void {
    this.#inner.reset(this.#renewsRealms);
    this.#lives.clear();
    this.#paused.clear();
    this.#ready = [];
    this.#isFree = false;
    this.#freeFromUs = null;
  }

  exchange(window: Window): WindowResult {
    if (this.#ready.length > 0 && window.inputs.length === 0) return this.#tell(window);
    const { inputs, isOurs } = this.#completed(window.inputs);
    const result = this.#inner.exchange({ ...window, inputs });
    const entries = result.entries.filter(({ cause, peer }) => cause === "timer" || !isOurs.get(peer)?.shift());
    return { ...result, entries };
  }

  /** Peers go on by themselves from that moment on. The kernel must ask for a window that begins then. */
  goFree(nowUs: Micros): void {
    this.#isFree = true;
    this.#freeFromUs = nowUs;
  }

  /** All peers stand still from that moment on. */
  goManual(nowUs: Micros): void {
    this.#isFree = false;
    this.#freeFromUs = null;
    this.#control("pause", nowUs, this.#moving());
  }

  /**
   * Lets a peer's timers fire until one does something, or exactly one. Gives when the first and the last of them were, which
   * the kernel is to be told next; null when there is none.
   */
  fire(peer: number, nowUs: Micros, once: boolean): { readonly firstUs: Micros; readonly lastUs: Micros } | null {
    if (!this.#lives.has(peer) || this.#paused.has(peer)) return null;
    const fired: Entry[] = [];
    const window = { untilUs: nowUs + LOOKED_AHEAD_US, spanUs: Number.POSITIVE_INFINITY };
    const resume = this.#input("resume", nowUs, peer);
    let entry = this.#inner.exchange({ ...window, maxEntries: 2, inputs: [resume] }).entries[1];
    while (entry !== undefined) {
      fired.push(entry);
      if (once || isVisible(entry.effects) || fired.length >= SILENT_TIMERS_MAX) break;
      entry = this.#inner.exchange({ ...window, maxEntries: 1, inputs: [] }).entries[0];
    }
    const [first, last] = [fired[0], fired.at(-1)];
    this.#control("pause", last?.timeUs ?? nowUs, [peer]);
    if (first === undefined || last === undefined || !(once || isVisible(last.effects))) return null;
    this.#ready = fired;
    return { firstUs: first.timeUs, lastUs: last.timeUs };
  }

  /** Tells as much of what happened already as falls into the window. */
  #tell({ untilUs, spanUs }: Window): WindowResult {
    let endUs = untilUs;
    const entries: Entry[] = [];
    for (const entry of this.#ready) {
      if (entry.timeUs >= endUs) break;
      entries.push(entry);
      if (entry.effects.length > 0) endUs = Math.min(endUs, entry.timeUs + spanUs);
    }
    this.#ready = this.#ready.slice(entries.length);
    return { entries, endUs, nextWakeUs: this.#ready[0]?.timeUs ?? Number.POSITIVE_INFINITY };
  }

  /** The kernel's inputs with ours among them; of each peer, which ones are ours. */
  #completed(inputs: readonly Input[]): { inputs: Input[]; isOurs: Map<number, boolean[]> } {
    const all: Input[] = [];
    const isOurs = new Map<number, boolean[]>();
    const add = (input: Input, ours: boolean) => {
      all.push(input);
      const known = isOurs.get(input.peer);
      if (known === undefined) isOurs.set(input.peer, [ours]);
      else known.push(ours);
    };
    if (this.#freeFromUs !== null) {
      for (const peer of this.#moving()) add(this.#input("resume", this.#freeFromUs, peer), true);
      this.#freeFromUs = null;
    }
    for (const input of inputs) {
      add(input, false);
      const { kind, peer, timeUs } = input;
      if (kind === "drop") this.#lives.delete(peer);
      if (kind === "pause") this.#paused.add(peer);
      if (kind === "boot" || kind === "resume" || kind === "drop") this.#paused.delete(peer);
      if (kind === "boot") this.#lives.set(peer, input.incarnation);
      const moves = kind === "boot" || kind === "resume";
      if (moves && !this.#isFree) add(this.#input("pause", timeUs, peer), true);
    }
    return { inputs: all, isOurs };
  }

  #moving(): number[] {
    return [...this.#lives.keys()].filter((peer) => !this.#paused.has(peer)).sort((a, b) => a - b);
  }

  /** Tells the host something that the kernel has no part in. */
  #control(kind: "pause" | "resume", timeUs: Micros, peers: readonly number[]): void {
    const inputs = peers.map((peer) => this.#input(kind, timeUs, peer));
    if (inputs.length === 0) return;
    const spanUs = Number.POSITIVE_INFINITY;
    this.#inner.exchange({ untilUs: timeUs + 1, spanUs, maxEntries: inputs.length, inputs });
  }

  #input(kind: "pause" | "resume", timeUs: Micros, peer: number): Input {
    return { kind, timeUs, peer, incarnation: this.#lives.get(peer) ?? 0 };
  }
}
