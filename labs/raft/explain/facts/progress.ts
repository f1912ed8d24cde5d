import { Exchanges, exchangeText, outcomesText } from "../../../../grader/explain/exchanges.ts";
import type { ToldFact } from "../../../../grader/explain/types.ts";
import { at, counted, listed, named } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { EventOf, Onlooker } from "../events.ts";
import type { Knowledge } from "../knowledge.ts";
import { detailOf, outcomeOf } from "./words.ts";

/** An election, as its candidate saw it. */
interface Election {
  readonly peer: number;
  readonly term: number;
  readonly timeUs: Micros;
  /** What each said whom it asked; `null` while it has not said anything. */
  readonly asked: Map<number, string | null>;
  lastAskedUs: Micros;
}

/** Looked at in a run that makes no progress: its end. */
export const WINDOW_US = 5_000_000;
const LINKS_SHOWN = 4;
const WAITING_MAX = 10_000;

/** What has been going on in a run in which something did not happen in time. */
export class ProgressFacts {
  readonly #exchanges = new Exchanges();
  readonly #elections = new Map<number, Election>();
  /** The term that each peer showed last. */
  readonly #shown = new Map<number, number>();
  #begun = 0;
  #atOnce = 0;
  #lastBegunUs: Micros = -1;
  #changed: { readonly timeUs: Micros; readonly text: string } | null = null;
  #applied: { readonly timeUs: Micros; readonly peer: number; readonly index: number } | null = null;
  readonly #waiting = new Map<number, EventOf<"accepts">>();
  #highestApplied = 0;

  /** `endUs`: when the run ended. */
  constructor(readonly endUs: Micros) {}

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    switch (event.kind) {
      case "asks":
        if (event.request?.method === "requestVote" && event.request.candidateId === peer.id)
          this.#asks(event, event.request.term);
        if (timeUs >= this.endUs - WINDOW_US) {
          this.#exchanges.called(
            peer.id,
            event.asked.to,
            event.asked.method,
            detailOf(event.request),
            event.bytes,
            timeUs,
          );
        }
        break;
      case "hears": {
        const { asked, reply, bytes } = event;
        const outcome = outcomeOf(asked.request, reply, bytes === null);
        if (asked.timeUs >= this.endUs - WINDOW_US) {
          this.#exchanges.answered(peer.id, asked.to, asked.method, outcome, bytes ?? 0, timeUs);
        }
        const election = this.#elections.get(peer.id);
        if (asked.request?.method === "requestVote" && election?.term === asked.request.term) {
          election.asked.set(
            asked.to,
            outcome === "refused in a newer term" ? `refused in term ${reply?.term}` : outcome,
          );
        }
        break;
      }
      case "shows":
        if (event.term !== this.#shown.get(peer.id) || event.isLeader !== peer.isLeader) {
          this.#shown.set(peer.id, event.term);
          this.#changed = {
            timeUs,
            text: `${named(peer.id, peer.boot)}: term ${event.term}${event.isLeader ? ", leader" : ""}`,
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

  facts(peers: readonly Knowledge[], isReached: (peer: number) => boolean): ToldFact[] {
    const leads = peers.some((peer) => peer.isLeader && isReached(peer.id));
    return [
      ...this.#sinceFacts(),
      ...(leads ? [] : this.#electionFacts(peers, isReached)),
      ...this.#linkFacts(peers),
      ...this.#waitingFacts(peers),
    ];
  }

  #asks({ peer, asked, timeUs }: EventOf<"asks">, term: number): void {
    const known = this.#elections.get(peer.id);
    if (known?.term === term) {
      known.asked.set(asked.to, known.asked.get(asked.to) ?? null);
      known.lastAskedUs = timeUs;
      return;
    }
    this.#elections.set(peer.id, {
      peer: peer.id,
      term,
      timeUs,
      asked: new Map([[asked.to, null]]),
      lastAskedUs: timeUs,
    });
    this.#begun++;
    if (timeUs - this.#lastBegunUs < 1_000) this.#atOnce++;
    this.#lastBegunUs = timeUs;
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

  #electionFacts(peers: readonly Knowledge[], isReached: (peer: number) => boolean): ToldFact[] {
    const last = [...this.#elections.values()]
      .filter(({ peer }) => isReached(peer))
      .sort((a, b) => b.timeUs - a.timeUs)[0];
    if (last === undefined) return [];
    const facts: ToldFact[] = [];
    const { asked, peer, term, timeUs } = last;
    const others = peers.length - 1;
    const answers = [...asked]
      .filter(([to]) => to !== peer)
      .sort(([a], [b]) => a - b)
      .map(([to, outcome]) => `peer ${to} ${outcome ?? "no answer yet"}`);
    const few = answers.length < others ? `; a candidate asks all at once` : "";
    facts.push({
      label: "election",
      text: `the last one: peer ${peer}, term ${term}, began at ${at(timeUs)}; asked ${answers.length} of ${others}: ${listed(answers)}${few}`,
    });
    if (this.endUs - this.#lastBegunUs > 3_000_000) {
      facts.push({
        label: "election",
        text: `since ${at(this.#lastBegunUs)}, for ${((this.endUs - this.#lastBegunUs) / 1e6).toFixed(1)} s, nobody has begun one`,
      });
    } else if (this.#begun > 8) {
      facts.push({
        label: "election",
        text: `${counted(this.#begun, "election")} began in this run${this.#atOnce > 2 ? `; ${this.#atOnce} times one began within a millisecond of another peer's` : ""}`,
      });
    }
    return facts;
  }

  #linkFacts(peers: readonly Knowledge[]): ToldFact[] {
    return this.#exchanges.busiest(LINKS_SHOWN).map((one) => {
      const sender = peers[one.from];
      const idle =
        one.method === "appendEntries" && sender?.isUp === true && !sender.isLeader
          ? " (it does not say that it leads)"
          : "";
      return { label: "last 5 s", text: `${exchangeText(one)}: ${outcomesText(one)}${idle}` };
    });
  }

  #waitingFacts(peers: readonly Knowledge[]): ToldFact[] {
    const waiting = [...this.#waiting.values()]
      .filter(({ index, timeUs }) => index > this.#highestApplied && this.endUs - timeUs > WINDOW_US)
      .sort((a, b) => a.timeUs - b.timeUs)[0];
    if (waiting === undefined) return [];
    const { index, term, peer, timeUs } = waiting;
    const leader = peers[peer.id];
    const acks =
      leader?.isLeader && leader.term === term
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
