import { Exchanges, exchangeText, outcomesText } from "../../../../grader/explain/exchanges.ts";
import type { ToldFact } from "../../../../grader/explain/types.ts";
import { counted } from "../../../../grader/explain/words.ts";
import type { Onlooker } from "../events.ts";
import { detailOf, outcomeOf } from "./words.ts";

const LINKS_SHOWN = 3;

/** Where the calls and bytes of a run went. */
export class TrafficFacts {
  readonly #exchanges = new Exchanges();
  #entries = 0;
  #acknowledged = 0;
  #again = 0;
  /** By link, the highest index that was ever sent, and in which term. */
  readonly #sent = new Map<string, { readonly term: number; readonly index: number }>();

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    if (event.kind === "hears") {
      const { asked, reply, bytes } = event;
      this.#exchanges.answered(
        peer.id,
        asked.to,
        asked.method,
        outcomeOf(asked.request, reply, bytes === null),
        bytes ?? 0,
        timeUs,
      );
    }
    if (event.kind !== "asks") return;
    const { asked, request, bytes } = event;
    this.#exchanges.called(peer.id, asked.to, asked.method, detailOf(request), bytes, timeUs);
    if (request?.method !== "appendEntries" || request.log === null) return;
    const { prev, terms } = request.log;
    if (terms.length === 0) return;
    const last = prev.index + terms.length;
    const known = peer.acknowledged.get(asked.to)?.index ?? 0;
    const link = `${peer.id}>${asked.to}`;
    const sent = this.#sent.get(link);
    const before = sent?.term === request.term ? sent.index : 0;
    this.#entries += terms.length;
    this.#acknowledged += Math.max(0, Math.min(last, known) - prev.index);
    this.#again += Math.max(0, Math.min(last, before) - Math.max(prev.index, known));
    if (last > before) this.#sent.set(link, { term: request.term, index: last });
  };

  /** How many requests that peer has refused. */
  refusalsTo(peer: number): number {
    const links = this.#exchanges.all.filter(({ to }) => to === peer);
    return links.reduce((sum, { answers }) => sum + (answers.get("refused") ?? 0), 0);
  }

  get facts(): ToldFact[] {
    const methods = this.#exchanges.byMethod().slice(0, LINKS_SHOWN);
    const facts: ToldFact[] = methods.map(({ method, calls, bytes }) => ({
      label: "traffic",
      text: `${method}: ${counted(calls, "call")}, ${counted(bytes, "byte")} with the answers`,
    }));
    if (this.#entries > 0) {
      facts.push({
        label: "traffic",
        text: `appendEntries carried ${counted(this.#entries, "entry", "entries")}: ${this.#acknowledged} that its receiver had acknowledged before, ${this.#again} that had been sent to it before and were not answered yet`,
      });
    }
    for (const one of this.#exchanges.busiest(LINKS_SHOWN)) {
      facts.push({ label: "busiest", text: `${exchangeText(one)}: ${outcomesText(one)}` });
    }
    return facts;
  }
}
