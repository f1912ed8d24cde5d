import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { handIn } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, grouped, idOf, type Platform, type ReadOptions } from "./platform.ts";
import { plainBlanks, toUtc, unreadableTime, type WallTime, zoneRemark } from "./platform-time.ts";

/** Brightspace's download of an assignment: a folder for each time somebody handed in, or its name before each file's. */
export const BRIGHTSPACE: Platform = {
  what: "a Brightspace download",
  count: (tree) => new Set(brightspaceEntries(tree).map(({ owner }) => owner)).size,
  read: readBrightspace,
};

interface BrightspaceEntry {
  readonly path: string;
  readonly isFolder: boolean;
  /** Of the user or the group in this course. */
  readonly number: string;
  readonly who: string;
  readonly owner: string;
  readonly when: string;
  /** Null when the month is in a language that is not known here. */
  readonly time: WallTime | null;
  /** Of a file the name that it was handed in by. */
  readonly name: string;
}

/** A page that the download brings along. */
const INDEX = "index.html";
/** How months begin in languages that Brightspace speaks and Latin letters write, without accents. */
const MONTHS = [
  ["jan", "ene", "gen", "oca", "ion"],
  ["feb", "fev", "sub", "chw"],
  ["mar", "mrt", "maw"],
  ["apr", "avr", "abr", "nis", "ebr"],
  ["may", "mai", "mei", "maj", "mag"],
  ["jun", "juin", "giu", "haz", "meh"],
  ["jul", "juil", "lug", "tem", "gor"],
  ["aug", "aou", "ago", "agu", "aws"],
  ["sep", "set", "eyl", "med"],
  ["oct", "okt", "out", "ott", "eki", "hyd"],
  ["nov", "kas", "tac"],
  ["dec", "dez", "dic", "des", "ara", "rha"],
];
const BETWEEN = " - ";

/** `397063-2557369 - Mary-Ann Smith - Sep 24, 2024 926 PM`, and for a file its name behind that. */
function parseName(path: string, isFolder: boolean): BrightspaceEntry | null {
  const [numbers = "", ...parts] = path.split(BETWEEN);
  const [, number] = /^(\d+)-\d+$/.exec(numbers) ?? [];
  if (number === undefined) return null;
  // A person's name, and a file's, may have a dash too: the first part that is a time is the time.
  const at = parts.findIndex((part) => looksLikeTime(part));
  if (at < 1) return null;
  const name = parts.slice(at + 1).join(BETWEEN);
  if (isFolder !== (name === "")) return null;
  const who = parts.slice(0, at).join(BETWEEN);
  const when = parts[at] as string;
  return { path, isFolder, number, who, owner: `${number} ${who}`, when, time: parseTime(when), name };
}

/** A year, a day and a time of the day, in whatever order and language. */
function looksLikeTime(text: string): boolean {
  const words = wordsOf(text);
  return words.length >= 4 && words.length <= 7 && words.some(isYear) && parseClock(words) !== null;
}

/** `Sep 24, 2024 926 PM`, `05 March 2026 612 PM`, `5 mars 2026 18 h 12`, `2026年3月5日 18:12`, `05.03.2026 18.12`. */
function parseTime(text: string): WallTime | null {
  const words = wordsOf(text);
  const clock = parseClock(words);
  const day = parseDay(text, words);
  return clock === null || day === null ? null : { ...day, ...clock, second: 0 };
}

/**
 * The words of a time: marks between numbers, and what stands behind a year, a month or a day in Asian languages, are ends of
 * words, too; the halves of a day are called am and pm.
 */
function wordsOf(text: string): readonly string[] {
  return plainBlanks(text)
    .normalize("NFC")
    .replace(/(?:上午|午前|오전) ?(\d[\d:.]*)/, "$1 am")
    .replace(/(?:下午|午後|오후) ?(\d[\d:.]*)/, "$1 pm")
    .replace(/(\d) ?[h時时시] ?(\d\d) ?[分분]?$/, "$1:$2")
    .replace(/[年月日년월일]/g, " ")
    .replace(/^(\d{1,4})[.-](\d{1,2})[.-](\d{1,4})\b/, "$1 $2 $3")
    .split(/[ ,]+/)
    .filter((word) => word !== "");
}

function isYear(word: string): boolean {
  return /^(19|20)\d\d$/.test(word);
}

/** By the month's name; and by numbers alone only where these say themselves which is which. */
function parseDay(text: string, words: readonly string[]): Pick<WallTime, "year" | "month" | "day"> | null {
  const plain = words
    .map((word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase())
    // Tuesdays, which begin like a month.
    .filter((word) => !/^mar(?:di|tes|tedi)/.test(word));
  const named = MONTHS.findIndex((begins) => begins.some((begin) => plain.some((word) => word.startsWith(begin)))) + 1;
  const year = Number(words.find(isYear));
  const numbers = words
    .slice(0, 3)
    .filter((word) => /^\d{1,2}\.?$/.test(word))
    .map(Number.parseFloat);
  if (named > 0) return numbers[0] === undefined ? null : { year, month: named, day: numbers[0] };
  const [first, second] = numbers;
  if (first === undefined || second === undefined) return null;
  if (isYear(words[0] ?? "")) return { year, month: first, day: second };
  return /^\d{1,2}\.\d/.test(text) ? { year, month: second, day: first } : null;
}

/** The last number, which is `926`, `9:26` or `9.26`, with what stands behind it. */
function parseClock(words: readonly string[]): { hour: number; minute: number } | null {
  const half = words.at(-1)?.toLowerCase().replaceAll(".", "");
  const isHalf = half === "am" || half === "pm";
  const [, hours, minutes] = /^(\d{1,2})[:.]?(\d\d)$/.exec(words.at(isHalf ? -2 : -1) ?? "") ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const hour = isHalf ? (Number(hours) % 12) + (half === "pm" ? 12 : 0) : Number(hours);
  return { hour, minute: Number(minutes) };
}

function brightspaceEntries(tree: Pick<Tree, "list">): readonly BrightspaceEntry[] {
  const { files, folders } = tree.list([]);
  const entries = [
    ...folders.flatMap((name) => parseName(name, true) ?? []),
    ...files.flatMap((name) => parseName(name, false) ?? []),
  ];
  const all = files.filter((name) => name !== INDEX).length + folders.length;
  return areMost(entries.length, all) ? entries : [];
}

function readBrightspace(tree: Tree, { mainFile, timeZone }: ReadOptions): Download {
  const entries = brightspaceEntries(tree);
  const shaped = new Set(entries.map(({ path }) => path));
  return {
    found: [...grouped(entries, ({ owner }) => owner).values()].map((theirs) =>
      toFound(tree, theirs, timeZone ?? "UTC", mainFile),
    ),
    rest: namesOf(tree.list([])).filter((name) => !shaped.has(name) && name !== INDEX),
    remarks: timeZone === undefined ? [zoneRemark("a Brightspace download")] : [],
  };
}

function toFound(tree: Tree, entries: readonly BrightspaceEntry[], zone: string, mainFile: string): Found {
  const order = ({ time, when }: BrightspaceEntry) => (time === null ? when : (toUtc(time, "UTC") ?? when));
  const times = [...grouped(entries, order)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  const last = times.at(-1) as BrightspaceEntry[];
  const [first] = last as [BrightspaceEntry];
  const earlier = times.slice(0, -1).map(([entry]) => shown(entry?.when ?? ""));
  const submittedAt = first.time === null ? undefined : toUtc(first.time, zone);
  const [, id, name = first.who] = /^(\d{4,}) (.+)$/s.exec(first.who) ?? [];
  const notes = [
    ...(earlier.length === 0
      ? []
      : [`what was handed in last, at ${shown(first.when)}, was taken; earlier: ${earlier.join("; ")}`]),
    ...(submittedAt === undefined ? [unreadableTime(first.when)] : []),
  ];
  const shared = {
    rawId: idOf(first.who, first.number),
    name: shown(name),
    origin: tree.where(first.path),
    members: [{ name: shown(name), studentId: id ?? first.number }],
    ...(submittedAt !== undefined && { submittedAt }),
  };
  if (times.length > 1 && entries.some(({ time }) => time === null)) {
    const reason = `it was handed in ${times.length} times (${times.map(([entry]) => shown(entry?.when ?? "")).join("; ")}), and of such times nobody can tell which is the last; remove all but that`;
    return { ...shared, material: { kind: "none", reason } };
  }
  const [folder, ...more] = last.filter(({ isFolder }) => isFolder);
  if (more.length > 0) {
    const reason = `it was handed in more than once in the same minute (${last.map(({ path }) => shown(path)).join("; ")}); remove all but the last`;
    return { ...shared, notes, material: { kind: "none", reason } };
  }
  if (folder !== undefined) return { ...shared, notes, material: tree.folder(folder.path) };
  const one = handIn(
    tree,
    last.map(({ path, name: as }) => ({ path, as })),
    mainFile,
  );
  return { ...shared, notes: [...notes, ...one.notes], material: one.material };
}
