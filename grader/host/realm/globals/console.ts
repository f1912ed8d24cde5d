import type { LogLevel } from "../../../sim/peer-host.ts";
import { define } from "../define.ts";
import { stackHere } from "../errors.ts";
import { Op, type RawHook } from "../hook.ts";
import { format } from "../inspect/format.ts";
import { inspect } from "../inspect/inspect.ts";
import { table } from "./table.ts";

/** Installs `console`: every call is one line (or several) of the peer's log. Gives what makes it forget its counts, times and groups. */
export function installConsole(hook: RawHook, nowUs: () => number): () => void {
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  let indent = "";

  const print = (level: LogLevel, text: string) => {
    hook(Op.log, level, indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`));
  };
  const elapsed = (label: string) => `${label}: ${(nowUs() - (timers.get(label) ?? nowUs())) / 1000}ms`;
  const group = (data: readonly unknown[]) => {
    if (data.length > 0) print("log", format(...data));
    indent += "  ";
  };

  const console = {
    debug: (...data: unknown[]) => print("debug", format(...data)),
    log: (...data: unknown[]) => print("log", format(...data)),
    info: (...data: unknown[]) => print("info", format(...data)),
    warn: (...data: unknown[]) => print("warn", format(...data)),
    error: (...data: unknown[]) => print("error", format(...data)),
    trace: (...data: unknown[]) => print("error", `Trace: ${format(...data)}\n${stackHere()}`.trimEnd()),
    assert: (condition: unknown, ...data: unknown[]) => {
      if (condition) return;
      const [first, ...rest] = data;
      if (typeof first === "string") print("warn", format(`Assertion failed: ${first}`, ...rest));
      else print("warn", format("Assertion failed", ...data));
    },
    dir: (value: unknown, options?: object) => print("log", inspect(value, options)),
    dirxml: (...data: unknown[]) => print("log", format(...data)),
    table: (data: unknown, columns?: readonly string[]) => print("log", table(data, columns)),
    group: (...data: unknown[]) => group(data),
    groupCollapsed: (...data: unknown[]) => group(data),
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
  define(console, Symbol.toStringTag, "console");
  define(globalThis, "console", console);
  return () => {
    counts.clear();
    timers.clear();
    indent = "";
  };
}
