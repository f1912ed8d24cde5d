import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Form } from "../../grader/sim/role.ts";
import { bundleSubmission } from "../../grader/submission/bundle.ts";
import { openSubmission } from "../../grader/submission/open.ts";
import { UngradableError } from "../../grader/submission/ungradable.ts";
import { lab2 } from "../../labs/raft/index.ts";

/** What lab 2 asks for, of the very folder that is named. */
export const raftForm: Form = { file: lab2.form.file, roles: lab2.form.roles };

/** A temporary folder with these files (path to content), gone when the test ends. */
export function makeFolder(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "submission-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Opens and bundles the folder. */
export async function load(folder: string) {
  return bundleSubmission(openSubmission(folder, raftForm));
}

/** The error of a folder that cannot be graded. */
export async function refusal(folder: string): Promise<UngradableError> {
  try {
    await load(folder);
  } catch (error) {
    if (error instanceof UngradableError) return error;
    throw error;
  }
  throw new Error("it was taken, and should not have been");
}

/** Evaluates a bundle as a peer host does, with `modules` as what the realm has to offer. */
export function evaluate(code: string, modules: Record<string, unknown> = {}): Record<string, unknown> {
  const module = { exports: {} as Record<string, unknown> };
  const importModule = (name: string) => {
    if (!(name in modules)) throw new Error(`the realm was asked for ${name}`);
    return modules[name];
  };
  new Function("exports", "module", "__import", code)(module.exports, module, importModule);
  return module.exports;
}

/** Every refusal is one line that says what was wrong, where, and what to do. */
export async function expectRefusal(folder: string, message: string | RegExp, place?: [number, number, string?]) {
  const error = await refusal(folder);
  expect(error.message).not.toContain("\n");
  expect(error.message).toMatch(message);
  if (place === undefined) {
    expect(error.place).toBeUndefined();
  } else {
    const [line, column, file = "raft.ts"] = place;
    expect(error.place).toEqual({ file, line, column });
    expect(error.message.startsWith(`${file}:${line}:${column}: `)).toBe(true);
  }
}
