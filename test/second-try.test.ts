import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./submission/folder.ts";

const SCRIPT = join(import.meta.dirname, "../scripts/second-try.mjs");

/** Tests of a file, by what became of each; none for a file that could not be loaded. */
type Outcomes = Readonly<Record<string, "passed" | "failed" | "skipped">>;

const report = (folder: string, files: Readonly<Record<string, Outcomes>>) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  testResults: Object.entries(files).map(([path, tests]) => ({
    name: join(folder, path),
    status: Object.values(tests).includes("failed") || tests === BROKEN ? "failed" : "passed",
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
  })),
});
const BROKEN: Outcomes = {};

/** What is said and left behind when the files of `first` failed so, and those tried again come to `second`, or to no report. */
function tryAgain(first: Readonly<Record<string, Outcomes>>, second: Readonly<Record<string, Outcomes>> | null) {
  const folder = makeFolder({});
  const path = join(folder, "report.json");
  const command = makeFolder({
    "first.json": JSON.stringify(report(folder, first)),
    "second.json": JSON.stringify(second === null ? null : report(folder, second)),
    "vitest.mjs": `
      import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
      writeFileSync(process.argv[2] + ".asked", process.argv.slice(3).join(" "));
      if (readFileSync(import.meta.dirname + "/second.json", "utf8") === "null") process.exit(0);
      copyFileSync(import.meta.dirname + "/second.json", process.argv[2]);
      process.exit(readFileSync(process.argv[2], "utf8").includes('"failed"') ? 1 : 0);`,
  });
  spawnSync("cp", [join(command, "first.json"), path]);
  const args = [SCRIPT, path, process.execPath, join(command, "vitest.mjs"), path];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const asked = spawnSync("cat", [`${path}.asked`], { encoding: "utf8" }).stdout;
  return { status, stdout, asked, after: JSON.parse(readFileSync(path, "utf8")) };
}

test("what failed is tried again, nothing else, and counts when it passes, by its name", () => {
  const { status, stdout, asked, after } = tryAgain(
    { "test/cli/a.test.ts": { one: "passed", two: "failed" }, "test/cli/b.test.ts": { three: "passed" } },
    { "test/cli/a.test.ts": { one: "passed", two: "passed" } },
  );
  expect(status).toBe(0);
  expect(asked).toBe("test/cli/a.test.ts");
  expect(stdout).toContain("Failed at first, tried once more, alone:\n  two\n");
  expect(stdout).toContain("passed at its second try only: two");
  expect(after).toMatchObject({ numPassedTests: 3, numFailedTests: 0, secondTries: ["two"] });
});

test("what fails again is a failure, also where another test of its file fails now", () => {
  const file = "test/cli/a.test.ts";
  const { status, after } = tryAgain(
    { [file]: { one: "passed", two: "failed" } },
    { [file]: { one: "failed", two: "passed" } },
  );
  expect(status).toBe(1);
  expect(after).toMatchObject({ numPassedTests: 1, numFailedTests: 1, secondTries: ["two"] });
});

test("a file that could not be loaded is tried again", () => {
  const file = "test/batch/a.test.ts";
  expect(tryAgain({ [file]: BROKEN }, { [file]: { one: "passed" } })).toMatchObject({
    status: 0,
    asked: file,
    after: { numPassedTests: 1, secondTries: [expect.stringContaining(file)] },
  });
  expect(tryAgain({ [file]: BROKEN }, { [file]: BROKEN }).status).toBe(1);
});

test("what is not played again, or left out then, is a failure", () => {
  const file = "test/cli/a.test.ts";
  const left = tryAgain({ [file]: { one: "passed", two: "failed" } }, { [file]: { one: "passed", two: "skipped" } });
  expect(left).toMatchObject({ status: 1, after: { secondTries: [] } });
  expect(tryAgain({ [file]: BROKEN }, {}).status).toBe(1);
  const other = "test/cli/b.test.ts";
  expect(tryAgain({ [file]: { one: "failed" } }, { [other]: { one: "passed" } }).status).toBe(1);
  expect(tryAgain({ [file]: { one: "failed" } }, { [file]: { one: "passed" } }).status).toBe(0);
});

test("where the second time comes to no report, the first one stands", () => {
  const file = "test/cli/a.test.ts";
  for (const first of [BROKEN, { one: "failed" } as const]) {
    const { status, after } = tryAgain({ [file]: first }, null);
    expect({ status, after: after.testResults[0].status }).toEqual({ status: 1, after: "failed" });
  }
});

test("what is played in virtual time has no second try, and neither has what fails beside it", () => {
  const paths = ["sim/a", "check/wgl/a", "harness/a", "labs/a", "right/a", "wrong/a", "run/goldens", "run/determinism"];
  for (const path of paths) {
    const { status, asked } = tryAgain(
      { [`test/${path}.test.ts`]: { one: "failed" }, "test/cli/a.test.ts": { two: "failed" } },
      { "test/cli/a.test.ts": { two: "passed" } },
    );
    expect({ path, status, asked }).toEqual({ path, status: 1, asked: "" });
  }
});

test("a test that must hold always has no second try", () => {
  const file = "test/attacks/a.test.ts";
  const { status, asked } = tryAgain({ [file]: { "it gets no point, always": "failed" } }, { [file]: {} });
  expect({ status, asked }).toEqual({ status: 1, asked: "" });
});

test("a command that failed although no test did has no second try", () => {
  const { status, asked } = tryAgain({ "test/cli/a.test.ts": { one: "passed" } }, {});
  expect({ status, asked }).toEqual({ status: 1, asked: "" });
});
