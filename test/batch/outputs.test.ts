import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { harmless } from "../../grader/batch/outputs/gradebook.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, finalFiles, grading, playBatch, scenarios, temporaryFolder, text } from "./fake-batch.ts";

const max = scenarios.reduce((sum, { points }) => sum + points, 0);

describe("the gradebook", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+49 30", "'+49 30"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'=1"],
    ["\r=1", "'=1"],
    ["  \n=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"],
    ["＝1+1", "'＝1+1"],
    ["a\u001b[2Jb\u202ec", "a\ufffd[2Jb\ufffdc"],
    ["Ann-Marie = fine", "Ann-Marie = fine"],
    ["Ann; =1+1", "Ann, =1+1"],
    ["Ann;Bob", "Ann;Bob"],
    ["", ""],
  ])("%j becomes %j", (field, shown) => expect(harmless(field)).toBe(shown));

  test("has a line for each member of a group, and keeps commas, quotes and formulas in their fields", async () => {
    const out = temporaryFolder();
    const name = `=HYPERLINK("http://x","a")\nb`;
    const members = [{ name, studentId: "-1", email: "@x" }, { name: "B, C" }];
    await playBatch({ out, intakes: [fakeIntake("group-1", { members, name, notes: ["+note"] })], gradeOne: never });
    const [first, second, ...more] = parse(text(out, "gradebook.csv"), { columns: true }) as Record<string, string>[];
    expect(first).toMatchObject({
      id: "group-1",
      name: `'=HYPERLINK("http://x","a") b`,
      student_id: "'-1",
      email: "'@x",
      raw_points: "0",
      points: "0",
      max_points: String(max),
      status: "ungradable",
    });
    expect(second).toMatchObject({ id: "group-1", name: "B, C", student_id: "" });
    expect(more).toEqual([]);
  });

  test("names no scenario that is hidden from students; what staff keeps does", async () => {
    const out = temporaryFolder();
    const [first, second] = scenarios.map(({ id }) => id);
    const policy = `scenarios: [{ match: ${second}, visibility: after-due }]`;
    const intakes = [fakeIntake("alice", { folder: makeFolder({ "raft.ts": "" }) })];
    const gradeOne = async ({ id }: { id: string }) => grading(id, ["failed", "failed"]);
    await playBatch({ out, intakes, gradeOne, policy });
    const [line] = parse(text(out, "gradebook.csv"), { columns: true }) as Record<string, string>[];
    expect(line).toMatchObject({ not_passed: first });
    expect(text(out, "gradebook.csv")).not.toContain(second);
    expect(text(out, "results.jsonl")).toContain(`"visibility":{"${second}":"after-due"}`);
  });

  test("has points before and after what lateness costs", async () => {
    const out = temporaryFolder();
    const policy = "late: { deadline: 2026-03-01T00:00:00Z, penaltyPerDay: 0.1 }";
    const folder = makeFolder({ "raft.ts": "" });
    const intakes = [fakeIntake("alice", { folder, submittedAt: "2026-03-02T12:00:00Z" })];
    await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, []), policy });
    const [line] = parse(text(out, "gradebook.csv"), { columns: true }) as Record<string, string>[];
    expect(line).toMatchObject({
      days_late: "2",
      raw_points: String(max),
      penalty: (max * 0.2).toFixed(1),
      points: (max * 0.8).toFixed(1),
    });
    expect(text(out, "results.jsonl")).toContain('"late":{"days":2,"freeDaysUsed":0,"isTooLate":false}');
  });
});

test("a name that tries to steer a terminal or forge a line does neither, in any file", async () => {
  const out = temporaryFolder();
  const name = "eve\u001b]0;x\u0007\r\nmallory  100/100\u202e";
  await playBatch({ out, intakes: [fakeIntake("eve", { name, notes: [name], ungradable: name })], gradeOne: never });
  for (const [file, content] of Object.entries(finalFiles(out))) {
    expect(content, file).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]|^mallory/mu);
  }
});

test("the summary and the anomalies tell what is out of the ordinary", async () => {
  const out = temporaryFolder();
  const same = { "raft.ts": "// the same\n" };
  const intakes = [
    fakeIntake("a", { folder: makeFolder(same) }),
    fakeIntake("b", { folder: makeFolder(same), name: "Bea" }),
    fakeIntake("c", { folder: makeFolder({ "raft.ts": "//c" }) }),
    fakeIntake("d", { ungradable: "the archive is a bomb" }),
  ];
  await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, id === "c" ? ["nondeterministic"] : []) });
  const anomalies = text(out, "anomalies.txt");
  expect(anomalies).toMatch(/^Could not be graded \(1\)\n {2}d: the archive is a bomb\n/);
  expect(anomalies).toMatch(new RegExp(`nondeterministic \\(1\\)\\n {2}c: ${scenarios[0]?.id}\\n`));
  expect(anomalies).toMatch(/The same sources \(1\)\n {2}a, b \(Bea\)\n/);
  const summary = text(out, "summary.txt");
  expect(summary).toMatch(/^lab2a: 4 submissions, 4 with a verdict\n {5}1 could not be graded/);
  expect(summary).toMatch(new RegExp(`${scenarios[0]?.id}\\s+2/3 passed  1 nondeterministic\\n`));
  expect(summary).toMatch(/Sandbox: full \(4 submissions\)/);
});

async function never(): Promise<never> {
  throw new Error("nothing is to be played");
}
