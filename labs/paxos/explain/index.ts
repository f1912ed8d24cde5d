import { EXPLANATION_LIMITS, type Explainer } from "../../../grader/explain/types.ts";
import { cutText } from "../../../grader/text/cut.ts";
import { disputedFacts } from "./facts.ts";
import type { Departed } from "./rules.ts";
import { stuckFacts, stuckHint, triesIn } from "./tries.ts";
import { walk } from "./walk.ts";

export { traceWords } from "./trace-words.ts";

/** Properties whose violation is a matter of what peers promised each other. */
const SAFETY: ReadonlySet<string> = new Set(["agreement", "durability", "validity"]);

/** Explains a run of Paxos, as far as its messages have the names of the skeleton. */
export const explainPaxos: Explainer = ({ failure, trace, peers }) => {
  const { peers: known, departures } = walk(trace, peers.length);
  const slot = failure?.where?.slot;
  const there = departures.filter((departure) => departure.slot === slot);
  const tries = failure?.property === "liveness" && typeof slot === "number" ? triesIn(trace, slot) : [];
  const facts =
    failure === undefined || typeof slot !== "number"
      ? []
      : SAFETY.has(failure.property)
        ? disputedFacts(known, slot)
        : failure.property === "liveness"
          ? stuckFacts(tries, peers.length)
          : [];
  const isStuck = failure?.check === "decides" && typeof slot === "number";
  const hint = isStuck ? stuckHint(tries, known, slot, trace.at(-1)?.timeUs ?? 0) : undefined;
  const { textChars } = EXPLANATION_LIMITS;
  return {
    ...(hint !== undefined && { hint }),
    facts: facts
      .slice(0, EXPLANATION_LIMITS.facts)
      .map(({ label, text }) => ({ label, text: cutText(text, textChars) })),
    // Slots have nothing to do with each other: what was done in the one that failed is told alone where there is anything.
    departures: firstOf(there.length > 0 ? there : departures)
      .slice(0, EXPLANATION_LIMITS.departures)
      .map(({ slot: _, text, ...departure }) => ({ ...departure, text: cutText(text, textChars) })),
  };
};

/** Of each rule the first by each peer. */
function firstOf(departures: readonly Departed[]): Departed[] {
  const seen = new Set<string>();
  return departures.filter(({ rule, peer }) => {
    const key = `${rule} ${peer}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
