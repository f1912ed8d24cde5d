import type { Micros } from "../sim/peer-host.ts";
import { seconds } from "./describe.ts";
import type { Finding } from "./failure.ts";

/** More than any sound peer needs: a hundred commands at once, each sent alone to six others, are 600. */
export const MAX_CALLS_PER_S = 10_000;
/**
 * Six times what any right submission needs that is known, over all scenarios. A run can do twice as much within its CPU
 * time, so that a lasting flood ends with the same verdict on a slow machine.
 */
export const MAX_CALLS = 60_000;
const SECOND_US = 1_000_000;

interface Rate {
  second: number;
  calls: number;
}

/**
 * How many calls a peer makes in each second of virtual time, and all of them in a run. A peer whose every answer brings
 * about several requests would otherwise keep a run busy until its limit of CPU time, and be told that it hung.
 */
export class CallRate {
  readonly #rates = new Map<number, Rate>();
  #calls = 0;

  /** The peer called another one. */
  called(peer: number, timeUs: Micros): Finding | null {
    if (++this.#calls > MAX_CALLS) {
      return {
        property: "efficiency",
        check: "call-rate",
        expected: `at most ${MAX_CALLS} calls by all peers in one run`,
        seen: `there were more by ${seconds(timeUs)}; the last was by peer ${peer}`,
        timeUs,
        peers: [peer],
      };
    }
    const second = Math.floor(timeUs / SECOND_US);
    const rate = this.#rates.get(peer);
    if (rate === undefined || rate.second !== second) {
      this.#rates.set(peer, { second, calls: 1 });
      return null;
    }
    rate.calls++;
    if (rate.calls <= MAX_CALLS_PER_S) return null;
    return {
      property: "efficiency",
      check: "call-rate",
      expected: `at most ${MAX_CALLS_PER_S} calls by one peer in a second of virtual time`,
      seen: `peer ${peer} made more between ${seconds(second * SECOND_US)} and ${seconds(timeUs)}`,
      timeUs,
      peers: [peer],
    };
  }
}
