import type { Failure } from "../../../grader/check/failure.ts";
import type { StoreStory } from "./story.ts";

/** An operation of a store without faults needs one request, and its first one a few to find the leader. */
const REQUESTS_A_LOT = 2;

/** What to ask whoever wrote it, of what happened in that run alone. Undefined: what stands at the rule fits. */
export function hintFor({ check }: Failure, story: StoreStory): string | undefined {
  if (check === "one-order") return orderHint(story);
  if (check === "speed") return speedHint(story);
  return undefined;
}

function orderHint({ operations, restarted, installed }: StoreStory): string {
  const isTriedAgain = operations.some(({ tries }) => tries.length > 1);
  return [
    "When does a server answer, and how does it know by then that the operation stands in the log for good, and that no later one was done before it?",
    ...(isTriedAgain ? ["Does a second try get the result of the first?"] : []),
    ...(restarted.size > 0 ? ["Does a server that restarted know all that it knew?"] : []),
    ...(installed.size > 0 ? ["Does one that got a snapshot know all that it stands for?"] : []),
  ].join(" ");
}

/** Whether the time goes by in asking around. */
function speedHint({ operations }: StoreStory): string | undefined {
  const ended = operations.filter(({ returned }) => returned !== undefined);
  const requests = ended.reduce((sum, { tries }) => sum + tries.length, 0);
  if (ended.length === 0 || requests < REQUESTS_A_LOT * ended.length) return undefined;
  return `An operation takes ${(requests / ended.length).toFixed(1)} requests on the mean. Whom does a clerk ask first, and whom after one that does not lead? Does a server that has done it answer so at once?`;
}
