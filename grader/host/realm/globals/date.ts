import { define, defineAll } from "../define.ts";
import { localesOrDefault, utcOptions } from "./locale.ts";

const RealDate = Date;
type Options = Intl.DateTimeFormatOptions;
type LocaleMethod = (this: Date, locales?: Intl.LocalesArgument, options?: Options) => string;

/** Replaces `Date` by one that tells virtual time, and whose local time is UTC. */
export function installDate(nowMs: () => number): void {
  define(globalThis, "Date", virtualDate(nowMs));
  // Leads to Temporal, which tells the real time.
  delete (RealDate.prototype as { toTemporalInstant?: unknown }).toTemporalInstant;
  useUtc(RealDate.prototype);
  installStrings(RealDate.prototype);
}

function virtualDate(nowMs: () => number): DateConstructor {
  function VirtualDate(...parts: [unknown, ...number[]]): Date | string {
    if (new.target === undefined) return new RealDate(nowMs()).toString();
    return Reflect.construct(RealDate, [instant(parts, nowMs)], new.target);
  }
  const made = VirtualDate as unknown as DateConstructor;
  Object.defineProperty(made, "name", { value: "Date", configurable: true });
  Object.defineProperty(made, "length", { value: 7, configurable: true });
  Object.defineProperty(made, "prototype", { value: RealDate.prototype, writable: false });
  define(RealDate.prototype, "constructor", made);
  define(made, "now", function now() {
    return nowMs();
  });
  define(made, "UTC", RealDate.UTC);
  define(made, "parse", function parse(text: string) {
    return parseAsUtc(String(text));
  });
  return made;
}

/** The time value that a constructor's arguments mean. */
function instant(parts: readonly unknown[], nowMs: () => number): number {
  if (parts.length === 0) return nowMs();
  if (parts.length > 1) return RealDate.UTC(...(parts as [number, number]));
  const [value] = parts;
  if (value instanceof RealDate) return RealDate.prototype.getTime.call(value);
  const primitive = toPrimitive(value);
  return typeof primitive === "string" ? parseAsUtc(primitive) : Number(primitive);
}

function toPrimitive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const convert = (value as { [Symbol.toPrimitive]?: (hint: string) => unknown })[Symbol.toPrimitive];
  if (convert !== undefined) return convert.call(value, "default");
  const plain = value.valueOf();
  return typeof plain === "object" ? String(value) : plain;
}

const ZONE = /(?:Z|UTC|GMT|[ECMP][SD]T|[+-]\d{1,2}:?\d{2})(?:\s*\(.*\))?\s*$/i;

/** Parses text; where it names no zone it means UTC, whatever zone the process is in. */
function parseAsUtc(text: string): number {
  if (!ZONE.test(text) || /^\d{4}-\d{2}$/.test(text)) {
    const marked = RealDate.parse(/^\d{4}-\d\d-\d\dT/.test(text) ? `${text}Z` : `${text} UTC`);
    if (!Number.isNaN(marked)) return marked;
  }
  return RealDate.parse(text);
}

const PARTS = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"];

function useUtc(prototype: Date): void {
  const methods = prototype as unknown as Record<string, unknown>;
  for (const part of [...PARTS, "Day"]) define(prototype, `get${part}`, methods[`getUTC${part}`]);
  for (const part of PARTS) define(prototype, `set${part}`, methods[`setUTC${part}`]);
  define(prototype, "getTimezoneOffset", function getTimezoneOffset(this: Date) {
    return Number.isNaN(this.getTime()) ? Number.NaN : 0;
  });
  define(prototype, "getYear", function getYear(this: Date) {
    return this.getUTCFullYear() - 1900;
  });
  define(prototype, "setYear", function setYear(this: Date, year: number) {
    const whole = Math.trunc(Number(year));
    return this.setUTCFullYear(whole >= 0 && whole <= 99 ? 1900 + whole : whole);
  });
}

function installStrings(prototype: Date): void {
  const utcString = prototype.toUTCString;
  /** "Wed, 01 Jan 2025 00:00:00 GMT" gives "Wed Jan 01 2025" and "00:00:00". */
  const split = (date: Date): [string, string] | null => {
    const match = /^(\w+), (\d+) (\w+) (-?\d+) ([\d:]+) GMT$/.exec(utcString.call(date));
    return match ? [`${match[1]} ${match[3]} ${match[2]} ${match[4]}`, match[5] as string] : null;
  };
  const zone = "GMT+0000 (Coordinated Universal Time)";
  defineAll(prototype, {
    toDateString(this: Date) {
      return split(this)?.[0] ?? "Invalid Date";
    },
    toTimeString(this: Date) {
      const parts = split(this);
      return parts ? `${parts[1]} ${zone}` : "Invalid Date";
    },
    toString(this: Date) {
      const parts = split(this);
      return parts ? `${parts[0]} ${parts[1]} ${zone}` : "Invalid Date";
    },
  });
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"] as const) {
    const real = prototype[name] as LocaleMethod;
    const method: LocaleMethod = function (this: Date, locales, options) {
      return real.call(this, localesOrDefault(locales), utcOptions(options));
    };
    Object.defineProperty(method, "name", { value: name, configurable: true });
    define(prototype, name, method);
  }
}
