import { chooseMain } from "../../../../submission/main-file.ts";
import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { isArchiveName } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { chooseAssignment } from "./assignment.ts";
import { areMost, type Download, type Platform, type ReadOptions } from "./platform.ts";

/**
 * What Microsoft Teams keeps of assignments in a class' SharePoint, under "Submitted files": a folder a student, in it one for
 * each assignment, in it one for each time it was turned in.
 */
export const TEAMS: Platform = {
  what: "a Microsoft Teams download",
  count: (tree) => {
    const { students } = layoutOf(tree) ?? { students: [] };
    // A single one may be a student's own folder of versions.
    return students.length < 2 ? 0 : students.length;
  },
  read: readTeams,
};

/** `Version 2`, in the languages that Teams has and Latin letters write, and in some others. */
const VERSION =
  /^(?:version|versi[oó]n|versione|versie|vers[aã]o|wersja|verze|verzia|verzi[oó]|versiune|versjon|versio|версия|версія|版本|バージョン|버전)[ _]?(\d{1,4})$/iu;

/** What a class has in its folders, and whether each student's has one for each assignment around the versions. */
interface Layout {
  readonly students: readonly string[];
  readonly hasAssignments: boolean;
}

/** Null where it is none. Without folders of assignments, as somebody may have moved them, several versions tell it. */
function layoutOf(tree: Pick<Tree, "list">): Layout | null {
  const { folders } = tree.list([]);
  const inside = folders.filter((name) => tree.list([name]).files.length === 0);
  const deep = inside.filter((student) =>
    tree.list([student]).folders.some((name) => versionsIn(tree, [student, name]).length > 0),
  );
  if (areMost(deep.length, folders.length)) return { students: deep, hasAssignments: true };
  const direct = inside.filter((student) => versionsIn(tree, [student]).length > 0);
  const hasSeveral = direct.some((student) => versionsIn(tree, [student]).length > 1);
  return hasSeveral && areMost(direct.length, folders.length) ? { students: direct, hasAssignments: false } : null;
}

/** Folders of versions, the earliest first; none where anything else lies beside them. */
function versionsIn(tree: Pick<Tree, "list">, way: readonly string[]): readonly string[] {
  const { folders, files, others } = tree.list(way);
  if (files.length + others.length > 0 || folders.some((name) => numberOf(name) < 0)) return [];
  return [...folders].sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(folder: string): number {
  return Number(VERSION.exec(folder.normalize("NFC"))?.[1] ?? -1);
}

function readTeams(tree: Tree, { mainFile }: ReadOptions): Download {
  const { students, hasAssignments } = layoutOf(tree) as Layout;
  const isHandedIn = (name: string) =>
    students.some((student) =>
      versionsIn(tree, [student, name]).some((version) => holdsWork(tree, [student, name, version], mainFile)),
    );
  const assignment = hasAssignments
    ? chooseAssignment(
        tree,
        students.flatMap((student) => tree.list([student]).folders),
        isHandedIn,
        "leave in each student's folder the one that is meant",
      )
    : null;
  return {
    found: students.map((student) => toFound(tree, student, assignment)),
    rest: namesOf(tree.list([])).filter((name) => !students.includes(name)),
  };
}

/** A main file or an archive, at the top or in the one folder that there is. */
function holdsWork(tree: Tree, way: readonly string[], mainFile: string): boolean {
  const { files, folders } = tree.list(way);
  if (chooseMain(mainFile, files).main !== undefined || files.some(isArchiveName)) return true;
  const [only, ...more] = folders;
  return only !== undefined && more.length === 0 && holdsWork(tree, [...way, only], mainFile);
}

function toFound(tree: Tree, student: string, assignment: string | null): Found {
  const way = [student, ...(assignment === null ? [] : [assignment])];
  const versions = versionsIn(tree, way);
  const last = versions.at(-1);
  const shared = { rawId: student, name: shown(student), members: [{ name: shown(student) }] };
  if (last === undefined) {
    const origin = tree.where(student);
    const reason = `nothing was handed in for ${shown(assignment ?? "it")} (${shown(origin)})`;
    return { ...shared, origin, material: { kind: "not-handed-in", reason } };
  }
  const earlier = versions.slice(0, -1).map(shown);
  const note = `${shown(last)} was taken, the last one; earlier ones: ${earlier.join(", ")}`;
  return {
    ...shared,
    origin: tree.where([...way, last].join("/")),
    ...(earlier.length > 0 && { notes: [note] }),
    material: tree.folder(...way, last),
  };
}
