import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EntryError } from "../../../submission/held/entry-error.ts";
import { HeldFolder } from "../../../submission/held/held-folder.ts";
import type { Material, NamedFile, ZippedExport } from "../material.ts";
import { shown } from "../names.ts";
import type { OwnFolders } from "../own-folders.ts";
import { folderLister, type Lister, type Listing, NOTHING, pathLister } from "../unpack/listing.ts";
import { MOST_ENTRIES } from "../unpack/locate.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { itemText, listZip } from "../unpack/zip.ts";

/** A folder or a zip file full of submissions, as it was listed: how a platform's download is read, whichever it is. */
export interface Tree {
  /** As staff named it, with what lies inside behind it. */
  readonly path: string;
  readonly isZip: boolean;
  /** What it holds, without what systems and tools leave; a way is names of folders. */
  readonly list: Lister;
  /** Where something in it lies, for people. */
  where(name: string): string;
  /** Loose files of one submission, or its one archive. */
  files(files: readonly NamedFile[]): Material;
  /** A folder that is one submission. */
  folder(...way: string[]): Material;
  /** A folder or an archive at its top that is one submission. */
  item(name: string, isFolder: boolean): Material;
  /** Whether something at its top that is neither a file nor a folder is a symbolic link. */
  isLink(name: string): boolean;
  /** The beginning of a small file's text; empty when it cannot be read. */
  text(maxBytes: number, ...way: string[]): Promise<string>;
  /** The tree that begins in one of its folders. */
  inner(name: string): Tree;
}

/** A folder, of which nothing is read but listings, and the texts that a platform writes. */
export class FolderTree implements Tree {
  readonly isZip = false;
  readonly list: Lister;

  /** @param own whose folders are left out of what it holds. */
  constructor(
    readonly path: string,
    private readonly own: OwnFolders,
    private readonly onRemark: (line: string) => void = () => {},
  ) {
    const known = new Map<string, Listing>();
    this.list = (way) => {
      const key = way.join("/");
      const listing = known.get(key) ?? this.listed(way);
      known.set(key, listing);
      return listing;
    };
  }

  where(name: string): string {
    return join(this.path, name);
  }

  files(files: readonly NamedFile[]): Material {
    return { kind: "files", files: files.map((file) => ({ ...file, path: join(this.path, file.path) })) };
  }

  folder(...way: string[]): Material {
    return { kind: "path", path: join(this.path, ...way) };
  }

  item(name: string): Material {
    return { kind: "path", path: join(this.path, name) };
  }

  isLink(name: string): boolean {
    return lstatSync(join(this.path, name), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  }

  async text(maxBytes: number, ...way: string[]): Promise<string> {
    const path = join(this.path, ...way);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size <= maxBytes ? readFileSync(path, "utf8") : "";
  }

  inner(name: string): Tree {
    return new FolderTree(join(this.path, name), this.own);
  }

  private listed(way: readonly string[]): Listing {
    const [student, ...further] = way;
    return student === undefined ? this.top() : withoutLeftovers(listingOf(join(this.path, student), further), true);
  }

  /** Of the folder that staff named, or that lies where only staff write. */
  private top(): Listing {
    const entries = readdirSync(this.path, { withFileTypes: true });
    const named = (is: (entry: Dirent) => boolean) =>
      entries
        .filter(is)
        .map(({ name }) => name)
        .sort();
    const kept = withoutLeftovers({
      files: named((entry) => entry.isFile()),
      folders: named((entry) => entry.isDirectory()),
      others: named((entry) => !entry.isFile() && !entry.isDirectory()),
    });
    return { ...kept, folders: kept.folders.filter((name) => this.isTheirs(name)) };
  }

  private isTheirs(name: string): boolean {
    const reason = this.own.reasonToSkip(join(this.path, name));
    if (reason !== null) this.onRemark(`${shown(join(this.path, name))}: ${reason}`);
    return reason === null;
  }
}

/** What lies in a student's folder, who may still write to it; nothing when it cannot be read. */
function listingOf(path: string, way: readonly string[]): Listing {
  try {
    const folder = HeldFolder.open(resolve(path));
    try {
      return folderLister(folder, MOST_ENTRIES)(way);
    } finally {
      folder.close();
    }
  } catch (error) {
    if (error instanceof EntryError) return NOTHING;
    throw error;
  }
}

const MAX_ENTRIES = 1_000_000;

/** A zip file that staff named. */
export class ZipTree implements Tree {
  readonly isZip = true;
  readonly list: Lister;

  private constructor(
    readonly path: string,
    private readonly zip: ZippedExport,
    /** Of all its entries. */
    private readonly top: string,
    private readonly names: readonly string[],
  ) {
    const inner = names.filter((name) => name.startsWith(top)).map((name) => name.slice(top.length));
    const list = pathLister(inner);
    this.list = (way) => withoutLeftovers(list(way));
  }

  /** @throws Refusal when it is no zip file that can be read. */
  static async open(path: string): Promise<ZipTree> {
    const items = await listZip(path, MAX_ENTRIES);
    const zip = { path, items: new Map(items.map((item) => [plainPath(item.name), item])) };
    const names = [...zip.items.keys()].filter((name) => ignoredPart(name.split("/")) === undefined);
    return new ZipTree(path, zip, "", names);
  }

  where(name: string): string {
    return join(this.path, name);
  }

  files(files: readonly NamedFile[]): Material {
    const all = files.map((file) => ({ ...file, path: `${this.top}${file.path}` }));
    return { kind: "zipped", zip: this.zip, files: all };
  }

  folder(...way: string[]): Material {
    const start = `${this.top}${way.join("/")}/`;
    const inside = this.names.filter((name) => name.startsWith(start) && name !== start && !name.endsWith("/"));
    const files = inside.map((path) => ({ path, as: path.slice(start.length) }));
    return { kind: "zipped-folder", zip: this.zip, files };
  }

  item(name: string, isFolder: boolean): Material {
    return isFolder ? this.folder(name) : this.files([{ path: name, as: name }]);
  }

  isLink(): boolean {
    return false;
  }

  async text(maxBytes: number, ...way: string[]): Promise<string> {
    const item = this.zip.items.get(`${this.top}${way.join("/")}`);
    return item === undefined ? "" : itemText(this.zip.path, item, maxBytes);
  }

  inner(name: string): Tree {
    return new ZipTree(join(this.path, name), this.zip, `${this.top}${name}/`, this.names);
  }
}

/** Without what says nothing: `./`, a second `/`, and one in front, as of a whole disk, which unpacking leaves out too. */
function plainPath(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return `${parts.join("/")}${name.endsWith("/") ? "/" : ""}`;
}

/** @param isGitKept whether it can be told which folders are repositories. */
function withoutLeftovers({ files, folders, others }: Listing, isGitKept = false): Listing {
  const isKept = (name: string) => ignoredPart([name]) === undefined || (isGitKept && name === ".git");
  return { files: files.filter(isKept), folders: folders.filter(isKept), others: others.filter(isKept) };
}
