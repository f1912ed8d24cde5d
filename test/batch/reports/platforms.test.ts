import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ReportError, type ReportInput } from "../../../grader/batch/reports/index.ts";
import { oddBatch } from "./odd-batch.ts";
import { golden, HIDDEN, type OddBatch, rows, table, wholeBytes, whole as wholeOf } from "./rendered.ts";
import { readZip } from "./zip-reader.ts";

let odd: OddBatch;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

/** The report, and what staff is told beside it. */
function report(name: string, more: Partial<ReportInput> = {}) {
  const remarks: string[] = [];
  const text = wholeOf(odd, name, { ...more, onRemark: (line) => remarks.push(line) });
  return { text, remarks };
}

const POINTS = /^$|^\d+(\.\d{1,2})?$/;
const STUDENTS = () => [...odd.input.results].length + 1;

/** The first results, of students of whom nothing is known but a number. */
function strangers(count: number) {
  const all = [...odd.input.results];
  const bare = all.slice(0, count).map(({ roster: _, ...result }) => ({ ...result, members: [{ name: "N" }] }));
  return [...bare, ...all.slice(count)];
}

// help.blackboard.com, "Upload or Download Grades", "Format external files": user name, number of the column, quotes.
describe("blackboard", () => {
  const column = "Lab 2 [Total Pts: 4 Score] |4711";

  test("is what Blackboard's gradebook takes", async () => {
    const { text, remarks } = report("blackboard", { column });
    await expect(text).toMatchFileSnapshot(golden("blackboard.csv"));
    expect(remarks).toEqual([]);
    for (const line of text.trim().split("\n")) expect(line).toMatch(/^".*"$/);
    const lines = table(text);
    expect(lines).toHaveLength(STUDENTS());
    for (const line of lines) {
      expect(line.Username).toMatch(/^login\d+$/);
      expect(line[column]).toMatch(POINTS);
    }
  });

  test("takes the roster's column with a number, and says what becomes of one without", () => {
    const results = [...odd.input.results].slice(0, 2).map((result) => ({
      ...result,
      members: (result.members ?? []).map((one) => ({ ...one, roster: { ...one.roster, "lab 2 |99": "" } })),
    }));
    expect(report("blackboard", { results })).toMatchObject({
      text: expect.stringContaining('"lab 2 |99"'),
      remarks: [],
    });
    expect(report("blackboard").remarks).toEqual([expect.stringContaining('the column "lab2a" has no number')]);
  });
});

// community.d2l.com/brightspace/kb, "Importing grades": OrgDefinedId or Username, "<item> Points Grade", End-of-Line Indicator.
describe("brightspace", () => {
  test("is what Brightspace imports", async () => {
    const { text, remarks } = report("brightspace", { column: "Lab 2" });
    await expect(text).toMatchFileSnapshot(golden("brightspace.csv"));
    expect(remarks).toEqual([]);
    const [header, ...lines] = rows(text);
    expect(header).toEqual(["OrgDefinedId", "Username", "Lab 2 Points Grade", "End-of-Line Indicator"]);
    expect(lines).toHaveLength(STUDENTS());
    for (const [id, username, points, end] of lines) {
      expect([id, username, points, end]).toEqual([
        expect.stringMatching(/^#00\d+$/),
        expect.stringMatching(/^#login\d+$/),
        expect.stringMatching(POINTS),
        "#",
      ]);
    }
  });

  test.each(["Lab 2", "Lab 2 Points Grade", "Lab 2 Points Grade <Numeric MaxPoints:4 Weight:10>"])(
    "knows the item that is called %s in an export",
    (column) => {
      expect(report("brightspace", { column }).text).toContain(",Lab 2 Points Grade,");
    },
  );

  test("takes no number that is of its download alone for an id", () => {
    const [first] = [...odd.input.results];
    if (first === undefined) throw new Error("no result");
    const { roster: _, ...rest } = first;
    const of = (origin: string) => [{ ...rest, origin, members: [{ name: "N", studentId: "397063" }] }];
    expect(() => report("brightspace", { results: of("d/397063-25 - N - Sep 24, 2024 926 PM") })).toThrow(ReportError);
    expect(report("brightspace", { results: of("d/n.zip") }).text).toContain("#397063,,");
  });
});

// app/controllers/assessment/grading.rb of autolab/Autolab: no header; e-mail, a column for each problem, Float(datum).
describe("autolab", () => {
  test("is what Autolab imports in bulk, as scores and as feedback", async () => {
    const scores = report("autolab");
    await expect(scores.text).toMatchFileSnapshot(golden("autolab.csv"));
    const feedback = report("autolab-feedback");
    await expect(feedback.text).toMatchFileSnapshot(golden("autolab-feedback.csv"));
    const lines = rows(scores.text);
    expect(lines).toHaveLength(STUDENTS());
    for (const [email, points, ...more] of lines) {
      expect(email).toMatch(/^u\d+@uni\.example$/);
      expect(points).toMatch(POINTS);
      expect(more).toEqual([]);
    }
    expect(rows(feedback.text).map(([email]) => email)).toEqual(lines.map(([email]) => email));
    expect(feedback.text).not.toContain(HIDDEN);
    expect(feedback.text).toMatch(/^u1@uni\.example,lab2a: 0 of 4 points\\nlab2a\/initial-election: failed: /m);
  });
});

// nbgrader/plugins/export.py of jupyter/nbgrader, CsvExportPlugin.
describe("nbgrader", () => {
  test("is the table that nbgrader exports, in which score is what is left of raw_score", async () => {
    const { text } = report("nbgrader", { column: "lab2" });
    await expect(text).toMatchFileSnapshot(golden("nbgrader.csv"));
    const lines = table(text);
    expect(lines).toHaveLength(STUDENTS());
    for (const line of lines) {
      const [raw, penalty, score] = [line.raw_score, line.late_submission_penalty, line.score];
      if (score !== "") expect(Number(raw) - Number(penalty)).toBeCloseTo(Number(score));
    }
    const missing = (more: Partial<ReportInput>) =>
      table(report("nbgrader", more).text).find(({ email }) => email === "u41@uni.example");
    expect(missing({})).toMatchObject({ raw_score: "", late_submission_penalty: "", score: "" });
    expect(missing({ missingAs: 0 })).toMatchObject({ raw_score: "0", late_submission_penalty: "0", score: "0" });
  });
});

// mod/assign/feedback/file/importziplib.php of moodle/moodle, is_valid_filename_for_import.
describe("moodle-feedback", () => {
  test("has a page for each student under the name by which Moodle knows whose it is", async () => {
    const files = await readZip(wholeBytes(odd, "moodle-feedback"));
    await expect([...files.keys()].join("\n")).toMatchFileSnapshot(golden("moodle-feedback.txt"));
    expect(files.size).toBe(STUDENTS());
    const owners = [...files.keys()].map((path) => {
      const [folder = "", name = "", ...more] = path.split("/");
      const [, participant, type, plugin, rest] = folder.split("_");
      expect([type, plugin, rest, name[0], more]).toEqual(["assignfeedback", "file", "", "l", []]);
      return Number(participant);
    });
    expect(new Set(owners).size).toBe(STUDENTS());
    for (const owner of owners) expect(owner).toBeGreaterThanOrEqual(9000);
    for (const page of files.values()) expect(page).not.toContain(HIDDEN);
    const pageOf = (number: number) => [...files.entries()].find(([path]) => path.includes(`_${number}_`))?.[1];
    expect(pageOf(9050)).toContain("of which 1 free");
    expect(pageOf(9051)).not.toContain("of which 1 free");
  });

  test("is the same bytes whenever it is made", () => {
    const made = () => wholeBytes(odd, "moodle-feedback") as Uint8Array;
    const [first, second] = [made(), made()];
    expect(first.length).toBeGreaterThan(0);
    // Byte by byte, an assertion takes seconds.
    expect(Buffer.compare(first, second)).toBe(0);
  });
});

describe.each(["moodle", "blackboard", "brightspace", "autolab", "autolab-feedback"])("of %s", (name) => {
  test("a few students that the platform cannot tell are named and left out; most of them are a mistake", () => {
    const few = report(name, { results: strangers(2), column: "x |1" });
    expect(few.remarks).toEqual([
      expect.stringMatching(/ 2 of \d+ have none and are left out: capped, capped-by-hidden;/),
    ]);
    expect(rows(few.text).length).toBe(rows(report(name, { column: "x |1" }).text).length - 2);
    expect(() => report(name, { results: strangers(25) })).toThrow(ReportError);
    expect(() => report(name, { results: strangers(25) })).toThrow(/\(capped, capped-by-hidden, group, …\); /);
  });
});
