import { numbersOf, scalarsOf } from "../../../grader/explain/fields.ts";
import type { Topic, TraceWords } from "../../../grader/explain/types.ts";
import { endOf, type Position, readRequest } from "./messages.ts";

/** Under one of these names a saved state has its log, when it is an object that `encode` made. */
const LOGS = ["log", "entries"];

/**
 * Requests and saved states in the words of a reader of the paper, with nothing cut that matters: entries as (term, index),
 * a saved log as what changed since the save before. Null where the names are others.
 */
export function traceWords(): TraceWords {
  const saved = new Map<number, readonly number[]>();
  return {
    topic: topicOf,
    observed: "elections",
    request: (method, bytes) => {
      const request = readRequest(method, bytes);
      if (request === null) return null;
      const of = `${method} term ${request.term}`;
      if (request.method === "requestVote") {
        return `${of} candidate ${request.candidateId}${request.last === null ? "" : ` last ${pair(request.last)}`}`;
      }
      if (request.method === "installSnapshot") return `${of} last ${pair(request.last)}, ${bytes?.length ?? 0} bytes`;
      const { log, leaderCommit } = request;
      if (log === null) return null;
      const first: Position = { index: log.prev.index + 1, term: log.terms[0] ?? 0 };
      const many = log.terms.length;
      const entries =
        many === 0 ? "" : ` entries ${many === 1 ? pair(first) : `${pair(first)}…${pair(endOf(log))} [${many}]`}`;
      return `${of} prev ${pair(log.prev)}${entries}${leaderCommit === null ? "" : ` commit ${leaderCommit}`}`;
    },
    saved: (peer, bytes) => {
      const terms = LOGS.map((name) => (bytes === null ? null : numbersOf(bytes, name, "term", true))).find(
        (one) => one !== null,
      );
      if (terms === undefined || terms === null) return null;
      const before = saved.get(peer) ?? [];
      saved.set(peer, terms);
      const [term, vote] = scalarsOf(bytes, ["currentTerm", "votedFor"]) ?? [];
      const scalars = [
        ...(typeof term === "number" ? [`currentTerm ${term}`] : []),
        ...(typeof vote === "number" || vote === null ? [`votedFor ${vote}`] : []),
      ];
      return [...scalars, `log ${changeText(before, terms)}`].join(", ");
    },
  };
}

/** By the paper's names, and those that are usual beside them. */
function topicOf(method: string): Topic | null {
  if (/vote/i.test(method)) return "elections";
  if (/snapshot/i.test(method)) return "snapshots";
  return /append|entries|heartbeat/i.test(method) ? "log" : null;
}

function pair({ index, term }: Position): string {
  return `(${term},${index})`;
}

/** "of 12 entries: +3 of term 5"; "of 4 entries, as before". */
function changeText(before: readonly number[], now: readonly number[]): string {
  let same = 0;
  while (same < before.length && same < now.length && before[same] === now[same]) same++;
  const size = `of ${now.length} ${now.length === 1 ? "entry" : "entries"}`;
  const [gone, come] = [before.length - same, now.slice(same)];
  if (gone === 0 && come.length === 0) return `${size}, as before`;
  const terms = [...new Set(come)];
  const added =
    come.length === 0
      ? ""
      : `+${come.length} of term ${terms.length === 1 ? terms[0] : `${terms[0]} to ${terms.at(-1)}`}`;
  return `${size}: ${[gone === 0 ? "" : `−${gone}`, added].filter((part) => part !== "").join(" ")}`;
}
