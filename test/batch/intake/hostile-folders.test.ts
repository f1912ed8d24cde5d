import { execFileSync } from "node:child_process";
import { chownSync, existsSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openSubmission } from "../../../grader/submission/open.ts";
import { raftForm } from "../../submission/folder.ts";
import { meanwhile } from "../../submission/meanwhile.ts";
import { expectTaken } from "./expect-taken.ts";
import { filesOf, makeSources, RAFT, reasonOf, take } from "./fixture.ts";

const CONTROL = "\u001b[31m\u0085\u202e\n";
const TERABYTE = 2 ** 40;

/** A folder as somebody hands it in, and what is said of it; null: it is taken. */
const FOLDERS: readonly (readonly [title: string, make: (folder: string) => void, reason: RegExp | null])[] = [
  ["folders 40 deep", (f) => mkdirSync(join(f, "d/".repeat(40)), { recursive: true }), /more than 20 folders inside/],
  [
    "a path of 3000 bytes",
    (f) => mkdirSync(join(f, `${"d".repeat(200)}/`.repeat(15)), { recursive: true }),
    /a path of more/,
  ],
  [
    "a name that steers a terminal",
    (f) => writeFileSync(join(f, `${CONTROL}.ts`), ""),
    /control characters in its name/,
  ],
  ["a folder of such a name", (f) => mkdirSync(join(f, CONTROL)), /control characters in its name/],
  ["a link of such a name", (f) => symlinkSync("/etc", join(f, CONTROL)), /is a symbolic link/],
  ["a name that turns the direction of writing", (f) => writeFileSync(join(f, "\u202ets.tfar"), ""), null],
  ["a name of dots", (f) => writeFileSync(join(f, "..."), ""), null],
  [
    "names that differ in case",
    (f) => ["log.ts", "Log.ts"].map((name) => writeFileSync(join(f, name), "")),
    /case or accents/,
  ],
  [
    "names that differ in accents",
    (f) => ["\u00e9", "e\u0301"].map((name) => writeFileSync(join(f, name), "")),
    /case or accents/,
  ],
  ["a name that is not UTF-8", (f) => execFileSync("sh", ["-c", 'touch "$0/$(printf "\\377")"', f]), /not UTF-8/],
  [
    "a folder whose name is not UTF-8",
    (f) => execFileSync("sh", ["-c", 'mkdir "$0/$(printf "\\377")"', f]),
    /not UTF-8/,
  ],
  ["a backslash", (f) => writeFileSync(join(f, "a\\b"), ""), /a backslash in its name/],
  ["a file of a terabyte", (f) => makeLarge(join(f, "log.ts")), /^log\.ts has more than 20000000 bytes/],
  ["a main file of a terabyte", (f) => makeLarge(join(f, "raft.ts")), /^raft\.ts has more than 20000000 bytes/],
  ["hard links of its own", (f) => linkSync(join(f, "raft.ts"), join(f, "log.ts")), null],
  ["a pipe", (f) => execFileSync("mkfifo", [join(f, "log.ts")]), /^log\.ts is no file/],
  ["a link to itself", (f) => symlinkSync("log.ts", join(f, "log.ts")), /^log\.ts is a symbolic link/],
  ["a folder in the main file's place", (f) => mkdirSync(join(f, "lib/raft.ts"), { recursive: true }), null],
];

function makeLarge(path: string): void {
  writeFileSync(path, "");
  truncateSync(path, TERABYTE);
}

it.each(FOLDERS)("%s", (_title, make, reason) => expectTaken(make, reason));

it("what may not be read is said so, wherever it lies", async () => {
  const folder = makeSources({ "subs/bob/raft.ts": RAFT, "subs/bob/lib/log.ts": "log", "subs/alice/raft.ts": RAFT });
  const submission = join(folder, "subs/bob");
  const reasons = new Set<string>();
  for (const names of [["subs"], ["subs/bob", "subs/alice"]]) {
    for (let turn = 1, isOver = false; !isOver; turn++) {
      const [alice, bob] = await take(folder, names);
      const act = (path: string) => {
        // What is copied already is ours.
        const isCopied = existsSync(join(folder, "work/bob/files/lib/log.ts"));
        const isHis = path.startsWith("/proc/self/fd/") || path.startsWith(submission);
        if (isHis && !isCopied) throw Object.assign(new Error("EACCES"), { code: "EACCES", syscall: "open" });
      };
      const { result, hasActed } = await meanwhile(turn, { act }, async () => bob?.open());
      isOver = !hasActed;
      if (result instanceof Error || result === undefined) throw result;
      if ("ungradable" in result) reasons.add(reasonOf(result));
      expect(filesOf((await alice?.open()) as never)).toEqual({ "raft.ts": RAFT });
    }
  }
  const problem = "may not be read by the grader; change its permissions";
  expect([...reasons].sort()).toEqual(["it", "lib", "lib/log.ts", "raft.ts"].map((name) => `${name} ${problem}`));
});

// Nobody else can give a file to another owner.
it.runIf(process.getuid?.() === 0)("a hard link to a file of another owner is not read", async () => {
  const folder = makeSources({ "secret.txt": "of staff", "subs/bob/raft.ts": RAFT, "subs/alice/raft.ts": RAFT });
  const submission = join(folder, "subs/bob");
  linkSync(join(folder, "secret.txt"), join(submission, "log.ts"));
  chownSync(submission, 12_345, 12_345);
  const [, bob] = await take(folder, ["subs"]);
  const problem = /log\.ts .*is a hard link to a file of another owner; put a copy in its place$/;
  expect(reasonOf((await bob?.open()) as never)).toMatch(problem);
  expect(() => openSubmission(submission, raftForm)).toThrow(problem);
});
