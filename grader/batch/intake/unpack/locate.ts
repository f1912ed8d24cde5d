import { join } from "node:path";
import { EntryError } from "../../../submission/held/entry-error.ts";
import { type Entry, HeldFolder } from "../../../submission/held/held-folder.ts";
import { chooseMain, describeSlips, mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import { Refusal } from "./refusal.ts";

const LISTED = 8;
/** Far more than is taken; it may be a folder as it was handed in, with any number of them. */
const MOST_ENTRIES = 200_000;

/**
 * Finds the folder that has the main file: the one that was unpacked, or the only one just below it that has it.
 *
 * @returns `notes`: what staff should know of it, one line each.
 * @throws Refusal when there is none, or several. @throws EntryError when the folder cannot be read.
 */
export function locateMain(root: string, mainFile: string): { folder: string; notes: readonly string[] } {
  const held = HeldFolder.open(root);
  try {
    const { name, notes } = new Search(held, mainFile).find();
    return { folder: join(root, name), notes };
  } finally {
    held.close();
  }
}

interface Listing {
  /** All that there is, sorted. */
  readonly names: readonly string[];
  /** Those that are folders. */
  readonly folders: readonly string[];
}

/** The search in one folder, which looks at so many entries in all and no more. */
class Search {
  private left = MOST_ENTRIES;
  private readonly top: Listing;

  constructor(
    private readonly root: HeldFolder,
    private readonly mainFile: string,
  ) {
    this.top = this.listingOf(root);
  }

  /** `name`: of the folder, below the one that is searched; empty for that itself. */
  find(): { name: string; notes: readonly string[] } {
    const { main, remark } = chooseMain(this.mainFile, this.top.names);
    if (main !== undefined) return { name: "", notes: remark === undefined ? [] : [remark] };
    const below = this.top.folders.map((name) => ({ name, ...this.listingBelow(name) }));
    const candidates = below.flatMap(({ name, names }) => {
      const chosen = chooseMain(this.mainFile, names);
      return chosen.main === undefined ? [] : [{ name, ...chosen }];
    });
    const [only, ...more] = candidates;
    if (only === undefined) throw new Refusal(this.describeMissing(below));
    if (more.length > 0) {
      const places = list(candidates.map(({ name }) => name));
      throw new Refusal(`several folders have ${mainFilesOf(this.mainFile)[0]}: ${places}; hand in one of them only`);
    }
    const note = `${only.main} was found one folder down, in ${shown(only.name)}`;
    return { name: only.name, notes: only.remark === undefined ? [note] : [note, only.remark] };
  }

  private describeMissing(below: readonly (Listing & { readonly name: string })[]): string {
    const [wanted, orThis] = mainFilesOf(this.mainFile);
    const { names } = this.top;
    if (names.length === 0) return `it is empty; it must hold ${wanted}`;
    const slips = describeSlips(this.mainFile, names, shown);
    if (slips !== null) return `it has ${slips}`;
    for (const way of below.flatMap(({ name, folders }) => folders.map((inner) => [name, inner]))) {
      const { main } = chooseMain(this.mainFile, this.listingBelow(...way).names);
      if (main !== undefined)
        return `${main} lies too deep, in ${shown(way.join("/"))}; put it at the top of what is handed in`;
    }
    const namesBelow = below.flatMap(({ name, names: inner }) => inner.map((one) => `${name}/${one}`));
    const slipsBelow = describeSlips(this.mainFile, namesBelow, shown);
    if (slipsBelow !== null) return `it has ${slipsBelow}`;
    return `there is no ${wanted} in it, nor one folder down (${orThis} will do too); it holds ${list(names)}`;
  }

  /** What a folder further down holds; nothing when it cannot be read. */
  private listingBelow(...way: readonly string[]): Listing {
    let folder = this.root;
    try {
      for (const name of way) {
        const inner = folder.folder(name);
        if (folder !== this.root) folder.close();
        folder = inner;
      }
      return this.listingOf(folder);
    } catch (error) {
      if (error instanceof EntryError) return { names: [], folders: [] };
      throw error;
    } finally {
      if (folder !== this.root) folder.close();
    }
  }

  private listingOf(folder: HeldFolder): Listing {
    const entries: Entry[] = [];
    for (const entry of folder.list()) {
      if (this.left === 0) break;
      this.left--;
      entries.push(entry);
    }
    const namesOf = (some: readonly Entry[]) => some.map(({ name }) => name).sort();
    return { names: namesOf(entries), folders: namesOf(entries.filter(({ kind }) => kind === "folder")) };
  }
}

function list(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return `${names.slice(0, LISTED).map(shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
