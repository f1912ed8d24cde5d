import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import { MAX_SEED } from "../../run/seeds.ts";

/** More would only take memory: a run keeps one core busy. */
const MAX_WORKERS = 256;
const MAX_RUNS = 1_000_000;

export function parseSeed(text: string): number {
  return integer(text, 0, MAX_SEED, "A seed");
}

export function parseRuns(text: string): number {
  return integer(text, 1, MAX_RUNS, "The number of runs");
}

export function parseWorkers(text: string): number {
  return integer(text, 1, MAX_WORKERS, "The number of workers");
}

export function defaultWorkers(): number {
  return Math.min(availableParallelism(), MAX_WORKERS);
}

function integer(text: string, min: number, max: number, what: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`${what} is an integer from ${min} to ${max}.`);
}
