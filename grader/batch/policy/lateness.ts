import type { LatePolicy, Policy } from "./config.ts";
import { parseInstant } from "./instant.ts";
import { type RosterColumns, readCell } from "./roster-cells.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What is known of one hand-in. Times are ISO 8601 with offset. */
export interface LatenessInput {
  /** As the source says it. Absent: it does not, and unless the roster or `markedLate` says more, nothing is deducted. */
  readonly submittedAt?: string | undefined;
  /** The export marks it as late. */
  readonly markedLate?: boolean | undefined;
  /** It has no points whatever being late costs. */
  readonly isUngradable?: boolean;
  /** The student's line in the roster: a time of handing in, free days used up, a deadline of their own. */
  readonly roster?: RosterColumns | undefined;
  /** Lines of others who handed in the same: a time of handing in that one of them has is everybody's. */
  readonly others?: readonly RosterColumns[];
}

/** A score before and after what being late costs. */
export interface Lateness {
  /** Points before the penalty, as `applyLateness` was given them. */
  readonly raw: number;
  /** Points deducted; `raw - penalty` is `final`. */
  readonly penalty: number;
  /** Points that count, at least 0. */
  readonly final: number;
  /** Days begun after the deadline; 0 is on time. */
  readonly daysLate: number;
  /** Of those, days that the student had free. */
  readonly freeDaysUsed: number;
  /** Later than is accepted at all. */
  readonly isTooLate: boolean;
  /** What staff should look at: one line each. */
  readonly notes: readonly string[];
  /** Set when nobody can say what it costs until staff says more, in one line. The figures then mean nothing. */
  readonly question?: string;
}

/**
 * What being late costs.
 *
 * @param raw points that count otherwise, so after the safety cap.
 * @param maxPoints all that could be earned, for penalties that are a fraction of those.
 */
export function applyLateness(policy: Policy, input: LatenessInput, raw: number, maxPoints: number): Lateness {
  const { late } = policy;
  const onTime = { raw, penalty: 0, final: raw, daysLate: 0, freeDaysUsed: 0, isTooLate: false, notes: [] };
  const marked = input.markedLate === true ? ["the export marks it as late"] : [];
  if (late === undefined) return { ...onTime, notes: marked };
  const submittedMs = submittedMsOf(late, input);
  if (submittedMs === null) {
    if (marked.length > 0) {
      return input.isUngradable === true ? { ...onTime, notes: marked } : { ...onTime, question: questionOf(late) };
    }
    return { ...onTime, notes: ["nobody knows when it was handed in; taken as on time"] };
  }
  const overdueMs = submittedMs - endOfDay(late, input.roster, 0);
  const daysLate = Math.max(0, Math.ceil(overdueMs / DAY_MS));
  if (daysLate === 0) return { ...onTime, notes: marked };
  if (late.latestDays !== undefined && daysLate > late.latestDays) {
    return { ...onTime, penalty: raw, final: 0, daysLate, isTooLate: true };
  }
  const freeDaysUsed = Math.min(daysLate, freeDaysLeft(late, input.roster));
  const base = late.penaltyOf === "score" ? raw : maxPoints;
  const penalty = Math.min(raw, toHundredths((daysLate - freeDaysUsed) * late.penaltyPerDay * base));
  return { ...onTime, penalty, final: toHundredths(raw - penalty), daysLate, freeDaysUsed };
}

/** When it was handed in: as staff wrote into the roster, else as the source says. Null: nobody knows. */
export function submittedMsOf(late: LatePolicy, { roster, others = [], submittedAt }: LatenessInput): number | null {
  const own = readCell(late, "submittedColumn", roster);
  if (own !== null) return own;
  const theirs = others.flatMap((columns) => readCell(late, "submittedColumn", columns) ?? []);
  if (theirs.length > 0) return Math.max(...theirs);
  if (submittedAt === undefined) return null;
  const submittedMs = parseInstant(submittedAt);
  if (submittedMs === null) throw new Error(`"${submittedAt}" is no time`);
  return submittedMs;
}

function questionOf({ submittedColumn }: LatePolicy): string {
  const where =
    submittedColumn === undefined
      ? "name a column for it in the policy (late.submittedColumn), fill it in the roster"
      : `fill column ${submittedColumn} of the roster`;
  return `the export marks it as late, and nobody knows when it was handed in; ${where}, and start again with --regrade changed`;
}

/** Late days that the policy gives a student: to the latest day, else those that are free and left. */
export function lateDays(late: LatePolicy, roster: RosterColumns | undefined): number {
  return late.latestDays ?? freeDaysLeft(late, roster);
}

/** Days after the deadline on which something may still have points, also where no end of them is written. */
export function paidDays(late: LatePolicy, roster: RosterColumns | undefined): number {
  const { penaltyPerDay, latestDays } = late;
  if (latestDays !== undefined || penaltyPerDay === 0) return lateDays(late, roster);
  // To the last day that costs less than everything; what rounding leaves of a whole is one.
  return freeDaysLeft(late, roster) + Math.ceil(1 / penaltyPerDay - 1e-9) - 1;
}

/** End of the day that is so many days after the student's deadline, in milliseconds since 1970. */
export function endOfDay(late: LatePolicy, roster: RosterColumns | undefined, days: number): number {
  const deadlineMs = readCell(late, "deadlineColumn", roster) ?? (parseInstant(late.deadline) as number);
  return deadlineMs + days * DAY_MS + late.graceMinutes * MINUTE_MS;
}

function freeDaysLeft(late: LatePolicy, roster: RosterColumns | undefined): number {
  return Math.max(0, late.freeDays - (readCell(late, "usedColumn", roster) ?? 0));
}

/** Half up, in hundredths of a point: what gradebooks compare. */
export function toHundredths(points: number): number {
  return Math.round(points * 100 + 1e-6) / 100;
}
