import { shown } from "../names.ts";
import { plainBlanks, toUtc, wallTimeOf, zoneRemark } from "../sources/platforms/platform-time.ts";
import type { RosterLine } from "./read-roster.ts";

/** The column of Moodle's grading worksheet that says when something was handed in, in small letters. */
const COLUMN = "last modified (submission)";
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
/**
 * `Sunday, 1 March 2026, 2:02 PM`, or with the month first, or by 24 hours: `strftimedaydatetime` of lang/en/langconfig.php of
 * moodle/moodle and of its English variants, in which mod/assign/gradingtable.php writes the time.
 */
const SHAPE =
  /^[a-z]{6,9}, (?:(\d{1,2}) ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2})),? (\d{4}),? (\d{1,2}):(\d\d)(?::\d\d)? ?(am|pm)?$/i;

/** What a line of the roster says of when it was handed in; nothing where it is no worksheet of Moodle's, or the cell is empty. */
export interface WorksheetTime {
  /** ISO 8601 in UTC. */
  readonly submittedAt?: string;
  /** What staff should know. */
  readonly note?: string;
}

/** @param zone as `--time-zone` has it: Moodle writes the time as the clock of whoever made the worksheet shows it. */
export function worksheetTime({ columns, place }: Pick<RosterLine, "columns" | "place">, zone: string): WorksheetTime {
  const text = (columns[COLUMN] ?? "").trim();
  if (text === "" || text === "-") return {};
  const submittedAt = moodleTime(text, zone);
  if (submittedAt !== null) return { submittedAt };
  return {
    note: `${place}: ${COLUMN} is ${shown(text)}, which cannot be read; make the worksheet with Moodle in English`,
  };
}

/** ISO 8601 in UTC; null when it is no time as an English Moodle writes it. */
export function moodleTime(text: string, zone: string): string | null {
  const [, day, month, monthFirst, dayAfter, year = "", hour = "", minute = "", half] =
    SHAPE.exec(plainBlanks(text)) ?? [];
  const number = MONTHS.indexOf((month ?? monthFirst ?? "").toLowerCase()) + 1;
  if (number === 0) return null;
  const hours = hoursOf(Number(hour), half?.toLowerCase());
  if (hours === null) return null;
  return toUtc(wallTimeOf([year, String(number), day ?? dayAfter ?? "", String(hours), minute]), zone) ?? null;
}

function hoursOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half === "pm" ? 12 : 0);
}

/** Said once, where a time was taken from a worksheet and nobody said its zone. */
export const WORKSHEET_REMARK: string = zoneRemark("a Moodle worksheet");
