import type { Effect, Entry, PeerHost, Window, WindowResult } from "../sim/peer-host.ts";

const NOTHING: readonly Effect[] = [];

/**
 * A host without student code: it answers what is known already, one entry after the other. With it the ordinary kernel, and all that
 * judges a run, plays a way through an instance in no time.
 */
export class MemoHost implements PeerHost {
  #entries: readonly (readonly Effect[])[] = [];
  #at = 0;

  /** What comes next: the effects of each entry in the order in which the script brings them about. */
  tell(entries: readonly (readonly Effect[])[]): void {
    this.#entries = entries;
    this.#at = 0;
  }

  reset(): void {
    this.#at = 0;
  }

  exchange({ untilUs, spanUs, maxEntries, inputs }: Window): WindowResult {
    const entries: Entry[] = [];
    let endUs = untilUs;
    for (const { kind, timeUs, peer, incarnation } of inputs) {
      const isQuiet = kind === "pause" || kind === "resume" || kind === "drop";
      const effects = isQuiet ? NOTHING : this.#next();
      entries.push({ timeUs, peer, incarnation, cause: "input", effects });
      // Whoever lets a single timer fire asks for that and one entry more.
      if (kind === "resume" && maxEntries === 2)
        entries.push({ timeUs, peer, incarnation, cause: "timer", effects: this.#next() });
    }
    const first = entries.find(({ effects }) => effects.length > 0);
    if (first !== undefined) endUs = Math.min(endUs, first.timeUs + spanUs);
    return { entries, endUs, nextWakeUs: Number.POSITIVE_INFINITY };
  }

  #next(): readonly Effect[] {
    const effects = this.#entries[this.#at++];
    if (effects === undefined) throw new Error("the kernel plays another way than the search took");
    return effects;
  }
}
