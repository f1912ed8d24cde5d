import type { Micros } from "../sim/peer-host.ts";
import { peerName, seconds } from "./describe.ts";
import type { Failure } from "./failure.ts";

interface Leadership {
  readonly peer: number;
  readonly incarnation: number;
  readonly sinceUs: Micros;
}

/**
 * At most one leader in a term, over the whole run (Raft paper, Figure 3: Election Safety).
 *
 * A leader is a (peer, incarnation): one that restarts has forgotten its votes' replies, so leading the same term
 * again takes a second election in it.
 */
export class ElectionSafety {
  readonly #leaders = new Map<number, Leadership>();

  /** What a peer reported; call it for every report, in order of time. */
  observed(peer: number, incarnation: number, term: number, isLeader: boolean, timeUs: Micros): Failure | null {
    if (!isLeader) return null;
    const first = this.#leaders.get(term);
    if (first === undefined) {
      this.#leaders.set(term, { peer, incarnation, sinceUs: timeUs });
      return null;
    }
    if (first.peer === peer && first.incarnation === incarnation) return null;
    const again = first.peer === peer;
    return {
      property: "election-safety",
      expected: `at most one leader in term ${term}`,
      seen: again
        ? `peer ${peer} led term ${term} since ${seconds(first.sinceUs)}, crashed, and leads the same term again`
        : `${peerName(first.peer, first.incarnation)} (since ${seconds(first.sinceUs)}) and ${peerName(peer, incarnation)} both lead term ${term}`,
      cite: "Raft paper, Figure 3 (Election Safety), section 5.2",
      timeUs,
      peers: again ? [peer] : [first.peer, peer],
      term,
      hint: "How many votes does a candidate need, which replies may it count, and when may a peer give a second vote in one term?",
    };
  }
}
