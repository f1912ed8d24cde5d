import type { Policy } from "./config.ts";
import { parseInstant } from "./instant.ts";
import { endOfDay, lateDays, paidDays } from "./lateness.ts";
import { type RosterColumns, readCell } from "./roster-cells.ts";

/**
 * Until when commits of a repository count, ISO 8601 in UTC: to the end of the late days of whoever has most of them; what is
 * late is late by `applyLateness`. A deadline of the student's own wins over the general one, and moves their late days.
 *
 * @param deadline the general one that the command names. @param rosters lines of those who handed it in; none: an empty list.
 */
export function commitsCountUntil({ late }: Policy, deadline: string, rosters: readonly RosterColumns[]): string {
  if (late === undefined) return deadline;
  const lines = rosters.length === 0 ? [undefined] : rosters;
  const moments = lines.map((line) => {
    const endMs = endOfDay(late, line, lateDays(late, line));
    const isOwn = readCell(late, "deadlineColumn", line) !== null;
    return isOwn ? endMs : Math.max(endMs, parseInstant(deadline) ?? endMs);
  });
  return new Date(Math.max(...moments)).toISOString();
}

/**
 * When the last hand-in is over, ISO 8601 in UTC: from then on students may see what is hidden until the deadline. Undefined
 * when the policy has no deadline.
 */
export function lastHandInAt({ late }: Policy, rosters: readonly RosterColumns[]): string | undefined {
  if (late === undefined) return undefined;
  const moments = [undefined, ...rosters].map((line) => endOfDay(late, line, paidDays(late, line)));
  return new Date(moments.reduce((last, moment) => Math.max(last, moment))).toISOString();
}
