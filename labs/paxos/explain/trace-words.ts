import type { TraceWords } from "../../../grader/explain/types.ts";
import { ballotText, readRequest } from "./messages.ts";
import { valueText } from "./values.ts";

/** Requests in the words of a reader of the paper; null where the names are others. */
export function traceWords(): TraceWords {
  return {
    request: (method, bytes) => {
      const request = readRequest(method, bytes);
      if (request === null) return null;
      const ballot = request.method === "learn" ? "" : ` ballot ${ballotText(request.ballot)}`;
      const value = request.method === "prepare" ? "" : ` value ${valueText(request.value)}`;
      return `${method} slot ${request.slot}${ballot}${value}`;
    },
    saved: () => null,
  };
}
