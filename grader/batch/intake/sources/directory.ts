import { statSync } from "node:fs";
import { describeSlips, mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { withoutArchiveEnding } from "../unpack/archive.ts";
import { namesOf } from "../unpack/listing.ts";
import { classWithin } from "./class-look.ts";
import type { Found, Source } from "./found.ts";
import { isArchiveName, isSourceName } from "./hand-in.ts";
import { oneFileEach, sourcesAsStudents } from "./one-file-each.ts";
import { classIn } from "./peek.ts";
import { recognise } from "./platforms/index.ts";
import { readSections, sectionsIn } from "./sections.ts";
import type { Tree } from "./tree.ts";

/** What Gradescope calls the folder in an export. */
const EXPORT_FOLDER = /^assignment_\d+_export$/;
const SHOWN = 5;

/**
 * All that a directory of submissions, or a zip file of one, holds: a platform's download, a directory for each section, or
 * a folder, archive or file for each student. What it is, is recognised by the shape of its names.
 *
 * @throws Error with one line when there is nothing in it that can be a submission.
 */
export async function readDirectory(tree: Tree, options: IntakeOptions): Promise<Source> {
  const known = recognise(tree);
  if (known !== null) {
    const { found, rest, remarks = [] } = await known.platform.read(tree, options);
    const items = await readItems(tree, rest, options, found.length);
    const again = await downloadsAmong(items.found, options.mainFile);
    return {
      found: [...found, ...items.found],
      remarks: [...remarks, ...items.remarks],
      takenFor: known.platform.what,
      doubts: [...again, ...(items.doubts ?? [])],
    };
  }
  const inner = onlyFolder(tree);
  if (inner !== null) {
    const source = await readAround(tree, inner, options);
    if (source !== null) return source;
  }
  const sections = sectionsIn(tree, options.mainFile);
  if (sections.kind === "all") return readSections(tree, sections.names, options, readDirectory);
  const items = await readItems(tree, namesOf(tree.list([])), options);
  const doubts = sections.kind === "some" ? [sections.doubt] : [];
  return { ...items, doubts: [...doubts, ...(items.doubts ?? [])] };
}

/** Downloads beside what was unpacked of one: staff put them there, who will hardly want them graded as one submission. */
async function downloadsAmong(found: readonly Found[], mainFile: string): Promise<string[]> {
  const doubts: string[] = [];
  for (const one of found) {
    const look = await classIn(one, mainFile);
    if (look?.isPlatform === true)
      doubts.push(
        `${shown(one.origin)}: looks like ${look.what}, and lies beside what was unpacked of one; move it away, or, if it is another one, unpack each into a folder of its own, and name the folder around these`,
      );
  }
  return doubts;
}

/** The one folder that there is, when nothing beside it can be a submission. */
function onlyFolder(tree: Tree): string | null {
  const { files, folders, others } = tree.list([]);
  const [only, ...more] = folders.filter((name) => !name.startsWith("."));
  const hasMore =
    more.length > 0 || others.length > 0 || files.some((name) => isArchiveName(name) || isSourceName(name));
  return only === undefined || hasMore ? null : only;
}

/** Folders around what was meant, as unpacking makes one; null when what is in them can be one submission. */
async function readAround(tree: Tree, name: string, options: IntakeOptions): Promise<Source | null> {
  const within = classWithin((way) => tree.list([name, ...way]), options.mainFile);
  if (within === null) return null;
  const way = [name, ...within.way];
  // By any other name it is a student's, perhaps, who could write a metadata file too; a zip file is whole as it came.
  if (tree.isZip || way.every((folder) => EXPORT_FOLDER.test(folder))) {
    const inner = way.reduce((outer, folder) => outer.inner(folder), tree);
    return readDirectory(inner, options);
  }
  const items = await readItems(tree, namesOf(tree.list([])), options);
  const path = way.join("/");
  const doubt = `${shown(tree.path)}: holds one folder, ${shown(path)}, that looks like ${within.look.what}; name that: ${shown(tree.where(path))}`;
  return { ...items, doubts: [doubt] };
}

/**
 * Each folder and each archive is one submission; what else there is, is left out.
 *
 * @param beside how many there are beside these.
 */
async function readItems(tree: Tree, names: readonly string[], options: IntakeOptions, beside = 0): Promise<Source> {
  const { files, folders, others } = tree.list([]);
  const found: Found[] = [];
  const remarks: string[] = [];
  const links: string[] = [];
  const loose: string[] = [];
  for (const name of names) {
    const origin = tree.where(name);
    const single = (rawId: string): Found => ({
      rawId,
      name: shown(rawId),
      origin,
      material: tree.item(name, folders.includes(name)),
    });
    if (name.startsWith(".")) remarks.push(`${shown(origin)}: is hidden, and was left out`);
    else if (folders.includes(name)) found.push(single(name.replace(/\.git$/, "") || name));
    else if (files.includes(name) && isArchiveName(name)) found.push(single(withoutArchiveEnding(name)));
    else if (others.includes(name) && tree.isLink(name)) links.push(name);
    else loose.push(name);
  }
  const perStudent = oneFileEach(tree, loose, options.mainFile);
  const left = loose.filter((name) => !perStudent.names.includes(name));
  found.push(...perStudent.found, ...links.flatMap((name) => readLink(tree, name, options, remarks)));
  const isNothing = found.length + beside === 0;
  const asked = isNothing && options.anyway === true ? sourcesAsStudents(tree, left, options.mainFile) : null;
  if (asked !== null) found.push(...asked.found);
  const out = left.filter((name) => !asked?.names.includes(name));
  remarks.push(...out.map((name) => `${shown(tree.where(name))}: is no folder and no archive, and was left out`));
  const doubts = [
    ...(isNothing ? await looseDoubt(tree, left, options.mainFile) : tooMuchLeftOut(tree, left, found.length + beside)),
    ...(options.followLinks === true ? [] : linkDoubt(tree, links, found.length + beside)),
  ];
  return {
    found,
    remarks,
    doubts,
    takenFor: perStudent.found.length > 0 ? "one file a student" : "a directory of submissions",
  };
}

function readLink(tree: Tree, name: string, { followLinks }: IntakeOptions, remarks: string[]): Found[] {
  const origin = tree.where(name);
  const rawId = withoutArchiveEnding(name);
  const shared = { rawId, name: shown(rawId), origin };
  if (followLinks === true) {
    const stats = statSync(origin, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true || (stats?.isFile() === true && isArchiveName(name))) {
      return [{ ...shared, material: { kind: "path", path: origin, mayBeLink: true } }];
    }
    const reason =
      stats === undefined ? "it is a symbolic link to what is not there" : "it is a link to no folder and no archive";
    return [{ ...shared, material: { kind: "none", reason } }];
  }
  remarks.push(
    `${shown(origin)}: is a symbolic link, which is not followed; --follow-links follows those that you made`,
  );
  return [{ ...shared, material: { kind: "none", reason: "it is a symbolic link, which is not followed" } }];
}

/** Most likely staff made them, to where students keep their work. */
function linkDoubt(tree: Tree, links: readonly string[], count: number): string[] {
  if (links.length <= count / 2) return [];
  return [
    `${shown(tree.path)}: ${links.length} of ${count} submissions are symbolic links (${listed(links)}), which are not followed; if you made them, add --follow-links, or list what they lead to in a roster`,
  ];
}

/** Nothing but loose files: whose they are nobody can tell. */
async function looseDoubt(tree: Tree, loose: readonly string[], mainFile: string): Promise<string[]> {
  const [main] = mainFilesOf(mainFile);
  const path = shown(tree.path);
  const slips = describeSlips(mainFile, loose, shown);
  if (slips !== null) return [`${path}: holds no submission; it has ${slips}`];
  const copied = await copiedLinks(tree, loose);
  if (copied.length > 0) {
    return [
      `${path}: holds no submission; ${listed(copied)} ${copied.length === 1 ? "has" : "have"} only a path in it, as a copy makes of a symbolic link; name the folder that the links led to, or make them anew and add --follow-links`,
    ];
  }
  const sources = loose.filter(isSourceName);
  if (sources.length === 0) {
    const rest = loose.length === 0 ? "" : `; it has ${listed(loose)}`;
    return [`${path}: holds no submission${rest}`];
  }
  return [
    `${path}: holds no folder and no archive, only files (${listed(loose)}), and none is ${main}; put each student's into a folder of their own, such as ${shown(stemOf(sources[0] ?? ""))}/${main}, or, where each is one student's ${main}, add --anyway`,
  ];
}

const MOST_PATH_BYTES = 1_000;

/** Files that hold nothing but a relative path, as git and copies between systems leave of links. */
async function copiedLinks(tree: Tree, names: readonly string[]): Promise<string[]> {
  const copied: string[] = [];
  for (const name of names.slice(0, MOST_TRIED)) {
    const text = await tree.text(MOST_PATH_BYTES, name);
    if (/^\.{0,2}\/[^\s<>]+$/.test(text.trim()) && !name.includes(".")) copied.push(name);
  }
  return copied;
}

const MOST_TRIED = 20;

function tooMuchLeftOut(tree: Tree, left: readonly string[], count: number): string[] {
  const most = left.some(isSourceName) ? 0 : 2;
  if (left.length <= Math.max(count, most)) return [];
  return [
    `${shown(tree.path)}: ${left.length} files would be left out (${listed(left)}) beside ${count === 1 ? "one submission" : `${count} submissions`}, and it looks like no download that is known; put each student's files into a folder of their own`,
  ];
}

function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return `${names.slice(0, SHOWN).map(shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function stemOf(name: string): string {
  return name.replace(/\.\w+$/, "");
}
