import type { ToldFact } from "../../../../grader/explain/types.ts";
import { at, named } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { EventOf, Onlooker, RaftEvent } from "../events.ts";
import { causeTexts } from "./words.ts";

interface LastStep {
  readonly boot: number;
  readonly timeUs: Micros;
  readonly cause: RaftEvent | null;
  readonly invoked: string | null;
  readonly base: number;
  readonly applied: number;
  readonly lastEntry: number;
  readonly end: number;
  /** As it was when it began. */
  readonly before: EventOf<"ends">["before"];
}

/** What each peer was doing last: for a run that ended in a peer's own code. */
export class StepFacts {
  readonly #last = new Map<number, LastStep>();

  readonly look: Onlooker = (event) => {
    if (event.kind !== "ends") return;
    const { peer, timeUs, cause, invoked, before } = event;
    this.#last.set(peer.id, {
      boot: peer.boot,
      timeUs,
      cause,
      invoked,
      base: peer.base,
      applied: peer.appliedNow,
      lastEntry: peer.lastEntry,
      end: peer.log.end.index,
      before,
    });
  };

  /** `isBefore`: what was under way is not in the trace, only what came before it. */
  facts(peer: number, isBefore: boolean): ToldFact[] {
    const last = this.#last.get(peer);
    if (last === undefined) return [];
    const { boot, timeUs, base, applied, end } = last;
    const facts: ToldFact[] = [
      { label: isBefore ? "before" : "during", text: `${named(peer, boot)} at ${at(timeUs)}: ${causeText(last)}` },
    ];
    const log = `${applied === 0 ? `had applied nothing${boot > 1 ? " since it booted" : ""}` : `had applied up to index ${applied}`}${base === 0 ? "" : `, with a snapshot up to index ${base}`}${end === 0 ? "" : `; what it said and was sent makes a log that goes to index ${end}`}`;
    facts.push({ label: isBefore ? "before" : "during", text: `it ${log}` });
    if (base > last.lastEntry) {
      const since = last.lastEntry === 0 ? "no entry" : `no entry after index ${last.lastEntry}`;
      facts.push({
        label: isBefore ? "before" : "during",
        text: `the snapshot counts as applied: the next entry is index ${base + 1}, and it had applied ${since}${boot > 1 ? " since it booted" : ""} (Raft paper, section 7; the student API: state that is saved and booted with)`,
      });
    }
    return facts;
  }
}

/** With what has changed for it since it asked for what it was told. */
function causeText(last: LastStep): string {
  const { sentence } = causeTexts(last);
  if (last.invoked !== null || last.cause?.kind !== "hears") return sentence;
  const { asked } = last.cause;
  const { isLeader, term } = last.before;
  const isOver = asked.asLeader && (!isLeader || (asked.request?.term ?? term) < term);
  return `${sentence}${isOver ? `; it led when it asked, and has come to term ${term} since` : ""}`;
}
