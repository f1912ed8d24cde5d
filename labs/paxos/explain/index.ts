import { EXPLANATION_LIMITS, type Explainer } from "../../../grader/explain/types.ts";
import { cutText } from "../../../grader/text/cut.ts";
import { disputedFacts, stuckFacts } from "./facts.ts";
import { walk } from "./walk.ts";

export { traceWords } from "./trace-words.ts";

/** Properties whose violation is a matter of what peers promised each other. */
const SAFETY: ReadonlySet<string> = new Set(["agreement", "durability", "validity"]);

/** Explains a run of Paxos, as far as its messages have the names of the skeleton. */
export const explainPaxos: Explainer = ({ failure, trace, peers }) => {
  const { peers: known, departures } = walk(trace, peers.length);
  const slot = failure?.where?.slot;
  const facts =
    failure === undefined || typeof slot !== "number"
      ? []
      : SAFETY.has(failure.property)
        ? disputedFacts(known, slot)
        : failure.property === "liveness"
          ? stuckFacts(known, slot)
          : [];
  const { textChars } = EXPLANATION_LIMITS;
  return {
    facts: facts
      .slice(0, EXPLANATION_LIMITS.facts)
      .map(({ label, text }) => ({ label, text: cutText(text, textChars) })),
    departures: departures
      .slice(0, EXPLANATION_LIMITS.departures)
      .map((departure) => ({ ...departure, text: cutText(departure.text, textChars) })),
  };
};
