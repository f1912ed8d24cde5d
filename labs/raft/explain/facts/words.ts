import { counted } from "../../../../grader/explain/words.ts";
import { cutText } from "../../../../grader/text/cut.ts";
import { oneLine } from "../../../../grader/text/printable.ts";
import { endOf, positionText, type Reply, type Request } from "../messages.ts";

/** A request in a few words: "appendEntries of term 5 after index 4 of term 2 with 3 entries, leaderCommit 4". */
export function requestText(method: string, request: Request | null): string {
  if (request === null) return oneLine(cutText(method, 60));
  const of = `${request.method} of term ${request.term}`;
  if (request.method === "requestVote") {
    return `${of} for peer ${request.candidateId}${request.last === null ? "" : `, whose log ends with ${positionText(request.last)}`}`;
  }
  if (request.method === "installSnapshot") return `${of} up to ${positionText(request.last)}`;
  const { log, leaderCommit } = request;
  const commit = leaderCommit === null ? "" : `, leaderCommit ${leaderCommit}`;
  if (log === null) return `${of}${commit}`;
  const { prev, terms } = log;
  const entries =
    terms.length === 0
      ? "without entries"
      : `with ${counted(terms.length, "entry", "entries")} up to ${positionText(endOf(log))}`;
  return `${of}, prevLogIndex ${prev.index}, prevLogTerm ${prev.term}, ${entries}${commit}`;
}

/** What a call says, the same for calls that say the same. */
export function detailOf(request: Request | null): string {
  if (request === null) return "";
  if (request.method === "requestVote") return `term ${request.term}`;
  if (request.method === "installSnapshot") return `term ${request.term}, up to index ${request.last.index}`;
  const { log } = request;
  if (log === null) return `term ${request.term}`;
  const entries = log.terms.length === 0 ? "" : `, ${counted(log.terms.length, "entry", "entries")}`;
  return `term ${request.term}, prevLogIndex ${log.prev.index}${entries}`;
}

/** How a call ended. */
export function outcomeOf(request: Request | null, reply: Reply | null, isLost: boolean): string {
  if (isLost) return "lost";
  if (request === null || reply === null) return "answered";
  if (reply.term > request.term) return "refused in a newer term";
  if (reply.yes === null) return "answered";
  if (request.method === "requestVote") return reply.yes ? "granted" : "refused";
  return reply.yes ? "accepted" : "refused";
}
