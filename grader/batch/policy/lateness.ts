import type { Policy } from "./config.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What is known of one hand-in. Times are ISO 8601 with offset. */
export interface LatenessInput {
  /** Absent: nobody knows, and then nothing is deducted. */
  readonly submittedAt?: string | undefined;
  /** The student's line in the roster, for free days used up and a deadline of their own. */
  readonly roster?: Readonly<Record<string, string>> | undefined;
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
}

/**
 * What being late costs.
 *
 * @param raw points that count otherwise, so after the safety cap.
 * @param maxPoints all that could be earned, for penalties that are a fraction of those.
 */
export function applyLateness(policy: Policy, input: LatenessInput, raw: number, maxPoints: number): Lateness {
  const notes: string[] = [];
  const { late } = policy;
  const onTime = { raw, penalty: 0, final: raw, daysLate: 0, freeDaysUsed: 0, isTooLate: false, notes };
  if (late === undefined) return onTime;
  if (input.submittedAt === undefined) {
    notes.push("nobody knows when it was handed in; taken as on time");
    return onTime;
  }
  const submittedMs = Date.parse(input.submittedAt);
  if (Number.isNaN(submittedMs)) throw new Error(`"${input.submittedAt}" is no time`);
  const deadlineMs = ownDeadline(late.deadline, late.deadlineColumn, input, notes);
  const overdueMs = submittedMs - deadlineMs - late.graceMinutes * MINUTE_MS;
  const daysLate = Math.max(0, Math.ceil(overdueMs / DAY_MS));
  if (daysLate === 0) return onTime;
  if (late.latestDays !== undefined && daysLate > late.latestDays) {
    return { ...onTime, penalty: raw, final: 0, daysLate, isTooLate: true };
  }
  const freeDaysUsed = Math.min(daysLate, Math.max(0, late.freeDays - usedDays(late.usedColumn, input, notes)));
  const base = late.penaltyOf === "score" ? raw : maxPoints;
  const penalty = Math.min(raw, toHundredths((daysLate - freeDaysUsed) * late.penaltyPerDay * base));
  return { ...onTime, penalty, final: toHundredths(raw - penalty), daysLate, freeDaysUsed };
}

function ownDeadline(general: string, column: string | undefined, input: LatenessInput, notes: string[]): number {
  const text = cell(input, column);
  if (text === "") return Date.parse(general);
  const own = hasOffset(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(own)) return own;
  notes.push(
    `column ${column} of the roster is "${text}", which is no time with an offset; the general deadline counts`,
  );
  return Date.parse(general);
}

/** Whether a time, as it is written, has a time of day and says how far it is from UTC. */
export function hasOffset(text: string): boolean {
  return /[T ]./i.test(text) && /(?:Z|[+-]\d\d:?\d\d)$/i.test(text);
}

function usedDays(column: string | undefined, input: LatenessInput, notes: string[]): number {
  const text = cell(input, column);
  if (text === "") return 0;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  notes.push(`column ${column} of the roster is "${text}", which is no number of days; taken as 0`);
  return 0;
}

function cell({ roster }: LatenessInput, column: string | undefined): string {
  return column === undefined ? "" : (roster?.[rosterColumn(column)] ?? "").trim();
}

/** A column as rosters are read: without regard to capitals, and to blanks around it. */
function rosterColumn(name: string): string {
  return name.trim().toLowerCase();
}

/**
 * Columns that the rules for lateness name and that no line of a roster has, in words: everybody's extension would be lost.
 *
 * @param rosters the lines of all submissions that have one
 */
export function missingColumns(
  { late }: Policy,
  rosters: readonly Readonly<Record<string, string>>[],
): readonly string[] {
  return (["deadlineColumn", "usedColumn"] as const).flatMap((key) => {
    const column = late?.[key];
    if (column === undefined || rosters.some((line) => rosterColumn(column) in line)) return [];
    const known = [...new Set(rosters.flatMap((line) => Object.keys(line)))];
    const rest =
      rosters.length === 0
        ? "there is no roster; name it with --roster"
        : `the roster has no such column; it has ${known.join(", ")}`;
    return [`late.${key} is "${column}", but ${rest}`];
  });
}

/** Half up, in hundredths of a point: what gradebooks compare. */
export function toHundredths(points: number): number {
  return Math.round(points * 100 + 1e-6) / 100;
}
