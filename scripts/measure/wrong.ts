import type { GradingResult, RunResult } from "../../grader/run/result.ts";
import { type MeasuredGrading, measureGrading } from "./grading.ts";

/** One way to grade: with which checkout, with which options, and with which program for Node (default: this one). */
export interface Way {
  readonly checkout: string;
  readonly args: readonly string[];
  readonly node?: string;
}

export interface WrongOptions {
  /** What is graded: `lab2`. */
  readonly lab: string;
  readonly reference: string;
  readonly submissions: readonly { readonly id: string; readonly folder: string }[];
  readonly way: Way;
  /** Each is graded in this way too, in turns, and must come to the same. */
  readonly other?: Way;
  /** So many times what the reference takes is slow. */
  readonly most: number;
  /** A folder for caches. */
  readonly caches: string;
  readonly measure?: typeof measureGrading;
  readonly print?: (line: string) => void;
}

interface Figures {
  readonly id: string;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** CPU time in the other way. */
  readonly otherCpuMs: number | null;
  /** A limit or a budget ended a run. */
  readonly isLimited: boolean;
}

const SLOWEST = 10;
const OF_REFERENCE = 3;
const LIMITS: ReadonlySet<string> = new Set(["hung", "out-of-memory", "output-limit"]);

/**
 * Grades submissions and prints what that takes beside the reference: a line for each, the sum, and the slowest. Gives false when
 * one comes out differently in the other way, or is slow and no limit ended a run of it.
 */
export function measureWrong(options: WrongOptions): boolean {
  const { lab, submissions, way, other, measure = measureGrading, print = console.log } = options;
  const ways = [way, ...(other === undefined ? [] : [other])];
  const grade = ({ checkout, args, node }: Way, folder: string) =>
    measure(
      checkout,
      [lab, folder, ...args],
      `${options.caches}/${ways.findIndex((one) => one.checkout === checkout)}`,
      node,
    );

  // The first time, caches are filled.
  const ofReference = Array.from({ length: 1 + OF_REFERENCE }, () => grade(way, options.reference)).slice(1);
  const referenceMs = ofReference.reduce((sum, measured) => sum + cpuMsOf(measured), 0) / OF_REFERENCE;
  print(`the reference: ${seconds(referenceMs)} of CPU time`);
  const inTimes = (ms: number) => `${(ms / referenceMs).toFixed(1)} × the reference`;
  const timesOf = ({ cpuMs, wallMs, otherCpuMs }: Figures) =>
    `${seconds(cpuMs)} of CPU time, ${inTimes(cpuMs)}, ${seconds(wallMs)} of wall time${otherCpuMs === null ? "" : ` (the other: ${seconds(otherCpuMs)}, ${inTimes(otherCpuMs)})`}`;

  const all: Figures[] = [];
  const different: string[] = [];
  for (const [at, { id, folder }] of submissions.entries()) {
    const turn = at % 2 === 0 ? ways : [...ways].reverse();
    const measured = new Map(turn.map((one) => [one, grade(one, folder)]));
    const present = measured.get(way) as MeasuredGrading;
    const besides = other && measured.get(other);
    const ungraded = [...measured.values()].find(({ result }) => result === null);
    if (present.result === null || ungraded !== undefined) {
      different.push(id);
      print(`${id}: not graded: ${ungraded?.err.trim().split("\n", 1)[0]}`);
      continue;
    }
    const isSame = new Set([...measured.values()].map(({ result }) => result && withoutTimes(result))).size === 1;
    if (!isSame) different.push(id);
    const runs = present.result.scenarios.flatMap((scenario) => scenario.runs);
    const figures = {
      id,
      cpuMs: cpuMsOf(present),
      wallMs: present.wallMs,
      otherCpuMs: besides === undefined ? null : cpuMsOf(besides),
      isLimited: runs.some(({ verdict }) => LIMITS.has(verdict)),
    };
    all.push(figures);
    print(`${id}: ${timesOf(figures)}; ${slowestOf(runs)}${isSame ? "" : "; COMES OUT DIFFERENTLY"}`);
  }

  const sum = (of: (one: Figures) => number) => seconds(all.reduce((total, one) => total + of(one), 0));
  const ofOther = other === undefined ? "" : ` (the other: ${sum(({ otherCpuMs }) => otherCpuMs ?? 0)})`;
  print(`${all.length} submissions: ${sum(({ cpuMs }) => cpuMs)} of CPU time${ofOther}; the slowest:`);
  const byTime = [...all].sort((a, b) => b.cpuMs - a.cpuMs);
  for (const one of byTime.slice(0, SLOWEST)) print(`  ${one.id}: ${timesOf(one)}`);
  const slow = byTime.filter(({ cpuMs, isLimited }) => cpuMs > options.most * referenceMs && !isLimited);
  print(`slower than ${options.most} × the reference, and ended by no limit: ${listed(slow.map(({ id }) => id))}`);
  if (other !== undefined) print(`come out differently: ${listed(different)}`);
  return slow.length === 0 && different.length === 0;
}

function cpuMsOf({ cpuMs, result, wallMs }: MeasuredGrading): number {
  return cpuMs ?? result?.timing.cpuMs ?? wallMs;
}

/** Of those that did not pass. */
function slowestOf(runs: readonly RunResult[]): string {
  const bad = runs.filter(({ verdict }) => verdict !== "passed");
  const slowest = bad.sort((a, b) => b.timing.wallMs - a.timing.wallMs)[0];
  if (slowest === undefined) return "all runs passed";
  const { replay, verdict, property, timing, virtualMs, rpcs } = slowest;
  const name = /\S+@\d+/.exec(replay)?.[0] ?? replay;
  return `bad runs: ${bad.length}, longest ${name}: ${property ?? verdict}, ${seconds(timing.wallMs)}, ${(virtualMs / 1000).toFixed(0)} s of virtual time, ${rpcs} RPCs`;
}

/** All that is the same each time, wherever it was played: of a run that a limit ended, which limit, and not how far it had come. */
function withoutTimes(result: GradingResult): string {
  const scenarios = result.scenarios.map((scenario) => ({
    ...scenario,
    runs: scenario.runs.map((run) => {
      const { verdict, seed, message } = run;
      return LIMITS.has(verdict) ? { verdict, seed, message } : run;
    }),
  }));
  const plain = { ...result, scenarios, boundary: "" };
  return JSON.stringify(plain, (key, value) => (key === "timing" ? undefined : value));
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? "none" : ids.join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
