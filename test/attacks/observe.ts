import { readdirSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function descendantsOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => readOr(`/proc/${pid}/task/${thread}/children`).split(" "));
  return children.filter(Boolean).flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** When each of the processes that are there was started, which tells them from later ones of that number. */
export function startTimes(pids: readonly (number | string)[]): Map<string, string> {
  return new Map(
    pids.flatMap((pid) => {
      const [, state, , ...rest] = /\) (\S) (.*)$/s.exec(readOr(`/proc/${pid}/stat`))?.[0].split(/\s+/) ?? [];
      return state === undefined || state === "Z" ? [] : [[String(pid), rest[17] ?? ""] as const];
    }),
  );
}

/** Processes that have the text among their arguments. */
export function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && readOr(`/proc/${pid}/cmdline`).includes(text));
}

/** What in a file of a batch, or in what it says, could do something where it is shown. */
export function harmful(name: string, text: string): string[] {
  const found = [...text.matchAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu)].map(
    ([letter]) => `U+${letter.codePointAt(0)?.toString(16)}`,
  );
  for (const line of text.split(/[\r\n]/)) if (/^\s*(::|##\[)/.test(line)) found.push(line);
  if (name.endsWith(".csv")) {
    for (const row of parse(text) as string[][]) found.push(...row.filter((field) => /^\s*[=+\-@|%]/.test(field)));
  }
  if (name.endsWith(".jsonl")) {
    for (const line of text.trimEnd().split("\n")) JSON.parse(line);
  }
  return found;
}

/** The most that a process ever had in memory, in bytes; null when it is gone. */
export function peakMemoryOf(pid: number): number | null {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
