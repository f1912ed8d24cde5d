import { chooseMain } from "../../../../submission/main-file.ts";
import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import type { Tree } from "../tree.ts";
import { chooseAssignment } from "./assignment.ts";
import { areMost, type Download, type Platform, type ReadOptions } from "./platform.ts";
import { toUtc, unreadableTime, wallTimeOf } from "./platform-time.ts";

/** What `nbgrader collect` or `zip_collect` leaves in `submitted/`: a folder a student, in it one for each assignment. */
export const NBGRADER: Platform = {
  what: "nbgrader's folder of submissions",
  count: (tree) => studentsIn(tree).length,
  read: readNbgrader,
};

const TIMESTAMP = "timestamp.txt";

function studentsIn(tree: Pick<Tree, "list">): readonly string[] {
  const { folders } = tree.list([]);
  // No file lies beside the assignments, so that nobody else's folders are looked through.
  const isStudent = (student: string) =>
    tree.list([student]).files.length === 0 &&
    assignmentsOf(tree, student).some((name) => hasTimestamp(tree, student, name));
  const students = folders.filter(isStudent);
  return areMost(students.length, folders.length) ? students : [];
}

function assignmentsOf(tree: Pick<Tree, "list">, student: string): readonly string[] {
  return tree.list([student]).folders;
}

function hasTimestamp(tree: Pick<Tree, "list">, student: string, assignment: string): boolean {
  return tree.list([student, assignment]).files.includes(TIMESTAMP);
}

async function readNbgrader(tree: Tree, { mainFile }: ReadOptions): Promise<Download> {
  const { folders } = tree.list([]);
  const students = folders.filter((student) => assignmentsOf(tree, student).length > 0);
  const assignment = chooseAssignment(
    tree,
    students.flatMap((student) => assignmentsOf(tree, student)),
    (name) => students.some((student) => chooseMain(mainFile, tree.list([student, name]).files).main !== undefined),
    'make a folder with those of one, such as by "nbgrader collect" into another course folder',
  );
  const found: Found[] = [];
  for (const student of students) found.push(await toFound(tree, student, assignment));
  return { found, rest: namesOf(tree.list([])).filter((name) => !students.includes(name)) };
}

async function toFound(tree: Tree, student: string, assignment: string): Promise<Found> {
  const isThere = assignmentsOf(tree, student).includes(assignment);
  const timestamp = isThere ? await tree.text(1_000, student, assignment, TIMESTAMP) : "";
  const submittedAt = parseTimestamp(timestamp);
  return {
    rawId: student,
    name: shown(student),
    origin: tree.where(isThere ? `${student}/${assignment}` : student),
    members: [{ name: shown(student), studentId: shown(student) }],
    ...(submittedAt !== undefined && { submittedAt }),
    ...(submittedAt === undefined && timestamp.trim() !== "" && { notes: [unreadableTime(timestamp.trim())] }),
    material: isThere
      ? tree.folder(student, assignment)
      : { kind: "none", reason: `nothing was handed in for ${shown(assignment)}` },
  };
}

/** `2026-03-01 14:02:11.123456 UTC`, with an offset, or with an abbreviation of a zone; without any it is UTC. */
function parseTimestamp(text: string): string | undefined {
  const [, ...parts] =
    /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?([^\n]{0,60})/.exec(text.trim()) ?? [];
  if (parts.length === 0) return undefined;
  const zone = parts[6]?.trim() || "UTC";
  try {
    return toUtc(wallTimeOf(parts.slice(0, 6)), zone);
  } catch {
    return undefined;
  }
}
