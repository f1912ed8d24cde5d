import * as z from "zod";
import type { BatchResult } from "../model/batch-result.ts";
import type { BatchIdentity } from "../model/identity.ts";
import type { Timing } from "../model/untimed.ts";

/** A part of a batch that is spread over machines; `index` 1 … `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** A batch begins here, or goes on with something changed about it. */
export interface BatchEntry {
  readonly kind: "batch";
  readonly format: "consensus-labs/journal@1";
  /** Hash of the identity. */
  readonly batch: string;
  readonly identity: BatchIdentity;
  /** `null`: the whole batch. */
  readonly shard: Shard | null;
  /** All submissions of the whole batch, those of other shards included, in the order of code units. */
  readonly ids: readonly string[];
  /** When the last hand-in is over, by policy and roster: ISO 8601 in UTC. Absent: the policy has no deadline. */
  readonly due?: string;
  /** What the sources were taken for, and what was left out of them, one line each. */
  readonly intake?: IntakeLines;
}

export interface IntakeLines {
  readonly takenFor: readonly string[];
  readonly leftOut: readonly string[];
}

/** A submission reached a verdict, under the batch entry whose hash is named. */
export interface ResultEntry {
  readonly kind: "result";
  readonly batch: string;
  readonly result: BatchResult;
  readonly timing: Timing;
}

/** The grader went wrong on a submission, again and again. `result` has no points. */
export interface FaultEntry {
  readonly kind: "fault";
  readonly batch: string;
  readonly result: BatchResult;
  /** One line a try. */
  readonly faults: readonly string[];
}

/** Staff asked for submissions to be graded again; it is under way until the next `regrade-end`. */
export interface RegradeEntry {
  readonly kind: "regrade";
  /** As `--regrade` had it. */
  readonly what: string;
  /** `null`: those whose submission or batch identity is no longer the one that was graded. */
  readonly ids: readonly string[] | null;
}

export interface RegradeEndEntry {
  readonly kind: "regrade-end";
}

export type Entry = BatchEntry | ResultEntry | FaultEntry | RegradeEntry | RegradeEndEntry;

// The checksum says that a line is as it was written; this says that it was written by a grader like this one.
const result = z.looseObject({ format: z.literal("consensus-labs/batch-result@1"), id: z.string() });
const text = z.string();

export const entrySchema = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("batch"),
    format: z.literal("consensus-labs/journal@1"),
    batch: text,
    ids: z.array(text),
    due: text.optional(),
  }),
  z.looseObject({ kind: z.literal("result"), batch: text, result, timing: z.looseObject({}) }),
  z.looseObject({ kind: z.literal("fault"), batch: text, result, faults: z.array(text) }),
  z.looseObject({ kind: z.literal("regrade"), what: text, ids: z.array(text).nullable() }),
  z.looseObject({ kind: z.literal("regrade-end") }),
]);
