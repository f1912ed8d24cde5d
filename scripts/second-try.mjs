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
const DETERMINISTIC = [
  /^test\/(api|check|explain|harness|labs|right|search|shrink|sim|wrong)\//,
  /^test\/attacks\/(leaders|pretenders|services)\.test/,
  /^test\/audit\/solo-peer\.test/,
  /^test\/docs\/scenario-files\.test/,
  /^test\/host\/(fields|isolation|layers|rejections|reports|roles)\.test/,
  /^test\/run\/(determinism|goldens|kv-misuse|whole-run-realms)\.test/,
];
/** So says a test of itself that must never fail, whatever the machine does: what an attack wins once in two times it has won. */
const ALWAYS = /, always$/;

/** The paths from `root` of the files to try again; null where a second try is no answer. */
export function toTryAgain({ testResults }, root) {
  const files = testResults.filter((file) => failuresIn(file).length > 0);
  const isFinal = (file) =>
    DETERMINISTIC.some((path) => path.test(relative(root, file.name))) ||
    failuresIn(file).some((name) => ALWAYS.test(name));
  return files.length === 0 || files.some(isFinal) ? null : files.map(({ name }) => relative(root, name));
}

/** The first report with what the second says of the files in it, and whether all that failed was played again, and passed. */
export function merged(first, second) {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const testResults = first.testResults.map((file) => again.get(file.name) ?? file);
  const count = (status) =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter((test) => test.status === status).length;
  const failures = first.testResults.flatMap((file) => failuresIn(file).map((name) => [again.get(file.name), name]));
  const secondTries = failures.filter(([file, name]) => file !== undefined && hasPassed(file, name));
  const isMadeGood =
    secondTries.length === failures.length && testResults.every((file) => failuresIn(file).length === 0);
  return {
    report: {
      ...first,
      testResults,
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
      secondTries: secondTries.map(([, name]) => name),
    },
    isMadeGood,
  };
}

/** The tests that failed, by name; of a file that failed before its tests did, its own name. */
function failuresIn({ name, status, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === "failed").map(({ fullName }) => fullName);
  return failed.length === 0 && status === "failed" ? [name] : failed;
}

function hasPassed(file, name) {
  if (name === file.name) return file.status === "passed";
  return file.assertionResults.some(({ fullName, status }) => fullName === name && status === "passed");
}

function main([reportPath, command, ...args]) {
  const first = readReport(reportPath);
  const files = first && toTryAgain(first, process.cwd());
  if (!files) return 1;
  console.log("\nFailed at first, tried once more, alone:");
  for (const failure of first.testResults.flatMap(failuresIn)) console.log(`  ${failure}`);
  rmSync(reportPath);
  const { status } = spawnSync(command, [...args, ...files], { stdio: "inherit" });
  const second = readReport(reportPath);
  const { report, isMadeGood } = merged(first, second ?? { testResults: [] });
  writeFileSync(reportPath, JSON.stringify(report));
  for (const test of report.secondTries) console.log(`passed at its second try only: ${test}`);
  return status === 0 && isMadeGood ? 0 : 1;
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
