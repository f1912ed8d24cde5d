import type { Micros } from "../../sim/peer-host.ts";
import { peerName, seconds } from "../describe.ts";
import type { Finding } from "../failure.ts";

/** More than any run has; who leads a new term in every message would otherwise be remembered for ever. */
export const MAX_LED_TERMS = 10_000;

interface Leadership {
  readonly peer: number;
  readonly incarnation: number;
  readonly sinceUs: Micros;
}

/**
 * At most one leader in a term, over the whole run (Raft paper, Figure 3: Election Safety); and no leader without the
 * votes of a majority (section 5.2), as far as one can tell who looks into no message: it has heard from so many others.
 *
 * A leader is a (peer, incarnation): one that restarts has forgotten its votes' replies, so leading the same term
 * again takes a second election in it.
 */
export class ElectionSafety {
  readonly #leaders = new Map<number, Leadership>();
  /** From whom each peer's present incarnation got a request or a reply. */
  readonly #heard: Set<number>[];
  /** So many votes of others make a majority together with a candidate's own. */
  readonly #votes: number;

  /** `size`: peers in the cluster. */
  constructor(size: number) {
    this.#heard = Array.from({ length: size }, () => new Set());
    this.#votes = Math.floor(size / 2);
  }

  booted(peer: number): void {
    this.#heard[peer]?.clear();
  }

  /** A request or a reply of another peer arrived. */
  heard(peer: number, from: number): void {
    if (from !== peer) this.#heard[peer]?.add(from);
  }

  /** What a peer reported; call it for every report, in order of time. */
  observed(peer: number, incarnation: number, term: number, isLeader: boolean, timeUs: Micros): Finding | null {
    if (!isLeader) return null;
    const first = this.#leaders.get(term);
    if (first === undefined) {
      this.#leaders.set(term, { peer, incarnation, sinceUs: timeUs });
      if (this.#leaders.size > MAX_LED_TERMS) return tooMany(peer, term, timeUs);
      return this.#unelected(peer, incarnation, term, timeUs);
    }
    if (first.peer === peer && first.incarnation === incarnation) return null;
    const again = first.peer === peer;
    return {
      property: "election-safety",
      check: "one-leader-a-term",
      expected: `at most one leader in term ${term}`,
      seen: again
        ? `peer ${peer} led term ${term} since ${seconds(first.sinceUs)}, crashed, and leads the same term again`
        : `${peerName(first.peer, first.incarnation)} (since ${seconds(first.sinceUs)}) and ${peerName(peer, incarnation)} both lead term ${term}`,
      timeUs,
      peers: again ? [peer] : [first.peer, peer],
      where: { term },
    };
  }

  #unelected(peer: number, incarnation: number, term: number, timeUs: Micros): Finding | null {
    const heard = [...(this.#heard[peer] ?? [])].sort((a, b) => a - b);
    if (heard.length >= this.#votes) return null;
    const from = heard.length === 0 ? "nobody" : heard.map((other) => `peer ${other}`).join(" and ");
    return {
      property: "election-safety",
      check: "leader-elected",
      expected: `a leader to have been elected: with its own vote, by a majority of ${this.#heard.length} peers`,
      seen: `${peerName(peer, incarnation)} says that it leads term ${term}, and has got a message from ${from} since it booted`,
      timeUs,
      peers: [peer],
      where: { term },
    };
  }
}

function tooMany(peer: number, term: number, timeUs: Micros): Finding {
  return {
    property: "efficiency",
    check: "led-terms",
    expected: `at most ${MAX_LED_TERMS} terms with a leader in a run`,
    seen: `peer ${peer} says that it leads one more, term ${term}`,
    timeUs,
    peers: [peer],
    where: { term },
  };
}
