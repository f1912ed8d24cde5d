import { z } from "zod";
import { untimedResultSchema, verdictSchema } from "../../report/schema.ts";
import type { Verdict } from "../../run/result.ts";
import type { Member } from "../intake/index.ts";
import type { UntimedResult } from "./untimed.ts";

/**
 * What a batch knows of one submission: a line of results.jsonl, and what every report is made from. There is nothing of
 * wall time or of one machine in it.
 */
export interface BatchResult {
  readonly format: "consensus-labs/batch-result@1";
  /** Unique in the batch; letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  /** Who or what it is; a text of others. */
  readonly name: string;
  /** Where it came from, as the command or the export named it. */
  readonly origin: string;
  readonly members?: readonly Member[];
  /** All columns of its line in the roster. */
  readonly roster?: Readonly<Record<string, string>>;
  /** `internal-error`: there is no verdict yet, and no points. */
  readonly status: "graded" | "ungradable" | "internal-error";
  readonly submissionHash: string;
  readonly commit?: string;
  /** ISO 8601. */
  readonly submittedAt?: string;
  readonly points: PointsLine;
  readonly late?: { readonly days: number; readonly freeDaysUsed: number; readonly isTooLate: boolean };
  /** Scenarios by verdict. */
  readonly verdicts: Partial<Readonly<Record<Verdict, number>>>;
  /** Scenarios that students must not see, or not before the last hand-in is over. */
  readonly visibility?: Readonly<Record<string, "hidden" | "after-due">>;
  /** What staff should know, one line each; texts of others among them. */
  readonly notes: readonly string[];
  /** How the submission was kept apart from the machine while it ran. */
  readonly sandbox: string;
  /** Absent when the grader itself went wrong before there was one. */
  readonly grading?: UntimedResult;
}

/** `null` where there is no verdict: never 0 for a fault of the grader. */
export interface PointsLine {
  /** As the scenarios earned them; `raw - safetyCap - penalty` is `final`. */
  readonly raw: number | null;
  /** Taken off because stages are capped in which safety was violated; `grading.suites` says why. Absent: nothing. */
  readonly safetyCap?: number;
  /** Taken off for lateness. */
  readonly penalty: number | null;
  /** What counts. */
  readonly final: number | null;
  readonly max: number;
}

const text = z.string();
const points = z.number().nonnegative();
const pointsOrNone = points.nullable();
const count = z.int().nonnegative();

/** The schema of a line of results.jsonl. */
export const batchResultSchema = z
  .strictObject({
    format: z.literal("consensus-labs/batch-result@1"),
    id: text.regex(/^[\w.-]+$/),
    name: text,
    origin: text,
    members: z
      .array(z.strictObject({ name: text.optional(), studentId: text.optional(), email: text.optional() }))
      .optional(),
    roster: z.record(text, text).optional(),
    status: z.enum(["graded", "ungradable", "internal-error"]),
    submissionHash: text.regex(/^[0-9a-f]{64}$/),
    commit: text.optional(),
    submittedAt: text.optional(),
    points: z.strictObject({
      raw: pointsOrNone,
      safetyCap: z.number().positive().optional(),
      penalty: pointsOrNone,
      final: pointsOrNone,
      max: points,
    }),
    late: z.strictObject({ days: count, freeDaysUsed: count, isTooLate: z.boolean() }).optional(),
    verdicts: z.partialRecord(verdictSchema, count),
    visibility: z.record(text, z.enum(["hidden", "after-due"])).optional(),
    notes: z.array(text),
    sandbox: text,
    grading: untimedResultSchema.optional(),
  })
  .refine((value) => (value.points.final === null) === (value.status === "internal-error"), {
    message: "points are missing for an internal error, and only then",
  });
