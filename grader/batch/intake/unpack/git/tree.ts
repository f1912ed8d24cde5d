import type { IntakeLimits } from "../../limits.ts";
import { shown } from "../../names.ts";
import { isToolFile } from "../paths.ts";
import { Refusal } from "../refusal.ts";
import type { Target } from "../target.ts";
import type { ObjectReader } from "./objects.ts";

const LFS_POINTER = "version https://git-lfs.github.com/spec/";
const COMMIT_BYTES = 1024 * 1024;
const FOLDER_BYTES = 8 * 1024 * 1024;

export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/**
 * Unpacks what a commit holds. @param folder names of the folder of the commit that is taken; all of it when there are none.
 *
 * @returns what there is to note. @throws Refusal
 */
export async function unpackTree(
  reader: ObjectReader,
  commit: string,
  target: Target,
  limits: IntakeLimits,
  folder: readonly string[] = [],
) {
  const content = await reader.readAll(commit, "commit", `commit ${commit}`, COMMIT_BYTES);
  const [, tree] = /^tree ([0-9a-f]{40,64})\n/.exec(content.toString("latin1", 0, 80)) ?? [];
  if (tree === undefined) throw new Refusal(`the repository is broken: commit ${commit} names no files`);
  const walk = new TreeWalk(reader, target, limits);
  await walk.folder(await folderBelow(reader, tree, folder), "");
  return walk.notes;
}

/** The id of a folder below another one; a link on the way is not followed. */
async function folderBelow(reader: ObjectReader, tree: string, names: readonly string[]): Promise<string> {
  let id = tree;
  for (const [at, name] of names.entries()) {
    const path = names.slice(0, at + 1).join("/");
    const content = await reader.readAll(id, "tree", at === 0 ? "its top folder" : path, FOLDER_BYTES);
    const entry = [...parseTree(content, "", id.length / 2)].find((one) => one.path === name);
    if (entry === undefined) throw new Refusal(`there is no folder ${shown(path)} in the repository`);
    if (entry.mode === "120000")
      throw new Refusal(`${shown(path)} is a symbolic link; only files and folders are taken`);
    if (!isFolderMode(entry.mode)) throw new Refusal(`${shown(path)} is no folder; name the folder of the submission`);
    id = entry.id;
  }
  return id;
}

function isFolderMode(mode: string): boolean {
  return mode === "40000" || mode === "040000";
}

/**
 * Reads folder by folder, each only when it is its turn: a few folders that hold each other many times over name more
 * files than any list can hold, and the limits must end that early.
 */
class TreeWalk {
  readonly notes: string[] = [];
  private entries = 0;

  constructor(
    private readonly reader: ObjectReader,
    private readonly target: Target,
    private readonly limits: IntakeLimits,
  ) {}

  async folder(id: string, path: string): Promise<void> {
    const content = await this.reader.readAll(id, "tree", path === "" ? "its top folder" : path, FOLDER_BYTES);
    for (const entry of parseTree(content, path, id.length / 2)) {
      this.entries++;
      if (this.entries > this.limits.entries) {
        throw new Refusal(`more than ${this.limits.entries} files and folders; hand in the sources only`);
      }
      await this.entry(entry);
    }
  }

  private async entry({ mode, id, path }: TreeEntry): Promise<void> {
    if (this.target.ignores(path)) {
      // Only to be counted.
      this.target.addFolder(path);
    } else if (mode === "160000") {
      this.notes.push(`the submodule ${shown(path)} was left out`);
    } else if (mode === "120000") {
      throw new Refusal(`${shown(path)} is a symbolic link; only files and folders are taken`);
    } else if (isFolderMode(mode)) {
      this.target.addFolder(path);
      await this.folder(id, path);
    } else if (/^100\d{3}$/.test(mode)) {
      await this.file(id, path);
    } else {
      throw new Refusal(`${shown(path)} is no file; only files and folders are taken`);
    }
  }

  private async file(id: string, path: string): Promise<void> {
    if (isToolFile(path.slice(path.lastIndexOf("/") + 1))) {
      // To be counted, and its name judged.
      this.target.addFile(path, 0)?.end();
      return;
    }
    let end = () => {};
    let start = "";
    try {
      await this.reader.read(id, "blob", path, (bytes) => {
        const writer = this.target.addFile(path, bytes);
        end = () => writer?.end();
        return (chunk) => {
          if (start.length < LFS_POINTER.length) start += chunk.toString("latin1", 0, LFS_POINTER.length);
          writer?.write(chunk);
        };
      });
    } finally {
      end();
    }
    if (start.startsWith(LFS_POINTER))
      this.notes.push(`${shown(path)} is only a pointer of Git LFS; its content is not there`);
  }
}

/** The entries of a folder as git keeps them: mode, name, end of name, id. */
export function* parseTree(content: Buffer, folder: string, idBytes: number): Generator<TreeEntry> {
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, at);
    const next = end + 1 + idBytes;
    if (space < 0 || end < space || next > content.length) {
      throw new Refusal(`the repository is broken: git keeps the folder ${shown(folder)} in an unknown way`);
    }
    const name = content.toString("utf8", space + 1, end);
    yield {
      mode: content.toString("latin1", at, space),
      id: content.toString("hex", end + 1, next),
      path: folder === "" ? name : `${folder}/${name}`,
    };
    at = next;
  }
}
