import { join } from "node:path";
import { HeldFolder } from "../../../submission/held/held-folder.ts";
import { chooseMain, describeSlips, mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import { hasArchiveName, hasForeignArchiveName } from "./archive.ts";
import { fileNamesOf, folderLister, type Lister, namesOf } from "./listing.ts";
import { ignoredPart } from "./paths.ts";
import { Refusal } from "./refusal.ts";

const LISTED = 8;
/** Far more than is taken; it may be a folder as it was handed in, with any number of them. */
export const MOST_ENTRIES = 200_000;
/** How far down the main file is looked for: archives of archives' folders are rarely deeper. */
const DEEPEST = 6;

/** Where the main file is: the names of the folders on the way to it, none when it lies at the top. */
export interface Located {
  readonly way: readonly string[];
  /** What staff should know of it, one line each. */
  readonly notes: readonly string[];
}

/**
 * Finds the folder that has the main file: the one that was unpacked, the only one just below it that has it, or the only
 * one at all.
 *
 * @param check sees what there is before, and may refuse it.
 * @throws Refusal when there is none, or several. @throws EntryError when the folder cannot be read.
 */
export function locateMain(
  root: string,
  mainFile: string,
  check: (list: Lister) => void = () => {},
): { folder: string; notes: readonly string[] } {
  const held = HeldFolder.open(root);
  try {
    const list = folderLister(held, MOST_ENTRIES);
    check(list);
    const { way, notes } = locateIn(list, mainFile);
    return { folder: join(root, ...way), notes };
  } finally {
    held.close();
  }
}

/** As `locateMain`, of anything that can be listed. @throws Refusal */
export function locateIn(list: Lister, mainFile: string): Located {
  const top = list([]);
  const { main, remark } = chooseMain(mainFile, fileNamesOf(top));
  if (main !== undefined) return { way: [], notes: remark === undefined ? [] : [remark] };
  const below = foldersAt(list, [[]]);
  const [wanted] = mainFilesOf(mainFile);
  const near = candidatesIn(list, below, mainFile);
  // Further down only where nothing is near: what lies deep beside a near one is an older copy, or a test.
  const all = near.length > 0 ? near : deeperCandidates(list, below, mainFile);
  const sources = withoutCompiled(all, wanted);
  const [only, ...more] = sources;
  if (only === undefined) throw new Refusal(describeMissing(list, below, mainFile));
  if (more.length > 0) {
    const places = shownList(all.map(({ way }) => way.join("/")));
    throw new Refusal(`several folders have ${wanted}: ${places}; hand in one of them only`);
  }
  const { way } = only;
  const depth = way.length === 1 ? "one folder" : `${way.length} folders`;
  const note = `${only.main} was found ${depth} down, in ${shown(way.join("/"))}`;
  const compiled = all.filter((one) => !sources.includes(one));
  const left = compiled.map(({ way: place, main: js }) => `${shown([...place, js].join("/"))} is not what is graded`);
  return { way, notes: [note, ...left, ...(only.remark === undefined ? [] : [only.remark])] };
}

/** Where compilers put what they make of the sources. */
const OUTPUTS = new Set(["dist", "build", "out", "lib", "js"]);

/** Without what a compiler made, where TypeScript lies beside it: as of the two in one folder, that is what is graded. */
function withoutCompiled(all: readonly Candidate[], typescript: string): readonly Candidate[] {
  const isCompiled = ({ way, main }: Candidate) => main !== typescript && OUTPUTS.has(way.at(-1)?.toLowerCase() ?? "");
  return all.some(({ main }) => main === typescript) ? all.filter((one) => !isCompiled(one)) : all;
}

interface Candidate {
  readonly way: readonly string[];
  readonly main: string;
  readonly remark?: string;
}

function candidatesIn(list: Lister, ways: readonly (readonly string[])[], mainFile: string): Candidate[] {
  return ways.flatMap((way) => {
    const { main, remark } = chooseMain(mainFile, fileNamesOf(list(way)));
    return main === undefined ? [] : [{ way, main, ...(remark !== undefined && { remark }) }];
  });
}

/** Of all folders further down, those with a main file; what lies below one of them belongs to it. */
function deeperCandidates(list: Lister, below: readonly (readonly string[])[], mainFile: string): Candidate[] {
  const found: Candidate[] = [];
  let ways = below;
  for (let depth = 2; depth <= DEEPEST && ways.length > 0; depth++) {
    ways = foldersAt(list, ways);
    const here = candidatesIn(list, ways, mainFile);
    found.push(...here);
    const taken = new Set(here.map(({ way }) => way));
    ways = ways.filter((way) => !taken.has(way));
  }
  return found;
}

/** The folders that lie in these folders, but for what systems and tools leave. */
function foldersAt(list: Lister, ways: readonly (readonly string[])[]): (readonly string[])[] {
  return ways.flatMap((way) =>
    list(way)
      .folders.filter((name) => ignoredPart([name]) === undefined)
      .map((name) => [...way, name]),
  );
}

function describeMissing(list: Lister, below: readonly (readonly string[])[], mainFile: string): string {
  const mains = mainFilesOf(mainFile);
  const [wanted, orThis] = mains;
  const top = list([]);
  const names = namesOf(top);
  if (names.length === 0) return `it is empty; it must hold ${wanted}`;
  const folder = top.folders.find((name) => (mains as readonly string[]).includes(name));
  if (folder !== undefined) return `${folder} in it is a folder, and must be the file`;
  let ways: readonly (readonly string[])[] = [[]];
  const files: string[] = [];
  for (let depth = 0; depth <= DEEPEST && ways.length > 0; depth++) {
    const inner = ways.flatMap((way) => fileNamesOf(list(way)).map((name) => [...way, name].join("/")));
    files.push(...inner);
    const slips = describeSlips(mainFile, inner, shown);
    if (slips !== null) return `it has ${slips}`;
    ways = depth === 0 ? below : foldersAt(list, ways);
  }
  const missing = `there is no ${wanted} in it, nor in a folder of it (${orThis} will do too)`;
  return `${missing}; it holds ${shownList(names)}${adviceOnArchives(top.files, files)}`;
}

/**
 * What to do where an archive is in the place of the sources, and was not unpacked.
 *
 * @param top names at the top, which are told already. @param all paths of all files.
 */
function adviceOnArchives(top: readonly string[], all: readonly string[]): string {
  if (top.some(hasForeignArchiveName)) return `, and archives of that kind are not taken; hand in ${TAKEN}`;
  const [foreign] = all.filter(hasForeignArchiveName);
  if (foreign !== undefined)
    return `; ${shown(foreign)} in it is an archive of a kind that is not taken; hand in ${TAKEN}`;
  const [archive, ...more] = all.filter(hasArchiveName);
  if (archive === undefined) return "";
  if (more.length > 0) return "; of several archives none is unpacked; hand in one";
  return `; ${shown(archive)} in it was not unpacked, as sources lie beside it, or it was packed again and again; hand in what it holds`;
}

const TAKEN = ".zip, .tar or .tar.gz";

function shownList(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return `${names.slice(0, LISTED).map(shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
