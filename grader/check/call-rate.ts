import type { Micros } from "../sim/peer-host.ts";
import { seconds } from "./describe.ts";
import type { Finding } from "./failure.ts";

/** More than any sound peer needs: a hundred commands at once, each sent alone to six others, are 600. */
export const MAX_CALLS_PER_S = 10_000;
/**
 * By all peers, four times what any right submission needs that is known, over all scenarios. A run of Raft can do three times
 * as much within its CPU time, so that a lasting flood ends with the same verdict on a slow machine; a store's on a busy one
 * ended at 52 000. Heartbeats alone of seven peers, 40 ms apart, are 18 000.
 */
export const MAX_CALLS_PER_2_MIN = 40_000;
const SECOND_US = 1_000_000;

/**
 * How many calls a peer makes in each second of virtual time, and all of them in each two minutes. A peer whose every answer
 * brings about several requests would otherwise keep a run busy until its limit of CPU time, and be told that it hung.
 */
export class CallRate {
  readonly #ofPeer = new Map<number, Rate>();
  readonly #ofAll = new Rate(120 * SECOND_US, MAX_CALLS_PER_2_MIN);

  /** The peer called another one. */
  called(peer: number, timeUs: Micros): Finding | null {
    const ofPeer = this.#ofPeer.get(peer) ?? new Rate(SECOND_US, MAX_CALLS_PER_S);
    this.#ofPeer.set(peer, ofPeer);
    const [isFewOfPeer, isFewOfAll] = [ofPeer.count(timeUs), this.#ofAll.count(timeUs)];
    if (isFewOfPeer && isFewOfAll) return null;
    const [rate, who, within] = isFewOfPeer
      ? [this.#ofAll, "all peers", "two minutes"]
      : [ofPeer, "one peer", "a second"];
    return {
      property: "efficiency",
      check: "call-rate",
      expected: `at most ${rate.max} calls by ${who} in ${within} of virtual time`,
      seen: `${isFewOfPeer ? "they" : `peer ${peer}`} made more between ${seconds(rate.sinceUs)} and ${seconds(timeUs)}`,
      timeUs,
      peers: [peer],
    };
  }
}

/** Calls within each stretch of time of that width, from the first on. */
class Rate {
  sinceUs: Micros = 0;
  #calls = 0;

  constructor(
    private readonly widthUs: Micros,
    readonly max: number,
  ) {}

  /** Whether one more is still within what may be. */
  count(timeUs: Micros): boolean {
    if (timeUs - this.sinceUs >= this.widthUs) {
      this.sinceUs = Math.floor(timeUs / this.widthUs) * this.widthUs;
      this.#calls = 0;
    }
    return ++this.#calls <= this.max;
  }
}
