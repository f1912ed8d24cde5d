import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { RUNNER, VITEST_VERSION } from "../../release/project.ts";
import { EXIT } from "../exit-code.ts";
import { UsageError } from "../input/usage-error.ts";

/**
 * `grade test [words...]`: vitest, as it is installed where the command is typed, once; `npm test` works before it is there, and
 * says what is missing. Gives the exit status.
 */
export function testCommand(words: readonly string[], folder: string = process.cwd()): Promise<number> {
  const program = findVitest(folder);
  if (program === null)
    throw new UsageError(
      `vitest is not installed here yet, and the tests need it: npm install --save-dev vitest@${VITEST_VERSION}`,
    );
  const child = spawn(process.execPath, [program, "run", ...words], { cwd: folder, stdio: "inherit" });
  // It hears them too, and ends in good order.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal !== null) settle(signal === "SIGINT" ? EXIT.interrupted : 128 + constants.signals[signal]);
      else settle(code ?? EXIT.internalError);
    });
  });
}

function findVitest(folder: string): string | null {
  try {
    const manifest = createRequire(join(resolve(folder), "x.js")).resolve(`${RUNNER}/package.json`);
    const program = join(dirname(manifest), "vitest.mjs");
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}
