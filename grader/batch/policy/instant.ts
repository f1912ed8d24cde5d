const SHAPE =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:Z|UTC|([+-])(\d\d):?(\d\d)?)$/i;
const MINUTE_MS = 60_000;

/** How such a time is written, for messages. */
export const INSTANT_EXAMPLE = "2026-03-01T23:59:00+01:00";

/**
 * Milliseconds since 1970 of a day and a time of day with their offset from UTC: ISO 8601, or the same with blanks in it, as
 * platforms export it. Null for everything else: without an offset nobody knows when it was, and where days and months
 * change places it is another day.
 */
export function parseInstant(text: string): number | null {
  const parts = SHAPE.exec(text.trim());
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = Number(`0.${parts[7] ?? 0}`);
  const offset = (parts[8] === "-" ? -1 : 1) * (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0));
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // A 30th of February is no day, though there is a reading for it.
  const isReal = local.getUTCMonth() === month - 1 && local.getUTCDate() === day && hour < 24 && minute < 60;
  if (!isReal || second > 59 || Math.abs(offset) > 14 * 60) return null;
  return local.getTime() + Math.floor(fraction * 1000) - offset * MINUTE_MS;
}
