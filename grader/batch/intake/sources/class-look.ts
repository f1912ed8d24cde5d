import { chooseMain, mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import { fileNamesOf, type Lister } from "../unpack/listing.ts";
import { loneArchive } from "../unpack/lone-archive.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { Refusal } from "../unpack/refusal.ts";
import { isArchiveName, isSourceName } from "./hand-in.ts";
import { recognise } from "./platforms/index.ts";

/** What looks like the hand-ins of many where one was expected. */
export interface ClassLook {
  /** For people: `a Moodle download of 30`, `a directory of 2 submissions (ana, ben.zip)`. */
  readonly what: string;
  readonly count: number;
  /** It has a platform's own names, so that nobody makes it by chance. */
  readonly isPlatform: boolean;
  /** Names of what looks like submissions in it; none of a platform's. */
  readonly names: readonly string[];
}

const SHOWN = 4;

/** Whether something that should be one submission holds those of a class; null when it does not, or has a main file itself. */
export function classLook(list: Lister, mainFile: string): ClassLook | null {
  const top = list([]);
  if (chooseMain(mainFile, fileNamesOf(top)).main !== undefined) return null;
  const known = recognise({ list });
  if (known !== null) {
    return {
      what: `${known.platform.what} of ${known.count}`,
      count: known.count,
      isPlatform: true,
      names: [],
    };
  }
  const names = handInsIn(list, mainFile);
  if (names.length < 2) return null;
  const some = names.slice(0, SHOWN).map(shown).join(", ");
  const what = `a directory of ${names.length} submissions (${some}${names.length > SHOWN ? ", …" : ""})`;
  return { what, count: names.length, isPlatform: false, names };
}

/** Names of what would be a submission by itself, sorted; none where the whole is one. */
export function handInsIn(list: Lister, mainFile: string): readonly string[] {
  const top = list([]);
  if (chooseMain(mainFile, fileNamesOf(top)).main !== undefined) return [];
  const folders = top.folders.filter((name) => ignoredPart([name]) === undefined && isHandIn(list, name, mainFile));
  const archives = top.files.filter((name) => ignoredPart([name]) === undefined && isArchiveName(name));
  return [...folders, ...archives].sort();
}

/** How many folders may lie around each other: the platform's, one of unpacking, and one of packing it again. */
const MOST_AROUND = 4;

/** As `classLook`, also of what lies in folders that have nothing beside them; `way` leads to it. */
export function classWithin(list: Lister, mainFile: string): { look: ClassLook; way: readonly string[] } | null {
  const way: string[] = [];
  while (way.length <= MOST_AROUND) {
    const look = classLook((below) => list([...way, ...below]), mainFile);
    if (look !== null) return { look, way };
    const { folders, files, others } = list(way);
    const [only, ...more] = folders.filter((name) => ignoredPart([name]) === undefined);
    const isAlone =
      more.length + others.length === 0 && !files.some((name) => isArchiveName(name) || isSourceName(name));
    if (only === undefined || !isAlone) return null;
    way.push(only);
  }
  return null;
}

/** So many that lie beside a main file are students, of whom nobody would hear where the one main file is graded. */
const CROWD = 3;

/** What looks like the hand-ins of others beside a main file; null where one submission may look so. */
export function crowdBeside(list: Lister, mainFile: string): string | null {
  const { folders, files } = list([]);
  if (chooseMain(mainFile, fileNamesOf(list([]))).main === undefined) return null;
  const named = files.filter((name) => isOwned(name, mainFile) || isNumbered(name, mainFile));
  const others = [
    ...folders.filter((name) => ignoredPart([name]) === undefined && hasMain(list, name, mainFile)),
    ...files.filter((name) => ignoredPart([name]) === undefined && isArchiveName(name)),
    ...named,
  ].sort();
  if (others.length < CROWD && named.length < 2) return null;
  return `${others.slice(0, SHOWN).map(shown).join(", ")}${others.length > SHOWN ? ", …" : ""}`;
}

function hasMain(list: Lister, name: string, mainFile: string): boolean {
  return chooseMain(mainFile, fileNamesOf(list([name]))).main !== undefined;
}

/** `ana_raft.ts`: a student's name before that of the main file. */
function isOwned(name: string, mainFile: string): boolean {
  const lower = name.toLowerCase();
  return mainFilesOf(mainFile).some((main) => {
    const mark = lower.at(-main.length - 1);
    return lower.endsWith(main) && lower.length > main.length + 1 && mark !== undefined && "_- ".includes(mark);
  });
}

/** `raft(1).ts`: a main file of another's, where files of all students were saved into one folder. */
function isNumbered(name: string, mainFile: string): boolean {
  const plain = name.replace(/ ?\(\d{1,4}\)(?=\.[tj]s$)/i, "");
  return plain !== name && mainFilesOf(mainFile).some((main) => main === plain.toLowerCase());
}

/** What was handed in as one submission, and holds those of others, is none: nobody is to get points for theirs. @throws Refusal */
export function refuseClass(list: Lister, mainFile: string): void {
  const look = classLook(list, mainFile);
  // One folder with the main file beside one archive is a student's, who left an older copy there.
  if (look === null || (!look.isPlatform && look.count < 3)) return;
  throw new Refusal(`it looks like ${look.what}, and not like one submission`);
}

/** Whether a folder of it would be a submission by itself. */
function isHandIn(list: Lister, name: string, mainFile: string): boolean {
  const inner: Lister = (way) => list([name, ...way]);
  const { folders, files } = inner([]);
  if (folders.includes(".git")) return true;
  if (chooseMain(mainFile, files).main !== undefined || loneArchive(inner) !== null) return true;
  // Beside it there may be what the platform, or a tool, puts there.
  const [only, ...more] = folders.filter((folder) => hasMain(inner, folder, mainFile));
  return only !== undefined && more.length === 0;
}
