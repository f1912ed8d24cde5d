/**
 * Tests that start processes, browsers and sandboxes depend on the machine, too: a port that somebody takes, memory that is short
 * for a moment. When some of them failed, their files are tried once more, alone, and what then passed is named, so that
 * nobody takes it for a test that always does. What is played in virtual time gets no second try: the same input that
 * comes to something else is the fault that those tests are there for. Neither does what an attack must not do once in a hundred times.
 * `.ci/run` calls it.
 *
 *   node scripts/second-try.mjs <report> <command ...>
 *
 * `report`: what vitest's JSON reporter wrote. `command`: runs the test files whose paths are put behind it, and writes their
 * report to the same place. Both are made one there, with the names of what passed only now as `secondTries`.
 * Exit status 0 when all passed; 1 when something failed again, had no second try, or was no test.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What these test reads no clock and draws nothing unseeded: it fails always, or has a fault. */
const DETERMINISTIC =
  /^test\/((api|check|explain|harness|labs|right|search|shrink|sim|wrong)\/|(attacks\/(leaders|pretenders|services)|audit\/solo-peer|docs\/scenario-files|host\/(fields|isolation|layers|rejections|reports|roles)|run\/(determinism|goldens|kv-misuse|whole-run-realms))\.test)/;
/** So says a test of itself that must never fail, whatever the machine does: what an attack wins once in two times it has won. */
const ALWAYS = /, always$/;

/** The files to try again, by their paths from `root`, and what failed in them; null where a second try is no answer. */
export function toTryAgain(report, root) {
  const files = report.testResults
    .filter(({ status, assertionResults }) => status === "failed" || failuresOf(assertionResults).length > 0)
    .map(({ name, assertionResults }) => ({ path: relative(root, name), tests: failuresOf(assertionResults) }));
  const isFinal = ({ path, tests }) => DETERMINISTIC.test(path) || tests.some((name) => ALWAYS.test(name));
  return files.length === 0 || files.some(isFinal) ? null : files;
}

/** The first report with what the second says of the files in it. */
export function merged(first, second) {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const testResults = first.testResults.map((file) => again.get(file.name) ?? file);
  const count = (status) =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
  const secondTries = first.testResults.flatMap(({ name, assertionResults }) => {
    const now = again.get(name);
    if (now === undefined) return [];
    const failed = failuresOf(assertionResults);
    // What failed before its tests did is named by its file.
    if (failed.length === 0) return now.status === "passed" ? [name] : [];
    const passed = now.assertionResults.filter(({ status }) => status === "passed").map(({ fullName }) => fullName);
    return failed.filter((test) => passed.includes(test));
  });
  return { ...first, testResults, numPassedTests: count("passed"), numFailedTests: count("failed"), secondTries };
}

/** Whether each that failed was played again, and passed: one that is left out the second time, or not found, did not. */
export const isMadeGood = (first, { testResults, secondTries }) =>
  testResults.every(
    ({ status, assertionResults }) => status === "passed" && failuresOf(assertionResults).length === 0,
  ) &&
  secondTries.length ===
    first.testResults.reduce(
      (sum, { status, assertionResults }) =>
        sum + (failuresOf(assertionResults).length || (status === "failed" ? 1 : 0)),
      0,
    );

const failuresOf = (tests) => tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);

function main([reportPath, command, ...args]) {
  const first = readReport(reportPath);
  const files = first && toTryAgain(first, process.cwd());
  if (!files) return 1;
  console.log("\nFailed at first, tried once more, alone:");
  for (const { path, tests } of files)
    for (const test of [path, ...tests.map((name) => `  ${name}`)]) console.log(test);
  rmSync(reportPath);
  const { status } = spawnSync(command, [...args, ...files.map(({ path }) => path)], { stdio: "inherit" });
  const second = readReport(reportPath);
  const all = second === null ? { ...first, secondTries: [] } : merged(first, second);
  writeFileSync(reportPath, JSON.stringify(all));
  for (const test of all.secondTries) console.log(`passed at its second try only: ${test}`);
  return status === 0 && isMadeGood(first, all) ? 0 : 1;
}

/** Null where vitest came to no report. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? "")).href)
  process.exitCode = main(process.argv.slice(2));
