import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { handIn } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, grouped, type Platform, type ReadOptions } from "./platform.ts";
import { abbreviationMinutes, toUtc, unreadableTime, type WallTime, wallTimeOf, zoneRemark } from "./platform-time.ts";

/** Blackboard's "Assignment File Download": `gradebook_….zip`, unpacked or not. */
export const BLACKBOARD: Platform = {
  what: "a Blackboard download",
  count: (tree) => new Set(blackboardFiles(tree).map(({ owner }) => owner)).size,
  read: readBlackboard,
};

interface BlackboardFile {
  readonly path: string;
  /** Name of the assignment, `_`, name of the user. */
  readonly owner: string;
  /** As it stands in the name, so that later ones sort behind earlier ones. */
  readonly attempt: string;
  readonly time: WallTime;
  /** Null of the text that Blackboard writes about each attempt. */
  readonly name: string | null;
}

const MARK = "_attempt_";
const TIME = /^(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)/;
const TIME_LENGTH = "2026-03-01-14-02-11".length;
const MAX_TEXT_BYTES = 5_000_000;

/** `Lab 2_adummy_attempt_2026-03-01-14-02-11.txt`, and with `_raft.ts` instead of `.txt` each file of that attempt. */
function parseName(path: string): BlackboardFile | null {
  // An assignment may have the mark in its name: the first one that a time stands behind is Blackboard's.
  let at = path.indexOf(MARK);
  while (at >= 0 && !TIME.test(path.slice(at + MARK.length))) at = path.indexOf(MARK, at + 1);
  if (at <= 0) return null;
  const stamp = path.slice(at + MARK.length);
  const [, ...time] = TIME.exec(stamp) ?? [];
  const rest = stamp.slice(TIME_LENGTH);
  if (rest !== ".txt" && !(rest.startsWith("_") && rest.length > 1)) return null;
  return {
    path,
    owner: path.slice(0, at),
    attempt: stamp.slice(0, TIME_LENGTH),
    time: wallTimeOf(time),
    name: rest === ".txt" ? null : rest.slice(1),
  };
}

function blackboardFiles(tree: Pick<Tree, "list">): readonly BlackboardFile[] {
  const { files } = tree.list([]);
  const shaped = files.flatMap((name) => parseName(name) ?? []);
  return areMost(shaped.length, files.length) ? shaped : [];
}

/** What Blackboard's own text says of who handed in. */
interface About {
  readonly name?: string;
  readonly user?: string;
  readonly zone?: string;
}

async function readBlackboard(tree: Tree, { mainFile, timeZone }: ReadOptions): Promise<Download> {
  const files = blackboardFiles(tree);
  const abouts = new Map<string, About>();
  for (const { path, name } of files) {
    if (name === null) abouts.set(path, parseAbout(await tree.text(MAX_TEXT_BYTES, path)));
  }
  // Of one server: where it does not say it of an attempt, it has said it of another.
  const told = [...abouts.values()].find(({ zone }) => zone !== undefined)?.zone;
  const owners = [...new Set(files.map(({ owner }) => owner))];
  const assignment = toldStart(files, abouts) ?? commonStart(owners);
  const found = [...grouped(files, ({ owner }) => owner)].map(([owner, theirs]) => {
    const own = theirs.flatMap(({ path }) => abouts.get(path) ?? []);
    const user = own.find((about) => about.user !== undefined && owner.endsWith(`_${about.user}`))?.user;
    const zoneOf = (path: string) => timeZone ?? abouts.get(path)?.zone ?? told ?? "UTC";
    return toFound(
      tree,
      user ?? (owner.startsWith(assignment) ? owner.slice(assignment.length) : owner),
      own.find(({ name }) => name)?.name,
      theirs,
      zoneOf,
      mainFile,
    );
  });
  const shaped = new Set(files.map(({ path }) => path));
  return {
    found,
    rest: namesOf(tree.list([])).filter((name) => !shaped.has(name)),
    remarks: timeZone === undefined && told === undefined ? [zoneRemark("a Blackboard download")] : [],
  };
}

/** What stands before the user's name where Blackboard says which that is; users and groups may have a `_` in theirs. */
function toldStart(files: readonly BlackboardFile[], abouts: ReadonlyMap<string, About>): string | undefined {
  for (const { path, owner } of files) {
    const user = abouts.get(path)?.user;
    if (user !== undefined && owner.endsWith(`_${user}`)) return owner.slice(0, -user.length);
  }
  return undefined;
}

/** Up to the last `_` that all have in common, or, of a single one, up to its last. */
function commonStart(owners: readonly string[]): string {
  const [first = "", ...others] = owners;
  let end = others.length === 0 ? first.length : 0;
  while (others.length > 0 && end < first.length && others.every((other) => other[end] === first[end])) end++;
  return first.slice(0, first.lastIndexOf("_", end - 1) + 1);
}

/** `Name: Made Up (adummy)` in its first line, and the zone behind the time, in whatever language. */
function parseAbout(text: string): About {
  const [first = ""] = text.replace(/^\ufeff/, "").split("\n", 1);
  const colon = first.indexOf(": ");
  const open = first.lastIndexOf("(");
  const close = first.lastIndexOf(")");
  if (colon < 0 || open < colon || close < open) return {};
  const head = text.slice(0, 2_000).split("\n").slice(0, 8);
  const zone = head
    .flatMap((line) => line.trim().split(" ").slice(-1))
    .find((word) => abbreviationMinutes(word) !== null);
  return {
    name: shown(first.slice(colon + 2, open).trim()),
    user: first.slice(open + 1, close),
    ...(zone !== undefined && { zone }),
  };
}

function toFound(
  tree: Tree,
  user: string,
  name: string | undefined,
  files: readonly BlackboardFile[],
  zoneOf: (path: string) => string,
  mainFile: string,
): Found {
  const attempts = [...grouped(files, ({ attempt }) => attempt).values()].sort((a, b) =>
    (a[0]?.attempt ?? "") < (b[0]?.attempt ?? "") ? -1 : 1,
  );
  const last = attempts.at(-1) as BlackboardFile[];
  const [first] = last as [BlackboardFile];
  const submittedAt = toUtc(first.time, zoneOf((last.find((file) => file.name === null) ?? first).path));
  const handedIn = last.flatMap(({ path, name: as }) => (as === null ? [] : [{ path, as }]));
  const earlier = attempts.slice(0, -1).map(([attempt]) => attempt?.attempt ?? "");
  const notes = [
    ...(earlier.length === 0
      ? []
      : [`the last attempt, of ${first.attempt}, was taken; earlier ones: ${earlier.join(", ")}`]),
    ...(submittedAt === undefined ? [unreadableTime(first.attempt)] : []),
  ];
  const shared = {
    rawId: user,
    name: name || shown(user),
    origin: tree.where(first.path),
    members: [{ name: name || shown(user), studentId: shown(user) }],
    ...(submittedAt !== undefined && { submittedAt }),
  };
  if (handedIn.length === 0) {
    const reason = `no file was handed in, at the last attempt (${shown(first.path)})`;
    return { ...shared, notes, material: { kind: "none", reason } };
  }
  const one = handIn(tree, handedIn, mainFile);
  return { ...shared, notes: [...notes, ...one.notes], material: one.material };
}
