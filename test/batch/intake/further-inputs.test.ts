import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { ARCHIVES } from "./further/archives.ts";
import { CANVAS } from "./further/canvas.ts";
import type { Case } from "./further/case.ts";
import { FOLDERS, MAIN_FILES } from "./further/folders.ts";
import { LAID_OUT } from "./further/laid-out.ts";
import { MOODLE } from "./further/moodle.ts";
import { BLACKBOARD, BRIGHTSPACE, OTHERS } from "./further/other-platforms.ts";
import { ROSTERS } from "./further/rosters.ts";
import { SAKAI, TEAMS } from "./further/teams-and-sakai.ts";
import { type Tried, tryInput } from "./tried.ts";

const KINDS: Readonly<Record<string, readonly Case[]>> = {
  "a Moodle download": MOODLE,
  "a Canvas download": CANVAS,
  "a Blackboard download": BLACKBOARD,
  "a Brightspace download": BRIGHTSPACE,
  "a Microsoft Teams download": TEAMS,
  "a Sakai download": SAKAI,
  "a download of another platform": OTHERS,
  "a directory of submissions": FOLDERS,
  "as somebody laid it out": LAID_OUT,
  "a main file": MAIN_FILES,
  "an archive": ARCHIVES,
  "a roster": ROSTERS,
};

/** What systems and platforms add, which nobody misses. */
const LITTER =
  /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|\.gitkeep|index\.html|timestamp\.txt|Icon\r|submission_metadata\.yml|.*_attempt_[\d-]+\.txt)$|__MACOSX|node_modules|package\.json|@eaDir|\$RECYCLE\.BIN|System Volume Information|lost\+found|#recycle/;

/** All that staff is told. */
function wordsOf({ facts, submissions, refused, remarks, takenFor }: Tried): string {
  const notes = Object.values(facts).flatMap((fact) => fact.notes);
  const reasons = Object.values(submissions).filter((one) => typeof one === "string");
  return [...notes, ...reasons, ...refused, ...remarks, ...takenFor].join("\n");
}

/** Files of the input that are in no submission, and that nobody is told of. */
function lostOf({ files }: Case, tried: Tried): readonly string[] {
  if (tried.refused.length > 0) return [];
  const words = wordsOf(tried);
  const taken = Object.values(tried.submissions).flatMap((one) => (typeof one === "string" ? [] : Object.values(one)));
  const refused = Object.entries(tried.submissions).flatMap(([id, one]) => (typeof one === "string" ? [id] : []));
  return Object.entries(files).flatMap(([path, content]) => {
    const parts = path.split("/");
    // A platform's names before that of the file are told as the student's.
    const ends = [path.split("_").at(-1), parts[0]?.split(" - ").at(-1)].filter((end) => end !== undefined);
    const isTold = [...parts, ...ends].some((part) => words.includes(part));
    const isRefused = parts.some((part) => refused.some((id) => part.includes(id)));
    const isKnown = path.startsWith("../") || LITTER.test(path) || typeof content !== "string";
    return isKnown || isTold || isRefused || taken.includes(content) ? [] : [path];
  });
}

describe.each(Object.entries(KINDS))("%s", (_, cases) => {
  it.each(cases.map((one) => [one.what, one] as const))("%s", async (_what, one) => {
    const files = Object.fromEntries(
      Object.entries(one.files).map(([path, content]) => [
        path.startsWith("../") ? basename(path) : `input/${path}`,
        content,
      ]),
    );
    const tried = await tryInput(files, one.options, one.source);
    const { submissions, refused } = tried;
    if (one.want instanceof RegExp)
      expect([submissions, refused.join("\n")]).toEqual([{}, expect.stringMatching(one.want)]);
    else {
      expect(refused).toEqual([]);
      expect(Object.keys(submissions).sort()).toEqual(Object.keys(one.want).sort());
      for (const [id, want] of Object.entries(one.want)) {
        const got = submissions[id];
        if (want instanceof RegExp) expect(got, id).toMatch(want);
        else if (want === "ok") expect(got, id).toHaveProperty(["raft.ts"]);
        else expect(got, id).toHaveProperty(["raft.ts"], expect.stringContaining(`// ${want}\n`));
      }
    }
    for (const word of one.told ?? []) expect(wordsOf(tried)).toMatch(word);
    expect(lostOf(one, tried)).toEqual([]);
  });
});

it("there are at least sixty of them", () => {
  expect(Object.values(KINDS).flat().length).toBeGreaterThanOrEqual(60);
});
