import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSources } from "./fixture.ts";

export const FIRST = "2026-03-01T10:00:00+01:00";
export const SECOND = "2026-03-02T10:00:00+01:00";

/** Runs git as a student would; `date` is when, for commits. */
export function git(folder: string, date: string, ...words: string[]): string {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
  const identity = ["-c", "user.name=bob", "-c", "user.email=bob@example.org"];
  // Nothing of git's own goes on in a repository when a command has ended, as later versions tidy up behind it.
  const settings = [...identity, "-c", "init.defaultBranch=main", "-c", "maintenance.auto=false", "-c", "gc.auto=0"];
  return execFileSync("git", ["-C", folder, ...settings, ...words], { env, encoding: "utf8", stdio: "pipe" }).trim();
}

export function commit(folder: string, date: string, files: Record<string, string | Buffer>): string {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  git(folder, date, "add", "--all", "--force");
  git(folder, date, "commit", "--quiet", "--allow-empty", "-m", "work");
  return git(folder, date, "rev-parse", "HEAD");
}

/** A repository with two commits on main, and one on a branch. */
export function makeRepository(): { folder: string; repository: string; first: string; second: string } {
  const folder = makeSources();
  const repository = join(folder, "bob");
  mkdirSync(repository);
  git(repository, FIRST, "init", "--quiet");
  const first = commit(repository, FIRST, { "raft.ts": "first" });
  const second = commit(repository, SECOND, { "raft.ts": "second" });
  git(repository, SECOND, "checkout", "--quiet", "-b", "other", first);
  commit(repository, SECOND, { "raft.ts": "other" });
  git(repository, SECOND, "checkout", "--quiet", "main");
  return { folder, repository, first, second };
}
