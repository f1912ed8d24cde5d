import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, type Platform, type ReadOptions } from "./platform.ts";
import { toUtc, unreadableTime, wallTimeOf, zoneRemark } from "./platform-time.ts";

/** Sakai's "Download All" of an assignment: a folder a student, with what was handed in, and what is given back, in folders of their own. */
export const SAKAI: Platform = {
  what: "a Sakai download",
  count: (tree) => studentsIn(tree).length,
  read: readSakai,
};

/** As Sakai calls them in English, in which most of its servers write them. */
const HANDED_IN = "Submission attachment(s)";
const TIMESTAMP = "timestamp.txt";

/** `Dummy, Ana(adummy)`: her name, and by what she logs in. */
function parseName(folder: string): { name: string; login: string } | null {
  const open = folder.lastIndexOf("(");
  const login = folder.slice(open + 1, -1);
  return open <= 0 || !folder.endsWith(")") || login === "" ? null : { name: folder.slice(0, open).trim(), login };
}

/** No student has such a folder by chance in what they hand in. */
function studentsIn(tree: Pick<Tree, "list">): readonly string[] {
  const { folders } = tree.list([]);
  const students = folders.filter((name) => parseName(name) !== null);
  const hasSome = students.some((name) => tree.list([name]).folders.includes(HANDED_IN));
  return hasSome && areMost(students.length, folders.length) ? students : [];
}

async function readSakai(tree: Tree, { timeZone }: ReadOptions): Promise<Download> {
  const students = studentsIn(tree);
  const found: Found[] = [];
  for (const student of students) found.push(await toFound(tree, student, timeZone ?? "UTC"));
  const isTimed = found.some(({ submittedAt }) => submittedAt !== undefined);
  return {
    found,
    rest: namesOf(tree.list([])).filter((name) => !students.includes(name)),
    remarks: isTimed && timeZone === undefined ? [zoneRemark("a Sakai download")] : [],
  };
}

async function toFound(tree: Tree, folder: string, zone: string): Promise<Found> {
  const { name, login } = parseName(folder) as { name: string; login: string };
  const { files, folders } = tree.list([folder]);
  const time = (await tree.text(100, folder, TIMESTAMP)).trim();
  const submittedAt = parseTime(time, zone);
  const isThere = namesOf(tree.list([folder, HANDED_IN])).length > 0;
  const text = files.find((file) => /_submissionText\.\w+$/.test(file));
  const notes = [
    ...folders.filter((name) => name !== HANDED_IN).map((name) => `${shown(name)} was left out`),
    ...(submittedAt === undefined && time !== "" ? [unreadableTime(time)] : []),
  ];
  return {
    rawId: login,
    name: shown(name),
    origin: tree.where(folder),
    members: [{ name: shown(name), studentId: shown(login) }],
    ...(submittedAt !== undefined && { submittedAt }),
    ...(notes.length > 0 && { notes }),
    material: isThere
      ? tree.folder(folder, HANDED_IN)
      : text !== undefined || time !== ""
        ? { kind: "none", reason: `no file was handed in${text === undefined ? "" : `, but a text (${shown(text)})`}` }
        : { kind: "not-handed-in", reason: `nothing was handed in (${shown(tree.where(folder))})` },
  };
}

/** `20260301140211000`: up to milliseconds. */
function parseTime(text: string, zone: string): string | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d{0,3}$/.exec(text) ?? [];
  return parts.length === 0 ? undefined : toUtc(wallTimeOf(parts), zone);
}
