import type { Departure, ToldFact } from "../../../../grader/explain/types.ts";
import { at, listed, named } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { EventOf, Onlooker } from "../events.ts";
import type { Handled, Knowledge } from "../knowledge.ts";
import { endOf, isBehind } from "../messages.ts";
import type { ElectionFacts, Leadership } from "./elections.ts";
import { type Applied, appliedAt, commandIn, sameBytes } from "./entries.ts";
import { triggerText } from "./words.ts";

/** When a peer applied the index, and what it was then. */
interface Application {
  readonly peer: number;
  readonly boot: number;
  readonly timeUs: Micros;
  /** The term that it led; -1 when it did not lead. */
  readonly led: number;
  /** Of its entry there, as far as that is known. */
  readonly term: number | null;
  readonly acknowledged: readonly (readonly [peer: number, timeUs: Micros])[];
  readonly size: number;
  /** A request made it do so. */
  readonly isAsked: boolean;
  /** What made it do so. */
  readonly trigger: string;
  readonly stray: Knowledge["strayAck"];
}

/** An entry for the index that came to a peer. */
interface Brought {
  readonly handled: Handled;
  readonly command: Uint8Array;
  readonly term: number;
  readonly from: number;
  readonly timeUs: Micros;
  /** The peer had the entry before it. */
  readonly isCompared: boolean;
  /** The peer said success to it. */
  readonly isTaken: boolean;
}

const STARTS_KEPT = 20;

/** All about one index of the log that peers do not agree on: who began it, who acknowledged it, who applied it, who led without it. */
export class DisputedIndex {
  readonly #applications = new Map<number, Application>();
  readonly #starts: { readonly peer: number; readonly term: number; readonly timeUs: Micros }[] = [];
  /** The command that each peer acknowledged there last, by the request that brought it. */
  readonly #brought = new Map<number, Brought>();
  #departure: Departure | null = null;

  constructor(readonly index: number) {}

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    switch (event.kind) {
      case "gets":
        this.#brings(event);
        break;
      case "accepts":
        if (event.index === this.index && this.#starts.length < STARTS_KEPT)
          this.#starts.push({ peer: peer.id, term: event.term, timeUs });
        break;
      case "answers":
        this.#answers(event);
        break;
      case "applies":
        if (event.index === this.index && !event.isSnapshot) this.#applies(event);
        break;
      default:
        break;
    }
  };

  get departures(): readonly Departure[] {
    return this.#departure === null ? [] : [this.#departure];
  }

  facts(elections: ElectionFacts): ToldFact[] {
    const applications = [...this.#applications.values()];
    const [first, ...others] = applications;
    const facts: ToldFact[] = [];
    for (const { peer, term, timeUs } of this.#starts) {
      facts.push({
        label: "started",
        text: `index ${this.index} was given to a command by peer ${peer}, leader of term ${term}, at ${at(timeUs)}`,
      });
    }
    if (first === undefined) return facts;
    facts.push(...this.#firstFacts(first));
    const lacking = elections.leaderships.filter(
      (one) => one.timeUs > first.timeUs && one.peer !== first.peer && this.#lacks(one, first),
    );
    const then = lacking[0];
    if (then !== undefined) {
      facts.push({ label: "then", text: elections.won(then) });
    }
    for (const other of others.filter(({ led, isAsked }) => led >= 0 || isAsked).slice(0, 3)) {
      if (other.term === first.term && other.term !== null) continue;
      const led = elections.leaderships.find(({ peer, term }) => peer === other.peer && term === other.led);
      if (led !== undefined && led !== then) facts.push({ label: "then", text: elections.won(led) });
      facts.push({ label: "then", text: this.#how(other, "applied it") });
    }
    return facts;
  }

  #lacks({ last }: Leadership, first: Application): boolean {
    if (last === null) return false;
    return last.index < this.index || (first.term !== null && isBehind(last, { index: this.index, term: first.term }));
  }

  #firstFacts(first: Application): ToldFact[] {
    const term = first.term === null ? "" : `; its entry is of term ${first.term}`;
    const facts: ToldFact[] = [
      {
        label: "first",
        text: `${this.#how(first, `applied index ${this.index} first`)}${term}`,
      },
    ];
    if (first.led < 0) return facts;
    const by = first.acknowledged.map(([peer, timeUs]) => `peer ${peer} at ${at(timeUs)}`);
    facts.push({
      label: "first",
      text: `acknowledged to it in term ${first.led} until then: by ${by.length === 0 ? "nobody" : listed(by)}; with itself ${by.length + 1} of ${first.size} peers`,
    });
    if (first.stray?.timeUs === first.timeUs) {
      facts.push({
        label: "first",
        text: `it did so on a success of peer ${first.stray.from} to a request of term ${first.stray.term}`,
      });
    }
    return facts;
  }

  #how({ peer, boot, timeUs, led, isAsked, trigger }: Application, applied: string): string {
    const role = led >= 0 ? `, leader of term ${led},` : isAsked ? "" : ", which did not lead,";
    const why = led >= 0 || isAsked ? `, ${trigger}` : "";
    return `${named(peer, boot)}${role} ${applied} at ${at(timeUs)}${why}`;
  }

  /** A request brings an entry to that index. Whether it was taken is known when it is answered, or applied at once. */
  #brings({ peer, timeUs, handled }: EventOf<"gets">): void {
    const { request, bytes, from, isStale } = handled;
    if (request?.method !== "appendEntries" || request.log === null || bytes === null || isStale) return;
    const { prev, terms } = request.log;
    if (this.index <= prev.index || this.index > endOf(request.log).index) return;
    const command = commandIn(bytes, this.index - prev.index - 1);
    if (command === null) return;
    const isCompared = prev.index <= handled.committed || peer.given.has(prev.index, prev.term);
    const term = terms[this.index - prev.index - 1] ?? 0;
    this.#brought.set(peer.id, { handled, command, term, from, timeUs, isCompared, isTaken: false });
  }

  #answers({ peer, handled, reply }: EventOf<"answers">): void {
    const brought = this.#brought.get(peer.id);
    if (brought?.handled === handled && reply?.yes === true) this.#brought.set(peer.id, { ...brought, isTaken: true });
  }

  #applies({ peer, timeUs, message }: EventOf<"applies">): void {
    if (!this.#applications.has(peer.id)) {
      const acknowledged = [...peer.acknowledged]
        .filter(([, { index }]) => index >= this.index)
        .map(([id, ack]) => [id, ack.timeUs] as const);
      this.#applications.set(peer.id, {
        peer: peer.id,
        boot: peer.boot,
        timeUs,
        led: peer.leadsNow ? peer.term : -1,
        term: peer.log.termAt(this.index),
        acknowledged: acknowledged.sort(([a], [b]) => a - b),
        size: peer.size,
        isAsked: peer.entered.cause?.kind === "gets",
        trigger: triggerText(peer),
        stray: peer.strayAck,
      });
    }
    const applied: Applied | null = appliedAt(message);
    const { cause } = peer.entered;
    const brought = this.#brought.get(peer.id);
    if (this.#departure !== null || applied === null || brought === undefined) return;
    const isAtOnce = cause?.kind === "gets" && cause.handled === brought.handled && brought.isCompared;
    if ((!brought.isTaken && !isAtOnce) || sameBytes(applied.command, brought.command)) return;
    if (brought.isTaken && peer.log.termAt(this.index) !== brought.term) return;
    this.#departure = {
      rule: "applies-another-entry",
      peer: peer.id,
      timeUs,
      text: `peer ${peer.id} applies another command at index ${this.index} than peer ${brought.from} brought it there at ${at(brought.timeUs)}, in an entry of term ${brought.term}`,
      cite: "Raft paper, Figure 2, AppendEntries RPC, rules 3 and 4: an entry that conflicts goes, with all that follow it",
    };
  }
}
