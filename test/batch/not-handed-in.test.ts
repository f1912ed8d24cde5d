import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import type { Intake } from "../../grader/batch/intake/index.ts";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { closingLines } from "../../grader/cli/output/batch-lines.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, grading, playBatch, scenarios, temporaryFolder, text } from "./fake-batch.ts";

const max = scenarios.reduce((sum, { points }) => sum + points, 0);
const source = () => makeFolder({ "raft.ts": "" });
const missing = (id: string, more: Partial<Intake> = {}): Intake => ({
  ...fakeIntake(id, more),
  open: async () => ({ ungradable: "nothing was handed in (roster.csv:3)", notHandedIn: true, notes: [] }),
});
const gradeOne = async ({ id }: { id: string }) => grading(id, []);
const book = (out: string) => parse(text(out, "gradebook.csv"), { columns: true }) as Record<string, string>[];
const results = (out: string) =>
  text(out, "results.jsonl")
    .trim()
    .split("\n")
    .map((line) => batchResultSchema.parse(JSON.parse(line)));

describe("who handed nothing in", () => {
  test("has a state of their own, no points and no verdicts, and is in no mean", async () => {
    const out = temporaryFolder();
    const roster = { id: "bob", name: "Bob", section: "L2" };
    const bob = missing("bob", { members: [{ name: "Bob", studentId: "bob", roster }], roster });
    const policy = "late: { deadline: 2026-03-01T00:00:00Z, penaltyPerDay: 0.1 }";
    await playBatch({ out, intakes: [fakeIntake("alice", { folder: source() }), bob], gradeOne, policy });
    expect(results(out)[1]).toEqual({
      format: "consensus-labs/batch-result@1",
      id: "bob",
      name: "bob",
      origin: "bob",
      members: [{ name: "Bob", studentId: "bob", roster }],
      roster,
      status: "not-handed-in",
      submissionHash: expect.any(String),
      points: { raw: null, penalty: null, final: null, max },
      verdicts: {},
      notes: [],
      sandbox: "full",
    });
    expect(book(out)).toMatchObject([
      { id: "alice", points: String(max), section: "" },
      { id: "bob", points: "", raw_points: "", days_late: "", status: "not-handed-in", section: "L2" },
    ]);
    expect(text(out, "summary.txt")).toMatch(/1 submission, 1 with a verdict\n +1 handed nothing in, have no points/);
    expect(text(out, "summary.txt")).toContain(`mean ${max}, lowest ${max}`);
    expect(text(out, "anomalies.txt")).toMatch(/^Handed nothing in \(1\)\n {2}bob$/m);
    expect(text(out, "attention.txt")).toBe("Nothing needs attention.\n");
  });

  test("is a number of staff's choice for platforms that want one", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes: [missing("bob"), fakeIntake("carol")], gradeOne, missingAs: 0 });
    expect(book(out)).toMatchObject([
      { id: "bob", points: "0", raw_points: "", status: "not-handed-in" },
      { id: "carol", points: "0", raw_points: "0", status: "ungradable" },
    ]);
  });

  test("is there once when what comes later is called otherwise, as platforms call those who handed something in", async () => {
    const out = temporaryFolder();
    const alice = fakeIntake("alice", { folder: source() });
    await playBatch({ out, intakes: [alice, missing("Participant_5")], gradeOne });
    expect(book(out).map(({ id }) => id)).toEqual(["Participant_5", "alice"]);
    await playBatch({ out, intakes: [alice, fakeIntake("Eve_5", { folder: source() })], gradeOne });
    expect(book(out)).toMatchObject([
      { id: "Eve_5", status: "graded" },
      { id: "alice", status: "graded" },
    ]);
    expect(results(out).map(({ id }) => id)).toEqual(["Eve_5", "alice"]);
    // One that was graded stays, whatever became of its source.
    await playBatch({ out, intakes: [alice, missing("Participant_5")], gradeOne });
    expect(book(out).map(({ id }) => id)).toEqual(["Eve_5", "Participant_5", "alice"]);
  });

  test("is graded once there is something, without being asked, and has no points again when it is gone by request", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes: [missing("bob")], gradeOne });
    const again = await playBatch({ out, intakes: [missing("bob")], gradeOne });
    expect(again.events.at(-1)).toMatchObject({ kind: "kept", isChanged: false });
    await playBatch({ out, intakes: [fakeIntake("bob", { folder: source() })], gradeOne });
    expect(book(out)).toMatchObject([{ status: "graded", points: String(max) }]);
    const gone = await playBatch({ out, intakes: [missing("bob")], gradeOne });
    expect(gone.events.at(-1)).toMatchObject({ kind: "kept", isChanged: true });
    expect(book(out)).toMatchObject([{ status: "graded" }]);
    await playBatch({ out, intakes: [missing("bob")], gradeOne, regrade: "changed" });
    expect(book(out)).toMatchObject([{ status: "not-handed-in", points: "" }]);
  });

  test("is told of in the closing lines", async () => {
    const out = temporaryFolder();
    const { written } = await playBatch({
      out,
      intakes: [fakeIntake("alice", { folder: source() }), missing("bob")],
      gradeOne,
    });
    const lines = closingLines("out", written as never, [], [], makeStyle(false));
    expect(lines).toEqual([
      "",
      "1 more handed nothing in; they have no points, and count in no mean",
      `1 submission, ${max} points on average; see out/summary.txt and gradebook.csv`,
    ]);
  });
});

describe("what Canvas marks as late, of which nobody knows when it was handed in,", () => {
  const policy = "late: { deadline: 2026-03-01T00:00:00Z, penaltyPerDay: 0.25, submittedColumn: at }";
  const lee = (at: string) => {
    const roster = { id: "lee", at };
    return fakeIntake("lee", { folder: source(), markedLate: true, roster, members: [{ name: "Lee", roster }] });
  };

  test("has no final points until staff says when; then they are counted, and nothing is played", async () => {
    const out = temporaryFolder();
    const { written } = await playBatch({ out, intakes: [lee("")], gradeOne, policy });
    expect(results(out)[0]).toMatchObject({
      status: "graded",
      points: { raw: max, penalty: null, final: null },
      question: expect.stringMatching(
        /^the export marks it as late, and nobody knows when it was handed in; fill column at/,
      ),
    });
    expect(results(out)[0]).not.toHaveProperty("late");
    expect(book(out)).toMatchObject([
      { points: "", days_late: "", notes: expect.stringContaining("nobody knows when") },
    ]);
    expect(text(out, "attention.txt")).toMatch(
      /^1 submission was graded and will have points once staff[\s\S]*\n\nlee\n {2}the export/,
    );
    expect(text(out, "summary.txt")).toMatch(
      /1 have no points until staff has answered a question[\s\S]*No points yet/,
    );
    const lines = closingLines("out", written as never, [], [], makeStyle(false));
    expect(lines.at(-1)).toBe("no points yet, since nobody knows how late they were: lee; see out/attention.txt");

    const answered = await playBatch({
      out,
      intakes: [lee("2026-03-01T12:00:00Z")],
      gradeOne: () => Promise.reject(new Error("played again")),
      policy,
      regrade: "changed",
    });
    expect(answered.events.at(-1)).toMatchObject({ kind: "graded", isRecount: true });
    expect(book(out)).toMatchObject([
      { points: String(max * 0.75), days_late: "1", submitted_at: "2026-03-01T12:00:00.000Z" },
    ]);
    expect(text(out, "attention.txt")).toBe("Nothing needs attention.\n");
  });
});

describe("a group under rules for lateness", () => {
  const policy =
    "late: { deadline: 2026-03-01T00:00:00Z, freeDays: 3, usedColumn: used, deadlineColumn: due, penaltyPerDay: 0.25 }";
  const ana = { name: "Ana", studentId: "a", roster: { used: "0", due: "" } };
  const ben = { name: "Ben", studentId: "b", roster: { used: "3", due: "" } };
  const fay = { name: "Fay", studentId: "f", roster: { used: "3", due: "2026-03-05T00:00:00Z" } };
  const cy = { name: "Cy", studentId: "c" };

  test.each([[[ana, ben, fay, cy]], [[ben, cy, fay, ana]]])(
    "has each member's own days, whatever their order",
    async (members) => {
      const out = temporaryFolder();
      const intakes = [fakeIntake("g", { folder: source(), members, submittedAt: "2026-03-02T12:00:00Z" })];
      await playBatch({ out, intakes, gradeOne, policy });
      const lines = Object.fromEntries(
        book(out).map((line) => [line.name, [line.points, line.days_late, line.free_days_used, line.penalty]]),
      );
      expect(lines).toEqual({
        Ana: [String(max), "2", "2", "0"],
        Ben: [String(max / 2), "2", "0", String(max / 2)],
        Fay: [String(max), "0", "0", "0"],
        Cy: [String(max), "2", "2", "0"],
      });
      const [result] = results(out);
      expect(result?.points).toEqual({ raw: max, penalty: 0, final: max, max });
      expect(result?.members?.find(({ name }) => name === "Ben")).toMatchObject({
        late: { days: 2, freeDaysUsed: 0, isTooLate: false },
        points: { penalty: max / 2, final: max / 2 },
      });
    },
  );

  test("says nothing of it for each member where there are no such rules", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes: [fakeIntake("g", { folder: source(), members: [ana, ben] })], gradeOne });
    expect(results(out)[0]?.members).toEqual([ana, ben]);
    expect(book(out).map(({ points }) => points)).toEqual([String(max), String(max)]);
  });
});

test("columns of the roster reach the gradebook; those that say what ours say are not there twice", async () => {
  const out = temporaryFolder();
  const roster = { id: "7", name: "Ana", email: "a@x", path: "sub/a", section: "=L1", status: "enrolled" };
  const members = [{ name: "Ana", studentId: "7", email: "a@x", roster }];
  await playBatch({ out, intakes: [fakeIntake("a", { folder: source(), members, roster })], gradeOne });
  const [line] = book(out);
  expect(Object.keys(line ?? {}).slice(-3)).toEqual(["notes", "section", "roster_status"]);
  expect(line).toMatchObject({ section: "'=L1", roster_status: "enrolled", status: "graded" });
});
