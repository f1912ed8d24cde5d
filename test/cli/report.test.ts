import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ReportOptions, reportCommand } from "../../grader/cli/commands/report.ts";
import { helpOn } from "../../grader/cli/help/help.ts";
import { UsageError } from "../../grader/cli/input/usage-error.ts";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { labs } from "../../labs/index.ts";
import { oddBatch } from "../batch/reports/odd-batch.ts";
import { ALL_FORMATS } from "../batch/reports/rendered.ts";
import { folderWith, grade, raftWith } from "./run-cli.ts";

const HIDDEN = labs[0]?.suites[0]?.scenarios[1]?.id as string;
let out: string;

beforeAll(async () => {
  const odd = await oddBatch();
  odd.batch.close();
  out = odd.out;
});

async function report(options: ReportOptions, folder = out) {
  const texts = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    isTerminal: false,
    columns: undefined,
    style: makeStyle(false),
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const stdio: Stdio = { out: stream("out"), err: stream("err"), onClosed: () => {} };
  return { code: await reportCommand(labs, folder, options, stdio), ...texts };
}

describe("a report", () => {
  test("goes to standard output, or where staff says, at any time and without a change to the batch", async () => {
    const before = readdirSync(out);
    const printed = await report({ format: "csv" });
    expect(printed).toMatchObject({ code: 0, err: "" });
    expect(printed.out).toMatch(/^id,name,.*,lab2a_points,/);
    const to = join(folderWith(), "grades.csv");
    expect(await report({ format: "csv", to })).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(to, "utf8")).toBe(printed.out);
    expect(readdirSync(out)).toEqual(before);
  });

  test("of a class compares with another batch, and leaves names out when that is wished", async () => {
    const students = (page: string) =>
      JSON.parse(page.match(/id="data">(.*)<\/script>/)?.[1] ?? "{}").students as Record<string, unknown>[];
    const [alone, compared] = [await report({ format: "class" }), await report({ format: "class", against: out })];
    expect(students(alone.out).filter((one) => "before" in one)).toEqual([]);
    for (const one of students(compared.out)) expect(one.before).toBe(one.points);
    expect(students((await report({ format: "class", anonymous: true })).out).filter((one) => "id" in one)).toEqual([]);
  });

  test("with a page for each submission fills a folder; one is printed", async () => {
    const to = join(folderWith(), "pages");
    expect((await report({ format: "markdown", to })).out).toMatch(/^\d+ files in /);
    expect(readFileSync(join(to, "group.md"), "utf8")).toMatch(/^# Ana Ben\n/);
    const page = await report({ format: "markdown", id: "v-failed" });
    expect(page.out).toBe(readFileSync(join(to, "v-failed.md"), "utf8"));
    expect((await report({ format: "markdown", id: "u51@uni.example" })).out).toMatch(/^# Ana Ben\n/);
    expect((await report({ format: "csv", id: "111051" })).out.trim().split("\n")).toHaveLength(3);
    await report({ format: "markdown" });
    expect(existsSync(join(out, "reports/markdown/missing.md"))).toBe(true);
  });

  test("of several files for each submission fills a folder, too, and prints them one after the other", async () => {
    const to = join(folderWith(), "checks");
    await report({ format: "github", to });
    expect(readdirSync(to)).toEqual(expect.arrayContaining(["v-failed.md", "v-failed.txt"]));
    const texts = ["v-failed.txt", "v-failed.md"].map((name) => readFileSync(join(to, name), "utf8"));
    expect((await report({ format: "github", id: "v-failed" })).out).toBe(texts.join(""));
    const one = join(folderWith(), "one");
    await report({ format: "github", id: "v-failed", to: one });
    expect(readdirSync(one)).toEqual(["v-failed.md", "v-failed.txt"]);
  });

  test("leaves out what it can say nothing of, and one of before that would be taken for it", async () => {
    const to = folderWith({ "missing.json": "of an earlier report" });
    const { err } = await report({ format: "gradescope", to });
    expect(err).toBe("no file, as there are no points: late-open, missing, v-internal-error\n");
    expect(readdirSync(to)).not.toContain("missing.json");
    await expect(report({ format: "gradescope", id: "missing" })).rejects.toThrow(/^missing has no points/);
  });

  test("that is no text is written to a file alone", async () => {
    const to = join(folderWith(), "feedback.zip");
    expect(await report({ format: "moodle-feedback", to })).toMatchObject({ code: 0, out: "", err: "" });
    expect(readFileSync(to, "latin1").slice(0, 2)).toBe("PK");
    await expect(report({ format: "moodle-feedback" })).rejects.toThrow(
      /is no text; name its file: --to moodle-feedback\.zip$/,
    );
  });

  test.each<[string, Omit<ReportOptions, "format">, boolean]>([
    ["by default", {}, false],
    ["after the deadline", { afterDue: true }, true],
    ["at its end", { at: "2026-03-04T00:00:00Z" }, false],
    ["a second later, elsewhere", { at: "2026-03-04T01:00:01+01:00" }, true],
    ["before", { at: "2026-03-01T00:00:00Z" }, false],
  ])("shows what is hidden until the last hand-in is over: %s", async (_, options, isShown) => {
    expect((await report({ format: "csv", ...options })).out.includes(HIDDEN)).toBe(isShown);
  });

  test.each<[ReportOptions, RegExp]>([
    [
      { format: "csvv" },
      /^there is no format "csvv"; did you mean "?csv"?\?; there are csv, markdown, html, .*, github$/,
    ],
    [{ format: "csv", id: "nobody" }, /^--id nobody: there is no such submission/],
    [{ format: "csv", at: "tomorrow" }, /^--at "tomorrow" is no time with an offset/],
    [{ format: "csv", at: "2026-03-04T00:00:00Z", afterDue: true }, /two answers/],
    [{ format: "csv", to: "/dev/null/x" }, /^\/dev\/null\/x cannot be written/],
  ])("%j is refused", async (options, message) => {
    const refused = report(options);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test("of a folder that is none of a batch is refused", async () => {
    await expect(report({ format: "csv" }, folderWith())).rejects.toThrow(
      /has no journal\.jsonl: it is no --out folder of a batch$/,
    );
  });
});

test("from a course's files to its grades, by the commands that staff types", async () => {
  const folder = folderWith({
    "in/kimlee_LATE_111001_9001_raft.ts": raftWith(""),
    "in/roebo_111002_9002_raft.ts": raftWith(""),
    "roster.csv":
      'Student,ID,SIS User ID,SIS Login ID,Section,Handed in,Lab 2 (4711)\n    Points Possible,,,,,,100\n"Kim, Lee",111001,s1,kl42,L1,,\n"Roe, Bo",111002,s2,rb7,L2,,\n"Poe, Ann",111003,s3,ap1,L1,,\n',
    "policy.yaml":
      "visibility: after-due\nlate: { deadline: 2026-03-01T23:59:00+01:00, penaltyPerDay: 0.1, submittedColumn: handed in }\n",
  });
  const cheap = [
    "--only",
    "initial-election",
    "--runs",
    "1",
    "--workers",
    "1",
    "--no-sandbox",
    "--config",
    "policy.yaml",
  ];
  const batch = ["batch", "lab2a", "in", "--roster", "roster.csv", "--out", "out", ...cheap];
  const graded = await grade(batch, { cwd: folder });
  expect(graded).toMatchObject({ code: 0, err: "" });
  expect(graded.out).toContain("1 more handed nothing in");
  expect(graded.out).toContain("no points yet, since nobody knows how late they were: kimlee_111001");
  const lines = async (...args: string[]) =>
    (await grade(["report", "out", ...args], { cwd: folder })).out.trim().split("\n");
  expect((await lines("--format", "csv")).join("\n")).not.toContain("initial-election");
  expect((await lines("--format", "csv", "--after-due")).join("\n")).toContain("initial-election");
  expect(await lines("--format", "canvas", "--missing-as", "0")).toEqual([
    "Student,ID,SIS User ID,SIS Login ID,Section,lab 2 (4711)",
    expect.stringMatching(/^ {4}Points Possible,,,,,\d+$/),
    '"Poe, Ann",111003,s3,ap1,L1,0',
    '"Kim, Lee",111001,s1,kl42,L1,',
    '"Roe, Bo",111002,s2,rb7,L2,0',
  ]);

  // And to the answer to somebody who objects.
  const results = readFileSync(join(folder, "out/results.jsonl"), "utf8");
  const [, run = ""] = /grade replay (lab2a\/initial-election@\d+)/.exec(results) ?? [];
  const objection = (...more: string[]) =>
    grade(["replay", run, "--batch", "in", "--id", "kl42", "--no-sandbox", ...more], { cwd: folder });
  const [played, unknown] = [
    await grade(["replay", run, "--batch", "in", "--id", "111001", "--no-sandbox", "--out", "out"], { cwd: folder }),
    await objection(),
  ];
  expect(played).toMatchObject({ code: 1, err: "" });
  expect(played.out).toMatch(/^kimlee_111001 \(kimlee\), hash [0-9a-f]{12}: what was graded\n/);
  expect(played.out).toMatch(/failed: liveness[\s\S]*\nthe same run as when it was graded\n$/);
  expect(unknown).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: --id kl42: there is no such submission/),
  });
  writeFileSync(join(folder, "in/kimlee_LATE_111001_9001_raft.ts"), raftWith("1;"));
  const changed = await objection("--roster", "roster.csv", "--id", "111001", "--out", "out");
  expect(changed).toMatchObject({ code: 2, out: "" });
  expect(changed.err).toMatch(/^error: .*kimlee.* is not what was graded: its hash is [0-9a-f]{12}, and in out it is /);
});

test("the help names every format", () => {
  const [, formats = ""] = /\n {2}--format <name>([\s\S]*?)\n {2}--to/.exec(helpOn("report")) ?? [];
  const names = formats.split(/[\s,;:]+/);
  for (const { name } of ALL_FORMATS) expect(names).toContain(name);
});
