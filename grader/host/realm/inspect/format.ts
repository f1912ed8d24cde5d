import { inspect } from "./inspect.ts";

/** Quotes text as Node does: with the first kind of quote that does not occur in it. */
export function inspectString(text: string, lengthMax: number): string {
  const cut = text.length > lengthMax ? text.slice(0, lengthMax) : text;
  const quote = !cut.includes("'")
    ? "'"
    : !cut.includes('"')
      ? '"'
      : !cut.includes("`") && !cut.includes("${")
        ? "`"
        : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped here
  const escaped = cut.replace(/[\\\x00-\x1f\x7f-\x9f'"`]/g, (char) => {
    if (char === "'" || char === '"' || char === "`") return char === quote ? `\\${char}` : char;
    return ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  const left = text.length - cut.length;
  return `${quote}${escaped}${quote}${left > 0 ? `... ${left} more character${left > 1 ? "s" : ""}` : ""}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};

/** The name of a field, quoted where it has to be. */
export function inspectKey(key: string): string {
  if (/^[A-Za-z_][\w]*$/.test(key) && key !== "__proto__") return key;
  const quoted = inspectString(key, Number.POSITIVE_INFINITY);
  return key === "__proto__" ? `[${quoted}]` : quoted;
}

/** What `console.log(first, ...rest)` prints: `util.format` of Node. */
export function format(...args: readonly unknown[]): string {
  const [first] = args;
  if (typeof first !== "string") return args.map(plain).join(" ");
  if (args.length === 1) return first;
  let used = 1;
  const text = first.replace(/%[sdifjoOc%]/g, (directive) => {
    if (directive === "%%") return "%";
    if (used >= args.length) return directive;
    return directiveText(directive, args[used++]);
  });
  return [text, ...args.slice(used).map(plain)].join(" ");
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : inspect(value);
}

function directiveText(directive: string, value: unknown): string {
  switch (directive) {
    case "%s":
      if (typeof value === "string") return value;
      if (typeof value === "object" && value !== null) return inspect(value, { depth: 0 });
      return typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : String(value);
    case "%d":
      return typeof value === "bigint" ? `${value}n` : typeof value === "symbol" ? "NaN" : String(Number(value));
    case "%i":
      return typeof value === "bigint"
        ? `${value}n`
        : typeof value === "symbol"
          ? "NaN"
          : String(Number.parseInt(String(value), 10));
    case "%f":
      return typeof value === "symbol" ? "NaN" : String(Number.parseFloat(String(value)));
    case "%j":
      try {
        return String(JSON.stringify(value));
      } catch {
        return "[Circular]";
      }
    case "%o":
      return inspect(value, { showHidden: true, depth: 4 });
    case "%O":
      return inspect(value);
    default:
      // %c takes its argument and prints nothing.
      return "";
  }
}
