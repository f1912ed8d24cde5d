import { at, counted } from "../../../../grader/explain/words.ts";
import { cutText } from "../../../../grader/text/cut.ts";
import { oneLine } from "../../../../grader/text/printable.ts";
import type { Knowledge } from "../knowledge.ts";
import { endOf, positionText, type Reply, type Request } from "../messages.ts";

/** A request in a few words: "appendEntries of term 5, prevLogIndex 4, prevLogTerm 2, with 3 entries up to entry (5, 7), leaderCommit 4". */
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

/** What made a peer do what it did in a step, in two grammars. */
export interface CauseTexts {
  /** Behind what it does: "on appendEntries of term 2 … from peer 2", "as start() is called". */
  readonly trigger: string;
  /** By itself: "it got appendEntries of term 2 … from peer 2", "start() was called". */
  readonly sentence: string;
}

/** What made a peer do what it did in a step. */
export function causeTexts({ cause, invoked }: Pick<Knowledge["entered"], "cause" | "invoked">): CauseTexts {
  if (invoked !== null) return { trigger: `as ${invoked}() is called`, sentence: `${invoked}() was called` };
  if (cause === null) return { trigger: "as a timer of its own comes due", sentence: "a timer of its own came due" };
  switch (cause.kind) {
    case "boots": {
      const bytes = cause.saved?.length ?? 0;
      return {
        trigger: "as it boots",
        sentence: `it booted${bytes === 0 ? "" : ` with ${bytes} bytes of saved state`}`,
      };
    }
    case "gets": {
      const { method, request, from } = cause.handled;
      const what = `${requestText(method, request)} from peer ${from}`;
      return { trigger: `on ${what}`, sentence: `it got ${what}` };
    }
    case "hears": {
      const { asked, reply, bytes } = cause;
      const request = requestText(asked.method, asked.request);
      const outcome = outcomeOf(asked.request, reply, bytes === null);
      return {
        trigger: `on the answer of peer ${asked.to} (${outcome}) to ${request}, sent at ${at(asked.timeUs)}`,
        sentence: `the answer of peer ${asked.to} came, to its ${request} at ${at(asked.timeUs)}: ${outcome}`,
      };
    }
    default:
      return { trigger: "as something reaches it", sentence: "something reached it" };
  }
}

/** What makes a peer do what it does in its present step; see `CauseTexts`. */
export function triggerText({ entered }: Knowledge): string {
  return causeTexts(entered).trigger;
}
