import { DEFAULT_INTAKE_LIMITS } from "../../grader/batch/intake/limits.ts";
import { safeId, shown, withHash } from "../../grader/batch/intake/names.ts";
import { handIn, isArchiveName, isSourceName } from "../../grader/batch/intake/sources/hand-in.ts";
import { oneFileEach } from "../../grader/batch/intake/sources/one-file-each.ts";
import { BLACKBOARD } from "../../grader/batch/intake/sources/platforms/blackboard.ts";
import { canvasFiles } from "../../grader/batch/intake/sources/platforms/canvas.ts";
import { readGradescope } from "../../grader/batch/intake/sources/platforms/gradescope.ts";
import { recognise } from "../../grader/batch/intake/sources/platforms/index.ts";
import { NBGRADER } from "../../grader/batch/intake/sources/platforms/nbgrader.ts";
import { idOf } from "../../grader/batch/intake/sources/platforms/platform.ts";
import { plainBlanks, unreadableTime } from "../../grader/batch/intake/sources/platforms/platform-time.ts";
import { SAKAI } from "../../grader/batch/intake/sources/platforms/sakai.ts";
import { TEAMS } from "../../grader/batch/intake/sources/platforms/teams.ts";
import {
  hasArchiveName,
  hasForeignArchiveName,
  withoutArchiveEnding,
} from "../../grader/batch/intake/unpack/archive.ts";
import { splitCounter } from "../../grader/batch/intake/unpack/counters.ts";
import { pathLister } from "../../grader/batch/intake/unpack/listing.ts";
import { entryParts, ignoredPart, isToolFile, pathKey } from "../../grader/batch/intake/unpack/paths.ts";
import { misread } from "../../grader/submission/misread.ts";
import { quiet } from "./inputs.ts";

type Use = (text: string) => unknown;

const bytes = (text: string) => Buffer.from(text);
/** A name as each platform gives it, with a text in the place of what a student writes. */
const SHAPES = [
  "*_1_2_work.zip",
  "a_1_2_*",
  "*_4501_assignsubmission_file_raft.ts",
  "a_1_assignsubmission_file_*",
  "Lab_*_attempt_2026-03-01-14-02-11_raft.ts",
  "Lab_a_attempt_2026-03-01-14-02-11_*",
  "1-2 - * - Sep 24, 2024 926 PM - raft.ts",
  "1-2 - a - * - raft.ts",
  "*@b_lab_1_handin.zip",
  "a@b_*",
  "*(a)/Submission attachment(s)/raft.ts",
  "a(*)/Submission attachment(s)/raft.ts",
  "*",
];

/** Of these files, and with this text in each. */
function treeOf(paths: readonly string[], text = "") {
  const none = { kind: "none", reason: "" } as const;
  return {
    path: "",
    isZip: false,
    list: pathLister(paths),
    where: (name: string) => name,
    files: () => none,
    folder: () => none,
    item: () => none,
    isLink: () => false,
    text: async () => text,
    inner: () => treeOf([]),
  };
}

/** Each function of intake that is fed with what is hostile. */
export const INTAKE: Readonly<Record<string, Use>> = {
  safeId,
  withHash,
  shown,
  entryParts: (text) => quiet(() => entryParts(text, DEFAULT_INTAKE_LIMITS)),
  ignoredPart: (text) => ignoredPart(text.slice(0, DEFAULT_INTAKE_LIMITS.pathBytes).split("/")),
  isToolFile,
  pathKey: (text) => pathKey(text.slice(0, DEFAULT_INTAKE_LIMITS.pathBytes)),
  hasArchiveName,
  hasForeignArchiveName,
  withoutArchiveEnding,
  canvasFiles: (text) => canvasFiles([text, `${text}_1_2_x`, `anon_${text}_1_x`]),
  recognise: (text) => {
    for (const shape of SHAPES) {
      // No name of a zip file has more, and none of a file system as much.
      const tree = treeOf([shape.replace("*", text.slice(0, 65_000))]);
      quiet(() => recognise(tree)?.platform.read(tree, { mainFile: "raft" }));
    }
  },
  // The file is Gradescope's, and a name in it a student's.
  readGradescope: (text) =>
    readGradescope(
      JSON.stringify({ x: { ":submitters": [{ ":name": text.slice(0, 64_000) }] } }),
      treeOf(["x/raft.ts"]),
    ),
  readBlackboard: (text) =>
    BLACKBOARD.read(treeOf(["L_a_attempt_2026-03-01-14-02-11.txt"], `Name: ${text} (${text})\nDate: ${text}`), {
      mainFile: "raft",
    }),
  readNbgrader: (text) => NBGRADER.read(treeOf(["a/lab/timestamp.txt"], text), { mainFile: "raft" }),
  readSakai: (text) =>
    SAKAI.read(treeOf(["a (b)/timestamp.txt", "a (b)/Submission attachment(s)/x"], text), { mainFile: "raft" }),
  readTeams: (text) => {
    const tree = treeOf(["Version 1", "Version 2", text].map((name) => `${text.slice(0, 65_000)}/lab/${name}/raft.ts`));
    return quiet(() => TEAMS.count(tree) > 0 && TEAMS.read(tree, { mainFile: "raft" }));
  },
  unreadableTime,
  plainBlanks,
  handIn: (text) =>
    handIn(
      treeOf([]),
      [text, `${text}.zip`, `${text}.ts`].map((as) => ({ path: as, as })),
      "raft",
    ),
  isArchiveName,
  isSourceName,
  oneFileEach: (text) =>
    oneFileEach(treeOf([]), [`${text}_raft.ts`, `raft-${text}.ts`, `${text}_log.ts`, `log-${text}.ts`], "raft"),
  idOf: (text) => idOf(text, "1"),
  splitCounter: (text) => [splitCounter(text), splitCounter(`${text}-1.ts`)],
  pathLister: (text) => pathLister([text, `a/${text}`])([]),
  misread: (text) => misread(bytes(text)),
};

/** Those that are not, and why. */
export const INTAKE_EXEMPT: Readonly<Record<string, string>> = {
  unpack: "takes a path",
  readOneOfSeveral: "takes a path",
  readSource: "takes a path",
  rosterMaterial: "takes a path",
  isRosterName: "a path that staff gave",
  singleFile: "takes a path",
  singleFolder: "takes a path",
  linkTo: "takes a path",
  readRoster: "takes a path; the roster is of staff",
  readDirectory: "its names come to recognise",
  refuseClass: "its names come to recognise",
  crowdBeside: "its names come to chooseMain, isArchiveName and shown",
  classLook: "its names come to recognise",
  handInsIn: "its names come to recognise",
  chooseAssignment: "its names come to recognise",
  settleCounters: "takes a folder of ours; its names come to splitCounter",
  reasonAgainst: "takes a path; names come to recognise",
  sourcesAsStudents: "names come to safeId",
  readSections: "names come to readDirectory",
  sectionsIn: "names come to recognise",
  isTimeZone: "takes an option",
  toUtc: "of a time that was parsed",
  wallTimeOf: "digits that patterns of two and four have found",
  abbreviationMinutes: "looks a word up",
  zoneRemark: "takes words of ours",
  areMost: "takes numbers",
  inflate64: "takes bytes, and test/batch/intake feeds it all kinds",
  takeIn: "takes paths",
  archiveKind: "reads 512 bytes",
  checkArchiveSize: "reads a size",
  unpackArchive: "takes a path; names come to entryParts, and test/batch/intake feeds it all kinds",
  copyFolder: "takes a path; names come to entryParts",
  copyFile: "takes a path; names come to entryParts",
  copyBundle: "takes a path; its text comes to parseHeader",
  locateMain: "takes a path",
  unpackTar: "takes a path",
  unpackZip: "takes a path",
  listZip: "takes a path",
  unpackItems: "takes a path",
  itemText: "takes a path",
  classIn: "takes a path; names come to recognise",
  classInTar: "takes a path; names come to recognise",
  classBelow: "takes a path; names come to recognise",
  classWithin: "its names come to recognise",
  listTar: "takes a path; names come to entryParts",
  locateIn: "its names come to chooseMain",
};
