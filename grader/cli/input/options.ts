import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import type { Sample } from "../../calibrate/result.ts";
import { INSPECT_PORT } from "../../run/inspect-port.ts";
import type { Boundary } from "../../run/result.ts";
import { MAX_SEED } from "../../run/seeds.ts";

/** More would only take memory: a run keeps one core busy. */
const MAX_WORKERS = 256;
const MAX_RETRIES = 100;
const MAX_RUNS = 1_000_000;
const MAX_PREFIXES = 1_000_000_000;
const MAX_MINUTES = 1_440;
const MAX_POINTS = 1_000_000;
const MAX_SECONDS = 1_000_000;
const MAX_PEER = 99;
const MAX_PORT = 65_535;
const MAX_MACHINES = 10_000;
const MAX_SUBMISSIONS = 100_000;

export function parseSeed(text: string): number {
  return integer(text, 0, MAX_SEED, "A seed");
}

export function parseRuns(text: string): number {
  return integer(text, 1, MAX_RUNS, "The number of runs");
}

export function parseWorkers(text: string): number {
  return integer(text, 1, MAX_WORKERS, "The number of workers");
}

export function parseShrinkBudget(text: string): number {
  return integer(text, 1, MAX_RUNS, "The budget of shrinking, a number of replays,");
}

/** Minutes for all stories of a report. */
export function parseExplainBudget(text: string): number {
  if (isDecimal(text) && Number(text) > 0 && Number(text) <= MAX_MINUTES) return Number(text);
  throw new InvalidArgumentError(`A budget for stories is so many minutes, more than 0 and at most ${MAX_MINUTES}.`);
}

export function parsePrefixes(text: string): number {
  return integer(text, 1, MAX_PREFIXES, "The number of beginnings");
}

export function parseSeeds(text: string): number {
  return integer(text, 1, MAX_RUNS, "The number of base seeds");
}

/** `5m`: as much as two cores play in five minutes; `10%`: that share; `100%`: everything. */
export function parseSample(text: string): Sample {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(m|%)$/.exec(text) ?? [];
  const value = Number(digits);
  if (unit === "m" && value > 0) return { kind: "minutes", minutes: value };
  if (unit === "%" && value === 100) return { kind: "all" };
  if (unit === "%" && value > 0 && value < 100) return { kind: "share", share: value / 100 };
  throw new InvalidArgumentError("A sample is so many minutes, such as 5m, or a share, such as 10%.");
}

/** `5m`: minutes on two cores, as `--sample` has them. Gives the minutes. */
export function parseMinutes(text: string): number {
  const minutes = text.endsWith("m") && isDecimal(text.slice(0, -1)) ? Number(text.slice(0, -1)) : 0;
  if (minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  throw new InvalidArgumentError("A budget is so many minutes, such as 5m.");
}

export function parsePoints(text: string): number {
  if (isDecimal(text) && Number(text) <= MAX_POINTS) return Number(text);
  throw new InvalidArgumentError("Points are a number of 0 or more, such as 40.");
}

export function parseRetries(text: string): number {
  return integer(text, 0, MAX_RETRIES, "The number of retries");
}

/** `--inspect`, or `--inspect=9230`: where a debugger may come. */
export function parsePort(text: string): number {
  return text === "" ? INSPECT_PORT : integer(text, 1, MAX_PORT, "A port");
}

export function parseBoundary(text: string): Boundary {
  if (text === "none" || text === "process") return text;
  throw new InvalidArgumentError("The boundary is process, or none.");
}

/** `i/n`: part `i` (from 1) of `n`. */
export function parseShard(text: string): { readonly index: number; readonly of: number } {
  const [, index, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && of !== undefined && index >= 1 && index <= of) return { index, of };
  throw new InvalidArgumentError("A shard is i/n with i from 1 to n, for example 2/8.");
}

/** `1,4,8`: how many machines there may be. */
export function parseMachines(text: string): readonly number[] {
  return text.split(",").map((part) => integer(part.trim(), 1, MAX_MACHINES, "The number of machines"));
}

export function parseCount(text: string): number {
  return integer(text, 1, MAX_SUBMISSIONS, "The number of submissions");
}

export function defaultWorkers(): number {
  return Math.min(availableParallelism(), MAX_WORKERS);
}

/** `2s`, `500ms`, `1.5`: a moment or a length of virtual time, in seconds where nothing else is said. Gives microseconds. */
export function parseVirtualTime(text: string): number {
  const [number, unitUs] = text.endsWith("ms") ? [text.slice(0, -2), 1_000] : [text.replace(/s$/, ""), 1_000_000];
  if (isDecimal(number) && Number(number) <= MAX_SECONDS) return Math.round(Number(number) * unitUs);
  throw new InvalidArgumentError(
    "A time is so many seconds or milliseconds of virtual time, such as 2s, 1.5 or 500ms.",
  );
}

/** `1,2` or `server 1,clerk 0`: which processes of a run are meant. */
export function parsePeers(text: string): readonly string[] {
  return text.split(",").map((part) => {
    const word = part.trim();
    return /^\d+$/.test(word) || !/^[a-z]/i.test(word) ? String(integer(word, 0, MAX_PEER, "A peer")) : word;
  });
}

function isDecimal(text: string): boolean {
  const [whole = "", part = "0", ...more] = text.split(".");
  return more.length === 0 && /^\d+$/.test(whole) && /^\d+$/.test(part);
}

function integer(text: string, min: number, max: number, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`${what} is an integer from ${min} to ${max}.`);
}
