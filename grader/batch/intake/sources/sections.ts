import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { withoutArchiveEnding } from "../unpack/archive.ts";
import { namesOf } from "../unpack/listing.ts";
import { type ClassLook, classLook, handInsIn } from "./class-look.ts";
import type { Found, Source } from "./found.ts";
import { isArchiveName } from "./hand-in.ts";
import type { Tree } from "./tree.ts";

/** Whether the folders of a directory are directories of submissions themselves. */
export type Sections =
  | { readonly kind: "none" }
  /** Each folder is one, and there is no submission beside them. */
  | { readonly kind: "all"; readonly names: readonly string[] }
  | { readonly kind: "some"; readonly doubt: string };

/** Two versions of one student's work look like two submissions, and a student may take names of others; this many are staff's. */
const CLASS = 3;

export function sectionsIn(tree: Tree, mainFile: string): Sections {
  const { files, folders } = tree.list([]);
  const hasSomething = (name: string) => namesOf(tree.list([name])).some((inner) => !inner.startsWith("."));
  const visible = folders.filter((name) => !name.startsWith(".") && hasSomething(name));
  const looks = visible.flatMap((name) => {
    const look = classLook((way) => tree.list([name, ...way]), mainFile);
    return look === null ? [] : [{ name, look }];
  });
  if (looks.length === 0) return { kind: "none" };
  const isAll = looks.length === visible.length && visible.length > 1 && !files.some(isArchiveName);
  const areOfStudents = areDistinct(looks.map(({ look }) => look));
  if (isAll && areOfStudents) return { kind: "all", names: visible };
  // Small sections beside a student who lies astray: no two students make most of a class look so.
  const areMost = looks.length > 1 && looks.length * 2 > visible.length && areOfStudents;
  const clear = areMost ? looks : looks.filter(({ look }) => look.count >= CLASS);
  const [first] = clear;
  if (first === undefined) return smallSections(tree, visible, looks.length, mainFile);
  const doubt = `${shown(tree.path)}: ${clear.length} of its ${visible.length} folders look like more than one submission, such as ${shown(first.name)}, which looks like ${first.look.what}; grade them apart, or put what is in them beside the others`;
  return { kind: "some", doubt };
}

/**
 * Sections of one student beside others of two: no folder is a submission itself, at least half hold several, and what is in
 * them is nowhere called the same, nor as people call parts of their work.
 */
function smallSections(tree: Tree, visible: readonly string[], severalCount: number, mainFile: string): Sections {
  const inner = visible.map((name) => handInsIn((way) => tree.list([name, ...way]), mainFile));
  const names = inner.flat().map((name) => withoutArchiveEnding(name).toLowerCase());
  const areStudents = new Set(names).size === names.length && !names.some((name) => OWN_WORK.test(name));
  if (severalCount * 2 < visible.length || inner.some(({ length }) => length === 0) || !areStudents) {
    return { kind: "none" };
  }
  const some = names.slice(0, SHOWN).map(shown).join(", ");
  const doubt = `${shown(tree.path)}: none of its folders (${visible.slice(0, SHOWN).map(shown).join(", ")}) has the main file, and what lies in them looks like submissions of others (${some}${names.length > SHOWN ? ", …" : ""}); where these are students, put them beside each other, and where they are parts of one's work, leave the one that counts`;
  return { kind: "some", doubt };
}

const SHOWN = 4;
/** What folders and archives in one's own work are called. */
const OWN_WORK =
  /^(?:final|old|new|neu|alt|back-?up|copy|kopie|src|source|code|lab|raft|kv|paxos|solution|submission|hand-?in|attempt|version|v?\d|test|project|dist|build|lib|out|archive|draft|work|tmp|temp)/i;

/** The same names again and again, or times, are versions of each student's work, not students of different sections. */
function areDistinct(looks: readonly ClassLook[]): boolean {
  const names = looks.flatMap((look) => look.names);
  const areVersions = names.length > 0 && names.every((name) => VERSION.test(name));
  return new Set(names).size === names.length && !areVersions;
}

/** `attempt 2`, `v3`, `2026-03-01_1402`. Numbers alone are students' ids just as well. */
const VERSION = /^(?:(?:attempt|try|version|versuch|revision|rev|v)[ _.-]?\d{1,6}|(?:19|20)\d\d-\d\d-\d\d(?!\d).*)$/is;

function doubleRemark(id: string, sections: readonly string[]): string {
  return `warning: ${shown(id)} is in ${sections.length} sections (${sections.map(shown).join(", ")}), and each is graded; if it is one student, leave only the one that counts`;
}

/** The submissions of all sections; where two sections have one id, their names go before it. */
export async function readSections(
  tree: Tree,
  names: readonly string[],
  options: IntakeOptions,
  read: (tree: Tree, options: IntakeOptions) => Promise<Source>,
): Promise<Source> {
  const parts: { readonly name: string; readonly source: Source }[] = [];
  for (const name of names) parts.push({ name, source: await read(tree.inner(name), options) });
  const sectionsOf = new Map<string, string[]>();
  for (const { name, source } of parts)
    for (const { rawId } of source.found) sectionsOf.set(rawId, [...(sectionsOf.get(rawId) ?? []), name]);
  const found = parts.flatMap(({ name, source }) =>
    source.found.map((one): Found => {
      const others = (sectionsOf.get(one.rawId) ?? []).filter((other) => other !== name);
      const beside = others.length === 0 ? "" : `; there is one of that id in ${others.map(shown).join(", ")}, too`;
      return {
        ...one,
        ...(others.length > 0 && { rawId: `${name}_${one.rawId}` }),
        notes: [...(one.notes ?? []), `of section ${shown(name)}${beside}`],
      };
    }),
  );
  const beside = namesOf(tree.list([])).filter((name) => !names.includes(name) && !name.startsWith("."));
  const kinds = [...new Set(parts.flatMap(({ source }) => source.takenFor ?? []))];
  return {
    found,
    remarks: [
      ...parts.flatMap(({ source }) => source.remarks),
      ...beside.map((name) => `${shown(tree.where(name))}: is no section, and was left out`),
      ...[...sectionsOf].flatMap(([id, places]) => (places.length > 1 ? doubleRemark(id, places) : [])),
    ],
    takenFor: `${names.length} sections (${names.map(shown).join(", ")})${kinds.length > 0 ? `: ${kinds.join(", ")}` : ""}`,
    doubts: [...sameClass(tree, parts), ...parts.flatMap(({ source }) => source.doubts ?? [])],
  };
}

/** Two folders with the same students are two downloads of one class, or what was handed in beside what is worked on. */
function sameClass(tree: Tree, parts: readonly { readonly name: string; readonly source: Source }[]): string[] {
  const sections = parts.map(({ name, source }) => ({ name, ids: new Set(source.found.map(({ rawId }) => rawId)) }));
  for (const [at, one] of sections.entries()) {
    for (const other of sections.slice(at + 1)) {
      const shared = [...one.ids].filter((id) => other.ids.has(id)).length;
      const fewest = Math.min(one.ids.size, other.ids.size);
      if (shared < 2 || shared * 2 <= fewest) continue;
      return [
        `${shown(tree.path)}: ${shared} students are in ${shown(one.name)} and in ${shown(other.name)}, and each would be graded twice; name the folder that counts`,
      ];
    }
  }
  return [];
}
