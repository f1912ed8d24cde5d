import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Intake } from "../../../grader/batch/intake/index.ts";
import { makeSources, take } from "./fixture.ts";
import { buildZip } from "./zip-builder.ts";

/** Compresses to nothing less than itself, and is beyond the disk below. */
const NOISE = randomBytes(1_500_000);

const MAKERS: Readonly<Record<string, (folder: string) => void>> = {
  folder: () => {},
  "bob.tar": (folder) => execFileSync("tar", ["-cf", join(folder, "bob.tar"), "-C", folder, "folder"]),
  "bob.tar.gz": (folder) => execFileSync("tar", ["-czf", join(folder, "bob.tar.gz"), "-C", folder, "folder"]),
  "bob.zip": (folder) =>
    writeFileSync(join(folder, "bob.zip"), buildZip([{ name: "raft.ts", content: NOISE, isStored: true }])),
  repository: makeRepository,
  "bob.bundle": (folder) => {
    makeRepository(folder);
    git(join(folder, "repository"), "bundle", "create", "--quiet", join(folder, "bob.bundle"), "--all");
  },
};

function makeRepository(folder: string): void {
  const repository = join(folder, "repository");
  mkdirSync(repository);
  writeFileSync(join(repository, "raft.ts"), NOISE);
  git(repository, "init", "--quiet");
  git(repository, "add", "--all");
  git(repository, "-c", "user.name=bob", "-c", "user.email=bob@example.org", "commit", "--quiet", "-m", "work");
}

function git(folder: string, ...words: string[]): void {
  execFileSync("git", ["-C", folder, "-c", "maintenance.auto=false", ...words], { stdio: "ignore" });
}

// It takes root to have a disk so small.
test.skipIf(process.getuid?.() !== 0).each(Object.keys(MAKERS))(
  "a disk that fills up while %s is unpacked is nobody's broken submission",
  async (name) => {
    const folder = makeSources({ "folder/raft.ts": NOISE });
    MAKERS[name]?.(folder);
    const workDir = join(folder, "work");
    mkdirSync(workDir);
    // Without the right to mount there is nothing to see here either.
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", workDir]).status !== 0) return;
    try {
      const [intake] = (await take(folder, [name])) as [Intake];
      await expect(intake.open()).rejects.toMatchObject({ code: "ENOSPC" });
      await intake.dispose();
      expect(readdirSync(workDir)).toEqual([]);
    } finally {
      spawnSync("umount", [workDir]);
    }
  },
);
