import { type Departure, EXPLANATION_LIMITS, type Explainer, type ToldFact } from "../../../grader/explain/types.ts";
import { at } from "../../../grader/explain/words.ts";
import { cutText } from "../../../grader/text/cut.ts";
import { hintFor } from "./hints.ts";
import type { Operation } from "./operations.ts";
import { type Names, RULES, told } from "./rules.ts";
import { StoreStory } from "./story.ts";

/** So many tries of an operation that does not end are told, the last ones. */
const TRIES_TOLD = 4;
const OPERATIONS_TOLD = 3;

/**
 * Explains a run of a store: from what clerks were told, asked for and answered, and what servers saved. Of messages nothing is
 * known but that a request bears what it is to write.
 */
export const explainKv: Explainer = ({ failure, peers, trace }) => {
  const nameOf = (process: number) => {
    const name = peers.find(({ peer }) => peer === process)?.facts?.name;
    return typeof name === "string" ? name : `process ${process}`;
  };
  const isClerk = (process: number) => nameOf(process).startsWith("clerk");
  const names: Names = { servers: peers.map(({ peer }) => peer).filter((peer) => !isClerk(peer)), nameOf };
  const departures = new Map<string, Departure>();
  const story = new StoreStory(isClerk, (operation, soFar) => {
    for (const { id, cite, check } of RULES) {
      const broken = check(operation, soFar, names);
      if (broken === null || departures.has(`${id} ${broken.peer}`)) continue;
      const timeUs = operation.returned?.timeUs ?? 0;
      const text = cutText(broken.text, EXPLANATION_LIMITS.textChars);
      departures.set(`${id} ${broken.peer}`, { rule: id, peer: broken.peer, timeUs, text, cite });
    }
  });
  // Where the beginning is not kept, nobody knows what had been written before.
  const isWhole = trace[0]?.kind === "boot";
  story.read(trace);
  const hint = failure === undefined ? undefined : hintFor(failure, story);
  return {
    ...(hint !== undefined && { hint }),
    facts: failure?.check === "operations-end" ? openFacts(story.open, names) : [],
    departures: isWhole ? [...departures.values()].slice(0, EXPLANATION_LIMITS.departures) : [],
  };
};

/** What became of the tries of operations that have not ended. */
function openFacts(open: readonly Operation[], names: Names): ToldFact[] {
  return open.slice(0, OPERATIONS_TOLD).flatMap((operation) => {
    const { tries, callUs } = operation;
    const begin = {
      label: "open",
      text: `${told(operation, names)}, called at ${at(callUs)}, tried ${tries.length} times`,
    };
    const last = tries.slice(-TRIES_TOLD).map(({ server, timeUs, ended }) => {
      const came =
        ended === undefined
          ? "no answer yet"
          : `${ended.isAnswer ? "an answer" : "told that none will come"} at ${at(ended.timeUs)}`;
      return { label: "open", text: `  asked ${names.nameOf(server)} at ${at(timeUs)}: ${came}` };
    });
    return [begin, ...last].map(({ label, text }) => ({ label, text: cutText(text, EXPLANATION_LIMITS.textChars) }));
  });
}
