import * as z from "zod";
import { untimedResultSchema, verdictSchema } from "../../report/schema.ts";
import type { Verdict } from "../../run/result.ts";
import type { Member } from "../intake/index.ts";
import type { HiddenShows } from "../policy/index.ts";
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
  readonly members?: readonly MemberResult[];
  /** All columns of its line in the roster; of a group without a line of its own, of its first member that has one. */
  readonly roster?: Readonly<Record<string, string>>;
  /** `internal-error`: there is no verdict yet, and no points. `not-handed-in`: there is nothing to grade, and no points. */
  readonly status: "graded" | "ungradable" | "internal-error" | "not-handed-in";
  readonly submissionHash: string;
  readonly commit?: string;
  /** ISO 8601. */
  readonly submittedAt?: string;
  /** Of a group, where lateness costs its members differently, those of the member who has most. */
  readonly points: PointsLine;
  /** Absent: the policy says nothing of lateness, or see `question`. */
  readonly late?: LateLine;
  /** What staff must decide before anything counts, in one line: there is a verdict, and there are no final points. */
  readonly question?: string;
  /** Scenarios by verdict. */
  readonly verdicts: Partial<Readonly<Record<Verdict, number>>>;
  /** Scenarios that students must not see, or not before the last hand-in is over. */
  readonly visibility?: Readonly<Record<string, "hidden" | "after-due">>;
  /** What students are told of those. Absent: verdict and points. */
  readonly hiddenShows?: Exclude<HiddenShows, "verdict">;
  /** What staff should know, one line each; texts of others among them. */
  readonly notes: readonly string[];
  /** How the submission was kept apart from the machine while it ran. */
  readonly sandbox: string;
  /** Absent when nothing was handed in, and when the grader itself went wrong before there was one. */
  readonly grading?: UntimedResult;
}

/** Days begun after the deadline, and how many of them were free. */
export interface LateLine {
  readonly days: number;
  readonly freeDaysUsed: number;
  readonly isTooLate: boolean;
}

/** Of a group under rules for lateness, each member has their own deadline and free days, and what these leave. */
export interface MemberResult extends Member {
  readonly late?: LateLine;
  readonly points?: Pick<PointsLine, "penalty" | "final">;
  readonly question?: string;
}

/** `null` where there is no verdict, or an open question: never 0 for a fault of the grader. */
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

/** @param isDue the last hand-in is over: only what is hidden for ever is hidden still. */
export function isHidden(
  { visibility = {} }: Pick<BatchResult, "visibility">,
  scenarioId: string,
  isDue: boolean,
): boolean {
  return visibility[scenarioId] === "hidden" || (scenarioId in visibility && !isDue);
}

const text = z.string();
const points = z.number().nonnegative();
const pointsOrNone = points.nullable();
const count = z.int().nonnegative();
const late = z.strictObject({ days: count, freeDaysUsed: count, isTooLate: z.boolean() });
const columns = z.record(text, text);
const member = z.strictObject({
  name: text.optional(),
  studentId: text.optional(),
  email: text.optional(),
  roster: columns.optional(),
  late: late.optional(),
  points: z.strictObject({ penalty: pointsOrNone, final: pointsOrNone }).optional(),
  question: text.optional(),
});

/** The schema of a line of results.jsonl. */
export const batchResultSchema = z
  .strictObject({
    format: z.literal("consensus-labs/batch-result@1"),
    id: text.regex(/^[\w.-]+$/),
    name: text,
    origin: text,
    members: z.array(member).optional(),
    roster: columns.optional(),
    status: z.enum(["graded", "ungradable", "internal-error", "not-handed-in"]),
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
    late: late.optional(),
    question: text.optional(),
    verdicts: z.partialRecord(verdictSchema, count),
    visibility: z.record(text, z.enum(["hidden", "after-due"])).optional(),
    hiddenShows: z.enum(["nothing", "property"]).optional(),
    notes: z.array(text),
    sandbox: text,
    grading: untimedResultSchema.optional(),
  })
  .refine((value) => (value.points.raw === null) === ["internal-error", "not-handed-in"].includes(value.status), {
    message: "points are missing for an internal error and for what was not handed in, and only then",
  })
  .refine((value) => (value.points.final === null) === (value.points.raw === null || value.question !== undefined), {
    message: "final points are missing without points and with an open question, and only then",
  });
