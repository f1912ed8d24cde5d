import { shown } from "../../names.ts";
import { splitCounter } from "../../unpack/counters.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { handIn, isArchiveName } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, grouped, type Platform, type ReadOptions } from "./platform.ts";

/** Canvas' "Download Submissions", as a folder or as its zip. */
export const CANVAS: Platform = {
  what: "a Canvas download",
  count: (tree) => new Set(canvasFiles(tree.list([]).files).map(({ user }) => user)).size,
  read: readCanvas,
};

interface CanvasFile {
  readonly path: string;
  /** Empty of an anonymous one. */
  readonly who: string;
  /** The user's number, or the code of an anonymous one. */
  readonly user: string;
  readonly isLate: boolean;
  /** Null of a text that was typed in, and of a link. */
  readonly fileNumber: number | null;
  readonly name: string;
}

/** Pages that Canvas itself makes of what is no file. */
const PAGES: Readonly<Record<string, string>> = {
  "text.html": "a text was typed in, and no file was handed in",
  "link.html": "a link was handed in, and no file",
};

/** More digits than the number at the end of a group's name has. */
const GROUP_DIGITS = 3;

/**
 * `smithbob_LATE_340934_208490284_work.zip`: name, mark, user, file, name of the file; `anon_Rn4vP_…` where students are
 * anonymous; `…_text.html` and `…_link.html` without a number of a file. Of a quiz `smith_bob340934_question_77_208490284_work.zip`
 * (app/models/quizzes/quiz_submission_zipper.rb of instructure/canvas-lms).
 */
function parseName(path: string, groupNames: ReadonlySet<string>): CanvasFile | null {
  const anonymous = parseAnonymous(path);
  if (anonymous !== null) return anonymous;
  // The first underscore that the rest fits behind ends the name of whoever handed it in.
  for (let at = path.indexOf("_", 1); at >= 0; at = path.indexOf("_", at + 1)) {
    const isLate = path.startsWith("LATE_", at + 1);
    const user = numberAt(path, at + 1 + (isLate ? "LATE_".length : 0));
    if (user === null) continue;
    const shared = { path, who: path.slice(0, at), user: user.digits, isLate };
    const rest = parseRest(path.slice(user.end));
    if (rest === null) continue;
    const asker = ofQuiz(shared.who);
    if (asker !== null) return { ...shared, ...asker, ...rest };
    if (!isLate && isEndOfName(path, shared.who, user, groupNames)) continue;
    return { ...shared, ...rest };
  }
  return null;
}

const QUIZ = "_question";

/** The name and the user's number of `smith_bob340934_question`; what follows that is the number of a question. */
function ofQuiz(text: string): Pick<CanvasFile, "who" | "user"> | null {
  if (!text.endsWith(QUIZ)) return null;
  const end = text.length - QUIZ.length;
  let start = end;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
  return start === 0 || start === end ? null : { who: text.slice(0, start), user: text.slice(start, end) };
}

function parseAnonymous(path: string): CanvasFile | null {
  const isLate = path.startsWith("LATE_anon_");
  if (!isLate && !path.startsWith("anon_")) return null;
  const start = isLate ? "LATE_anon_".length : "anon_".length;
  const end = path.indexOf("_", start);
  const code = path.slice(start, Math.max(start, end));
  if (!/^[A-Za-z0-9]{2,12}$/.test(code) || /^\d+$/.test(code)) return null;
  const rest = parseRest(path.slice(end + 1));
  return rest === null ? null : { path, who: "", user: code, isLate, ...rest };
}

function parseRest(rest: string): Pick<CanvasFile, "fileNumber" | "name"> | null {
  if (Object.hasOwn(PAGES, rest)) return { fileNumber: null, name: rest };
  const file = numberAt(rest, 0);
  return file === null || file.end === rest.length
    ? null
    : { fileNumber: Number(file.digits), name: rest.slice(file.end) };
}

/**
 * Whether a number is the end of a group's name, as in `team_1_111001_9001_work.zip`, and the user's number follows it: a
 * small one before a larger one that may be a user's just as well, or one that goes with a name which others have too.
 */
function isEndOfName(path: string, who: string, number: Digits, groupNames: ReadonlySet<string>): boolean {
  const next = numberAt(path, number.end);
  if (next === null || parseRest(path.slice(next.end)) === null) return false;
  const isSmall = number.digits.length <= GROUP_DIGITS && next.digits.length > number.digits.length;
  return isSmall || groupNames.has(who);
}

/** Names that several users seem to have: what tells them apart is the end of their groups' names. */
function groupNamesIn(files: readonly CanvasFile[]): ReadonlySet<string> {
  const users = [...grouped(files, ({ who }) => who)].map(
    ([who, theirs]) => [who, new Set(theirs.map(({ user }) => user)).size] as const,
  );
  return new Set(users.filter(([who, count]) => who !== "" && count > 1).map(([who]) => who));
}

interface Digits {
  readonly digits: string;
  readonly end: number;
}

/** Digits and the underscore behind them. */
function numberAt(text: string, start: number): Digits | null {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end > start && text[end] === "_" ? { digits: text.slice(start, end), end: end + 1 } : null;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Those of the files that a Canvas download has; none when it is no such download. Most of its files have names as Canvas
 * gives, and a file's number is that of one file: others may number their files too, but not so.
 */
export function canvasFiles(fileNames: readonly string[]): readonly CanvasFile[] {
  const parsed = fileNames.flatMap((name) => parseName(name, new Set()) ?? []);
  const groupNames = groupNamesIn(parsed);
  const files = fileNames.flatMap((name) => parseName(name, groupNames) ?? []);
  const numbered = [...grouped(files, ({ fileNumber }) => String(fileNumber))].filter(([number]) => number !== "null");
  // Whatever else has numbers there would make one student of several.
  const isNamedOnce = [...grouped(files, ({ user }) => user).values()].every(
    ([first, ...more]) => first !== undefined && more.every(({ who }) => who === first.who),
  );
  const isExport =
    isNamedOnce && areMost(files.length, fileNames.length) && numbered.every(([, same]) => isOneFile(same));
  return isExport ? files : [];
}

/** What a group handed in is there once for each member, where members are graded one by one: the same number, and name. */
function isOneFile(same: readonly CanvasFile[]): boolean {
  const [first] = same;
  if (same.length === 1 || first === undefined) return true;
  // Two downloads in one folder, of which the system numbered what was there.
  if (same.every(({ user, name }) => user === first.user && withoutCopy(name) === withoutCopy(first.name))) return true;
  const isShared = same.every(({ name }) => name === first.name) && (first.fileNumber ?? 0) >= LEAST_SHARED;
  return isShared && new Set(same.map(({ user }) => user)).size === same.length;
}

/** `raft (1).ts`, as systems name what they would write over. */
function withoutCopy(name: string): string {
  return name.replace(/ \(\d{1,3}\)(?=\.[^.]{0,20}$)/, "");
}

/** Smaller numbers, which several files have, are not Canvas' own. */
const LEAST_SHARED = 1_000;

function readCanvas(tree: Tree, { mainFile }: ReadOptions): Download {
  const files = canvasFiles(tree.list([]).files);
  const isCanvas = new Set(files.map(({ path }) => path));
  return {
    found: [...grouped(files, ({ user }) => user).values()].map((theirs) => toFound(tree, theirs, mainFile)),
    rest: namesOf(tree.list([])).filter((name) => !isCanvas.has(name)),
  };
}

function toFound(tree: Tree, files: readonly CanvasFile[], mainFile: string): Found {
  const [first] = files as readonly [CanvasFile, ...CanvasFile[]];
  const { who, user } = first;
  const id = who === "" ? `anon_${user}` : `${who}_${user}`;
  const shared = {
    rawId: id,
    name: shown(who === "" ? id : who),
    origin: tree.where(first.path),
    members: [{ name: shown(who === "" ? id : who), ...(who !== "" && { studentId: user }) }],
    ...(files.some(({ isLate }) => isLate) && { markedLate: true as const }),
  };
  const handedIn = files.filter(({ fileNumber }) => fileNumber !== null);
  if (handedIn.length === 0) {
    const reason = `${PAGES[first.name]} (${shown(first.path)})`;
    return { ...shared, material: { kind: "none", reason } };
  }
  const { kept, notes } = keepLatest(handedIn);
  const pages = files.filter(({ fileNumber }) => fileNumber === null);
  const named = kept.map(({ path, name }) => ({ path, as: name }));
  const one = handIn(tree, named, mainFile);
  const { material } = one;
  const isLoose =
    (material.kind === "files" || material.kind === "zipped") && !named.some(({ as }) => isArchiveName(as));
  return {
    ...shared,
    notes: [...pages.map(({ path }) => `${shown(path)} was left out: only files are graded`), ...notes, ...one.notes],
    material: isLoose ? { ...material, hasCounters: true } : material,
  };
}

/**
 * In the order in which they were handed in. Of archives that differ only in the counter that Canvas adds when one is
 * handed in again, and of files of one name, the latest; sources keep their counters until it is known what is imported.
 */
function keepLatest(files: readonly CanvasFile[]): { kept: CanvasFile[]; notes: string[] } {
  const latest = new Map<string, CanvasFile>();
  const notes: string[] = [];
  const once: CanvasFile[] = [];
  for (const same of grouped(files, ({ fileNumber }) => String(fileNumber)).values()) {
    const [first, ...copies] = [...same].sort((a, b) => a.name.length - b.name.length) as [CanvasFile, ...CanvasFile[]];
    notes.push(...copies.map(({ name }) => `${shown(name)} was left out, as ${shown(first.name)} is the same file`));
    once.push(first);
  }
  for (const file of once.sort((a, b) => (a.fileNumber ?? 0) - (b.fileNumber ?? 0))) {
    const key = isArchiveName(file.name) ? splitCounter(file.name).plain : file.name;
    const before = latest.get(key);
    if (before !== undefined) notes.push(`${shown(file.name)} was taken, handed in after ${shown(before.name)}`);
    latest.delete(key);
    latest.set(key, file);
  }
  return { kept: [...latest.values()], notes };
}
