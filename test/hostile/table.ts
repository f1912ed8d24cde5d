import { type Deed, firstDifference } from "../../grader/audit/difference.ts";
import { differenceText, lostAuditText } from "../../grader/audit/words.ts";
import { findLines } from "../../grader/batch/intake/roster/find-lines.ts";
import { framedLines, lineOfNumber } from "../../grader/batch/intake/roster/framed-names.ts";
import { withMembers } from "../../grader/batch/intake/roster/groups.ts";
import { localPart, lower, nameKeys, wordsOf } from "../../grader/batch/intake/roster/words.ts";
import { parseHeader } from "../../grader/batch/intake/unpack/git/bundle.ts";
import { formatOf } from "../../grader/batch/intake/unpack/git/copy.ts";
import { parseTree } from "../../grader/batch/intake/unpack/git/tree.ts";
import { harmless } from "../../grader/batch/outputs/gradebook.ts";
import { attentionText } from "../../grader/batch/outputs/lists.ts";
import { jsonLine, whoIs } from "../../grader/batch/outputs/text.ts";
import { parseInstant } from "../../grader/batch/policy/instant.ts";
import { applyLateness } from "../../grader/batch/policy/lateness.ts";
import { parsePolicy } from "../../grader/batch/policy/load.ts";
import { entryName } from "../../grader/check/log/entry-name.ts";
import { Exchanges, exchangeText } from "../../grader/explain/exchanges.ts";
import { numbersOf, scalarsOf } from "../../grader/explain/fields.ts";
import { decodeDecided, decodeSlotsState } from "../../grader/harness/decide/messages.ts";
import { decodeApplied, decodeStarted, decodeState } from "../../grader/harness/log/messages.ts";
import { readSnapshot } from "../../grader/harness/log/service.ts";
import { describeFailure, headline, placeText } from "../../grader/report/failure-text.ts";
import { scenarioLine, typeProblemLines } from "../../grader/report/grading-report.ts";
import { helpFor } from "../../grader/report/help.ts";
import { withoutNames } from "../../grader/report/hidden-names.ts";
import { junitXml } from "../../grader/report/junit.ts";
import { block, code, sentence } from "../../grader/report/markdown.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { value } from "../../grader/report/trace-text.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { lossFromExit } from "../../grader/sandbox/exit-reason.ts";
import { HostTable } from "../../grader/sandbox/host-table.ts";
import { DEFAULT_LIMITS } from "../../grader/sandbox/limits.ts";
import { StderrCapture } from "../../grader/sandbox/stderr-capture.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";
import type { TraceKind } from "../../grader/sim/trace.ts";
import { fingerprintsOf } from "../../grader/similar/fingerprints.ts";
import { tokensOf } from "../../grader/similar/source/lexer.ts";
import { parseBuildAnswer } from "../../grader/submission/build-answer.ts";
import { withClassNames } from "../../grader/submission/bundle.ts";
import { entryError } from "../../grader/submission/held/entry-error.ts";
import { chooseMain, describeSlips } from "../../grader/submission/main-file.ts";
import { Mappings } from "../../grader/submission/mappings.ts";
import { membersOf } from "../../grader/submission/members.ts";
import { adviceFor, isForeignBuiltin, realmModule } from "../../grader/submission/modules.ts";
import { nameText } from "../../grader/submission/name-text.ts";
import { makeSourceMapper } from "../../grader/submission/source-mapper.ts";
import { isSkipped, isSource } from "../../grader/submission/sources.ts";
import { parseFrame } from "../../grader/submission/stack-frame.ts";
import { parseProblems } from "../../grader/submission/type-check.ts";
import { cutText } from "../../grader/text/cut.ts";
import { beginningOf, dataText, hexPieces } from "../../grader/text/data-text.ts";
import { escapedHtml } from "../../grader/text/html.ts";
import { keyText } from "../../grader/text/key-text.ts";
import { linesOf } from "../../grader/text/lines.ts";
import { didYouMean, nearest } from "../../grader/text/nearest.ts";
import { escapedJson, oneLine, printable } from "../../grader/text/printable.ts";
import { encode } from "../../labs/api/codec.ts";
import { explainKv } from "../../labs/kv/explain/index.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { explainPaxos } from "../../labs/paxos/explain/index.ts";
import { explainRaft } from "../../labs/raft/explain/index.ts";
import { failed, played } from "../run/fake-player.ts";
import { CHECK_USES } from "./check-table.ts";
import { HISTORY_USES } from "./histories.ts";
import { quiet } from "./inputs.ts";
import { INTAKE } from "./intake-table.ts";
import { PAGE_USES } from "./page-table.ts";
import { SCRIPT_USES } from "./scripts.ts";

type Use = (text: string) => unknown;

const style = makeStyle(false);
const EMPTY_MAP = JSON.stringify({ version: 3, sources: ["raft.ts"], names: [], mappings: "AAAA" });
const mapper = makeSourceMapper(EMPTY_MAP);
const line = {
  id: "a",
  group: null,
  aliases: ["b"],
  name: "Ana",
  email: "a@x",
  account: "a",
  path: null,
  place: "r:2",
  spoiled: null,
  columns: {},
};
const bytes = (text: string) => Buffer.from(text);
/** Reads all pieces, as whoever prints them does. */
function drained(pieces: Iterable<unknown>): number {
  let count = 0;
  for (const _ of pieces) count++;
  return count;
}

const effects = (text: string): Effect[] => {
  const data = encode({ text, list: [text.slice(0, 1000), bytes(text.slice(0, 1000))] });
  return [
    { kind: "call", callId: 1, to: 1, method: text, args: data },
    { kind: "save", state: data, snapshot: bytes(text) },
    { kind: "upcall", message: bytes(text) },
    { kind: "log", level: "log", text },
    { kind: "exception", where: text, name: text, message: text, stack: text },
    { kind: "misuse", message: text, stack: text },
  ];
};

const differ = (text: string) =>
  effects(text).map((effect, i) => {
    const other: Deed = { kind: "effect", effect: (effects(`${text}x`) as [Effect])[i] as Effect };
    return differenceText({ peer: 0, incarnation: 1, timeUs: 1, expected: { kind: "effect", effect }, seen: other });
  });

const runsOf = (text: string) => [
  failed({
    failure: { property: "api", check: "x", expected: text, seen: text, cite: "x", timeUs: 1 },
    misuseStack: text,
  }),
  played({ verdict: "crashed", crash: { peer: 0, timeUs: 1, where: text, name: text, message: text, stack: text } }),
  played({ verdict: "hung", loss: { verdict: "hung", message: text, stackLines: text.split("\n", 30) } }),
  played({ verdict: "internal-error", fault: text, console: [{ timeUs: 1, peer: 0, level: "error", text }] }),
];

const scenarioOf = (text: string) => ({
  ...{ id: "lab2a/x", title: "x", points: 0, maxPoints: 1, verdict: "crashed" as const, message: text },
  runs: runsOf(text).map((run) => toRunResult("lab2a/x", 1, run, mapper)),
});

const failure = { property: "liveness", check: "c", expected: "x", seen: "y", cite: "z", timeUs: 9 } as const;
const STOPPED = {
  ...{ verdict: "failed", failure },
  peers: [0, 1].map((peer) => ({ peer, up: true, connected: true })),
};

/** Traces in which peers call each other by such a name, and with such values, in every field that is looked at. */
const messagesOf = (text: string) => {
  const values = [text, text.length, bytes(text), Array.from(text.slice(0, 1_000), (_, term) => ({ term }))];
  const record = (peer: number, kind: TraceKind, method: string, data: Uint8Array | null) => ({
    ...{ timeUs: 1, kind, peer, other: 1 - peer, id: 1, text: method, bytes: data },
  });
  const numbers = { term: text.length, candidateId: 0, prevLogIndex: 1, prevLogTerm: 1, lastIncludedTerm: 1 };
  // Written once each: what is measured is who reads them.
  const messages = values.map((value) => ({
    data: encode({ ...numbers, entries: value, lastLogIndex: value, lastIncludedIndex: value, success: true }),
    applied: encode({ index: 1, command: value }),
  }));
  return [text, "requestVote", "appendEntries", "installSnapshot"].flatMap((method) =>
    messages.map(({ data, applied }) => {
      const one = [0, 1].flatMap((peer) => [
        record(peer, "call", method, data),
        record(peer, "deliver-request", method, data),
        record(peer, "reply", "", data),
        record(peer, "deliver-reply", method, data),
        record(peer, "upcall", "", applied),
      ]);
      return [record(0, "boot", "", bytes(text)), record(1, "boot", "", null), ...one, ...one];
    }),
  );
};

function captured(text: string): void {
  const listeners = new Map<string, (chunk: string) => void>();
  const stream = {
    setEncoding: () => stream,
    on: (name: string, listener: (chunk: string) => void) => listeners.set(name, listener),
    once: () => stream,
  };
  const capture = new StderrCapture(stream as never, Number.POSITIVE_INFINITY, () => {});
  const latin = bytes(text).toString("latin1");
  // As small as a pipe can bring it, at most a million times.
  const step = Math.max(1, Math.ceil(latin.length / 1_000_000));
  for (let at = 0; at < latin.length; at += step) listeners.get("data")?.(latin.slice(at, at + step));
  capture.text();
  capture.stuck();
}

/** Each function of trusted code that is given what a submission sends, by its name, and how it is given it. */
export const TABLE: Readonly<Record<string, Use>> = {
  ...INTAKE,
  // What becomes of a run.
  parseFrame,
  makeSourceMapper: (text) => mapper.mapStack(text),
  Mappings: (text) => new Mappings(text).find(0, 0),
  membersOf: (text) => membersOf(text, lab3.form.roles),
  toRunResult: (text) => runsOf(text).map((run) => toRunResult("lab2a/x", 1, run, mapper)),
  lossFromExit: (stderr) =>
    lossFromExit({
      ...{ code: 1, signal: null, stderr, isConfined: true, limits: DEFAULT_LIMITS, hadMemoryKill: null },
      seen: { cpuMs: 1, residentBytes: 1 },
    }),
  recordLoss: (text) => {
    const table = new HostTable();
    table.recordLoss(0, { verdict: "crashed", message: text, stackLines: Array(40).fill(text) });
    return table.loss(0);
  },
  StderrCapture: captured,
  differenceText: differ,
  firstDifference: (text) => {
    const entry = { timeUs: 1, peer: 0, incarnation: 1, cause: "timer" as const, effects: effects(text) };
    return firstDifference([entry], [{ ...entry, effects: effects(`${text}x`) }]);
  },
  lostAuditText: (text) => lostAuditText(1, cutText(text, 1_000), cutText(text, 1_000)),
  // What is compared with others'.
  tokensOf: (text) => tokensOf(text, Number.POSITIVE_INFINITY),
  fingerprintsOf: (text) => fingerprintsOf([{ path: "raft.ts", text }]),
  escapedHtml,
  // What is said of data.
  entryName: (text) => [entryName("command", encode(text)), entryName("command", bytes(text))],
  dataText: (text) => drained(dataText(encode([text, { [text.slice(0, 1_000)]: bytes(text) }]))),
  beginningOf: (text) => beginningOf(dataText(encode([text])), 40),
  hexPieces: (text) => drained(hexPieces(bytes(text))),
  decodeState: (text) => [decodeState(bytes(text)), decodeState(encode({ term: text, isLeader: true }))],
  decodeStarted: (text) => [decodeStarted(bytes(text)), decodeStarted(encode({ isLeader: text }))],
  decodeDecided: (text) => [decodeDecided(bytes(text)), decodeDecided(encode({ slot: text, value: text }))],
  decodeSlotsState: (text) => [decodeSlotsState(bytes(text)), decodeSlotsState(encode({ max: text, min: 0 }))],
  decodeApplied: (text) => [decodeApplied(bytes(text)), decodeApplied(encode({ kind: text, index: 1 }))],
  readSnapshot: (text) => [readSnapshot(bytes(text), 400), readSnapshot(encode({ service: text }), 400)],
  // What is said of a trace.
  scalarsOf: (text) => [scalarsOf(bytes(text), ["term"]), scalarsOf(encode({ term: text }), ["term"])],
  numbersOf: (text) => [
    numbersOf(bytes(text), "entries", "term"),
    numbersOf(encode({ entries: [{ term: text }] }), "entries", "term"),
  ],
  Exchanges: (text) => {
    const exchanges = new Exchanges();
    for (let i = 0; i < 50; i++) exchanges.called(0, 1, text, `${i} ${text.slice(0, 100)}`, 1, i);
    return exchanges.busiest(3).map(exchangeText);
  },
  explainRaft: (text) => messagesOf(text).map((trace) => explainRaft({ ...STOPPED, trace })),
  explainPaxos: (text) =>
    messagesOf(text).map((trace) => explainPaxos({ ...STOPPED, failure: { ...failure, where: { slot: 1 } }, trace })),
  explainKv: (text) => messagesOf(text).map((trace) => explainKv({ ...STOPPED, trace })),
  // What is shown and written.
  linesOf: (text) => drained(linesOf(text)),
  cutText: (text) => cutText(text, 2_000),
  printable,
  keyText,
  oneLine,
  nearest: (text) => [nearest(text, [text.slice(1), text]), nearest(text.slice(0, 100), [text, text.slice(0, 90)])],
  didYouMean: (text) => didYouMean(text, [text.slice(1), text]),
  escapedJson: (text) => escapedJson({ text }),
  helpFor,
  headline: (text) => headline({ verdict: "failed", property: text }),
  ...HISTORY_USES,
  ...PAGE_USES,
  placeText: (text) => placeText({ file: text, line: 1, column: 1, function: text }),
  describeFailure: (text) => describeFailure(scenarioOf(text), () => "", style),
  scenarioLine: (text) => scenarioLine(scenarioOf(text), 10, style),
  typeProblemLines: (text) => typeProblemLines([{ file: text, line: 1, column: 1, code: "TS1", message: text }], style),
  value: (text) => [value(bytes(text)), value(encode(text))],
  ...SCRIPT_USES,
  harmless,
  jsonLine: (text) => jsonLine({ text }),
  code,
  block: (text) => block([text, text]),
  sentence,
  withoutNames: (text) => withoutNames(text, ["lab2a/backup", "lab2a/backup-2"], true),
  junitXml: (text) => {
    const outcome = { kind: "error", type: "x", message: text, lines: [text] } as const;
    return junitXml("x", [{ name: text, properties: { a: text }, cases: [{ name: text, seconds: 0, outcome }] }]);
  },
  whoIs: (text) => whoIs({ id: "x", name: text }),
  attentionText: (text) => attentionText([{ row: { id: "x", name: text } as never, faults: [text], hasGrade: false }]),
  // What a build says.
  parseProblems,
  parseBuildAnswer: (text) => [
    quiet(() => parseBuildAnswer(text)),
    parseBuildAnswer(JSON.stringify({ kind: "ungradable", message: text })),
  ],
  withClassNames: (text) => withClassNames(EMPTY_MAP, text),
  adviceFor,
  isForeignBuiltin,
  realmModule,
  // What is handed in.
  chooseMain: (text) => chooseMain("raft", [text]),
  describeSlips: (text) => describeSlips("raft", [text, `raft${text}`, `${text}raft.ts`], nameText),
  nameText,
  isSkipped,
  isSource,
  entryError: (text) => entryError({ code: "ENOENT" }, text),
  formatOf,
  parseHeader: (text) => quiet(() => parseHeader(bytes(`# v2 git bundle\n${text}\n\n`))),
  parseTree: (text) => quiet(() => drained(parseTree(bytes(text), "", 20))),
  ...CHECK_USES,
  findLines: (text) => {
    const one = { origin: "", material: { kind: "none", reason: "" } } as const;
    const member = { name: text, studentId: text, email: text };
    findLines(
      [
        { ...one, rawId: text, name: text },
        { ...one, rawId: "b", name: "b", members: [member, { name: text }] },
      ],
      [line],
    );
  },
  framedLines: (text) =>
    framedLines([{ rawId: text, name: text, origin: "", material: { kind: "none", reason: "" } }], () => line, "-_ ."),
  lineOfNumber: (text) => lineOfNumber(text, () => line),
  withMembers: (text) =>
    withMembers([{ rawId: text, name: text, origin: "", material: { kind: "none", reason: "" } }], [line]),
  wordsOf: (text) => wordsOf({ ...line, id: text, aliases: [text], email: text }),
  localPart,
  nameKeys,
  parseInstant,
  lower,
  applyLateness: (text) =>
    quiet(() =>
      applyLateness(
        parsePolicy("late: { deadline: 2026-01-01T00:00:00Z, penaltyPerDay: 0.1, deadlineColumn: due }", "x") as never,
        { submittedAt: "2026-01-01T00:00:00Z", roster: { due: text } },
        1,
        1,
      ),
    ),
};
