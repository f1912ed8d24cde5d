import { existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeGrader } from "../../grader/batch/index.ts";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { prepareOut } from "../../grader/ci/index.ts";
import { FIRST, git } from "../batch/intake/repository.ts";
import { makeFolder } from "../submission/folder.ts";
import { check, commitFiles, lab2, lab2a, makeRepository, pullRequest, push, write } from "./fixture.ts";

const two = { "alice/raft.ts": "alice", "bob/raft.ts": "bob" };

/** A clone of what is there now, with so much of the history. */
function shallow(repo: string, depth: number): string {
  const clone = join(makeFolder({}), "clone");
  git(repo, FIRST, "clone", "--quiet", "--depth", String(depth), `file://${repo}`, clone);
  return clone;
}

describe("a pull request", () => {
  it("is graded: the submission that it changes, as its commit has it", async () => {
    const { repo, first } = makeRepository(two);
    const head = commitFiles(repo, { "bob/raft.ts": "better" });
    writeFileSync(join(repo, "bob/raft.ts"), "not committed");
    const { report, graded } = await check({ repo, eventText: pullRequest(first, head) });
    expect(graded).toEqual(["better"]);
    expect(report).toMatchObject({
      ...{ outcome: "passed", lab: "lab2a", submission: { folder: "bob", how: "changed", changedFiles: 1 } },
      change: { kind: "pull-request", number: 5, isFork: true, head, base: first },
    });
  });

  it("is compared with where it began: what was pushed to the base since is not its change", async () => {
    const { repo, first } = makeRepository(two);
    git(repo, FIRST, "checkout", "--quiet", "-b", "work", first);
    const head = commitFiles(repo, { "bob/raft.ts": "better" });
    git(repo, FIRST, "checkout", "--quiet", "-b", "base", first);
    const base = commitFiles(repo, { "alice/raft.ts": "others" });
    git(repo, FIRST, "checkout", "--quiet", "work");
    expect((await check({ repo, eventText: pullRequest(base, head) })).graded).toEqual(["better"]);
    // As GitHub checks it out: merged with the base.
    git(repo, FIRST, "merge", "--quiet", "--no-ff", "-m", "merge", "base");
    const { graded, report } = await check({ repo, eventText: pullRequest(base, head) });
    expect(graded).toEqual(["better"]);
    expect(report.submission).toMatchObject({ folder: "bob", changedFiles: 1 });
  });

  it("that is not what is checked out is not graded", async () => {
    const { repo, first } = makeRepository(two);
    const head = commitFiles(repo, { "bob/raft.ts": "better" });
    git(repo, FIRST, "checkout", "--quiet", first);
    const { report, graded } = await check({ repo, eventText: pullRequest(first, head), submission: "bob" });
    expect(graded).toEqual([]);
    expect(report).toMatchObject({
      outcome: "nothing-graded",
      problem: `commit ${first.slice(0, 12)} is checked out, and the pull request is about ${head.slice(0, 12)}; check out that one`,
    });
  });

  it("that changes two submissions is not graded, but for the one that is named", async () => {
    const { repo, first } = makeRepository(two);
    const head = commitFiles(repo, { "bob/raft.ts": "better", "alice/raft.ts": "worse" });
    const eventText = pullRequest(first, head);
    expect((await check({ repo, eventText })).report).toMatchObject({
      outcome: "nothing-graded",
      problem: expect.stringMatching(/^the pull request changes 2 submissions \(alice, bob\)/),
    });
    const { report, graded } = await check({ repo, eventText, submission: "bob" });
    expect(graded).toEqual(["better"]);
    expect(report.notes).toContain("the pull request changes other submissions too, which are not graded: alice");
  });

  it("that moves a submission is graded where it is now", async () => {
    const { repo, first } = makeRepository(two);
    git(repo, FIRST, "mv", "bob", "carol");
    const head = commitFiles(repo, {});
    const { report, graded } = await check({ repo, eventText: pullRequest(first, head) });
    expect(graded).toEqual(["bob"]);
    expect(report).toMatchObject({
      submission: { folder: "carol" },
      notes: ["there is no submission any more in bob"],
    });
  });

  it("that removes a submission gets no grade of another one", async () => {
    const { repo, first } = makeRepository(two);
    git(repo, FIRST, "rm", "--quiet", "-r", "bob");
    const head = commitFiles(repo, {});
    const { report, graded } = await check({ repo, eventText: pullRequest(first, head) });
    expect([graded, report.problem]).toEqual([[], "the pull request removes a submission (bob) and changes no other"]);
  });

  it("changes nothing by tests, settings, workflows or a policy of its own", async () => {
    const { repo, first } = makeRepository(two);
    const head = commitFiles(repo, {
      "bob/raft.ts": "better",
      "bob/package.json": '{"scripts":{"preinstall":"exit 1"}}',
      "bob/tsconfig.json": "{",
      ".npmrc": "registry=http://x",
      "policy.yaml": "runs: 1\nci: { minPoints: 0 }",
      "labs/raft/points.ts": "export const POINTS = {};",
      ".github/workflows/grade.yml": "on: push",
      "package-lock.json": "{",
    });
    const { graded, plan } = await check({ repo, eventText: pullRequest(first, head) });
    expect(graded).toEqual(["better"]);
    expect(plan?.policy.runs).toBe(4);
  });
});

describe("a base that is not there", () => {
  it("of a shallow clone leaves the only submission, and says what to fetch", async () => {
    const { repo, first } = makeRepository({ "raft.ts": "one" });
    const head = commitFiles(repo, { "raft.ts": "two" });
    const { report, graded } = await check({ repo: shallow(repo, 1), eventText: pullRequest(first, head) });
    expect(graded).toEqual(["two"]);
    expect(report.notes).toEqual([
      `the base revision ${first} is not there (a shallow clone: fetch more of the history, as with fetch-depth: 0), so the only submission that there is was taken`,
    ]);
  });

  it("leaves nothing to choose by where there are several submissions", async () => {
    const { repo } = makeRepository(two);
    const { report, graded } = await check({ repo, base: "no-such-branch" });
    expect([graded, report.problem]).toEqual([
      [],
      "there are 2 submissions (alice, bob), and the base revision no-such-branch is not there; say --submission",
    ]);
  });

  it("is there with the last two commits of a merge", async () => {
    const { repo, first } = makeRepository(two);
    git(repo, FIRST, "checkout", "--quiet", "-b", "work");
    const head = commitFiles(repo, { "bob/raft.ts": "better" });
    git(repo, FIRST, "checkout", "--quiet", "-b", "merged", first);
    git(repo, FIRST, "merge", "--quiet", "--no-ff", "-m", "merge", "work");
    const { graded } = await check({ repo: shallow(repo, 2), eventText: pullRequest(first, head) });
    expect(graded).toEqual(["better"]);
  });

  it("is no option and no command, whatever it is called", async () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const mark = join(makeFolder({}), "written");
    for (const base of [`--output=${mark}`, "HEAD:alice", `'; touch ${mark}; '`, "a\n::error::b", "@{-1}", ""]) {
      const { report } = await check({ repo, base });
      expect(report.notes.join()).toMatch(/^the base revision \P{C}* is not there, so the only/u);
    }
    expect(existsSync(mark)).toBe(false);
  });
});

describe("a push", () => {
  it("is compared with what was there before it, also when that is no ancestor", async () => {
    const { repo, first } = makeRepository(two);
    const before = commitFiles(repo, { "alice/raft.ts": "other" });
    git(repo, FIRST, "reset", "--quiet", "--hard", first);
    const after = commitFiles(repo, { "alice/raft.ts": "other", "bob/raft.ts": "better" });
    expect((await check({ repo, eventText: push(before, after) })).graded).toEqual(["better"]);
  });

  it("of a new branch has nothing to be compared with, and one that deletes nothing to grade", async () => {
    const { repo, first } = makeRepository(two);
    const none = "0".repeat(40);
    expect((await check({ repo, eventText: push(none, first) })).report.problem).toMatch(/the branch is new/);
    expect((await check({ repo, eventText: push(first, none) })).report.problem).toMatch(/deleted the branch/);
  });
});

describe("a repository that was made to do harm", () => {
  it("is read without its configuration, hooks, attributes and filters", async () => {
    const { repo, first } = makeRepository(two);
    const mark = join(makeFolder({}), "ran");
    const script = write(join(repo, ".git/evil"), `#!/bin/sh\ntouch ${mark}\ncat\n`);
    git(repo, FIRST, "config", "diff.external", script);
    git(repo, FIRST, "config", "core.fsmonitor", script);
    git(repo, FIRST, "config", "core.hooksPath", join(repo, ".git/hooks"));
    for (const name of ["post-checkout", "post-index-change"])
      write(join(repo, ".git/hooks", name), `#!/bin/sh\ntouch ${mark}\n`);
    const head = commitFiles(repo, { "bob/raft.ts": "better", ".gitattributes": "*.ts diff=evil filter=evil\n" });
    git(repo, FIRST, "config", "diff.evil.textconv", script);
    git(repo, FIRST, "config", "filter.evil.smudge", script);
    rmSync(mark, { force: true });
    const { graded } = await check({ repo, eventText: pullRequest(first, head) });
    expect([graded, existsSync(mark)]).toEqual([["better"], false]);
  });

  it("with a link in place of a submission's file or folder has no grade", async () => {
    const secret = write(join(makeFolder({}), "raft.ts"), "secret");
    const { repo } = makeRepository({ "README.md": "" });
    symlinkSync(secret, join(repo, "raft.ts"));
    commitFiles(repo, {});
    const { report, graded } = await check({ repo });
    expect(graded).toEqual([]);
    expect(report).toMatchObject({
      ...{ outcome: "nothing-graded", problem: "raft.ts is a symbolic link; only files and folders are taken" },
    });
    symlinkSync(join(secret, ".."), join(repo, "folder"));
    commitFiles(repo, {});
    const linked = await check({ repo, submission: "folder" });
    expect([linked.graded, linked.report.problem]).toEqual([
      [],
      "folder is a symbolic link; only files and folders are taken",
    ]);
  });

  it("and is no repository of git is read without following links either", async () => {
    const secret = write(join(makeFolder({}), "raft.ts"), "secret");
    const repo = makeFolder({ "a/raft.ts": "plain" });
    expect((await check({ repo })).graded).toEqual(["plain"]);
    symlinkSync(join(secret, ".."), join(repo, "b"));
    const { graded, report } = await check({ repo, submission: "b" });
    expect([graded, report.problem]).toEqual([[], "b is a symbolic link; only files and folders are taken"]);
  });

  it("is not what says how it is graded", async () => {
    const { repo } = makeRepository({ "raft.ts": "one", "course/policy.yaml": "runs: 1", "course/ci.json": "{}" });
    const link = join(makeFolder({}), "policy.yaml");
    symlinkSync(join(repo, "course/policy.yaml"), link);
    for (const files of [
      { config: join(repo, "course/policy.yaml") },
      { config: link },
      { baseResult: join(repo, "course/ci.json") },
    ]) {
      const { report, graded } = await check({ repo, ...files });
      expect(graded).toEqual([]);
      expect(report.problem).toMatch(
        /^--(config|base-result) .* is in the repository that is graded; take it from elsewhere$/,
      );
    }
    // The course, checked out beside it, is not of the repository.
    const beside = write(join(repo, ".course/policy.yaml"), "runs: 2");
    expect((await check({ repo, config: beside })).graded).toEqual(["one"]);
  });

  it("does not say where results are written", () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const elsewhere = makeFolder({});
    symlinkSync(elsewhere, join(repo, "out"));
    expect(() => prepareOut(join(repo, "out"), repo)).toThrow(
      /leads through a link of the repository; name another folder$/,
    );
    expect(() => prepareOut(join(repo, "out/inner"), repo)).toThrow(/leads through a link/);
    expect(existsSync(join(elsewhere, "inner"))).toBe(false);
    prepareOut(join(repo, "grade-ci"), repo);
    expect(existsSync(join(repo, "grade-ci"))).toBe(true);
  });

  it("has no name that becomes part of a result", async () => {
    const folder = 'x","points":100,"y":"$&';
    const { repo } = makeRepository({ [`${folder}/raft.ts`]: "one" });
    const { report, graded } = await check({ repo });
    expect(graded).toEqual(["one"]);
    expect(report.submission?.folder).toBe(folder);
    // Messages with the place where it was unpacked get that name instead.
    const grader = makeGrader({
      ...{ lab: "lab2a", form: lab2.form, safetyProperties: [], scenarios: lab2a.suites[0]?.scenarios ?? [] },
      ...{ policy: parsePolicy("", "p.yaml"), seed: 1, workers: 1 },
    });
    const { signal } = new AbortController();
    const result = await grader.gradeOne({ id: folder, folder: makeFolder({}), workers: 1, signal });
    await grader.close();
    expect(result).toMatchObject({ points: 0, submission: folder });
    expect(result.ungradable).toContain(folder);
  });

  it("and is larger than intake takes is told so", async () => {
    const { repo } = makeRepository({ "raft.ts": "x".repeat(1000) });
    const policy = parsePolicy("intake: { fileBytes: 100 }", "policy.yaml");
    expect((await check({ repo, policy })).report.problem).toMatch(/at most 100|more than 100|too large/);
  });
});
