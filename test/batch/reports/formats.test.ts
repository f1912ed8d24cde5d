import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ReportError, type ReportInput } from "../../../grader/batch/reports/index.ts";
import { printable } from "../../../grader/text/printable.ts";
import { readJunit, readMarkdown } from "../../ci/readers.ts";
import { scenarios } from "../fake-batch.ts";
import { oddBatch } from "./odd-batch.ts";
import { ALL_FORMATS, golden, HIDDEN, part, rows, table, whole as wholeOf } from "./rendered.ts";

let odd: Awaited<ReturnType<typeof oddBatch>>;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

const whole = (name: string, more: Partial<ReportInput> = {}) => wholeOf(odd, name, more);
const page = (id: string, isDue = false) => part(odd, "markdown", id, isDue);
const cells = (csv: string) => rows(csv).flat();

test("every format has a name and endings of its own, and says what it is for", () => {
  expect(ALL_FORMATS.map(({ name }) => name)).toEqual([
    "csv",
    "markdown",
    "html",
    "class",
    "junit",
    "canvas",
    "moodle",
    "moodle-feedback",
    "blackboard",
    "brightspace",
    "gradescope",
    "gradescope-autograder",
    "github-classroom",
    "autolab",
    "autolab-feedback",
    "nbgrader",
    "github",
  ]);
  for (const format of ALL_FORMATS) {
    const endings = format.kind === "whole" ? [format.ending] : format.parts.map(({ ending }) => ending);
    expect([format.about.length > 10, new Set(endings).size]).toEqual([true, endings.length]);
    for (const ending of endings) expect(ending[0]).toBe(".");
  }
});

const TABLES = ["csv", "canvas", "moodle", "blackboard", "brightspace", "autolab", "autolab-feedback", "nbgrader"];

test.each(TABLES)("no field of %s is a formula, or steers a terminal", (name) => {
  for (const cell of cells(whole(name))) {
    expect(cell).not.toMatch(/^(?!-$)[=+\-@＝＋－＠|%\t\r]/);
    expect(printable(cell)).toBe(cell);
    expect(cell).not.toMatch(/[\r\n]/);
  }
});

describe("csv", () => {
  test("is the gradebook with the points of each stage", async () => {
    await expect(whole("csv")).toMatchFileSnapshot(golden("report.csv"));
    const lines = table(whole("csv"));
    expect(lines.find(({ id }) => id === "v-failed")).toMatchObject({
      lab2a_points: "0",
      lab2a_max_points: "4",
      not_passed: scenarios[0]?.id,
    });
    expect(lines.find(({ id }) => id === "missing")).toMatchObject({
      points: "",
      lab2a_points: "",
      status: "not-handed-in",
    });
    expect(lines.filter(({ id }) => id === "group").map(({ name, points }) => [name, points])).toEqual([
      ["Ana", "3"],
      ["Ben", "2"],
    ]);
    expect(table(whole("csv", { missingAs: 0 })).find(({ id }) => id === "missing")).toMatchObject({
      points: "0",
      lab2a_points: "0",
    });
  });

  test("names what is hidden until the deadline once it is over, and not before", () => {
    expect(whole("csv")).not.toContain(HIDDEN);
    expect(table(whole("csv", { isDue: true })).find(({ id }) => id === "v-passed")).toMatchObject({
      not_passed: HIDDEN,
    });
  });
});

describe("markdown", () => {
  test.each([
    "v-failed",
    "v-skipped",
    "group",
    "ungradable",
    "missing",
    "late-open",
    "late-9",
    "capped",
    "n-09",
    "v-internal-error",
  ])("of %s", async (id) => {
    await expect(page(id)).toMatchFileSnapshot(golden(`${id}.md`));
    expect(page(id)).not.toContain(HIDDEN);
  });

  test("shows what is hidden until the deadline once it is over", () => {
    expect(page("v-passed")).toContain("| lab2a/hidden-1 | failed | 0 of 2 |");
    expect(page("v-passed", true)).toContain(`### ${HIDDEN}: `);
  });

  test("does not tell which property a hidden scenario saw violated", () => {
    expect(page("capped")).toContain("(state-machine-safety)");
    expect(page("capped-by-hidden")).toContain("at most 1 of 4 points: a safety violation was seen");
    expect(page("capped-by-hidden")).not.toContain("durability");
    expect(page("capped-by-hidden", true)).toContain("(durability)");
  });

  test("no text of a submission marks anything up", () => {
    for (const result of odd.input.results) {
      const { kinds } = readMarkdown(page(result.id, true));
      for (const kind of ["link", "image", "html", "em", "del", "blockquote", "hr", "escape"]) {
        expect(kinds, result.id).not.toContain(kind);
      }
    }
  });
});

// Elements and attributes of github.com/jenkinsci/xunit-plugin, junit-10.xsd.
describe("junit", () => {
  test("has a suite for each submission, and a test for each scenario that is shown", async () => {
    const xml = whole("junit");
    await expect(xml).toMatchFileSnapshot(golden("report.xml"));
    expect(xml).not.toContain(HIDDEN);
    const count = [...odd.input.results].length;
    expect(xml.match(/<testsuite /g)).toHaveLength(count);
    expect(xml.match(/<testcase /g)).toHaveLength(count);
    expect(whole("junit", { isDue: true })).toContain(HIDDEN);
  });

  test("is what readers of it take, with counts that are right", () => {
    const tests = readJunit(
      whole("junit", { isDue: true, results: ["v-failed", "v-skipped"].flatMap((id) => odd.batch.find(id) ?? []) }),
    );
    expect([...tests.values()].map(({ kind }) => kind)).toEqual(["skipped", "failure"]);
    expect([...readJunit(whole("junit")).keys()]).toContain("submission");
  });
});

// lib/gradebook_importer.rb of instructure/canvas-lms: header?, update_column_count, process_pp, process_student.
describe("canvas", () => {
  test("is what Canvas' importer takes", async () => {
    const remarks: string[] = [];
    const csv = whole("canvas", { onRemark: (line) => remarks.push(line) });
    await expect(csv).toMatchFileSnapshot(golden("canvas.csv"));
    const [header = [], points = [], ...students] = parse(csv) as string[][];
    expect(header.slice(0, 5)).toEqual(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]);
    expect(header.slice(5)).toEqual(["lab 2 (4711)"]);
    expect(points).toEqual(["    Points Possible", "", "", "", "", "4"]);
    expect(students.filter(([name]) => name?.includes("Points Possible"))).toEqual([]);
    for (const [, id, , , , score = ""] of students) {
      expect(id).toMatch(/^111\d{3}$/);
      expect(score).toMatch(/^$|^\d+(\.\d{1,2})?$/);
    }
    const scoreOf = (name: string) => students.find(([student]) => student === name)?.[5];
    expect(["Ana", "Ben", "Mis Sing", "Late Open", "Un Gradable", "Verdict internal-error"].map(scoreOf)).toEqual([
      "3",
      "2",
      "",
      "",
      "0",
      "",
    ]);
    expect(remarks).toEqual([]);
  });

  test("takes the column that staff names, and asks where there are several", () => {
    expect(whole("canvas", { column: "Lab 2: Raft (99)" }).split("\n", 1)[0]).toMatch(/,Section,Lab 2: Raft \(99\)$/);
    const results = [...odd.input.results].slice(0, 1).map((result) => {
      const members = (result.members ?? []).map((member) => ({
        ...member,
        roster: { ...member.roster, "lab 1 (4710)": "" },
      }));
      return { ...result, members };
    });
    expect(() => whole("canvas", { results })).toThrow(ReportError);
    expect(() => whole("canvas", { results })).toThrow(
      /which of Canvas' columns is it\? Name it with --column: "lab 2 \(4711\)", "lab 1 \(4710\)"/,
    );
  });

  test("takes no number of another system for Canvas' own", () => {
    const [first] = [...odd.input.results];
    if (first === undefined) throw new Error("no result");
    const { roster: _, members: __, ...rest } = first;
    const lineOf = (id: string, studentId: string) =>
      whole("canvas", { results: [{ ...rest, id, name: "N", members: [{ name: "N", studentId }] }] }).split("\n")[2];
    expect(lineOf("submission_1", "900001")).toMatch(/^N,,900001,,,/);
    expect(lineOf("kimlee_111001", "111001")).toMatch(/^N,111001,,,,/);
  });
});

// mod/assign/gradingtable.php and mod/assign/feedback/offline/importgradeslib.php of moodle/moodle.
describe("moodle", () => {
  test("is the worksheet that Moodle's importer takes", async () => {
    const csv = whole("moodle");
    await expect(csv).toMatchFileSnapshot(golden("moodle.csv"));
    const lines = table(csv);
    for (const line of lines) {
      expect(line.Identifier).toMatch(/^Participant \d+$/);
      expect(line.Grade).toMatch(/^$|^\d+(\.\d{1,2})?$/);
      expect(line).toHaveProperty(["Last modified (grade)"], "-");
      expect(line["Feedback comments"]).not.toMatch(/<(?!br>)/);
    }
    expect(lines).toHaveLength([...odd.input.results].length + 1);
    expect(csv).not.toContain(HIDDEN);
  });

  test("says to each member of a group what is theirs", () => {
    const [ana, ben] = table(whole("moodle")).filter((line) => /Ana|Ben/.test(line["Full name"] ?? ""));
    expect(ana?.["Feedback comments"]).toContain("2 days late, of which 1 free: 1 taken off, 3 left.");
    expect(ben?.["Feedback comments"]).not.toContain("free");
  });

  test("knows students by the number in the names of what Moodle lets download, and Canvas' numbers are none", () => {
    const [first] = [...odd.input.results];
    if (first === undefined) throw new Error("no result");
    const { roster: _, ...rest } = first;
    const of = (id: string, origin: string) => [{ ...rest, id, origin, members: [{ name: "N", studentId: "42" }] }];
    const download = of("N_42", "download/N_42_assignsubmission_file");
    expect(whole("moodle", { results: download })).toMatch(/^Participant 42,N,/m);
    expect(whole("canvas", { results: download })).toMatch(/^N,,42,,,/m);
    expect(() => whole("moodle", { results: of("n_42", "download/n_42_9001_raft.ts") })).toThrow(ReportError);
  });

  test("is refused where students have no number of the worksheet, and says how they get one", () => {
    const results = [...odd.input.results].map(({ roster: _, members: __, ...rest }) => rest);
    expect(() => whole("moodle", { results })).toThrow(
      /download the grading worksheet, and grade again with it as --roster/,
    );
  });
});
