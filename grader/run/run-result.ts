import type { Failure } from "../check/failure.ts";
import type { ConsoleLine } from "../harness/run-scenario.ts";
import type { HostLoss } from "../sandbox/host-table.ts";
import type { SourceMapper } from "../submission/index.ts";
import { cutText, TEXT_LIMITS } from "../text/cut.ts";
import type { ConfirmedRun } from "./confirm.ts";
import { type ReportedFailure, reportedFailure } from "./contract.ts";
import type { RunResult, SourcePlace } from "./result.ts";

/** So many console lines are reported of a run, the last ones. */
const CONSOLE_LINES = 20;
/** So many places of a call stack are reported, the innermost ones. */
const PLACES = 10;

/**
 * What was played, as it is reported. However much the submission had to say, the texts of one run come to at most 40 000
 * characters.
 */
export function toRunResult(scenarioId: string, seed: number, run: ConfirmedRun, mapper: SourceMapper): RunResult {
  const places = placesOf(run, mapper);
  const message = messageOf(run);
  const { failure } = run;
  const failed = run.verdict === "failed" && failure !== undefined;
  return {
    seed,
    verdict: run.verdict,
    ...(failed && { property: failure.property }),
    ...(message !== undefined && { message: cutText(message, 2 * TEXT_LIMITS.message) }),
    ...(failed && { failure: { ...cutFailure(failure), ...hintOf(run) } }),
    ...explained(run),
    ...(places.length > 0 && { places }),
    ...(run.verdict !== "passed" &&
      run.peers.length > 0 && { peers: run.peers.map(({ facts, ...rest }) => ({ ...rest, ...facts })) }),
    ...(run.verdict !== "passed" &&
      run.console.length > 0 && { console: run.console.slice(-CONSOLE_LINES).map((line) => asText(line, run)) }),
    virtualMs: run.virtualMs,
    rpcs: run.rpcs,
    bytes: run.bytes,
    traceHash: run.traceHash,
    replay: replayLine(scenarioId, seed),
    timing: { wallMs: Math.round(run.wallMs) },
  };
}

/** What is left of a run that did not pass beside many others of its scenario: what it came to, and how to see the rest. */
export function shortened({
  message,
  failure: _,
  facts: __,
  departures: ___,
  places: ____,
  peers: _____,
  console: ______,
  ...rest
}: RunResult): RunResult {
  return { ...rest, ...(message !== undefined && { message: cutText(message, TEXT_LIMITS.name) }), shortened: true };
}

export function replayLine(scenarioId: string, seed: number): string {
  return `grade replay ${scenarioId}@${seed}`;
}

/** One sentence; absent when the run passed. */
function messageOf(run: ConfirmedRun): string | undefined {
  if (run.difference !== undefined) return run.difference;
  if (run.failure !== undefined) return failureText(cutFailure(run.failure));
  if (run.crash !== undefined) {
    const { peer, where, name, message } = run.crash;
    return `${nameOf(run, peer)} threw ${name === "" ? "" : `${name}: `}${message} (${where})`;
  }
  return run.loss === undefined ? run.fault : lossText(run.loss, run);
}

/**
 * Of a run that hung also which peer was at work. Limits are kept where processes have numbers only, and begin or end with the one that
 * passed them: here it gets the lab's word for it.
 */
function lossText({ verdict, message, peer }: HostLoss, run: ConfirmedRun): string {
  if (verdict === "hung" && peer !== undefined) return `${message}; ${nameOf(run, peer)} was at work`;
  return message.replace(/^peer (\d+)\b|(?<=\bby )peer (\d+)$/g, (_, first, last) =>
    nameOf(run, Number(first ?? last)),
  );
}

/** What the lab calls a process, if it does. */
function nameOf({ peers }: Pick<ConfirmedRun, "peers">, peer: number): string {
  const name = peers.find((one) => one.peer === peer)?.facts.name;
  return typeof name === "string" ? name : `peer ${peer}`;
}

function failureText({ expected, seen }: ReportedFailure): string {
  return `expected ${expected}; saw ${seen}`;
}

function cutFailure(failure: Failure): ReportedFailure {
  const { expected, seen } = failure;
  return {
    ...reportedFailure(failure),
    expected: cutText(expected, TEXT_LIMITS.message),
    seen: cutText(seen, TEXT_LIMITS.message),
  };
}

function placesOf({ crash, misuseStack, loss, failure }: ConfirmedRun, mapper: SourceMapper): readonly SourcePlace[] {
  const stack = crash?.stack ?? misuseStack ?? loss?.stackLines.join("\n") ?? "";
  const places = stack === "" ? [] : mapper.mapStack(stack).slice(0, PLACES);
  const { member } = failure ?? {};
  if (places.length > 0 || member === undefined) return places;
  // Nothing of theirs was under way any more: the method whose answer it is, or the class that has no such method.
  const place = mapper.member?.(member.role, member.method);
  return place ? [place] : [];
}

/** What fits what happened, where the trace tells it. */
function hintOf({ explanation }: ConfirmedRun): Pick<ReportedFailure, "hint"> {
  return explanation?.hint === undefined ? {} : { hint: explanation.hint };
}

function explained({ verdict, explanation }: ConfirmedRun): Pick<RunResult, "facts" | "departures"> {
  if (explanation === undefined || verdict === "nondeterministic") return {};
  const { facts, departures } = explanation;
  return { ...(facts.length > 0 && { facts }), ...(departures.length > 0 && { departures }) };
}

function asText({ timeUs, peer, level, text }: ConsoleLine, run: ConfirmedRun): string {
  const mark = level === "warn" || level === "error" ? `${level}: ` : "";
  return `${(timeUs / 1e6).toFixed(3)} s  ${nameOf(run, peer)}  ${mark}${cutText(text, TEXT_LIMITS.line)}`;
}
