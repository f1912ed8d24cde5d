import { checkLinearizability, type KeyOperation } from "../../grader/check/linearizability/index.ts";
import { entriesOf } from "../../grader/harness/kv/evidence.ts";
import { savedLog } from "../../grader/harness/kv/given-log.ts";
import { decodeReturned } from "../../grader/harness/kv/operations.ts";
import { timelineOf } from "../../grader/harness/kv/timeline.ts";
import { tokensIn } from "../../grader/harness/kv/tokens.ts";
import { counterexampleLines, KEY_WORDS } from "../../grader/report/history-text.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { encode } from "../../labs/api/codec.ts";
import { quiet } from "./inputs.ts";

/** What a client says that it read, twice, after these appends of unknown result: judged, explained and drawn. */
function judge(text: string, appends: number): unknown {
  const history: KeyOperation[] = [];
  for (let call = 0; call < appends; call++) {
    history.push({ client: 0, call, key: "k", kind: "append", value: "a", returned: null });
  }
  for (const call of [10, 20]) {
    history.push({ client: 1, call, key: "k", kind: "get", returned: { at: call + 1, value: text } });
  }
  const judgement = checkLinearizability(history);
  if (judgement.is !== "violated") return null;
  const counterexample = judgement.counterexample();
  return [counterexampleLines(counterexample, KEY_WORDS, makeStyle(false)), timelineOf(counterexample, String)];
}

/** By the check that it comes to: a value that is written twice is searched for. */
export const HISTORY_USES = {
  checkUnique: (text: string) => judge(text, 1),
  checkGeneral: (text: string) => judge(text, 2),
  decodeReturned: (text: string) => {
    const cas = { kind: "cas", key: "k", expected: "", value: "1" } as const;
    const answers = [Buffer.from(text), encode(text), encode({ [text]: text, swapped: true, value: text })];
    return answers.map((answer) => quiet(() => decodeReturned(cas, answer, 1)));
  },
  tokensIn: (text: string) =>
    [{ [text]: [text] }, Buffer.from(text), encode({ [text]: text })].map((value) => tokensIn(value).length),
  savedLog: (text: string) => savedAs(text).map((state) => savedLog(state)?.entries.length),
  entriesOf: (text: string) => entriesOf("v1;", new Map(savedAs(text).map((state, server) => [server, state]))),
};

/** States in which a log may be saved. */
function savedAs(text: string): Uint8Array[] {
  const entries = encode([text, { term: 1, command: text }, { term: 1, command: [text, `${text} v1;`] }]);
  return [Buffer.from(text), encode({ lastIncludedIndex: 1, entries })];
}
