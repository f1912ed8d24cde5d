import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, makeSources, open, RAFT, reasonOf, take } from "./fixture.ts";
import { commit, FIRST, git, makeRepository, SECOND } from "./repository.ts";

describe("which commit is taken", () => {
  it("that of HEAD, and not what lies in the work tree", async () => {
    const { folder, repository, second } = makeRepository();
    writeFileSync(join(repository, "raft.ts"), "not committed");
    const opened = await open(folder, "bob");
    expect(filesOf(opened)).toEqual({ "raft.ts": "second" });
    expect(opened).toMatchObject({
      commit: second,
      submittedAt: "2026-03-02T09:00:00.000Z",
      notes: [`commit ${second.slice(0, 12)} of 2026-03-02T09:00:00.000Z was taken`],
    });
  });

  it("the last one before the deadline", async () => {
    const { folder, first } = makeRepository();
    const opened = await open(folder, "bob", { deadline: "2026-03-02T09:59:59+01:00" });
    expect(filesOf(opened)).toEqual({ "raft.ts": "first" });
    expect(opened).toMatchObject({ commit: first, submittedAt: "2026-03-01T09:00:00.000Z" });
    const onTime = await open(folder, "bob", { deadline: SECOND });
    expect(filesOf(onTime)).toEqual({ "raft.ts": "second" });
    expect(reasonOf(await open(folder, "bob", { deadline: "2026-02-01T00:00:00Z" }))).toMatch(
      /no commit before the deadline \(2026-02-01T00:00:00Z\)$/,
    );
  });

  it("none before the deadline of a clone without its history, which is told", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "clone", "--quiet", "--depth", "1", `file://${repository}`, "../ana");
    expect(reasonOf(await open(folder, "ana", { deadline: FIRST }))).toMatch(
      /no commit before the deadline .*only the end of the history: .*git fetch --unshallow/,
    );
  });

  it("of a branch, by ref, also together with a deadline", async () => {
    const { folder, first } = makeRepository();
    expect(filesOf(await open(folder, "bob", { ref: "other" }))).toEqual({ "raft.ts": "other" });
    expect(filesOf(await open(folder, "bob", { ref: first }))).toEqual({ "raft.ts": "first" });
    expect(filesOf(await open(folder, "bob", { ref: "other", deadline: FIRST }))).toEqual({ "raft.ts": "first" });
    expect(reasonOf(await open(folder, "bob", { ref: "gone" }))).toBe(
      "the repository has no commit gone; it has the branches main, other",
    );
    expect(reasonOf(await open(folder, "bob", { ref: "--all" }))).toMatch(/^the repository has no commit --all;/);
  });

  it("of a bare repository, packed, and of a bundle", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "clone", "--quiet", "--bare", ".", "../carol.git");
    git(join(folder, "carol.git"), SECOND, "gc", "--quiet");
    git(repository, SECOND, "bundle", "create", "--quiet", "../dave.bundle", "--all");
    for (const name of ["carol.git", "dave.bundle"]) {
      const [intake] = await take(folder, [name]);
      expect(intake?.id).toBe(name.replace(/\..*/, ""));
      expect(filesOf(await open(folder, name)), name).toEqual({ "raft.ts": "second" });
      expect(filesOf(await open(folder, name, { deadline: FIRST })), name).toEqual({ "raft.ts": "first" });
    }
  });

  it("of the only branch, when HEAD names one that is not there", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "branch", "--quiet", "-D", "other");
    writeFileSync(join(repository, ".git/HEAD"), "ref: refs/heads/gone\n");
    const opened = await open(folder, "bob");
    expect(filesOf(opened)).toEqual({ "raft.ts": "second" });
    expect(opened.notes[0]).toBe("HEAD names no commit; the only branch was taken: refs/heads/main");
  });

  it("one without the main file names the branches that may have it", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "rm", "--quiet", "raft.ts");
    commit(repository, SECOND, { "README.md": "see the other branch" });
    expect(reasonOf(await open(folder, "bob"))).toMatch(/^there is no raft\.ts in it.*; it has other branches: other$/);
    expect(filesOf(await open(folder, "bob", { ref: "other" }))).toEqual({ "raft.ts": "other" });
  });

  it("none, when there is none or the repository is broken", async () => {
    const { folder, repository } = makeRepository();
    git(repository, FIRST, "init", "--quiet", "../empty");
    expect(reasonOf(await open(folder, "empty"))).toBe("the repository has no commit");
    rmSync(join(repository, ".git/objects"), { recursive: true });
    mkdirSync(join(repository, ".git/objects"));
    expect(reasonOf(await open(folder, "bob"))).toMatch(/no commit|broken/);
    const bundle = makeSources({ "bob.bundle": "# v2 git bundle\nnonsense\n" });
    expect(reasonOf(await open(bundle, "bob.bundle"))).toMatch(/bundle is broken/);
  });
});

describe("nothing that a repository says is done", () => {
  it("hooks, filters, monitors, attributes and the rest of its configuration have no effect", async () => {
    const { folder, repository } = makeRepository();
    const trap = join(folder, "trapped");
    const run = `touch ${trap}`;
    commit(repository, SECOND, {
      "raft.ts": "$Format:%H$ $Id$",
      "left.ts": "left",
      ".gitattributes": "*.ts filter=evil diff=evil export-subst ident\nleft.ts export-ignore\n",
    });
    for (const name of [
      "post-checkout",
      "pre-auto-gc",
      "reference-transaction",
      "post-index-change",
      "fsmonitor-watchman",
    ]) {
      writeFileSync(join(repository, ".git/hooks", name), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
    }
    appendFileSync(
      join(repository, ".git/config"),
      `[core]\n\tfsmonitor = "${run}"\n\tpager = "${run}"\n\tsshCommand = "${run}"\n\tworktree = /\n\talternateRefsCommand = "${run}"
[filter "evil"]\n\tsmudge = "${run}"\n\tclean = "${run}"\n\tprocess = "${run}"\n\trequired = true
[diff "evil"]\n\ttextconv = "${run}"\n\tcommand = "${run}"\n[include]\n\tpath = /etc/passwd\n[extensions]\n\tnonsense = true\n`,
    );
    const opened = await open(folder, "bob", { deadline: SECOND });
    expect(filesOf(opened)).toEqual({
      "raft.ts": "$Format:%H$ $Id$",
      "left.ts": "left",
      ".gitattributes": expect.stringContaining("filter=evil"),
    });
    expect(existsSync(trap)).toBe(false);
  });

  it("objects of another repository are not reached", async () => {
    const { folder, repository, second } = makeRepository();
    const thief = join(folder, "thief");
    mkdirSync(thief);
    git(thief, FIRST, "init", "--quiet");
    writeFileSync(join(thief, ".git/objects/info/alternates"), `${repository}/.git/objects\n`);
    writeFileSync(join(thief, ".git/refs/heads/main"), `${second}\n`);
    expect(git(thief, FIRST, "show", "HEAD:raft.ts")).toBe("second");
    expect(reasonOf(await open(folder, "thief"))).toMatch(/no commit/);
    rmSync(join(thief, ".git/objects"), { recursive: true });
    symlinkSync(join(repository, ".git/objects"), join(thief, ".git/objects"));
    writeFileSync(join(thief, "raft.ts"), "own");
    expect(filesOf(await open(folder, "thief"))).toEqual({ "raft.ts": "own" });
  });

  it("a .git that leads elsewhere is left out", async () => {
    const { folder, repository } = makeRepository();
    const thief = join(folder, "thief");
    mkdirSync(thief);
    writeFileSync(join(thief, "raft.ts"), "own");
    writeFileSync(join(thief, ".git"), `gitdir: ${repository}/.git\n`);
    const opened = await open(folder, "thief");
    expect(filesOf(opened)).toEqual({ "raft.ts": "own" });
    rmSync(join(thief, ".git"));
    symlinkSync(join(repository, ".git"), join(thief, ".git"));
    expect(filesOf(await open(folder, "thief"))).toEqual({ "raft.ts": "own" });
  });

  it("replaced objects and grafts do not count", async () => {
    const { folder, repository, first, second } = makeRepository();
    git(repository, FIRST, "replace", second, first);
    expect(filesOf(await open(folder, "bob"))).toEqual({ "raft.ts": "second" });
  });
});

describe("what a commit holds is judged as that of an archive", () => {
  it("links are refused, submodules left out, modes forgotten, Git LFS noted", async () => {
    const { folder, repository, second } = makeRepository();
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n";
    commit(repository, SECOND, { "data.json": pointer, "raft.ts": RAFT });
    git(repository, SECOND, "update-index", "--add", "--cacheinfo", `160000,${second},vendor`);
    git(repository, SECOND, "commit", "--quiet", "-m", "submodule");
    const opened = await open(folder, "bob");
    expect(Object.keys(filesOf(opened))).toEqual(["data.json", "raft.ts"]);
    expect(opened.notes.slice(1)).toEqual([
      "data.json is only a pointer of Git LFS; its content is not there",
      "the submodule vendor was left out",
    ]);
    symlinkSync("/etc/passwd", join(repository, "x"));
    commit(repository, SECOND, {});
    expect(reasonOf(await open(folder, "bob"))).toMatch(/^x is a symbolic link/);
  });

  it("paths that lead out, though git itself would not make them", async () => {
    const { folder, repository } = makeRepository();
    const blob = execFileSync("git", ["-C", repository, "hash-object", "-w", "--stdin"], {
      input: "evil",
      encoding: "utf8",
    });
    const tree = (name: string) => Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob.trim(), "hex")]);
    for (const name of ["..", "a\\b", "a\nb"]) {
      const words = ["-C", repository, "hash-object", "-t", "tree", "--literally", "-w", "--stdin"];
      const inner = execFileSync("git", words, { input: tree(name), encoding: "utf8" }).trim();
      const bad = git(repository, SECOND, "commit-tree", inner, "-m", "evil");
      git(repository, SECOND, "update-ref", "refs/heads/main", bad);
      expect(reasonOf(await open(folder, "bob"))).toMatch(/leads out of its folder|backslash|control characters/);
    }
  });

  it("limits count", async () => {
    const { folder, repository } = makeRepository();
    commit(repository, SECOND, { "big.bin": "x".repeat(5000) });
    expect(reasonOf(await open(folder, "bob", { limits: { fileBytes: 4000 } }))).toMatch(
      /big\.bin has more than 4000 bytes/,
    );
    expect(reasonOf(await open(folder, "bob", { limits: { archiveBytes: 100 } }))).toMatch(
      /repository has more than 100 bytes/,
    );
    expect(reasonOf(await open(folder, "bob", { limits: { entries: 1 } }))).toMatch(/more than 1 files/);
  });
});

it("the repository itself is not changed", async () => {
  const { folder, repository } = makeRepository();
  renameSync(join(repository, ".git/hooks"), join(folder, "hooks"));
  const before = execFileSync("find", [repository, "-printf", "%p %s %T@ %m\n"], { encoding: "utf8" });
  await open(folder, "bob", { deadline: SECOND });
  expect(execFileSync("find", [repository, "-printf", "%p %s %T@ %m\n"], { encoding: "utf8" })).toBe(before);
});
