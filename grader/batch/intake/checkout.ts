import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findProgram } from "../../sandbox/confine/programs.ts";
import { EntryError, PROBLEMS } from "../../submission/held/entry-error.ts";
import { HeldFile } from "../../submission/held/held-file.ts";
import { type HeldFolder, openHeld } from "../../submission/held/held-folder.ts";
import type { IntakeLimits } from "./limits.ts";
import { shown } from "./names.ts";
import { copyFolder } from "./unpack/folder.ts";
import { GitCommand } from "./unpack/git/command.ts";
import { resolveCommit } from "./unpack/git/commit.ts";
import { copyRepository } from "./unpack/git/copy.ts";
import { ObjectReader } from "./unpack/git/objects.ts";
import { heldGitDir } from "./unpack/git/repository.ts";
import { unpackTree } from "./unpack/git/tree.ts";
import { ignoredPart } from "./unpack/paths.ts";
import { Refusal } from "./unpack/refusal.ts";
import { Target } from "./unpack/target.ts";

/** What git may say of all files of a commit: more than 200 000 paths. */
const LISTING_BYTES = 32 * 1024 * 1024;
/** Entries of a folder without a repository that are looked at. */
const MOST_ENTRIES = 200_000;

/** What a commit says of itself. */
export interface CommitFacts {
  readonly id: string;
  readonly parents: readonly string[];
}

/**
 * A checkout of a repository that others wrote, or a plain folder, of which one folder is to be graded. As in a batch,
 * git looks at a copy of the objects only, so that nothing of the repository has an effect, and what is taken is the commit
 * of `HEAD`, not what lies beside it.
 */
export class Checkout {
  private constructor(
    private readonly root: HeldFolder,
    private readonly git: GitCommand | null,
    private readonly limits: IntakeLimits,
    /** The commit of `HEAD`; null for a plain folder. */
    readonly head: CommitFacts | null,
    /** Part of the history was not fetched. */
    readonly isShallow: boolean,
    /** What staff should know of it, one line each. */
    readonly notes: readonly string[],
  ) {}

  /** @param workDir absolute; gets the copy. @throws Refusal when it cannot be used, in one line. */
  static async open(folder: string, workDir: string, limits: IntakeLimits): Promise<Checkout> {
    const root = openRoot(folder);
    if (root instanceof HeldFile) {
      root.close();
      throw new Refusal(`${shown(folder)} is a file; name the folder of the repository`);
    }
    try {
      const gitDir = heldGitDir(root);
      if (gitDir === null) {
        const lead =
          root.kindOf(".git") === null ? "there is no repository of git" : "its .git is damaged or leads elsewhere";
        const top = repositoryAbove(folder);
        const advice =
          top === null ? "" : `; it lies in the repository ${shown(top)}: for what is committed, say --repo`;
        return new Checkout(root, null, limits, null, false, [
          `${lead}: the files in ${shown(folder)} are taken as they are${advice}`,
        ]);
      }
      try {
        if (findProgram("git") === null) throw new Refusal("git is not installed; install it to grade a repository");
        const git = new GitCommand(join(workDir, "git"), limits);
        await copyRepository(gitDir, git, limits);
        const head = await resolveCommit(git, "HEAD");
        if (head === null) throw new Refusal("the repository has no commit at HEAD; check one out");
        return new Checkout(root, git, limits, await factsOf(git, head), gitDir.kindOf("shallow") !== null, []);
      } finally {
        if (gitDir !== root) gitDir.close();
      }
    } catch (error) {
      root.close();
      if (error instanceof EntryError) throw new Refusal(`${shown(error.path)} of the repository ${error.problem}`);
      throw error;
    }
  }

  close(): void {
    this.root.close();
  }

  /** The commit of that name; null when it is not there. */
  async commit(name: string): Promise<CommitFacts | null> {
    if (this.git === null) return null;
    const id = await resolveCommit(this.git, name);
    return id === null ? null : factsOf(this.git, id);
  }

  /** Where the histories of two commits part; null when it is not known here. */
  async mergeBase(one: string, other: string): Promise<string | null> {
    const text = (await this.git?.run(["merge-base", one, other]))?.toString("latin1").trim() ?? "";
    return /^[0-9a-f]{40,64}$/.test(text) ? text : null;
  }

  /** Paths of all files that differ between two commits. Nothing is rendered, so no filter has a part in it. */
  async changedFiles(from: string, to: string): Promise<readonly string[]> {
    const words = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--no-ext-diff", "--no-textconv", from, to];
    return this.names(words);
  }

  /** Paths of all files of a commit, links among them; those of the folder itself when there is no repository. */
  async files(commit = this.head?.id): Promise<readonly string[]> {
    if (this.git !== null && commit !== undefined)
      return this.names(["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit]);
    const paths: string[] = [];
    try {
      gatherFiles(this.root, paths);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      throw new Refusal(`${shown(error.path)} ${error.problem}`);
    }
    return paths;
  }

  /**
   * Unpacks one folder. @param path its names, below the repository; none for all of it. @param place gets it.
   *
   * @returns the absolute path of the folder. @throws Refusal when it holds what it may not.
   */
  async unpack(
    path: readonly string[],
    place: string,
  ): Promise<{ readonly folder: string; readonly notes: readonly string[] }> {
    const target = new Target(place, this.limits, null);
    if (this.git !== null && this.head !== null) {
      const reader = new ObjectReader(await this.git.batch(), this.git.time);
      try {
        const notes = await unpackTree(reader, this.head.id, target, this.limits, path);
        return { folder: place, notes: [...notes, ...target.notes()] };
      } finally {
        reader.end();
      }
    }
    const opened: HeldFolder[] = [];
    try {
      const folder = path.reduce((held, name) => {
        // Said as what it is, where opening it would only say that it is no folder.
        if (held.kindOf(name) === "link") throw new EntryError(name, PROBLEMS.link);
        opened.push(held.folder(name));
        return opened.at(-1) as HeldFolder;
      }, this.root);
      await copyFolder(folder, target);
      return { folder: join(place, ...path), notes: target.notes() };
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      throw new Refusal(`${error.path === "" ? "it" : shown(error.path)} ${error.problem}`);
    } finally {
      for (const held of opened) held.close();
    }
  }

  private async names(words: readonly string[]): Promise<readonly string[]> {
    const output = await this.git?.run(words, LISTING_BYTES);
    if (output === null || output === undefined)
      throw new Refusal("the repository is broken: git cannot list its files");
    return output
      .toString("utf8")
      .split("\0")
      .filter((path) => path !== "");
  }
}

/** Parents are read from the commit itself: where history was cut off, git leaves them out elsewhere. */
async function factsOf(git: GitCommand, id: string): Promise<CommitFacts> {
  const text = (await git.run(["cat-file", "commit", id]))?.toString("latin1") ?? "";
  const head = text.slice(0, Math.max(0, text.indexOf("\n\n")));
  const parents = head
    .split("\n")
    .flatMap((line) => (line.startsWith("parent ") ? [line.slice("parent ".length)] : []));
  return { id, parents };
}

function gatherFiles(folder: HeldFolder, paths: string[]): void {
  const folders: string[] = [];
  for (const { name, kind } of folder.list()) {
    if (paths.length >= MOST_ENTRIES)
      throw new Refusal(`there are more than ${MOST_ENTRIES} files; name the submission's own folder`);
    if (kind === "folder" && ignoredPart([name]) === undefined) folders.push(name);
    else if (kind !== "folder") paths.push(folder.path === "" ? name : `${folder.path}/${name}`);
  }
  for (const name of folders.sort()) {
    const inner = folder.folder(name);
    try {
      gatherFiles(inner, paths);
    } finally {
      inner.close();
    }
  }
}

function openRoot(folder: string): HeldFile | HeldFolder {
  try {
    return openHeld(resolve(folder), true);
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    if (error.problem === PROBLEMS.gone) throw new Refusal(`there is no folder ${shown(folder)}; name the repository`);
    throw new Refusal(`${shown(folder)} ${error.problem}`);
  }
}

/** The nearest folder above one that is a repository; null when there is none. */
function repositoryAbove(folder: string): string | null {
  let at = resolve(folder);
  while (dirname(at) !== at) {
    at = dirname(at);
    if (existsSync(join(at, ".git"))) return at;
  }
  return null;
}
