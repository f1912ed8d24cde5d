import type { Explainer, TraceWords } from "../grader/explain/types.ts";
import { explainKv } from "./kv/explain/index.ts";
import { storeWords } from "./kv/trace-words.ts";
import { explainPaxos, traceWords as paxosWords } from "./paxos/explain/index.ts";
import { explainRaft } from "./raft/explain/index.ts";
import { traceWords } from "./raft/explain/trace-words.ts";

interface Telling {
  /** Absent: nobody explains its runs. */
  readonly explain?: Explainer;
  /** For each trace anew. */
  readonly words?: () => TraceWords;
}

/** By the lab: what may look into the messages of a run that is over. Nothing that judges imports it. */
const TELLINGS: Readonly<Record<string, Telling>> = {
  lab2: { explain: explainRaft, words: traceWords },
  lab3: { explain: explainKv, words: storeWords },
  paxos: { explain: explainPaxos, words: paxosWords },
};

/** Explains runs of that scenario's lab; undefined where nobody does. */
export function explainerOf(scenarioId: string): Explainer | undefined {
  return tellingOf(scenarioId)?.explain;
}

/** Words for a trace of that scenario's lab; undefined where nobody has any. */
export function traceWordsOf(scenarioId: string): TraceWords | undefined {
  return tellingOf(scenarioId)?.words?.();
}

function tellingOf(scenarioId: string): Telling | undefined {
  const lab = Object.keys(TELLINGS).find((id) => scenarioId.startsWith(id));
  return lab === undefined ? undefined : TELLINGS[lab];
}
