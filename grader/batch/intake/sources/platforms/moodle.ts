import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { handIn } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, grouped, idOf, type Platform, type ReadOptions } from "./platform.ts";

/** Moodle's "Download all submissions", with a folder for each student or with all files in one, unpacked or not. */
export const MOODLE: Platform = {
  what: "a Moodle download",
  count: (tree) => new Set(moodleEntries(tree).flatMap(({ owner, isFeedback }) => (isFeedback ? [] : owner))).size,
  read: readMoodle,
};

interface MoodleEntry {
  readonly path: string;
  readonly isFolder: boolean;
  /** Name and number as Moodle joins them: whom it is of. */
  readonly owner: string;
  /** It is what staff gave back, and not what was handed in. */
  readonly isFeedback: boolean;
  /** Which plugin of the assignment it came through. */
  readonly plugin: string;
  /** Of a file the name that it was handed in by. */
  readonly name: string;
}

const SUBMISSION = "_assignsubmission_";
/** As files are called that staff give back for all at once, which lie beside the others where both are kept in one folder. */
const FEEDBACK = "_assignfeedback_";
const SHOWN = 3;

/** `Ana Dummy_4501_assignsubmission_file_` with the files in it, or that before the name of each file. */
function parseName(path: string, isFolder: boolean): MoodleEntry | null {
  const places = [SUBMISSION, FEEDBACK].map((mark) => ({ mark, at: path.indexOf(mark) })).filter(({ at }) => at > 0);
  // A student's file may have the other mark in its name, which stands behind Moodle's own.
  const [first] = places.sort((a, b) => a.at - b.at);
  if (first === undefined) return null;
  const { mark, at } = first;
  const rest = path.slice(at + mark.length);
  const end = /^[a-z]+/.exec(rest)?.[0].length ?? 0;
  const name = rest.slice(end + 1);
  const isShaped = end > 0 && (rest.length === end || rest[end] === "_") && (isFolder ? name === "" : name !== "");
  if (!isShaped) return null;
  return { path, isFolder, owner: path.slice(0, at), isFeedback: mark === FEEDBACK, plugin: rest.slice(0, end), name };
}

function moodleEntries(tree: Pick<Tree, "list">): readonly MoodleEntry[] {
  const listing = tree.list([]);
  const entries = [
    ...listing.files.flatMap((name) => parseName(name, false) ?? []),
    ...listing.folders.flatMap((name) => parseName(name, true) ?? []),
  ];
  return areMost(entries.length, namesOf(listing).length) ? entries : [];
}

function readMoodle(tree: Tree, { mainFile }: ReadOptions): Download {
  const entries = moodleEntries(tree);
  const shaped = new Set(entries.map(({ path }) => path));
  const handedIn = entries.filter(({ isFeedback }) => !isFeedback);
  const feedback = entries.filter(({ isFeedback }) => isFeedback).map(({ path }) => path);
  return {
    found: [...grouped(handedIn, ({ owner }) => owner)].map(([owner, theirs]) =>
      toFound(tree, owner, theirs, mainFile),
    ),
    rest: namesOf(tree.list([])).filter((name) => !shaped.has(name)),
    remarks: feedback.length === 0 ? [] : [feedbackRemark(tree, feedback)],
  };
}

function feedbackRemark(tree: Tree, paths: readonly string[]): string {
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
  return `${shown(tree.path)}: what was given back as feedback was left out (${paths.slice(0, SHOWN).map(shown).join(", ")}${more})`;
}

function toFound(tree: Tree, owner: string, entries: readonly MoodleEntry[], mainFile: string): Found {
  const { name, number } = splitOwner(owner);
  const files = entries.filter(({ plugin }) => plugin === "file");
  const others = entries.filter(({ plugin }) => plugin !== "file");
  const [first] = [...files, ...others] as [MoodleEntry];
  const shared = {
    rawId: idOf(name, number),
    name: shown(name),
    origin: tree.where(first.path),
    members: [{ name: shown(name), ...(number !== "" && { studentId: number }) }],
  };
  if (files.length === 0) {
    const what = others.some(({ plugin }) => plugin === "onlinetext")
      ? "an online text"
      : `only ${shown(first.plugin)}`;
    return {
      ...shared,
      material: { kind: "none", reason: `${what} was handed in, and no file (${shown(first.path)})` },
    };
  }
  const notes = others.map(({ path }) => `${shown(path)} was left out: only files are graded`);
  const folder = files.find(({ isFolder }) => isFolder);
  if (folder !== undefined && files.length > 1) {
    const places = files.map(({ path }) => shown(path)).join(", ");
    const reason = `it is there more than once (${places}), as of two downloads in one folder; remove all but the last`;
    return { ...shared, notes, material: { kind: "none", reason } };
  }
  if (folder !== undefined) return { ...shared, notes, material: tree.folder(folder.path) };
  const one = handIn(
    tree,
    files.map(({ path, name: as }) => ({ path, as })),
    mainFile,
  );
  return { ...shared, notes: [...notes, ...one.notes], material: one.material };
}

/** The number of the participant, or of the group, stands last; a group that is the default one has none. */
function splitOwner(owner: string): { name: string; number: string } {
  const at = owner.lastIndexOf("_");
  const number = owner.slice(at + 1);
  return at > 0 && /^\d+$/.test(number) ? { name: owner.slice(0, at), number } : { name: owner, number: "" };
}
