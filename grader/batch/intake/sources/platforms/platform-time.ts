import { shown } from "../../names.ts";

/** A time as a clock on a wall shows it, without a zone. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Hours that abbreviations of zones are ahead of UTC; those that two zones share are not here. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  NST: -3.5,
  NDT: -2.5,
  AST: -4,
  ADT: -3,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  AKST: -9,
  AKDT: -8,
  HST: -10,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  ACST: 9.5,
  AWST: 8,
  NZST: 12,
  NZDT: 13,
};

/** Of the digits of year, month, day, hour, minute and second, in this order. */
export function wallTimeOf(digits: readonly string[]): WallTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits.map(Number);
  return { year, month, day, hour, minute, second };
}

const MINUTE_MS = 60_000;

/** Whether times can be read in such a zone: an offset such as `+01:00`, or a name such as `Europe/Berlin`. */
export function isTimeZone(zone: string): boolean {
  if (offsetMinutes(zone) !== null) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * ISO 8601 in UTC of a time in a zone; undefined when there is no such day or hour.
 *
 * @param zone an offset, a name, or one of the usual abbreviations.
 */
export function toUtc(time: WallTime, zone: string): string | undefined {
  const { year, month, day, hour, minute, second } = time;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall);
  const isReal =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal || year < 1970 || year > 9999) return undefined;
  const fixed = abbreviationMinutes(zone) ?? offsetMinutes(zone);
  if (fixed !== null) return new Date(wall - fixed * MINUTE_MS).toISOString();
  // Once more with the offset of the moment that was found: near a change of the clock it is another.
  const guess = wall - offsetAt(zone, wall);
  return new Date(wall - offsetAt(zone, guess)).toISOString();
}

/** Minutes ahead of UTC; null when it is no abbreviation that means one zone. */
export function abbreviationMinutes(zone: string): number | null {
  return Object.hasOwn(ABBREVIATIONS, zone) ? (ABBREVIATIONS[zone] as number) * 60 : null;
}

function offsetMinutes(zone: string): number | null {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return zone === "Z" ? 0 : null;
  return (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
}

/** Milliseconds that a zone is ahead of UTC at a moment. */
function offsetAt(timeZone: string, moment: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(new Date(moment));
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(
    value("year"),
    value("month") - 1,
    value("day"),
    value("hour"),
    value("minute"),
    value("second"),
  );
  return wall - moment;
}

/** What to say of times whose zone was not told. */
export function zoneRemark(what: string): string {
  return `the times of handing in of ${what} have no zone, and were taken as UTC; --time-zone <zone> says another, such as +01:00 or Europe/Berlin`;
}

/** What to note where a platform's own time of handing in says nothing. */
export function unreadableTime(text: string): string {
  return `its time of handing in cannot be read: ${shown(text)}`;
}

/** With plain blanks in place of those of other widths, which newer systems put before am and pm. */
export function plainBlanks(text: string): string {
  return text.replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, " ");
}
