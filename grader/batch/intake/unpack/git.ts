import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { BatchReader, GitCommand } from "./git-command.ts";
import { copyRepository, fetchBundle } from "./git-copy.ts";
import { Refusal } from "./refusal.ts";
import { Target } from "./target.ts";

const LFS_POINTER = "version https://git-lfs.github.com/spec/";

/** Which commit of a repository is graded. */
export interface CommitChoice {
  readonly ref?: string | undefined;
  /** ISO 8601 with offset. */
  readonly deadline?: string | undefined;
}

/** A commit as it was unpacked. */
export interface UnpackedCommit {
  readonly commit: string;
  /** ISO 8601 in UTC, as the committer's machine said. */
  readonly committedAt: string;
  readonly notes: readonly string[];
}

/**
 * Unpacks one commit of a repository, which is only read: its objects are looked at in a copy, and nothing is checked
 * out, so neither its configuration nor its hooks, filters or attributes have any effect.
 *
 * @param gitDir its git folder, or a bundle. @param copyDir where the copy goes.
 * @throws Refusal when there is no such commit, or it holds what it may not.
 */
export async function unpackCommit(
  source: { readonly gitDir: string } | { readonly bundle: string },
  copyDir: string,
  folder: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<UnpackedCommit> {
  const git = new GitCommand(copyDir, limits.gitWallMs);
  if ("gitDir" in source) await copyRepository(source.gitDir, copyDir, git, limits);
  else await fetchBundle(source.bundle, copyDir, git);
  const start = await findStart(git, choice.ref);
  const { commit, committedAt } = await findCommit(git, start.ref, choice.deadline);
  const target = new Target(folder, limits, null);
  const notes = await unpackTree(git, commit, target);
  const when = choice.deadline === undefined ? "" : `, the last one before the deadline`;
  const taken = `commit ${commit.slice(0, 12)} of ${committedAt} was taken${when}`;
  return { commit, committedAt, notes: [...start.notes, taken, ...notes, ...target.notes()] };
}

async function findStart(git: GitCommand, ref: string | undefined): Promise<{ ref: string; notes: string[] }> {
  if (ref !== undefined) {
    for (const name of [ref, `origin/${ref}`]) {
      const id = await resolve(git, name);
      if (id !== null) return { ref: id, notes: [] };
    }
    throw new Refusal(`the repository has no commit ${shown(ref)}`);
  }
  for (const name of ["HEAD", "refs/bundle/head"]) {
    const id = await resolve(git, name);
    if (id !== null) return { ref: id, notes: [] };
  }
  const heads = (await git.run(["for-each-ref", "--count=3", "--format=%(refname)", "refs/heads"])) ?? Buffer.alloc(0);
  const [only, ...more] = heads
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  const id = only === undefined ? null : await resolve(git, only);
  if (only === undefined || id === null) throw new Refusal("the repository has no commit");
  if (more.length > 0)
    throw new Refusal("the repository's HEAD names no commit, and it has several branches; say --ref");
  return { ref: id, notes: [`HEAD names no commit; the only branch was taken: ${shown(only)}`] };
}

async function resolve(git: GitCommand, name: string): Promise<string | null> {
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const id = (await git.run(words))?.toString("latin1").trim() ?? "";
  return /^[0-9a-f]{40,64}$/.test(id) ? id : null;
}

async function findCommit(git: GitCommand, start: string, deadline: string | undefined) {
  // The first parent of a merge is the branch itself: what came in from others later did not lie on it before.
  const words = ["rev-list", "--max-count=1", "--timestamp", "--first-parent"];
  if (deadline !== undefined) words.push(`--until=@${Math.floor(Date.parse(deadline) / 1000)} +0000`);
  const line = (await git.run([...words, start]))?.toString("latin1").trim();
  if (line === undefined) throw new Refusal("the repository is broken: git cannot read its history");
  const [seconds, commit] = line.split(" ");
  if (commit === undefined) throw new Refusal(`the repository has no commit before the deadline (${deadline})`);
  const time = new Date(Number(seconds) * 1000);
  if (Number.isNaN(time.getTime())) throw new Refusal(`commit ${commit} was made at no possible time`);
  return { commit, committedAt: time.toISOString() };
}

interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  readonly bytes: number;
  readonly path: string;
}

async function unpackTree(git: GitCommand, commit: string, target: Target): Promise<string[]> {
  const listing = await git.run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]);
  if (listing === null) throw new Refusal("the repository is broken: git cannot list the files of the commit");
  const notes: string[] = [];
  const wanted: TreeEntry[] = [];
  for (const entry of parseTree(listing)) {
    if (target.ignores(entry.path)) target.addFolder(entry.path);
    else if (entry.mode === "160000") notes.push(`the submodule ${shown(entry.path)} was left out`);
    else if (entry.mode === "120000") {
      throw new Refusal(`${shown(entry.path)} is a symbolic link; only files and folders are taken`);
    } else wanted.push(entry);
  }
  notes.push(...(await writeFiles(git, wanted, target)));
  return notes;
}

function parseTree(listing: Buffer): TreeEntry[] {
  const lines = listing.toString("utf8").split("\0").slice(0, -1);
  return lines.map((line) => {
    const [, mode, id, size, path] = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || id === undefined || path === undefined) {
      throw new Refusal("the repository is broken: git lists a file in an unknown way");
    }
    return { mode, id, bytes: size === "-" ? 0 : Number(size), path };
  });
}

async function writeFiles(git: GitCommand, entries: readonly TreeEntry[], target: Target): Promise<string[]> {
  if (entries.length === 0) return [];
  const notes: string[] = [];
  const child = git.batch();
  try {
    const reader = new BatchReader(child.stdout);
    for (const { id, bytes, path } of entries) {
      const writer = target.addFile(path, bytes);
      if (writer === null) continue;
      try {
        // One at a time, so that git is never ahead of what is written.
        child.stdin.write(`${id}\n`);
        let start = "";
        await reader.object(path, (chunk) => {
          if (start.length < LFS_POINTER.length) start += chunk.toString("latin1", 0, LFS_POINTER.length);
          writer.write(chunk);
        });
        if (start.startsWith(LFS_POINTER))
          notes.push(`${shown(path)} is only a pointer of Git LFS; its content is not there`);
      } finally {
        writer.end();
      }
    }
  } finally {
    child.stdin.end();
    child.kill("SIGKILL");
  }
  return notes;
}
