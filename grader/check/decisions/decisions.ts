import type { Micros } from "../../sim/peer-host.ts";
import { beginningOf, dataText } from "../../text/data-text.ts";
import { sameCommand } from "../command.ts";
import { seconds } from "../describe.ts";
import type { Finding, Property } from "../failure.ts";

/** What it finds, by name. */
export const DECISION_CHECKS = [
  "one-value-a-slot",
  "decision-stands",
  "value-was-proposed",
  "decides-once",
  "min-never-falls",
  "min-within-dones",
  "in-a-majority",
] as const;

/** What is known of one slot. */
interface Slot {
  /** Every value that a service proposed for it, as MessagePack. */
  readonly proposed: Uint8Array[];
  /** When the first value was proposed. */
  readonly sinceUs: Micros;
  /** What was decided first, as which of those, by whom, and how many peers had got a message of another one since the first proposal. */
  chosen: { readonly value: number; readonly peer: number; readonly timeUs: Micros; readonly reached: number } | null;
  /** By peer, the incarnation that decided it last. */
  readonly deciders: Map<number, number>;
}

const SHOWN_CHARS = 40;

/**
 * What consensus promises, slot by slot, told of each proposal and each decision as it happens: only a value that was proposed is
 * decided, no two peers decide different ones (those that crashed since count), and nobody decides twice in one life. And
 * what is forgotten was given up by everybody before.
 */
export class Decisions {
  readonly #slots = new Map<number, Slot>();
  /** By peer, the slot up to which its service needs nothing any more. */
  readonly #dones: number[];
  /** By peer, what its present incarnation last said that it has forgotten. */
  readonly #mins: number[];
  /** By peer, when a message reached it last; −1 before. */
  readonly #heardUs: number[];
  /** The same of messages of another peer. */
  readonly #heardOthersUs: number[];

  constructor(size: number) {
    this.#heardUs = new Array<number>(size).fill(-1);
    this.#heardOthersUs = new Array<number>(size).fill(-1);
    this.#dones = new Array<number>(size).fill(-1);
    this.#mins = new Array<number>(size).fill(0);
  }

  booted(peer: number): void {
    this.#mins[peer] = 0;
  }

  /** A service is about to propose that value: from now on it may be decided. */
  proposing(number: number, value: Uint8Array, timeUs: Micros = 0): void {
    const { proposed } = this.#of(number, timeUs);
    if (!proposed.some((other) => sameCommand(other, value))) proposed.push(value.slice());
  }

  /** A message reached the peer, perhaps one of its own through the network. */
  heard(peer: number, from: number, timeUs: Micros): void {
    this.#heardUs[peer] = timeUs;
    if (from !== peer) this.#heardOthersUs[peer] = timeUs;
  }

  /** When a message reached the peer last, also one of its own through the network; −1 when none did. */
  heardUs(peer: number): Micros {
    return this.#heardUs[peer] ?? -1;
  }

  /** A service is about to say that it needs nothing up to that slot. */
  giveUp(peer: number, number: number): void {
    this.#dones[peer] = Math.max(this.#dones[peer] ?? -1, number);
  }

  decided(peer: number, incarnation: number, number: number, value: Uint8Array, timeUs: Micros): Finding | null {
    const slot = this.#slots.get(number);
    const which = slot?.proposed.findIndex((other) => sameCommand(other, value)) ?? -1;
    const found = (
      property: Property,
      check: (typeof DECISION_CHECKS)[number],
      expected: string,
      seen: string,
      peers: number[],
    ) => ({ property, check, expected, seen, timeUs, peers, where: { slot: number } }) as const;
    if (slot === undefined || which < 0) {
      const values = slot?.proposed.map(shown) ?? [];
      return found(
        "validity",
        "value-was-proposed",
        `what is decided for slot ${number} to be a value that start() was given for it`,
        `peer ${peer} decided ${shown(value)}; ${values.length === 0 ? "nothing was proposed" : `proposed ${values.length === 1 ? "was" : "were"} ${values.join(", ")}`}`,
        [peer],
      );
    }
    const { chosen, deciders } = slot;
    if (chosen !== null && chosen.value !== which) {
      const first = shown(slot.proposed[chosen.value] as Uint8Array);
      const isOwn = deciders.has(peer);
      const isReborn = deciders.get(peer) !== incarnation;
      return found(
        isOwn ? "durability" : "agreement",
        isOwn ? "decision-stands" : "one-value-a-slot",
        isOwn
          ? `peer ${peer} to stand by what it decided for slot ${number}${isReborn ? ", also after a restart" : ""}`
          : `one value to be decided for slot ${number}`,
        isOwn
          ? `${isReborn ? "before a restart " : "first "}it decided ${first}, now ${shown(value)}`
          : `peer ${chosen.peer} decided ${first} at ${seconds(chosen.timeUs)}, and peer ${peer} ${shown(value)}`,
        isOwn ? [peer] : [chosen.peer, peer],
      );
    }
    if (deciders.get(peer) === incarnation)
      return found(
        "integrity",
        "decides-once",
        `decide() to be called once for slot ${number}`,
        `peer ${peer} called it a second time, without a restart between`,
        [peer],
      );
    const reached = this.#heardOthersUs.filter((heardUs) => heardUs >= slot.sinceUs).length;
    slot.chosen ??= { value: which, peer, timeUs, reached };
    deciders.set(peer, incarnation);
    return null;
  }

  /** What a peer says that it has forgotten: everything below `min`. */
  observed(peer: number, min: number, timeUs: Micros): Finding | null {
    const before = this.#mins[peer] ?? 0;
    this.#mins[peer] = min;
    const base = { property: "integrity", timeUs, peers: [peer] } as const;
    if (min < before)
      return {
        ...base,
        check: "min-never-falls",
        expected: `min at peer ${peer} not to fall while it lives: what is forgotten does not come back`,
        seen: `it fell from ${before} to ${min}`,
      };
    const least = Math.min(...this.#dones);
    if (min <= least + 1) return null;
    const who = this.#dones.indexOf(least);
    return {
      ...base,
      check: "min-within-dones",
      expected: `min at peer ${peer} to be ${least + 1} at most: one more than the least of what all services have given to done()`,
      seen: `it is ${min}, and peer ${who} was told ${least < 0 ? "of no slot that it is done" : `done(${least}) at most`}`,
    };
  }

  /**
   * A slot that was decided before a majority can have accepted anything: of that one peer, the proposer, needs no message, and what
   * it tells itself makes no second one. Where one peer decides alone nothing need contradict it, until it is away.
   */
  decidedTooSoon(): Omit<Finding, "timeUs"> | null {
    const needed = Math.floor(this.#heardOthersUs.length / 2);
    for (const [slot, { chosen }] of this.#slots) {
      if (chosen === null || chosen.reached >= needed) continue;
      const { peer, reached } = chosen;
      return {
        property: "agreement",
        check: "in-a-majority",
        expected: `slot ${slot} to be accepted by ${needed + 1} of ${this.#heardOthersUs.length} peers before anybody decides it`,
        seen: `peer ${peer} decided it when ${reached === 0 ? "no message" : "messages"} of another peer had reached ${reached === 0 ? "anybody" : `${reached} of them only`} since it was started`,
        peers: [peer],
        where: { slot },
      };
    }
    return null;
  }

  /** Whether somebody has decided it. */
  isDecided(number: number): boolean {
    return this.#slots.get(number)?.chosen != null;
  }

  /** Who has decided it, and the last incarnation that did; in the order in which they did first. */
  decidersOf(number: number): ReadonlyMap<number, number> {
    return this.#slots.get(number)?.deciders ?? NOBODY;
  }

  /** What was decided there, as MessagePack. */
  valueOf(number: number): Uint8Array | null {
    const slot = this.#slots.get(number);
    return slot?.chosen == null ? null : (slot.proposed[slot.chosen.value] as Uint8Array);
  }

  #of(number: number, timeUs: Micros): Slot {
    let slot = this.#slots.get(number);
    if (slot === undefined) {
      slot = { proposed: [], sinceUs: timeUs, chosen: null, deciders: new Map() };
      this.#slots.set(number, slot);
    }
    return slot;
  }
}

const NOBODY: ReadonlyMap<number, number> = new Map();

function shown(value: Uint8Array): string {
  try {
    return beginningOf(dataText(value), SHOWN_CHARS);
  } catch {
    return `${value.length} bytes that are not plain data`;
  }
}
