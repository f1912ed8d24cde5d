import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EntryError, PROBLEMS } from "../../../../submission/held/entry-error.ts";
import type { Entry, HeldFolder } from "../../../../submission/held/held-folder.ts";
import { linesOf } from "../../../../text/lines.ts";
import type { IntakeLimits } from "../../limits.ts";
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
export async function copyRepository(from: HeldFolder, git: GitCommand, limits: IntakeLimits): Promise<void> {
  await initRepository(git, objectFormat(from));
  const copy = new RepositoryCopy(git, limits);
  for (const name of ["HEAD", "packed-refs", "shallow"]) {
    if (from.kindOf(name) !== null) await copy.file(from, [name]);
  }
  await copy.folder(from, ["refs"], () => true);
  await copy.folder(from, ["objects"], ([, first = "", name = ""]) => {
    if (/^[0-9a-f]{2}$/.test(first)) return name === "" || /^[0-9a-f]{38,62}$/.test(name);
    return first === "pack" && (name === "" || /^pack-[0-9a-f]+\.pack$/.test(name));
  });
  mkdirSync(join(git.gitDir, "objects", "pack"), { recursive: true });
  await indexPacks(git, copy.entries, (name) => `the repository is broken: ${name} is damaged`);
}

function objectFormat(from: HeldFolder): ObjectFormat {
  if (from.kindOf("config") !== "file") return "sha1";
  const file = from.file("config");
  try {
    if (file.sizeBytes > CONFIG_BYTES) return "sha1";
    return formatOf(file.content().toString("utf8"));
  } finally {
    file.close();
  }
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
    private readonly git: GitCommand,
    private readonly limits: IntakeLimits,
  ) {
    this.copy = new PlainCopy(limits, git.time);
  }

  /** @param way from the git folder on; its last name is one of `parent`. */
  async folder(parent: HeldFolder, way: readonly string[], wanted: (way: readonly string[]) => boolean): Promise<void> {
    if (way.length > this.limits.depth) throw new Refusal("the repository has too many folders inside each other");
    const folder = parent.folder(way.at(-1) ?? "");
    try {
      mkdirSync(join(this.git.gitDir, ...way), { recursive: true });
      for (const { name, kind } of await this.entriesOf(folder)) {
        const inner = [...way, name];
        if (!wanted(inner)) continue;
        if (kind === "link") throw new EntryError(inner.join("/"), PROBLEMS.link);
        if (kind === "folder") await this.folder(folder, inner, wanted);
        else await this.file(folder, inner);
      }
    } finally {
      folder.close();
    }
  }

  async file(parent: HeldFolder, way: readonly string[]): Promise<void> {
    await this.copy.pause();
    await this.copy.file(parent.file(way.at(-1) ?? ""), join(this.git.gitDir, ...way));
  }

  /** Read piece by piece, as a folder may have any number of entries. */
  private async entriesOf(folder: HeldFolder): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const entry of folder.list()) {
      this.entries++;
      if (this.entries > MAX_OBJECTS) throw tooManyObjects();
      entries.push(entry);
      await this.copy.pause();
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
