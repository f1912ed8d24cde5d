import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HeldFolder } from "../../../../submission/held/held-folder.ts";
import type { IntakeLimits } from "../../limits.ts";
import { shown } from "../../names.ts";
import { Refusal } from "../refusal.ts";
import { Target } from "../target.ts";
import { copyBundle } from "./bundle.ts";
import { GitCommand } from "./command.ts";
import { copyRepository } from "./copy.ts";
import { ObjectReader } from "./objects.ts";
import { unpackTree } from "./tree.ts";

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
  /** Where nobody chose: branches that stand at other commits, a few of them. */
  readonly otherBranches: readonly string[];
}

/**
 * Unpacks one commit of a repository, which is only read: its objects are looked at in a copy, and nothing is checked
 * out, so neither its configuration nor its hooks, filters or attributes have any effect.
 *
 * @param source its git folder, or a bundle that lies in a place of our own. @param copyDir absolute; where the copy goes.
 * @throws Refusal when there is no such commit, or it holds what it may not.
 */
export async function unpackCommit(
  source: { readonly gitDir: HeldFolder } | { readonly bundle: string },
  copyDir: string,
  folder: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<UnpackedCommit> {
  const git = new GitCommand(copyDir, limits);
  if ("gitDir" in source) await copyRepository(source.gitDir, git, limits);
  else await copyBundle(source.bundle, git, limits);
  const start = await findStart(git, choice.ref);
  const { commit, committedAt } = await findCommit(git, start.ref, choice.deadline);
  const otherBranches = choice.ref === undefined ? await branchesBeside(git, start.ref) : [];
  const target = new Target(folder, limits, null);
  const reader = new ObjectReader(await git.batch(), git.time);
  try {
    const notes = await unpackTree(reader, commit, target, limits);
    const when = choice.deadline === undefined ? "" : `, the last one before the deadline`;
    const taken = `commit ${commit.slice(0, 12)} of ${committedAt} was taken${when}`;
    return { commit, committedAt, otherBranches, notes: [...start.notes, taken, ...notes, ...target.notes()] };
  } finally {
    reader.end();
  }
}

async function findStart(git: GitCommand, ref: string | undefined): Promise<{ ref: string; notes: string[] }> {
  if (ref !== undefined) {
    for (const name of [ref, `origin/${ref}`]) {
      const id = await resolveCommit(git, name);
      if (id !== null) return { ref: id, notes: [] };
    }
    const names = await branchesBeside(git, "");
    const others = names.length === 0 ? "" : `; it has the branches ${names.map(shown).join(", ")}`;
    throw new Refusal(`the repository has no commit ${shown(ref)}${others}`);
  }
  const head = await resolveCommit(git, "HEAD");
  if (head !== null) return { ref: head, notes: [] };
  const heads = (await git.run(["for-each-ref", "--count=3", "--format=%(refname)", "refs/heads"])) ?? Buffer.alloc(0);
  const [only, ...more] = heads
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  const id = only === undefined ? null : await resolveCommit(git, only);
  if (only === undefined || id === null) throw new Refusal("the repository has no commit");
  if (more.length > 0)
    throw new Refusal("the repository's HEAD names no commit, and it has several branches; say --ref");
  return { ref: id, notes: [`HEAD names no commit; the only branch was taken: ${shown(only)}`] };
}

const MOST_BRANCHES = 5;

/** Short names of branches, those of the server included, that do not stand at this commit. */
async function branchesBeside(git: GitCommand, commit: string): Promise<string[]> {
  const words = [
    "for-each-ref",
    "--count=50",
    "--format=%(objectname) %(refname)",
    "refs/heads",
    "refs/remotes/origin",
  ];
  const lines = ((await git.run(words)) ?? Buffer.alloc(0)).toString("utf8").split("\n");
  const names = lines.flatMap((line) => {
    const [id, ref = ""] = line.split(" ", 2);
    const name = ref.replace(/^refs\/(heads|remotes\/origin)\//, "");
    return id === undefined || id === "" || id === commit || name === "HEAD" ? [] : [name];
  });
  return [...new Set(names)].slice(0, MOST_BRANCHES);
}

/** The commit that a branch, tag or other name means; null when there is none. */
export async function resolveCommit(git: GitCommand, name: string): Promise<string | null> {
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
  if (commit === undefined) {
    const isCut = existsSync(join(git.gitDir, "shallow"));
    const advice = isCut
      ? "; its clone has only the end of the history: fetch the rest with git fetch --unshallow"
      : "";
    throw new Refusal(`the repository has no commit before the deadline (${deadline})${advice}`);
  }
  const time = new Date(Number(seconds) * 1000);
  if (Number.isNaN(time.getTime())) throw new Refusal(`commit ${commit} was made at no possible time`);
  return { commit, committedAt: time.toISOString() };
}
