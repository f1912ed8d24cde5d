import { wordingOf } from "../../labs/index.ts";
import type { Fact } from "../check/failure.ts";
import type { Column, Wording } from "../harness/scenario.ts";
import { type PeerSummary, placeOf, type ReportedFailure } from "../run/contract.ts";
import type { RunResult, ScenarioResult, SourcePlace, Verdict } from "../run/result.ts";
import { oneLine, printable } from "../text/printable.ts";
import { helpFor } from "./help.ts";
import type { Style } from "./style.ts";

/** Console lines shown of a run that did not pass. */
const CONSOLE_LINES = 8;
/** Broken rules shown of a run; the result has all. */
const RULES = 3;
/** Places shown of a call stack. */
const PLACES = 4;

/**
 * All that a student needs to understand why a scenario did not pass, as lines without indentation. `fault`: where it lies, if
 * that is known.
 */
export function describeFailure(
  scenario: ScenarioResult,
  replayCommand: (run: RunResult) => string,
  style: Style,
  fault: string | null = null,
): string[] {
  const at = scenario.runs.findIndex((run) => run.verdict !== "passed");
  const run = scenario.runs[at];
  const heading = style.strong(`${scenario.id}: ${scenario.title}`);
  if (run === undefined) return [heading, ...field("why", printable(scenario.message ?? scenario.verdict))];
  const when = `run ${at + 1}, at ${seconds(run.virtualMs)} of virtual time`;
  return [
    heading,
    `${style.bad(headline(run))} ${style.dim(`(${when})`)}`,
    ...describeRun(run, style),
    ...field("again", style.strong(replayCommand(run))),
    ...(fault === null ? [] : field("fault", style.strong(fault))),
  ];
}

/** What was expected and seen, where, and the state of the world, of one run that did not pass. */
export function describeRun(run: RunResult, style: Style): string[] {
  const wording = wordingOf(scenarioOfReplay(run.replay));
  const help = helpFor(run.message, wording.help) ?? EXPLAINED[run.verdict];
  return [
    ...(run.failure === undefined
      ? field("what", printable(run.message ?? ""))
      : describeViolation(run.failure, run.peers, wording)),
    ...describeExplanation(run),
    ...hintOf(run),
    ...(run.places ?? []).slice(0, PLACES).flatMap((place, i) => field(i === 0 ? "code" : "", placeText(place, i > 0))),
    ...(help === undefined ? [] : field("help", help)),
    ...section("peers", peerTable(run.peers ?? [], wording.columns), style),
    ...section("console", (run.console ?? []).slice(-CONSOLE_LINES).map(printable), style),
  ];
}

/** The verdict, with the property that was violated. */
export function headline(run: { readonly verdict: Verdict; readonly property?: string }): string {
  return run.property === undefined ? run.verdict : `${run.verdict}: ${run.property}`;
}

export function placeText({ file, line, column, function: name }: SourcePlace, isCaller = false): string {
  const where = oneLine(`${file}:${line}:${column}`);
  const isNamed = name !== undefined && !name.includes("<anonymous>");
  return `${isCaller ? "called from " : ""}${where}${isNamed ? ` in ${oneLine(name)}` : ""}`;
}

/** Virtual or wall time in seconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** What a verdict means, where its name does not say it. */
const EXPLAINED: Partial<Record<Verdict, string>> = {
  hung: "A loop that does not end? Within one step no time passes: a peer waits with timers and promises, never by looping.",
  "out-of-memory": "Something is added again and again and never taken away, often in a loop that does not end.",
  nondeterministic:
    "Something other than its inputs decided what a peer did. Nothing may be shared between peers but messages.",
  "internal-error": "This is a fault of the grader and not of the submission. Please report it.",
};

function describeViolation(failure: ReportedFailure, all: RunResult["peers"], { places }: Wording): string[] {
  const place = placeOf(failure);
  const where = [
    processesText(failure.peers ?? [], all),
    ...Object.entries(places).map(([fact, name]) => (place[fact] === undefined ? "" : `${name} ${place[fact]}`)),
    `virtual time ${seconds(failure.timeUs / 1000)}`,
  ];
  return [
    ...field("expected", printable(failure.expected)),
    ...field("seen", printable(failure.seen)),
    ...(failure.during === undefined ? [] : field("when", printable(failure.during))),
    ...field("where", where.filter((part) => part !== "").join(" · ")),
    ...field("rule", failure.cite),
  ];
}

/** By the names that a lab gives them, if it does. */
function processesText(ids: readonly number[], all: RunResult["peers"]): string {
  if (ids.length === 0) return "";
  const names = ids.flatMap((id) => named(all, id));
  if (names.length === ids.length) return oneLine(names.join(", "));
  return `peer${ids.length > 1 ? "s" : ""} ${ids.join(", ")}`;
}

function named(all: RunResult["peers"], id: number): string[] {
  const name = all?.find(({ peer }) => peer === id)?.name;
  return typeof name === "string" ? [name] : [];
}

/** Rules that were broken, then what happened, under the labels of the facts. */
function describeExplanation({ facts = [], departures = [] }: RunResult): string[] {
  const rules = [...new Set(departures.map(({ rule }) => rule))];
  const told = rules.slice(0, RULES).flatMap((rule, i) => {
    const [first, ...others] = departures.filter((one) => one.rule === rule);
    if (first === undefined) return [];
    const likewise = others.map(({ peer, timeUs }) => `peer ${peer} at ${seconds(timeUs / 1000)}`).join(", ");
    return [
      ...field(i === 0 ? "departure" : "", `${oneLine(first.text)} (at ${seconds(first.timeUs / 1000)})`),
      ...field("", `  ${first.cite}${likewise === "" ? "" : `; likewise ${likewise}`}`),
    ];
  });
  return [
    ...told,
    ...facts.flatMap(({ label, text }, i) => field(facts[i - 1]?.label === label ? "" : label, oneLine(text))),
  ];
}

/** A question, where nothing better is known. */
function hintOf({ failure, departures = [] }: RunResult): string[] {
  return failure?.hint === undefined || departures.length > 0 ? [] : field("hint", failure.hint);
}

const LABEL_WIDTH = 10;

/** One labelled line, more when the text has several. */
function field(label: string, text: string): string[] {
  return text.split("\n").map((line, i) => `${(i === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`);
}

function section(label: string, lines: readonly string[], style: Style): string[] {
  return lines.flatMap((line, i) => field(i === 0 ? label : "", style.dim(line)));
}

function peerTable(peers: readonly PeerSummary[], columns: readonly Column[]): string[] {
  const isMore = (fact: Fact | undefined): boolean => typeof fact === "number" && fact > 0;
  const hasHappened = peers.some(
    (peer) => !peer.up || !peer.connected || columns.some((column) => isMore(peer[column.fact])),
  );
  if (!hasHappened) return [];
  const rows = peers.map((peer) => [
    String(peer.peer),
    peer.up ? (peer.connected ? "up" : "cut off") : "down",
    ...columns.map(({ fact, whenTrue }) =>
      whenTrue === undefined ? oneLine(String(peer[fact] ?? "")) : peer.up && peer[fact] === true ? whenTrue : "",
    ),
  ]);
  return table([["peer", "state", ...columns.map(({ title }) => title)], ...rows]);
}

/** Which scenario a run is of. */
function scenarioOfReplay(replay: string): string {
  return replay.slice(replay.lastIndexOf(" ") + 1).split("@", 1)[0] ?? "";
}

/** Columns as wide as they must be. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
