import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { harmless } from "../../grader/batch/outputs/gradebook.ts";
import { makeFolder } from "../submission/folder.ts";
import {
  fakeIntake,
  finalFiles,
  grading,
  identity,
  playBatch,
  scenarios,
  temporaryFolder,
  text,
} from "./fake-batch.ts";

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
    await playBatch({
      out,
      intakes: [fakeIntake("group-1", { members, name, notes: ["+note"], ungradable: "the archive is a bomb" })],
      gradeOne: never,
    });
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
      notes: "could not be graded: the archive is a bomb",
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

describe("a stage that is capped", () => {
  const cap = [0.5];
  const unsafe = ["state-machine-safety", undefined] as const;
  const reason = `lab2a: at most ${max / 2} of ${max} points: 1 scenario of this stage saw a safety violation (state-machine-safety)`;
  const late = "late: { deadline: 2026-03-01T00:00:00Z, penaltyPerDay: 0.1 }";
  const alice = () =>
    fakeIntake("alice", { folder: makeFolder({ "raft.ts": "" }), submittedAt: "2026-03-01T12:00:00Z" });
  const gradeOne = async ({ id }: { id: string }) =>
    grading(id, [], { cap, unsafe: [...unsafe] as never, passesAnyway: true });

  test("has its points before and after in every file, with the reason, and pays for lateness from what is left", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes: [alice()], gradeOne, policy: late });
    const [line] = parse(text(out, "gradebook.csv"), { columns: true }) as Record<string, string>[];
    expect(line).toMatchObject({
      raw_points: String(max),
      safety_cap: String(max / 2),
      penalty: String(max / 20),
      points: String((max * 9) / 20),
      notes: reason,
    });
    const { points, grading: graded } = JSON.parse(text(out, "results.jsonl"));
    expect(points).toEqual({ raw: max, safetyCap: max / 2, penalty: max / 20, final: (max * 9) / 20, max });
    expect(graded).toMatchObject({ points: max / 2, rawPoints: max });
    expect(graded.suites).toMatchObject([{ points: max / 2, rawPoints: max, safetyCap: { atMost: max / 2 } }]);
    expect(batchResultSchema.safeParse(JSON.parse(text(out, "results.jsonl"))).error).toBeUndefined();
    expect(text(out, "summary.txt")).toMatch(/^ {5}1 have fewer points than their scenarios earned/m);
    expect(text(out, "gradebook.csv")).not.toContain("lab2a/");
  });

  test("stays so when an extension is counted in, and nothing is played for it", async () => {
    const out = temporaryFolder();
    const intakes = [alice()];
    await playBatch({ out, intakes, gradeOne, policy: late });
    const later = { ...identity, late: "e".repeat(64) };
    const policy = late.replace("03-01", "03-08");
    await playBatch({
      out,
      intakes,
      gradeOne: never,
      policy,
      identity: later,
      regrade: "changed",
    });
    const { points } = JSON.parse(text(out, "results.jsonl"));
    expect(points).toEqual({ raw: max, safetyCap: max / 2, penalty: 0, final: max / 2, max });
  });

  test("has not all points, so that --regrade failed takes it, and a regrade tells what the cap took", async () => {
    const out = temporaryFolder();
    const intakes = [alice()];
    await playBatch({ out, intakes, gradeOne });
    await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, []), regrade: "failed" });
    expect(text(out, "regrade.txt")).toContain(`taken off for violations of safety ${max / 2}, now 0`);
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
