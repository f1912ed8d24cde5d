import { FieldHistory } from "../../grader/page/fields/history.ts";
import { shown } from "../../grader/page/pack.ts";
import { tracePage } from "../../grader/page/trace-page.ts";
import { TreeParts, treeOf } from "../../grader/page/tree.ts";
import { momentsIn } from "../../grader/page/viewer/model/rows.ts";
import { Run } from "../../grader/page/viewer/model/run.ts";
import { eventText } from "../../grader/page/viewer/model/words.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { traceLines } from "../../grader/report/trace-text.ts";
import { encode } from "../../labs/api/codec.ts";
import { dataOf, exchange, record, runOf } from "../page/made-up.ts";

const LIMITS = { nodes: 800, items: 96, chars: 2_000 };

const traceOf = (text: string) =>
  (["call", "log", "save", "invoke", "misuse", "upcall"] as const).map((kind) => ({
    ...{ kind, timeUs: 1, peer: 0, other: 1, id: 1, text, bytes: encode([text]) },
  }));

/** A run whose every text is this one, as it comes to a page. */
const pageOf = (text: string) => {
  const records = [
    record(0, "boot", 0, { text, bytes: Buffer.from(text) }),
    ...exchange(1, 1, { [text.slice(0, 1_000)]: text }, [text]).map((one) => ({ ...one, text })),
    record(9, "log", 1, { text }),
  ];
  const marks = [{ kind: "violation", timeUs: 9, text }] as const;
  const run = runOf(records, {
    ...{ run: text, title: text, about: text, headline: text },
    story: [[text, text]],
    marks,
  });
  return tracePage(run, { script: "", style: "" });
};

/** Functions that tell a trace, as lines or as a page, by their names, and how they are given what a submission sends. */
export const PAGE_USES: Readonly<Record<string, (text: string) => unknown>> = {
  shown: (text) => shown(text, 2_000),
  treeOf: (text) => [
    treeOf(encode([text, { [text.slice(0, 1_000)]: Buffer.from(text) }]), LIMITS, new TreeParts()),
    treeOf(Buffer.from(text), LIMITS, new TreeParts()),
  ],
  traceLines: (text) => [...traceLines(traceOf(text), makeStyle(false))],
  tracePage: pageOf,
  FieldHistory: (text) => {
    const reading = (bytes: Uint8Array) => ({ from: 0, to: 1, peer: 0, bytes });
    const short = text.slice(0, 1_000);
    const names = [text.slice(0, 250), short].map((name) => encode([1, [0, name], [0, name, 1, text]]));
    return [...names, Buffer.from(text), encode([0, [], [text]])].map((bytes) => {
      const history = new FieldHistory([reading(encode([1, [], [0, text.slice(0, 250)]])), reading(bytes)], 1);
      return history.statesBefore(history.steps.length);
    });
  },
  eventText: (text) => {
    const run = new Run(dataOf(pageOf(text)));
    return Array.from({ length: run.size }, (_, event) => eventText(run, event));
  },
  momentsIn,
};

/** Functions of a page's own script, which runs in a reader's browser. */
export const PAGE_EXEMPT: Readonly<Record<string, string>> = {
  pageAround: "its texts come from tracePage",
  unpack: "reads what tracePage has packed",
  fieldOf: "takes values that treeOf has cut, and names of ours",
  lineOf: "takes values that treeOf has cut",
  rowsOf: "takes marks that the page has made itself",
  button: "takes words of ours",
};
