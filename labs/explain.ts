import type { Explainer } from "../grader/explain/types.ts";
import { explainRaft } from "./raft/explain/index.ts";

/** By the lab: what may look into the messages of a run that is over. Nothing that judges imports it. */
const EXPLAINERS: Readonly<Record<string, Explainer>> = { lab2: explainRaft };

/** Explains runs of that scenario's lab; undefined where nobody does. */
export function explainerOf(scenarioId: string): Explainer | undefined {
  const lab = Object.keys(EXPLAINERS).find((id) => scenarioId.startsWith(id));
  return lab === undefined ? undefined : EXPLAINERS[lab];
}
