import type { Micros } from "../../sim/peer-host.ts";
import { sameCommand } from "../command.ts";
import { peerName, seconds } from "../describe.ts";
import type { Finding } from "../failure.ts";
import type { EntryKind } from "./applied-log.ts";
import { entryName } from "./entry-name.ts";

/** When an index was applied for the first time, and the highest term that any peer had reported by then. */
interface FirstApplication {
  readonly timeUs: Micros;
  readonly maxTerm: number;
  /** When a leader accepted what was promised for this index, if that is known: from then on peers may have held it. */
  readonly sinceUs: Micros;
  /** MessagePack; empty for a no-op. */
  readonly command: Uint8Array;
}

/** An index that `start` gave to a command. */
interface Promised {
  readonly peer: number;
  readonly incarnation: number;
  readonly term: number;
  readonly index: number;
  readonly command: Uint8Array;
  readonly timeUs: Micros;
}

/**
 * A leader has every entry that was committed before (Raft paper, Figure 3: Leader Completeness), only ever appends to
 * its log (Leader Append-Only), and what it commits is what it appended (Log Matching). Logs are not visible from
 * outside; the index that `start` gives is.
 *
 * Why nobody is accused wrongly. An entry that was applied was committed by the leader of some term C, who reported C
 * when it became a candidate, one message before it could lead: C is at most M, the highest term reported by anybody
 * when the index was first applied. So whoever leads a term T of at least M has that entry: from its election if C < T,
 * or because it committed it itself. The next command it accepts gets a higher index; and a command that it accepted at
 * this index before is the entry. A leader that was cut off and goes on accepting commands leads a term below M, and
 * no-ops only move indices up. Within one term there is one leader, and each accepted command appends one entry.
 */
export class LeaderCompleteness {
  /** Index i stands at [i]; neither times nor terms decrease with the index. */
  readonly #applied: (FirstApplication | undefined)[] = [];
  /** The promise of the latest term for each index that is not applied yet. */
  readonly #promised = new Map<number, Promised>();
  readonly #lastOfTerm = new Map<number, Promised>();
  readonly #crashedUs = new Map<number, Micros>();
  /** The latest crash of a peer that has come back since. */
  #forgottenUs: Micros = -1;

  /** A peer's memory is lost from now on. */
  crashed(peer: number, timeUs: Micros): void {
    this.#crashedUs.set(peer, timeUs);
  }

  booted(peer: number): void {
    this.#forgottenUs = Math.max(this.#forgottenUs, this.#crashedUs.get(peer) ?? -1);
  }

  /** An index was applied for the first time in the run; indices come in order. `maxTerm`: reported by anybody so far. */
  applied(index: number, kind: EntryKind, command: Uint8Array, maxTerm: number, timeUs: Micros): Finding | null {
    const promised = this.#promised.get(index);
    this.#applied[index] = { timeUs, maxTerm, sinceUs: promised?.timeUs ?? timeUs, command };
    this.#promised.delete(index);
    if (promised === undefined || promised.term < maxTerm) return null;
    if (kind === "command" && sameCommand(promised.command, command)) return null;
    const { peer, incarnation, term } = promised;
    return {
      property: "state-machine-safety",
      check: "promised-index",
      expected: `${entryName("command", promised.command)} at index ${index}, which start() gave it on ${peerName(peer, incarnation)} in term ${term} at ${seconds(promised.timeUs)}; no later term has begun`,
      seen: `${entryName(kind, command)} was applied there`,
      timeUs,
      peers: [peer],
      where: { term, index },
    };
  }

  /** `start` on a peer returned this index and term with `isLeader: true`. */
  startAccepted(
    peer: number,
    incarnation: number,
    term: number,
    index: number,
    command: Uint8Array,
    timeUs: Micros,
  ): Finding | null {
    const promise: Promised = { peer, incarnation, term, index, command, timeUs };
    const applied = this.#applied[index];
    if (applied !== undefined) {
      // A peer that is a majority by itself commits and applies inside start(), before start() has given its result.
      const atOnce = applied.timeUs === timeUs && sameCommand(applied.command, command);
      return applied.maxTerm <= term && !atOnce ? this.#lacks(promise, applied) : null;
    }
    const last = this.#lastOfTerm.get(term);
    this.#lastOfTerm.set(term, promise);
    const rival = this.#promised.get(index);
    if (rival === undefined || rival.term <= term) this.#promised.set(index, promise);
    if (last === undefined || index > last.index) return null;
    return {
      property: "state-machine-safety",
      check: "leader-appends-only",
      expected: `each command accepted in term ${term} to get a higher index than the one before, which got index ${last.index} at ${seconds(last.timeUs)}`,
      seen: `${peerName(peer, incarnation)} gave index ${index} to another command`,
      timeUs,
      peers: [peer],
      where: { term, index },
    };
  }

  #lacks({ peer, incarnation, term, index, timeUs }: Promised, applied: FirstApplication): Finding {
    // What a peer held of the entry can only have been forgotten in a crash that it came back from.
    const forgotten = this.#forgottenUs >= applied.sinceUs;
    return {
      property: forgotten ? "durability" : "state-machine-safety",
      check: forgotten ? "leader-completeness-after-crash" : "leader-completeness",
      expected: `the leader of term ${term} to have the entry at index ${index}, which was applied at ${seconds(applied.timeUs)} when no term after ${term} had begun`,
      seen: `${peerName(peer, incarnation)} leads term ${term} and gave index ${index} to a new command`,
      timeUs,
      peers: [peer],
      where: { term, index },
    };
  }
}
