import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import type { GitCommand } from "./git-command.ts";
import { Refusal } from "./refusal.ts";

const MAX_FILES = 200_000;

/** Whether a folder is a bare repository. */
export function isBareRepository(folder: string): boolean {
  return (
    isFolder(join(folder, "objects")) &&
    isFolder(join(folder, "refs")) &&
    lstatSync(join(folder, "HEAD"), { throwIfNoEntry: false })?.isFile() === true
  );
}

/** The git folder of a repository: itself when it is bare, else its `.git`; null when it is none. */
export function gitDirOf(folder: string): string | null {
  // A `.git` that is a file or a link leads somewhere else, which is not the student's to say.
  const inner = join(folder, ".git");
  if (isFolder(inner) && isBareRepository(inner)) return inner;
  return isBareRepository(folder) ? folder : null;
}

/**
 * Makes a repository of our own with the objects and refs of another. Its configuration, hooks, attributes, links to
 * other repositories' objects and caches stay behind: git never sees them.
 */
export async function copyRepository(from: string, to: string, git: GitCommand, limits: IntakeLimits): Promise<void> {
  await initRepository(to, git, objectFormat(from));
  const copy = new RepositoryCopy(from, to, limits);
  for (const name of ["HEAD", "packed-refs", "shallow"]) copy.file([name]);
  copy.folder(["refs"], () => true);
  copy.folder(["objects"], ([, first = "", name = ""]) => {
    if (/^[0-9a-f]{2}$/.test(first)) return true;
    return first === "pack" && (name === "" || /^pack-[0-9a-f]+\.(pack|idx)$/.test(name));
  });
}

/** Makes a repository of our own from a bundle. @throws Refusal when the bundle is broken. */
export async function fetchBundle(bundle: string, to: string, git: GitCommand): Promise<void> {
  await initRepository(to, git, "sha1");
  const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", bundle];
  if ((await git.run([...fetch, "+refs/*:refs/*"])) === null) {
    checkRoom(to, statSync(bundle).size);
    throw new Refusal("the git bundle is broken, or needs commits that are not in it; make it with `--all`");
  }
  // Not every bundle says where its HEAD is.
  await git.run([...fetch, "+HEAD:refs/bundle/head"]);
}

async function initRepository(to: string, git: GitCommand, format: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  const made = await git.run(["init", "--quiet", "--bare", "--template=", `--object-format=${format}`]);
  if (made !== null) return;
  checkRoom(to, 0);
  throw new Error(`git could not make a repository in ${to}`);
}

const MB = 1024 * 1024;

/**
 * Throws the error of the system when there is no room for so many bytes and a little more. Git has only words for that,
 * which a repository could make it say too, so it is tried.
 */
function checkRoom(folder: string, bytes: number): void {
  const probe = join(folder, "room");
  const piece = randomBytes(MB);
  try {
    for (let written = 0; written < bytes + MB; written += MB) appendFileSync(probe, piece);
  } finally {
    rmSync(probe, { force: true });
  }
}

function objectFormat(from: string): string {
  const path = join(from, "config");
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > 1_000_000) return "sha1";
  return /^\s*objectformat\s*=\s*"?sha256/im.test(readFileSync(path, "utf8")) ? "sha256" : "sha1";
}

/** Copies plain files of a git folder, and refuses links. */
class RepositoryCopy {
  private bytes = 0;
  private files = 0;

  constructor(
    private readonly from: string,
    private readonly to: string,
    private readonly limits: IntakeLimits,
  ) {}

  folder(way: readonly string[], wanted: (way: readonly string[]) => boolean): void {
    const stats = lstatSync(join(this.from, ...way));
    if (stats.isSymbolicLink()) throw this.link(way);
    mkdirSync(join(this.to, ...way), { recursive: true });
    if (way.length > this.limits.depth) throw new Refusal("the repository has too many folders inside each other");
    for (const entry of readdirSync(join(this.from, ...way), { withFileTypes: true })) {
      const inner = [...way, entry.name];
      if (!wanted(inner)) continue;
      if (entry.isDirectory()) this.folder(inner, wanted);
      else this.file(inner);
    }
  }

  file(way: readonly string[]): void {
    const path = join(this.from, ...way);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) throw this.link(way);
    if (!stats.isFile()) throw new Refusal(`${shown(way.join("/"))} of the repository is no file`);
    this.files++;
    this.bytes += stats.size;
    if (this.files > MAX_FILES) throw new Refusal(`the repository has more than ${MAX_FILES} objects`);
    if (this.bytes > this.limits.archiveBytes) {
      throw new Refusal(`the repository has more than ${this.limits.archiveBytes} bytes; hand in the sources only`);
    }
    copyFileSync(path, join(this.to, ...way));
  }

  private link(way: readonly string[]): Refusal {
    return new Refusal(`${shown(way.join("/"))} of the repository is a symbolic link`);
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && lstatSync(path).isDirectory();
}
