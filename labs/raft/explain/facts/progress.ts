import { Exchanges, exchangeText, outcomesText } from "../../../../grader/explain/exchanges.ts";
import type { Departure, ToldFact } from "../../../../grader/explain/types.ts";
import { at, counted, listed, named } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { EventOf, Onlooker } from "../events.ts";
import type { Knowledge } from "../knowledge.ts";
import { Refusals } from "./refusals.ts";
import { detailOf, outcomeOf, triggerText } from "./words.ts";

/** An election, as its candidate saw it. */
export interface Election {
  readonly peer: number;
  readonly term: number;
  readonly timeUs: Micros;
  /** What each said whom it asked; `null` while it has not said anything. */
  readonly asked: Map<number, string | null>;
  /** When the votes that came made a majority together with its own; infinite while they do not. */
  wonUs: Micros;
  /** When its candidate crashed or came to a newer term; infinite while it did neither. */
  overUs: Micros;
  hasLed: boolean;
}

/** How the peers stand that make no progress, as far as it is known. */
export interface Standing {
  readonly peers: readonly Knowledge[];
  /** Those that it is about. */
  readonly concerned: readonly number[];
  /** Who leads them: nobody where one of them is in a newer term. */
  readonly leader: Knowledge | null;
  /** Up to where each has applied. */
  readonly applied: readonly number[];
  /** The beginning of the run is known: what is not known to have happened did not. */
  readonly isWhole: boolean;
}

/** Looked at in a run that makes no progress: its end. */
export const WINDOW_US = 5_000_000;
/** So long nobody lets an election wait that goes by the lab's timing. */
export const QUIET_US = 3_000_000;
/** Who has a majority of votes leads sooner. */
const UNLED_US = 50_000;
const LINKS_SHOWN = 4;
const WAITING_MAX = 10_000;

/** What has been going on in a run in which something did not happen in time. */
export class ProgressFacts {
  /** Marked: calls that a leader made. */
  readonly exchanges = new Exchanges();
  readonly #elections = new Map<number, Election>();
  /** The one before it. */
  readonly #earlier = new Map<number, Election>();
  /** One that was won by the votes, and whose candidate did not lead then. */
  #unled: Election | null = null;
  /** The term that each peer showed last. */
  readonly #shown = new Map<number, number>();
  begun = 0;
  atOnce = 0;
  lastBegunUs: Micros = -1;
  #changed: { readonly timeUs: Micros; readonly text: string } | null = null;
  #applied: { readonly timeUs: Micros; readonly peer: number; readonly index: number } | null = null;
  readonly #waiting = new Map<number, EventOf<"accepts">>();
  #highestApplied = 0;
  /** What followers refuse. */
  readonly #refusals = new Refusals();

  /** `endUs`: when the run ended. */
  constructor(readonly endUs: Micros) {}

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    const election = this.#elections.get(peer.id);
    if (election?.overUs === Number.POSITIVE_INFINITY && (event.kind === "crashes" || peer.termNow > election.term))
      election.overUs = timeUs;
    switch (event.kind) {
      case "asks":
        if (event.request?.method === "requestVote" && event.request.candidateId === peer.id)
          this.#asks(event, event.request.term);
        if (timeUs >= this.endUs - WINDOW_US) {
          const { to, method, asLeader } = event.asked;
          this.exchanges.called(peer.id, to, method, detailOf(event.request), event.bytes, timeUs, asLeader);
        }
        break;
      case "hears": {
        const { asked, reply, bytes } = event;
        const outcome = outcomeOf(asked.request, reply, bytes === null);
        if (asked.timeUs >= this.endUs - WINDOW_US) {
          this.exchanges.answered(peer.id, asked.to, asked.method, outcome, bytes ?? 0, timeUs);
        }
        if (outcome === "refused") this.#refusals.refused(event);
        if (asked.request?.method === "requestVote" && election?.term === asked.request.term) {
          election.asked.set(
            asked.to,
            outcome === "refused in a newer term" ? `refused in term ${reply?.term}` : outcome,
          );
          const isOpen = election.overUs === Number.POSITIVE_INFINITY;
          if (isOpen && election.wonUs === Number.POSITIVE_INFINITY && hasMajority(election, peer))
            election.wonUs = timeUs;
        }
        break;
      }
      case "shows":
        if (event.isLeader && event.term === election?.term) election.hasLed = true;
        if (event.term !== this.#shown.get(peer.id) || event.isLeader !== peer.isLeader) {
          this.#shown.set(peer.id, event.term);
          const gaveUp =
            peer.isLeader && !event.isLeader
              ? `, led term ${peer.ledTerm} until then: gave up ${triggerText(peer)}`
              : "";
          this.#changed = {
            timeUs,
            text: `${named(peer.id, peer.boot)}: term ${event.term}${event.isLeader ? ", leader" : gaveUp}`,
          };
        }
        break;
      case "applies":
        this.#applied = { timeUs, peer: peer.id, index: event.index };
        this.#highestApplied = Math.max(this.#highestApplied, event.index);
        break;
      case "accepts":
        if (this.#waiting.size < WAITING_MAX) this.#waiting.set(event.index, event);
        break;
      default:
        break;
    }
  };

  facts(standing: Standing): ToldFact[] {
    return [
      ...this.#sinceFacts(),
      ...(standing.leader !== null ? [] : this.#electionFacts(standing)),
      ...this.#linkFacts(standing),
      ...this.#refusals.facts(standing, this.exchanges),
      ...this.#waitingFacts(standing),
    ];
  }

  /** The last election among them of which something came; where there is none, the last. `isLast`: none came after it. */
  lastElection({ concerned }: Standing): (Election & { readonly isLast: boolean }) | null {
    const all = [...this.#elections.values(), ...this.#earlier.values()]
      .filter(({ peer }) => concerned.includes(peer))
      .sort((a, b) => b.timeUs - a.timeUs);
    const found = all.find(({ asked }) => [...asked.values()].some((outcome) => outcome !== null)) ?? all[0];
    return found === undefined ? null : { ...found, isLast: found === all[0] };
  }

  /** An election that was won by the votes, and whose candidate did not lead all the same. */
  unledElection(): Election | null {
    return [...this.#elections.values()].find((one) => isUnled(one, this.endUs)) ?? this.#unled;
  }

  /** Calls of the window among those that it is about first, then what was answered at all. */
  links({ concerned, leader }: Standing): ReturnType<Exchanges["busiest"]> {
    const rank = ({ from, to, answers }: (typeof this.exchanges.all)[number]): number => {
      const isAmong = concerned.includes(to) && (concerned.includes(from) || from === leader?.id);
      const isLost = answers.size > 0 && [...answers.keys()].every((outcome) => outcome === "lost");
      return (isAmong ? 0 : 2) + (isLost ? 1 : 0);
    };
    return [...this.exchanges.busiest(Number.POSITIVE_INFINITY)].sort((a, b) => rank(a) - rank(b));
  }

  #asks({ peer, asked, timeUs }: EventOf<"asks">, term: number): void {
    const known = this.#elections.get(peer.id);
    if (known?.term === term) {
      known.asked.set(asked.to, known.asked.get(asked.to) ?? null);
      return;
    }
    if (known !== undefined) {
      this.#earlier.set(peer.id, known);
      if (isUnled(known, timeUs)) this.#unled = known;
    }
    this.#elections.set(peer.id, {
      peer: peer.id,
      term,
      timeUs,
      asked: new Map([[asked.to, null]]),
      wonUs: Number.POSITIVE_INFINITY,
      overUs: Number.POSITIVE_INFINITY,
      hasLed: false,
    });
    this.begun++;
    if (timeUs - this.lastBegunUs < 1_000) this.atOnce++;
    this.lastBegunUs = timeUs;
  }

  #sinceFacts(): ToldFact[] {
    const facts: ToldFact[] = [];
    if (this.#changed !== null) {
      const applied =
        this.#applied === null
          ? "nothing was applied"
          : `the last entry was applied at ${at(this.#applied.timeUs)} (index ${this.#applied.index}, peer ${this.#applied.peer})`;
      facts.push({
        label: "since",
        text: `the last change of a term or leader was at ${at(this.#changed.timeUs)} (${this.#changed.text}); ${applied}`,
      });
    }
    return facts;
  }

  #electionFacts(standing: Standing): ToldFact[] {
    const last = this.lastElection(standing);
    if (last === null) return [];
    const facts: ToldFact[] = [];
    const { asked, peer, term, timeUs, isLast } = last;
    const others = standing.peers.length - 1;
    const answers = [...asked]
      .filter(([to]) => to !== peer)
      .sort(([a], [b]) => a - b)
      .map(([to, outcome]) => `peer ${to} ${outcome ?? "no answer yet"}`);
    const few = answers.length < others ? `; a candidate asks all at once` : "";
    facts.push({
      label: "election",
      text: `${isLast ? "the last one" : "the last one that anybody answered"}: peer ${peer}, term ${term}, began at ${at(timeUs)}; asked ${answers.length} of ${others}: ${listed(answers)}${few}${this.#wonText(last)}`,
    });
    const quietUs = this.endUs - this.lastBegunUs;
    if (quietUs > QUIET_US) {
      facts.push({
        label: "election",
        text: `since ${at(this.lastBegunUs)}, for ${(quietUs / 1e6).toFixed(1)} s, nobody has begun one`,
      });
    } else if (this.begun > 8) {
      facts.push({
        label: "election",
        text: `${counted(this.begun, "election")} began in this run${this.atOnce > 2 ? `; ${this.atOnce} times one began within a millisecond of another peer's` : ""}`,
      });
    }
    return facts;
  }

  #wonText({ wonUs, hasLed }: Election): string {
    if (wonUs === Number.POSITIVE_INFINITY) return "";
    return `; with its own vote a majority at ${at(wonUs)}, ${hasLed ? "and it led, for a while" : "and it did not lead"}`;
  }

  /** Known also where the run is too long for its beginning to be kept. */
  departures(standing: Standing): Departure[] {
    return this.#refusals.departures(standing, this.exchanges);
  }

  #linkFacts(standing: Standing): ToldFact[] {
    const shown = this.links(standing).slice(0, LINKS_SHOWN);
    return shown.map((one) => {
      const { calls, marked } = one;
      const idle =
        one.method !== "appendEntries" || marked === calls || !standing.isWhole
          ? ""
          : ` (${marked === 0 ? "" : `${calls - marked} of them `}while it did not say that it leads)`;
      return { label: "last 5 s", text: `${exchangeText(one)}: ${outcomesText(one)}${idle}` };
    });
  }

  /** The command that was accepted first of those that nobody applies. */
  oldestWaiting(): EventOf<"accepts"> | null {
    let oldest: EventOf<"accepts"> | null = null;
    for (const one of this.#waiting.values()) {
      if (one.index <= this.#highestApplied || this.endUs - one.timeUs <= WINDOW_US) continue;
      if (oldest === null || one.timeUs < oldest.timeUs) oldest = one;
    }
    return oldest;
  }

  #waitingFacts({ peers, isWhole, applied }: Standing): ToldFact[] {
    const waiting = this.oldestWaiting();
    if (waiting === null) return [];
    const next = Math.max(...applied) + 1;
    if (!isWhole && waiting.index > next)
      return [{ label: "waiting", text: `index ${next} is the first that nobody has applied` }];
    const { index, term, peer, timeUs } = waiting;
    const leader = peers[peer.id];
    const acks =
      isWhole && leader?.isLeader && leader.term === term
        ? [...leader.acknowledged].filter(([, ack]) => ack.index >= index).map(([id]) => id)
        : null;
    const told =
      acks === null
        ? ""
        : `; acknowledged to it by ${acks.length === 0 ? "nobody" : listed(acks.sort((a, b) => a - b).map((id) => `peer ${id}`))}`;
    return [
      {
        label: "waiting",
        text: `index ${index} was started at peer ${peer.id}, leader of term ${term}, at ${at(timeUs)}, and applied by nobody${told}`,
      },
    ];
  }
}

/** Whether the votes that came make a majority together with its own. */
function hasMajority({ asked, peer: id }: Election, { asksItself, others }: Knowledge): boolean {
  const grants = [...asked].filter(([to, outcome]) => outcome === "granted" && to !== id).length;
  return grants >= others && (!asksItself || asked.get(id) === "granted");
}

/** It was won, and for all the time that it had until then its candidate did not lead. */
function isUnled({ wonUs, overUs, hasLed }: Election, untilUs: Micros): boolean {
  return !hasLed && Math.min(overUs, untilUs) - wonUs > UNLED_US;
}
