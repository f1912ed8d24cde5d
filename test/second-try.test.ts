import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./submission/folder.ts";

const SCRIPT = join(import.meta.dirname, "../scripts/second-try.mjs");

/** Tests of a file, by what became of each; none for a file that could not be loaded. */
type Outcomes = Readonly<Record<string, "passed" | "failed">>;

const report = (folder: string, files: Readonly<Record<string, Outcomes>>) => ({
  numPassedTests: 0,
  numFailedTests: 0,
  testResults: Object.entries(files).map(([path, tests]) => ({
    name: join(folder, path),
    status: Object.values(tests).every((status) => status === "passed") && tests !== BROKEN ? "passed" : "failed",
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })),
  })),
});
const BROKEN: Outcomes = {};

/** What is said and left behind when the files of `first` failed so, and those tried again come to `second`. */
function tryAgain(first: Readonly<Record<string, Outcomes>>, second: Readonly<Record<string, Outcomes>>) {
  const folder = makeFolder({});
  const path = join(folder, "report.json");
  const command = makeFolder({
    "first.json": JSON.stringify(report(folder, first)),
    "second.json": JSON.stringify(report(folder, second)),
    "vitest.mjs": `
      import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
      writeFileSync(process.argv[2] + ".asked", process.argv.slice(3).join(" "));
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
  expect(stdout).toContain("Failed at first, tried once more, alone:\ntest/cli/a.test.ts\n  two\n");
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

test("what is played in virtual time has no second try, and neither has what fails beside it", () => {
  for (const path of ["sim/a", "check/wgl/a", "harness/a", "labs/a", "right/a", "wrong/a"]) {
    const { status, asked } = tryAgain(
      { [`test/${path}.test.ts`]: { one: "failed" }, "test/cli/a.test.ts": { two: "failed" } },
      { "test/cli/a.test.ts": { two: "passed" } },
    );
    expect({ path, status, asked }).toEqual({ path, status: 1, asked: "" });
  }
});

test("a command that failed although no test did has no second try", () => {
  const { status, asked } = tryAgain({ "test/cli/a.test.ts": { one: "passed" } }, {});
  expect({ status, asked }).toEqual({ status: 1, asked: "" });
});
