import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "../../../../text/lines.ts";
import type { IntakeLimits } from "../../limits.ts";
import { shown } from "../../names.ts";
import { Refusal } from "../refusal.ts";
import type { GitCommand } from "./command.ts";
import { MAX_OBJECTS } from "./limits.ts";
import { indexPacks, initRepository, type ObjectFormat, tooManyObjects } from "./own-repository.ts";
import { PlainCopy } from "./plain-copy.ts";

const CONFIG_BYTES = 1_000_000;

/**
 * Makes a repository of our own with the objects and refs of another. Its configuration, hooks, attributes, links to
 * other repositories' objects, indices and caches stay behind: git never sees them.
 *
 * @throws Refusal when it is damaged, holds links, or is too large.
 */
export async function copyRepository(from: string, git: GitCommand, limits: IntakeLimits): Promise<void> {
  await initRepository(git, objectFormat(from));
  const copy = new RepositoryCopy(from, git, limits);
  for (const name of ["HEAD", "packed-refs", "shallow"]) await copy.file([name]);
  await copy.folder(["refs"], () => true);
  await copy.folder(["objects"], ([, first = "", name = ""]) => {
    if (/^[0-9a-f]{2}$/.test(first)) return name === "" || /^[0-9a-f]{38,62}$/.test(name);
    return first === "pack" && (name === "" || /^pack-[0-9a-f]+\.pack$/.test(name));
  });
  mkdirSync(join(git.gitDir, "objects", "pack"), { recursive: true });
  await indexPacks(git, copy.entries, (name) => `the repository is broken: ${name} is damaged`);
}

function objectFormat(from: string): ObjectFormat {
  const path = join(from, "config");
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > CONFIG_BYTES) return "sha1";
  return formatOf(readFileSync(path, "utf8"));
}

/** Which ids a git config asks for. */
export function formatOf(config: string): ObjectFormat {
  for (const line of linesOf(config)) if (asksForSha256(line)) return "sha256";
  return "sha1";
}

/** Whether a line of a git config reads `objectformat = sha256`. It is a student's, so each is looked at once and no more. */
function asksForSha256(line: string): boolean {
  const equals = line.indexOf("=");
  if (equals < 0 || line.slice(0, equals).trim().toLowerCase() !== "objectformat") return false;
  const value = line.slice(equals + 1).trimStart();
  return (value.startsWith('"') ? value.slice(1) : value).toLowerCase().startsWith("sha256");
}

/** Copies plain files of a git folder, and refuses links. */
class RepositoryCopy {
  /** Files and folders that were looked at, also those that stayed behind. */
  entries = 0;
  private readonly copy: PlainCopy;

  constructor(
    private readonly from: string,
    private readonly git: GitCommand,
    private readonly limits: IntakeLimits,
  ) {
    this.copy = new PlainCopy(limits, git.time);
  }

  async folder(way: readonly string[], wanted: (way: readonly string[]) => boolean): Promise<void> {
    const stats = lstatSync(join(this.from, ...way));
    if (stats.isSymbolicLink()) throw this.link(way);
    if (!stats.isDirectory()) return this.file(way);
    if (way.length > this.limits.depth) throw new Refusal("the repository has too many folders inside each other");
    mkdirSync(join(this.git.gitDir, ...way), { recursive: true });
    const names = await this.namesIn(way);
    for (const name of names) if (wanted([...way, name])) await this.folder([...way, name], wanted);
  }

  async file(way: readonly string[]): Promise<void> {
    const path = join(this.from, ...way);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) throw this.link(way);
    if (!stats.isFile()) throw new Refusal(`${shown(way.join("/"))} of the repository is no file`);
    await this.copy.pause();
    await this.copy.file(path, join(this.git.gitDir, ...way));
  }

  /** Read piece by piece, as a folder may have any number of entries. */
  private async namesIn(way: readonly string[]): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of await opendir(join(this.from, ...way))) {
      this.entries++;
      if (this.entries > MAX_OBJECTS) throw tooManyObjects();
      names.push(name);
      await this.copy.pause();
    }
    return names.sort();
  }

  private link(way: readonly string[]): Refusal {
    return new Refusal(`${shown(way.join("/"))} of the repository is a symbolic link`);
  }
}
