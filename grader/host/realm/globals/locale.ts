import { define, defineLazily } from "../define.ts";

const RealIntl = Intl;
const LOCALE = "en-US";
type Locales = Intl.LocalesArgument;
type Construct = new (...args: unknown[]) => object;

/** The locales asked for, and en-US behind them: what the process would fall back to must not show. */
export function localesOrDefault(locales?: Locales): Locales {
  if (locales === undefined) return LOCALE;
  return [...RealIntl.getCanonicalLocales(locales as string | string[]), LOCALE];
}

/** The options, with UTC where they name no time zone. */
export function utcOptions(options?: Intl.DateTimeFormatOptions): Intl.DateTimeFormatOptions {
  if (options === undefined) return { timeZone: "UTC" };
  if (options === null || options.timeZone !== undefined) return options;
  return Object.create(options, { timeZone: { value: "UTC", enumerable: true } });
}

/** Makes en-US, UTC and virtual time the defaults of `Intl` and of the methods that use it. */
export function installLocale(nowMs: () => number): void {
  // Nothing but this name leads to the classes of Intl.
  defineLazily(globalThis, ["Intl"], () => {
    replaceClasses(nowMs);
    return { Intl: RealIntl };
  });
  for (const [prototype, names] of LOCALE_METHODS) {
    for (const name of names) replaceFirstArgument(prototype, name);
  }
  const compare = String.prototype.localeCompare;
  define(
    String.prototype,
    "localeCompare",
    function localeCompare(this: string, that: string, locales?: Locales, options?: object) {
      return compare.call(this, that, localesOrDefault(locales) as string[], options);
    },
  );
}

function replaceClasses(nowMs: () => number): void {
  for (const name of Object.getOwnPropertyNames(RealIntl)) {
    const real = (RealIntl as unknown as Record<string, unknown>)[name];
    if (typeof real === "function" && "supportedLocalesOf" in real) {
      define(RealIntl, name, withDefaults(name, real as unknown as Construct, name === "DateTimeFormat"));
    }
  }
  formatNow(nowMs);
}

const LOCALE_METHODS: readonly (readonly [object, readonly string[]])[] = [
  [Number.prototype, ["toLocaleString"]],
  [BigInt.prototype, ["toLocaleString"]],
  [String.prototype, ["toLocaleUpperCase", "toLocaleLowerCase"]],
];

function replaceFirstArgument(prototype: object, name: string): void {
  const real = (prototype as Record<string, (locales?: Locales, options?: object) => string>)[name];
  if (real === undefined) return;
  const method = function (this: unknown, locales?: Locales, options?: object) {
    return real.call(this, localesOrDefault(locales), options);
  };
  Object.defineProperty(method, "name", { value: name, configurable: true });
  Object.defineProperty(method, "length", { value: 0, configurable: true });
  define(prototype, name, method);
}

function withDefaults(name: string, Real: Construct, isDate: boolean): unknown {
  const callable = name === "DateTimeFormat" || name === "NumberFormat" || name === "Collator";
  function Wrapped(locales?: Locales, options?: object): object {
    if (new.target === undefined && !callable) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
    const args = [localesOrDefault(locales), isDate ? utcOptions(options) : options];
    return Reflect.construct(Real, args, new.target ?? Wrapped);
  }
  Object.defineProperty(Wrapped, "name", { value: name, configurable: true });
  Object.defineProperty(Wrapped, "length", { value: Real.length, configurable: true });
  Object.defineProperty(Wrapped, "prototype", { value: Real.prototype, writable: false });
  define(Real.prototype, "constructor", Wrapped);
  define(Wrapped, "supportedLocalesOf", (Real as unknown as { supportedLocalesOf: unknown }).supportedLocalesOf);
  return Wrapped;
}

/** Without an argument, a date format shows the current time: the virtual one. */
function formatNow(nowMs: () => number): void {
  const { prototype } = RealIntl.DateTimeFormat;
  const getter = Object.getOwnPropertyDescriptor(prototype, "format")?.get as (
    this: unknown,
  ) => (date: unknown) => string;
  const bound = new WeakMap<object, (date?: unknown) => string>();
  Object.defineProperty(prototype, "format", {
    configurable: true,
    enumerable: false,
    get(this: object) {
      let format = bound.get(this);
      if (format === undefined) {
        const real = getter.call(this);
        format = (date?: unknown) => real(date === undefined ? nowMs() : date);
        bound.set(this, format);
      }
      return format;
    },
  });
  const parts = prototype.formatToParts;
  define(prototype, "formatToParts", function formatToParts(this: Intl.DateTimeFormat, date?: Date | number) {
    return parts.call(this, date === undefined ? nowMs() : date);
  });
}
