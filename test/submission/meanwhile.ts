import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** The calls between which somebody else may do something. */
const CALLS = ["openSync", "opendirSync", "lstatSync", "statSync", "fstatSync", "readSync", "realpathSync"] as const;

/** How the system is made to look. `isWithoutProc`: there is no /proc. */
export interface Machine {
  readonly isWithoutProc?: boolean;
}

/** What somebody else does beside it; with `undo` it is taken back before the next call. */
export interface Deed {
  /** Told what the call is about; an error that it throws is that of the call. */
  readonly act: (path: string) => void;
  readonly undo?: () => void;
}

/**
 * Runs something with somebody else at work beside it, who acts right before its `turn`-th call of the file system, counted
 * from 1. Gives what came of it, and whether there were so many calls.
 */
export async function meanwhile<T>(
  turn: number,
  { act, undo }: Deed,
  run: () => Promise<T>,
  { isWithoutProc = false }: Machine = {},
): Promise<{ result: T | Error; hasActed: boolean }> {
  const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]]));
  let calls = 0;
  let isActing = false;
  for (const name of CALLS) {
    const call = real[name] as (...args: unknown[]) => unknown;
    const between = (...args: unknown[]) => {
      if (!isActing) {
        calls++;
        isActing = true;
        try {
          if (calls === turn) act(String(args[0]));
          else if (calls === turn + 1) undo?.();
        } finally {
          isActing = false;
        }
      }
      if (isWithoutProc && String(args[0]).startsWith("/proc/self/fd/")) {
        throw Object.assign(new Error("ENOENT: there is no /proc"), { code: "ENOENT", syscall: name });
      }
      return call(...args);
    };
    Object.assign(fs, { [name]: between });
  }
  syncBuiltinESMExports();
  try {
    const result = await run().catch((error: Error) => error);
    return { result, hasActed: calls >= turn };
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

/** The same at each of its calls in turn, or each so-many-th, anew each time. Gives how many there were. */
export async function atEveryCall<T>(
  prepare: () => Deed & { readonly run: () => Promise<T>; readonly check: (result: T | Error) => void | Promise<void> },
  machine: Machine = {},
  step = 1,
): Promise<number> {
  for (let turn = 1; ; turn += step) {
    const { run, check, ...deed } = prepare();
    const { result, hasActed } = await meanwhile(turn, deed, run, machine);
    await check(result);
    if (!hasActed) return turn - 1;
  }
}

/** How many descriptors this process has open; 0 where the system does not say. Those of earlier tests may be closed at any time. */
export function openDescriptors(): number {
  try {
    return fs.readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}
