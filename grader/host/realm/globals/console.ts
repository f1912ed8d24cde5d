import type { LogLevel } from "../../../sim/peer-host.ts";
import { define } from "../define.ts";
import { stackHere } from "../errors.ts";
import { Op, type RawHook } from "../hook.ts";
import { format } from "../inspect/format.ts";
import { inspect } from "../inspect/inspect.ts";
import { table } from "./table.ts";

/** Installs `console`: every call is one line (or several) of the peer's log. */
export function installConsole(hook: RawHook, nowUs: () => number): void {
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = "";

  const print = (level: LogLevel, text: string) => {
    hook(Op.log, level, indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`));
  };
  const printer =
    (level: LogLevel) =>
    (...data: unknown[]) =>
      print(level, format(...data));
  const elapsed = (label: string) => `${label}: ${(nowUs() - (timers.get(label) ?? nowUs())) / 1000}ms`;
  const group = (...data: unknown[]) => {
    if (data.length > 0) print("log", format(...data));
    indent += "  ";
  };

  const methods = {
    debug: printer("debug"),
    log: printer("log"),
    info: printer("info"),
    warn: printer("warn"),
    error: printer("error"),
    trace: (...data: unknown[]) => print("error", `Trace: ${format(...data)}\n${stackHere()}`.trimEnd()),
    assert: (condition: unknown, ...data: unknown[]) => {
      if (condition) return;
      const [first, ...rest] = data;
      if (typeof first === "string") print("warn", format(`Assertion failed: ${first}`, ...rest));
      else print("warn", format("Assertion failed", ...data));
    },
    dir: (value: unknown, options?: object) => print("log", inspect(value, options)),
    dirxml: printer("log"),
    table: (data: unknown, columns?: readonly string[]) => print("log", table(data, columns)),
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    count: (label: unknown = "default") => {
      const count = (counts.get(String(label)) ?? 0) + 1;
      counts.set(String(label), count);
      print("log", `${label}: ${count}`);
    },
    countReset: (label: unknown = "default") => {
      counts.delete(String(label));
    },
    time: (label: unknown = "default") => {
      timers.set(String(label), nowUs());
    },
    timeLog: (label: unknown = "default", ...data: unknown[]) => print("log", format(elapsed(String(label)), ...data)),
    timeEnd: (label: unknown = "default") => {
      print("log", elapsed(String(label)));
      timers.delete(String(label));
    },
    clear: () => {},
  };
  const console = {};
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(method, "name", { value: name });
    Object.defineProperty(console, name, { value: method, writable: true, configurable: true, enumerable: true });
  }
  define(console, Symbol.toStringTag, "console");
  define(globalThis, "console", console);
}
