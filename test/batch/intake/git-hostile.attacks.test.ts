import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import { deflateSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { takeIn } from "../../../grader/batch/intake/index.ts";
import { findProgram } from "../../../grader/sandbox/confine/programs.ts";
import { filesOf, open, optionsIn, reasonOf } from "./fixture.ts";
import { commit, FIRST, git, makeRepository, SECOND } from "./repository.ts";

/** The one pack of a repository that has nothing else. */
function packOf(repository: string): string {
  git(repository, SECOND, "repack", "-a", "-d", "-f", "--quiet", "--depth=0");
  const folder = join(repository, ".git/objects/pack");
  const [name] = readdirSync(folder).filter((one) => one.endsWith(".pack"));
  for (const one of readdirSync(folder)) chmodSync(join(folder, one), 0o644);
  return join(folder, name ?? "");
}

/** Puts a script before the real git that does something first. */
function shadowGit(folder: string, before: string): void {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${before}\nexec ${findProgram("git")} "$@"\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

describe("a bundle", () => {
  it("is found by a relative path too, and keeps its name as it was given", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "bundle", "create", "--quiet", "../dave.bundle", "--all");
    const path = relative(process.cwd(), join(folder, "dave.bundle"));
    const [dave] = await takeIn([path], optionsIn(folder));
    expect(dave?.origin).toBe(path);
    expect(filesOf((await dave?.open()) as never)).toEqual({ "raft.ts": "second" });
  });

  it("says itself where its HEAD is", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "branch", "--quiet", "master", "other");
    git(repository, SECOND, "bundle", "create", "--quiet", "../dave.bundle", "--all");
    expect(filesOf(await open(folder, "dave.bundle"))).toEqual({ "raft.ts": "second" });
    git(repository, SECOND, "bundle", "create", "--quiet", "../only.bundle", "main");
    expect(filesOf(await open(folder, "only.bundle"))).toEqual({ "raft.ts": "second" });
  });

  it("is under the limits of an archive, before git sees it", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "bundle", "create", "--quiet", "../dave.bundle", "--all");
    shadowGit(folder, `touch ${folder}/called`);
    const { size } = statSync(join(folder, "dave.bundle"));
    expect(reasonOf(await open(folder, "dave.bundle", { limits: { archiveBytes: 100 } }))).toBe(
      `the archive has ${size} bytes; at most 100 are taken; hand in the sources only`,
    );
    expect(existsSync(join(folder, "called"))).toBe(false);
  });

  it("that needs commits which it has not, or lacks objects, is refused", async () => {
    const { folder, repository, first } = makeRepository();
    git(repository, SECOND, "bundle", "create", "--quiet", "../part.bundle", "main", `^${first}`);
    expect(reasonOf(await open(folder, "part.bundle"))).toBe(
      "the git bundle needs commits that are not in it; make it with `--all`",
    );
    git(repository, SECOND, "bundle", "create", "--quiet", "../cut.bundle", "--all");
    const whole = readFileSync(join(folder, "cut.bundle"));
    writeFileSync(join(folder, "cut.bundle"), whole.subarray(0, -30));
    expect(reasonOf(await open(folder, "cut.bundle"))).toMatch(/bundle is broken/);
    for (const bad of ["refs/heads/../../x", "refs/heads/a b", "x", "refs/heads/x.lock"]) {
      writeFileSync(join(folder, "bad.bundle"), whole.toString("latin1").replace("refs/heads/main", bad), "latin1");
      expect(reasonOf(await open(folder, "bad.bundle")), bad).toMatch(/bundle is broken/);
    }
  });

  it("with more objects than anybody has is refused by what it says of itself", async () => {
    const { folder, repository } = makeRepository();
    git(repository, SECOND, "bundle", "create", "--quiet", "../dave.bundle", "--all");
    const bundle = readFileSync(join(folder, "dave.bundle"));
    bundle.writeUInt32BE(3_000_000, bundle.indexOf("PACK") + 8);
    writeFileSync(join(folder, "dave.bundle"), bundle);
    expect(reasonOf(await open(folder, "dave.bundle"))).toBe("the repository has more than 200000 objects");
  });
});

describe("what a student's own files say of the objects", () => {
  it("an index of a pack is made anew", async () => {
    const { folder, repository } = makeRepository();
    const blobs = ["first", "second"].map((_, at) => git(repository, SECOND, "rev-parse", `main~${1 - at}:raft.ts`));
    const index = packOf(repository).replace(/pack$/, "idx");
    swapOffsets(index, blobs);
    expect(git(repository, SECOND, "show", "main:raft.ts")).toBe("first");
    expect(filesOf(await open(folder, "bob"))).toEqual({ "raft.ts": "second" });
    rmSync(index);
    expect(filesOf(await open(folder, "bob"))).toEqual({ "raft.ts": "second" });
  });

  it("a pack is checked as a whole", async () => {
    const { folder, repository } = makeRepository();
    commit(repository, FIRST, { "noise.ts": "x".repeat(50).repeat(50) });
    rmSync(join(repository, "noise.ts"));
    commit(repository, FIRST, {});
    const path = packOf(repository);
    const pack = readFileSync(path);
    // A bit of an object that is in no way part of what is graded.
    const noise = deflateSync("x".repeat(50).repeat(50)).subarray(2, 12);
    const at = pack.indexOf(noise);
    expect(at).toBeGreaterThan(0);
    pack[at + 4] = (pack[at + 4] ?? 0) ^ 0xff;
    writeFileSync(path, pack);
    expect(reasonOf(await open(folder, "bob"))).toMatch(/^the repository is broken: pack-[0-9a-f]+\.pack is damaged$/);
  });

  it.each([
    ["the content of a file", "main:raft.ts", (text: string) => `blob ${text.length}\0${text}`],
    ["a commit", "main", (text: string) => `commit ${text.length}\0${text}`],
  ])("%s is what its id says", async (_, name, wrap) => {
    const { folder, repository } = makeRepository();
    const id = git(repository, SECOND, "rev-parse", name);
    const text = name === "main" ? `${git(repository, SECOND, "cat-file", "commit", "main~1")}\n` : "forged";
    const path = join(repository, ".git/objects", id.slice(0, 2), id.slice(2));
    chmodSync(path, 0o644);
    writeFileSync(path, deflateSync(wrap(text)));
    expect(reasonOf(await open(folder, "bob"))).toMatch(/^the repository (is broken: |has no commit)/);
  });

  it("a folder is what its id says", async () => {
    const { folder, repository, first } = makeRepository();
    mkdirSync(join(repository, "src"));
    commit(repository, SECOND, { "src/log.ts": "true" });
    const real = git(repository, SECOND, "rev-parse", "main:src");
    const path = (id: string) => join(repository, ".git/objects", id.slice(0, 2), id.slice(2));
    chmodSync(path(real), 0o644);
    writeFileSync(path(real), readFileSync(path(git(repository, SECOND, "rev-parse", `${first}^{tree}`))));
    expect(reasonOf(await open(folder, "bob"))).toMatch(/^the repository is broken: src is not what its id says$/);
  });
});

/** Forges an index of version 2: two objects change their places, and the checksum is right again. */
function swapOffsets(path: string, ids: readonly string[]): void {
  const index = readFileSync(path);
  const count = index.readUInt32BE(8 + 255 * 4);
  const names = 8 + 1024;
  const places = ids.map((id) => {
    const at = index.indexOf(Buffer.from(id, "hex"), names);
    return names + count * 24 + ((at - names) / 20) * 4;
  });
  const [a = 0, b = 0] = places;
  const [atA, atB] = [index.readUInt32BE(a), index.readUInt32BE(b)];
  index.writeUInt32BE(atB, a);
  index.writeUInt32BE(atA, b);
  const end = index.length - 20;
  createHash("sha1").update(index.subarray(0, end)).digest().copy(index, end);
  writeFileSync(path, index);
}

describe("git itself", () => {
  // Without that program git runs as it is.
  it.skipIf(findProgram("prlimit") === null)("is limited by the system in memory, CPU time and files", async () => {
    const { folder } = makeRepository();
    shadowGit(folder, `echo "$(ulimit -v) $(ulimit -t) $(ulimit -f) $(ulimit -c)" >> ${folder}/limits`);
    filesOf(await open(folder, "bob", { limits: { gitWallMs: 30_000 } }));
    const lines = readFileSync(join(folder, "limits"), "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line).toMatch(/^\d{7} 30 \d{5,6} 0$/);
  });

  it("that wants too much memory is told apart from a broken repository", async () => {
    const { folder, repository } = makeRepository();
    packOf(repository);
    const words = "fatal: Out of memory, malloc failed (tried to allocate 999999999 bytes)";
    shadowGit(folder, `case "$*" in *index-pack*) echo "${words}" >&2; exit 128;; esac`);
    expect(reasonOf(await open(folder, "bob"))).toBe(
      "git needs more memory to read the repository than it may have; hand in the sources only",
    );
  });

  it("has so much time for all that it does for one repository", async () => {
    const { folder } = makeRepository();
    shadowGit(folder, "sleep 0.4");
    expect(reasonOf(await open(folder, "bob", { limits: { gitWallMs: 1200 } }))).toBe(
      "git took more than 1200 ms to read the repository",
    );
  });
});

it("others have their turn while a repository is copied", async () => {
  const { folder, repository } = makeRepository();
  for (let first = 0; first < 200; first++) {
    const fan = join(repository, ".git/objects", first.toString(16).padStart(2, "0"));
    mkdirSync(fan, { recursive: true });
    for (let rest = 0; rest < 5; rest++) writeFileSync(join(fan, `${rest}`.padStart(38, "a")), "");
  }
  const copied = () => {
    const objects = join(folder, "work/bob/git/objects");
    return existsSync(objects) ? readdirSync(objects).filter((name) => /^[0-9a-f]{2}$/.test(name)).length : 0;
  };
  let isOpen = true;
  const seen = new Set<number>();
  const opened = open(folder, "bob").finally(() => {
    isOpen = false;
  });
  while (isOpen) {
    await setImmediate();
    seen.add(copied());
  }
  await opened;
  expect(seen.size).toBeGreaterThan(5);
});

describe("a .git that is no repository", () => {
  const damages: readonly (readonly [string, (repository: string) => void])[] = [
    ["has no HEAD", (repository) => rmSync(join(repository, ".git/HEAD"))],
    ["is empty", (repository) => rmSync(join(repository, ".git/objects"), { recursive: true })],
    [
      "is a file",
      (repository) => {
        rmSync(join(repository, ".git"), { recursive: true });
        writeFileSync(join(repository, ".git"), "gitdir: /somewhere\n");
      },
    ],
  ];

  it.each(damages)("%s: no way around --deadline and --ref", async (_, damage) => {
    const { folder, repository } = makeRepository();
    writeFileSync(join(repository, "raft.ts"), "after the deadline");
    damage(repository);
    for (const more of [{ deadline: SECOND }, { ref: "main" }]) {
      expect(reasonOf(await open(folder, "bob", more))).toBe(
        "its .git is damaged or leads elsewhere, so that --ref and --deadline have no commit to choose from; hand in a whole clone",
      );
    }
  });

  it.each(damages)("%s: noted, when no commit is asked for", async (_, damage) => {
    const { folder, repository } = makeRepository();
    damage(repository);
    const opened = await open(folder, "bob");
    expect(filesOf(opened)).toEqual({ "raft.ts": "second" });
    expect(opened.notes).toEqual([
      "its .git is damaged or leads elsewhere, and was left out: the files beside it were taken, not a commit",
    ]);
  });
});
