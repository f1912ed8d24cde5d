import type { Exchanges } from "../../../../grader/explain/exchanges.ts";
import type { Departure, ToldFact } from "../../../../grader/explain/types.ts";
import { at, peersText } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import { cutText } from "../../../../grader/text/cut.ts";
import { dataText } from "../../../../grader/text/data-text.ts";
import { oneLine } from "../../../../grader/text/printable.ts";
import type { EventOf } from "../events.ts";
import type { Asked, Knowledge } from "../knowledge.ts";
import type { AppendRequest } from "../messages.ts";
import type { Standing } from "./progress.ts";
import { requestText } from "./words.ts";

/** A refusal of appendEntries in the term in which they were sent. */
interface Refusal {
  readonly asked: Asked;
  readonly request: AppendRequest;
  readonly data: Uint8Array | null;
  readonly timeUs: Micros;
}

/** Refused so often in the window, and never accepted, it is the same refusal again and again. */
const REFUSALS = 10;
const REFUSAL_CHARS = 120;

/** Entries that followers refuse again and again. */
export class Refusals {
  /** The last one on each link. */
  readonly #last = new Map<string, Refusal>();

  refused({ peer, asked, data, timeUs }: EventOf<"hears">): void {
    if (asked.request?.method === "appendEntries")
      this.#last.set(`${peer.id}>${asked.to}`, { asked, request: asked.request, data, timeUs });
  }

  /** What is refused again and again, what the refusal says, and what had been said of that entry before. */
  facts(standing: Standing, exchanges: Exchanges): ToldFact[] {
    const { leader, applied } = standing;
    if (leader === null) return [];
    return this.#repeated(leader, exchanges).map(({ asked: { to }, request, data }) => {
      const text = requestText(request.method, request);
      const had = leader.acknowledged.get(to);
      const prev = request.log?.prev.index ?? 0;
      const before =
        had !== undefined && had.index >= prev && prev > 0
          ? `; it had acknowledged all up to index ${had.index} at ${at(had.timeUs)}`
          : (applied[leader.id] ?? 0) >= prev && prev > 0
            ? `; peer ${leader.id} has applied index ${prev}, peer ${to} up to index ${applied[to] ?? 0}`
            : "";
      return { label: "refusal", text: `peer ${to} answers ${text} with ${dataIn(data)}${before}` };
    });
  }

  #repeated(leader: Knowledge, exchanges: Exchanges): Refusal[] {
    return exchanges.all
      .filter(
        ({ from, method, answers }) =>
          from === leader.id &&
          method === "appendEntries" &&
          (answers.get("refused") ?? 0) >= REFUSALS &&
          !answers.has("accepted"),
      )
      .flatMap(({ from, to }) => this.#last.get(`${from}>${to}`) ?? []);
  }

  /** Needs no more of the run than its end. */
  departures({ leader, applied, peers }: Standing, exchanges: Exchanges): Departure[] {
    if (leader === null) return [];
    const gone = this.#repeated(leader, exchanges).filter(({ asked: { to }, request }) => {
      const prev = request.log?.prev.index ?? 0;
      // Who has applied it may have cut it off, and cannot compare it any more.
      return prev > 0 && prev <= (applied[leader.id] ?? 0) && (applied[to] ?? 0) < prev;
    });
    const [first] = gone;
    // One that is committed is stored by a majority: so many cannot lack it.
    if (first === undefined || gone.length <= peers.length - 1 - leader.others) return [];
    const prev = first.request.log?.prev.index ?? 0;
    return [
      {
        rule: "refuses-what-is-committed",
        peer: first.asked.to,
        timeUs: first.timeUs,
        text: `${peersText(gone.map(({ asked: { to } }) => to))} refuse prevLogIndex ${prev}, and peer ${leader.id}, leader of term ${leader.term}, has applied that index: either they had stored that entry, and have lost it or do not find it, or it was applied too early`,
        cite: "Raft paper, Figure 2, AppendEntries RPC, rules 2 and 3: only a conflict removes entries, and what is stored is found",
      },
    ];
  }
}

/** What an answer says, as far as it is short. */
function dataIn(bytes: Uint8Array | null): string {
  if (bytes === null) return "nothing";
  try {
    const [piece = ""] = dataText(bytes);
    return oneLine(cutText(piece, REFUSAL_CHARS));
  } catch {
    return `${bytes.length} bytes`;
  }
}
