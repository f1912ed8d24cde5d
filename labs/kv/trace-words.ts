import type { TraceWords } from "../../grader/explain/types.ts";
import { traceWords } from "../raft/explain/trace-words.ts";

/** The Raft below a server: its calls go from field to field. */
const BELOW = "raft.";

/** What the Raft below says and saves, in the words of lab 2; what servers and clerks say to each other is as they say it. */
export function storeWords(): TraceWords {
  const words = traceWords();
  return {
    request: (method, bytes) => {
      const told = method.startsWith(BELOW) ? words.request(method.slice(BELOW.length), bytes) : null;
      return told === null ? null : `${BELOW}${told}`;
    },
    saved: words.saved,
    // Whatever is not of the Raft below is between clerks and servers.
    topic: (method) => (method.startsWith(BELOW) ? (words.topic?.(method.slice(BELOW.length)) ?? null) : "clients"),
    observed: "elections",
  };
}
