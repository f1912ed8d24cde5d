import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import type { Property } from "../../grader/check/failure.ts";
import { annotationLines } from "../../grader/ci/formats/annotations.ts";
import { codeQualityText } from "../../grader/ci/formats/code-quality.ts";
import { COMMENT_BYTES, commentText } from "../../grader/ci/formats/comment.ts";
import { FORMATS } from "../../grader/ci/formats/index.ts";
import { junitText } from "../../grader/ci/formats/junit.ts";
import { SUMMARY_BYTES, summaryText } from "../../grader/ci/formats/summary.ts";
import { type CiReport, ciReportSchema } from "../../grader/ci/model/report.ts";
import { logLines } from "../../grader/ci/words/log-line.ts";
import { fitSections } from "../../grader/ci/words/markdown.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { readCommands, readJunit, readMarkdown } from "./readers.ts";
import { badRun, reportOf, resultOf, scenario } from "./reports.ts";

/** A report of everything that there can be in one. */
const unsafe = badRun("lab2b/backup", {
  verdict: "failed",
  property: "state-machine-safety",
  message: "expected one command at index 3; saw two",
  places: [],
});
const full = reportOf({
  outcome: "failed",
  rules: [
    { rule: "min-points", passed: true, atLeast: 1 },
    { rule: "require", passed: false, what: "lab2a", failing: 1, leftOut: 0 },
    { rule: "no-worse", passed: false, compared: true, lost: 1, lostPoints: 1 },
  ],
  base: {
    points: 5,
    maxPoints: 8,
    suites: [
      { id: "lab2a", points: 3, maxPoints: 4 },
      { id: "lab2b", points: 2, maxPoints: 4 },
    ],
    fixed: ["lab2a/re-election"],
    lost: [{ id: "lab2b/backup", before: "passed", now: "failed" }],
    notCompared: 1,
    isSameSubmission: false,
  },
  budget: { minutes: 0.5, leftOut: ["lab2b/swarm"], leftOutPoints: 1, stopped: [] },
  hidden: 1,
  sandbox: { tier: "plain", why: "bwrap is not installed" },
  notes: ["commit 1 was taken"],
  result: resultOf(
    [
      scenario("lab2a/initial-election", 2, badRun("lab2a/initial-election")),
      scenario("lab2a/re-election"),
      scenario("lab2b/backup", 2, unsafe),
      scenario("lab2b/basic-agree"),
      { id: "lab2b/hidden-1", title: "hidden", points: 0, maxPoints: 1, verdict: "failed", runs: [] },
      {
        ...scenario("lab2b/rejoin", 1),
        points: 0,
        verdict: "skipped",
        message: "needs a hidden scenario, which did not pass",
      },
    ],
    { typeProblems: [{ file: "raft.ts", line: 9, column: 2, code: "TS2322", message: "Type 'a' is not assignable" }] },
  ),
});

test.each(FORMATS.map(({ file, render }) => [file, render] as const))(
  "%s of a report is as it was",
  async (file, render) => {
    await expect(render(full)).toMatchFileSnapshot(`fixtures/${file}`);
  },
);

test("annotations of a report are as they were", async () => {
  await expect(`${annotationLines(full).join("\n")}\n`).toMatchFileSnapshot("fixtures/annotations.txt");
});

test("ci.json and result.json are what their schemas say", () => {
  const [ci, result] = FORMATS.map(({ render }) => render(full) ?? "");
  expect(ciReportSchema.parse(JSON.parse(ci ?? ""))).toEqual(full);
  expect(gradingResultSchema.parse(JSON.parse(result ?? ""))).toEqual(full.result);
});

describe("JUnit's XML", () => {
  it("has each scenario once, with what it came to, and those that were left out", () => {
    const kinds = [...readJunit(junitText(full))].map(([name, { kind }]) => [name.split(":", 1)[0], kind]);
    expect(kinds).toEqual([
      ["lab2a/initial-election", "failure"],
      ["lab2a/re-election", "passed"],
      ["lab2b/backup", "failure"],
      ["lab2b/basic-agree", "passed"],
      ["lab2b/hidden-1", "failure"],
      ["lab2b/rejoin", "skipped"],
      ["lab2b/swarm", "skipped"],
    ]);
  });

  it("is an error where nothing was graded, so that no reader takes it for a pass", () => {
    const { result: _, ...nothing } = reportOf({ outcome: "nothing-graded", problem: "two <submissions> & more" });
    expect([...readJunit(junitText(nothing)).values()]).toEqual([
      { kind: "error", message: "two <submissions> & more", body: "" },
    ]);
  });
});

/** Source: docs.gitlab.com/ci/testing/code_quality, "Code Quality report format". */
const codeQuality = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
    severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
    location: z.strictObject({
      path: z.string().regex(/^(?!\/|\.\/)/),
      lines: z.strictObject({ begin: z.int().positive() }),
    }),
  }),
);

describe("a code quality report", () => {
  it("has the fields that GitLab knows, and a fingerprint of its own for each issue", () => {
    const issues = codeQuality.parse(JSON.parse(codeQualityText(full)));
    expect(issues.map(({ severity, location }) => [severity, location.path, location.lines.begin])).toEqual([
      ["major", "alice/raft.ts", 3],
      ["critical", "alice/raft.ts", 1],
      ["major", "alice/raft.ts", 1],
      ["minor", "alice/raft.ts", 9],
    ]);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });

  it("is critical about what is safety in the lab at hand", () => {
    const severityOf = (id: string, property: Property) => {
      const failing = { ...scenario(id, 1, badRun(id)), property };
      return codeQuality.parse(JSON.parse(codeQualityText(reportOf({ result: resultOf([failing]) }))))[0]?.severity;
    };
    expect(severityOf("lab2c/x", "durability")).toBe("critical");
    expect(severityOf("lab3a/x", "linearizability")).toBe("critical");
    expect(severityOf("lab3a/x", "liveness")).toBe("major");
    expect(severityOf("lab2a/x", "linearizability")).toBe("major");
  });

  it("keeps fingerprints when lines move", () => {
    const at = (line: number) =>
      JSON.parse(
        codeQualityText(
          reportOf({
            result: resultOf([
              scenario("lab2a/x", 1, badRun("lab2a/x", { places: [{ file: "raft.ts", line, column: 1 }] })),
            ]),
          }),
        ),
      );
    expect(at(1)[0].fingerprint).toBe(at(100)[0].fingerprint);
    expect(at(1)[0].location).not.toEqual(at(100)[0].location);
  });
});

describe("annotations", () => {
  const failing = (count: number, more: (i: number) => object): CiReport =>
    reportOf({
      result: resultOf(
        Array.from({ length: count }, (_, i) => scenario(`lab2a/s${i}`, 1, badRun(`lab2a/s${i}`, more(i)))),
      ),
    });

  it("point at file, line and column from the top of the repository", () => {
    const [error, ...more] = readCommands(annotationLines(full).join("\n"));
    expect(error?.properties).toMatchObject({
      file: "alice/raft.ts",
      line: "3",
      col: "5",
      title: "lab2a/initial-election: crashed",
    });
    expect(error?.data).toBe("peer 0 threw Error: no\nagain: npx --no grade replay lab2a/initial-election@7");
    expect(more.map(({ name }) => name)).toEqual(["error", "error", "warning"]);
  });

  it("are one for what breaks many scenarios in one place", () => {
    const [one, ...more] = readCommands(annotationLines(failing(30, () => ({}))).join("\n"));
    expect([one?.properties.title, more]).toEqual(["lab2a/s0 and 29 more: crashed", []]);
  });

  it("are ten of a kind at most, and the summary says that there are more", () => {
    const many = failing(13, (i) => ({ places: [{ file: "raft.ts", line: i + 1, column: 1 }] }));
    expect(annotationLines(many)).toHaveLength(10);
    expect(summaryText(many)).toContain("A step may annotate 10 places only: 3 failures are told here alone.");
  });
});

/** Letters that move a cursor, or turn or hide what is written. */
const STEERING = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What no XML may have. Source: w3.org/TR/xml, production 2, "Char". */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** What a submission, a branch or a folder may be called or say. */
const HOSTILE = [
  "\n::error file=a::pwned",
  "\r::set-output name=a::b",
  "   ::stop-commands::x",
  "##[add-mask]e",
  "a ##[error]b",
  "@octocat @course/staff #1 GH-1",
  "![x](http://evil.example/x.png) [y](javascript:alert(1)) <http://evil.example> www.evil.example http://evil.example",
  "<img src=x onerror=alert(1)><script>alert(1)</script><!--",
  "</details></table>|a|b|\n|---|---|\n|1|2|",
  "```\n# out\n@octocat\n```",
  "`````````` ` `` @octocat",
  "~~~\n@octocat\n~~~",
  "]]></failure><testcase name='forged'/>&amp;<!ENTITY a 'b'>",
  "\u001b[2J\u009b\u202e\u2066\u0000\ufffe\uffff\ud800",
  "$`x`$ $$x$$ \\(x\\) ```math\nx\n```",
  "%0A::error::x%25",
];

describe.each(HOSTILE)("a text such as %j", (text) => {
  const run = badRun("lab2a/initial-election", {
    message: text,
    places: [{ file: text, line: 1, column: 1, function: text }],
    console: [text, text],
  });
  const hostile = reportOf({
    outcome: "failed",
    submission: { folder: text, how: "changed", changedFiles: 1, main: text },
    sandbox: { tier: "plain", why: text },
    notes: [text],
    result: resultOf([{ ...scenario("lab2a/initial-election", 2, run), title: text }], {
      submission: text,
      typeProblems: [{ file: text, line: 1, column: 1, code: text, message: text }],
    }),
  });
  const { result: _, ...nothing } = { ...hostile, problem: text };
  // As no grading of ours makes it, and somebody else's report may.
  const bare = { ...scenario("lab2a/initial-election"), verdict: "crashed" as const, message: text };
  const strange = reportOf({ outcome: "failed", result: resultOf([bare]) });

  it("marks up nothing in summary and comment", () => {
    const ours = readMarkdown(commentText(full)).kinds;
    for (const report of [hostile, nothing, strange]) {
      for (const markdown of [summaryText(report), commentText(report)]) {
        const { kinds, words, html } = readMarkdown(markdown);
        expect([...kinds].filter((kind) => !ours.has(kind))).toEqual([]);
        expect(html.map((one) => one.trim()).filter((one) => one !== "<!-- consensus-labs check -->")).toEqual([]);
        expect(words).not.toMatch(/@|#\d|GH-\d|https?:|www\.|\$|::/);
        expect(markdown).not.toMatch(STEERING);
      }
    }
  });

  it("is no command in a log, and no part of an annotation but what it says", () => {
    const names = (report: CiReport) => readCommands(annotationLines(report).join("\n")).map(({ name }) => name);
    expect(names(hostile)).toEqual(["error", "warning"]);
    expect(names(nothing)).toEqual(["error"]);
    for (const command of readCommands(annotationLines(hostile).join("\n")))
      expect(Object.keys(command.properties)).toEqual(["file", "line", "col", "title"]);
    expect(readCommands(logLines(`error: ${text}`).join("\n"))).toEqual([]);
    expect(readCommands(logLines(text).join("\n"))).toEqual([]);
  });

  it("is text in XML and JSON", () => {
    const cases = readJunit(junitText(hostile));
    expect(junitText(hostile)).not.toMatch(NOT_XML);
    expect([...cases.values()].map(({ kind }) => kind)).toEqual(["failure"]);
    expect([...readJunit(junitText(nothing)).values()].map(({ kind }) => kind)).toEqual(["error"]);
    expect(codeQuality.parse(JSON.parse(codeQualityText(hostile)))).toHaveLength(2);
    for (const { render } of FORMATS) expect(render(hostile) ?? "").not.toMatch(STEERING);
  });
});

describe("a report of 5 MB", () => {
  const console = Array.from({ length: 20 }, (_, i) => `${i} ${"é`@".repeat(1_000)}`);
  const large = reportOf({
    outcome: "failed",
    result: resultOf(
      Array.from({ length: 80 }, (_, i) =>
        scenario(
          `lab2a/s${i}`,
          1,
          badRun(`lab2a/s${i}`, {
            message: "m".repeat(4_000),
            console,
            places: [{ file: `f${i}.ts`, line: 1, column: 1 }],
          }),
        ),
      ),
    ),
  });

  it("is cut to what GitHub takes, with a line that says so, and has its points and rules all the same", () => {
    const [summary, comment] = [summaryText(large), commentText(large)];
    expect(Buffer.byteLength(JSON.stringify(large))).toBeGreaterThan(5_000_000);
    for (const [text, most] of [
      [summary, SUMMARY_BYTES],
      [comment, COMMENT_BYTES],
    ] as const) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
      expect(Buffer.byteLength(text)).toBeGreaterThan(most / 2);
      expect(text).toMatch(/\n\*\*Cut:\*\* there was no room for \d+ sections more; [^\n]*\n$/);
      expect(text).toContain("| **all** | **0/80 points** |");
    }
  });

  it("takes no more of a summary than others have left of it", () => {
    expect(Buffer.byteLength(summaryText(large, 3_000))).toBeLessThanOrEqual(3_000);
    expect(summaryText(large, 50)).toBe("");
  });

  it("ends with that line within any limit", () => {
    const sections = Array.from({ length: 30 }, (_, i) => "x".repeat(i));
    for (let limit = 0; limit < 500; limit++)
      expect(Buffer.byteLength(fitSections(sections, limit, (missing) => `${missing} more`))).toBeLessThanOrEqual(
        limit,
      );
  });
});
