import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Intake, Opened } from "../../../grader/batch/intake/index.ts";
import { makeBuildOrder } from "../../../grader/submission/build-order.ts";
import { openSubmission, type Submission } from "../../../grader/submission/open.ts";
import { UngradableError } from "../../../grader/submission/ungradable.ts";
import { raftForm } from "../../submission/folder.ts";
import { atEveryCall, openDescriptors } from "../../submission/meanwhile.ts";
import { filesIn, filesOf, makeSources, RAFT, reasonOf, take } from "./fixture.ts";
import { buildZip } from "./zip-builder.ts";

const SECRET = "what only staff may read";
const FILES = {
  "raft.ts": RAFT,
  "a/one.ts": "a one",
  "a/two.ts": "a two",
  "z/inner/deep.ts": "z deep",
  "z/log.ts": "z log",
};

/** With what is put in a folder's place. */
const HIS = { ...FILES, z: "z" };

/** What a student's process does to the submission while it is taken in, by what it does it to. */
const SWAPS: readonly (readonly [title: string, act: (submission: string, outside: string) => void])[] = [
  ["a folder for a link", (s, outside) => swap(s, "z", (path) => symlinkSync(join(outside, "z"), path))],
  [
    "a folder below for a link",
    (s, outside) => swap(s, "z/inner", (path) => symlinkSync(join(outside, "z/inner"), path)),
  ],
  ["the submission itself for a link", (s, outside) => swap(s, ".", (path) => symlinkSync(outside, path))],
  ["a file for a link", (s, outside) => swap(s, "z/log.ts", (path) => symlinkSync(join(outside, "z/log.ts"), path))],
  [
    "the main file for a link",
    (s, outside) => swap(s, "raft.ts", (path) => symlinkSync(join(outside, "raft.ts"), path)),
  ],
  ["a file for a pipe", (s) => swap(s, "z/log.ts", (path) => execFileSync("mkfifo", [path]))],
  ["a folder for a pipe", (s) => swap(s, "z", (path) => execFileSync("mkfifo", [path]))],
  ["a file for a folder", (s) => swap(s, "z/log.ts", (path) => mkdirSync(path))],
  ["a folder for a file", (s) => swap(s, "z", (path) => writeFileSync(path, "z"))],
  ["a folder for nothing", (s) => rmSync(join(s, "z"), { recursive: true })],
  ["everything for nothing", (s) => rmSync(s, { recursive: true })],
];

function swap(submission: string, name: string, put: (path: string) => void): void {
  const path = join(submission, name);
  renameSync(path, `${submission}-was`);
  put(path);
}

/** A submission, one of somebody else's, and a folder outside that has the same names with what nobody but staff may read. */
function makeAll(): { folder: string; submission: string; outside: string } {
  const inside = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`subs/bob/${name}`, text]));
  const secrets = Object.fromEntries(Object.keys(FILES).map((name) => [`outside/${name}`, SECRET]));
  const folder = makeSources({ ...inside, ...secrets, "subs/alice/raft.ts": RAFT });
  return { folder, submission: join(folder, "subs/bob"), outside: join(folder, "outside") };
}

/** What came of bob's; null when it was not there any more when all were listed. */
interface Taken {
  readonly alice: Intake;
  readonly bob: Opened | null;
}

async function takeBob(folder: string, names: readonly string[] = ["subs"]): Promise<Taken> {
  const intakes = await take(folder, names);
  const alice = intakes.find(({ id }) => id === "alice");
  if (alice === undefined) throw new Error("alice was not found");
  return { alice, bob: (await intakes.find(({ id }) => id === "bob")?.open()) ?? null };
}

/** Nothing but what bob had, or a refusal in one line; never what lies outside; and nobody else loses anything by it. */
async function expectSound(taken: Taken | Error, folder: string): Promise<void> {
  if (taken instanceof Error) throw taken;
  const { alice, bob } = taken;
  expect(filesOf(await alice.open())).toEqual({ "raft.ts": RAFT });
  expect(JSON.stringify([bob, filesIn(join(folder, "work"))])).not.toContain(SECRET);
  if (bob !== null) {
    if ("ungradable" in bob) reasonOf(bob);
    else expect({ ...HIS, ...filesIn(bob.folder) }).toEqual(HIS);
  }
}

const MACHINES = [
  ["through descriptors", {}],
  ["where there is no /proc", { isWithoutProc: true }],
] as const;

/** Links are what leads out: they are tried at each call. What else there is takes a while, and is so at some. */
function stepFor(what: string): number {
  return what === "a folder for a link" || what === "a file for a link" ? 1 : 5;
}

type Check = (taken: Taken | Error) => void | Promise<void>;

describe.each(MACHINES)("a folder that is changed while a batch takes it, %s", (_title, machine) => {
  it.each(SWAPS)("%s", async (what, act) => {
    const before = openDescriptors();
    const prepare = () => {
      const { folder, submission, outside } = makeAll();
      const check: Check = (taken) => expectSound(taken, folder);
      return { act: () => act(submission, outside), run: () => takeBob(folder), check };
    };
    const calls = await atEveryCall(prepare, machine, stepFor(what));
    expect(calls).toBeGreaterThan(20);
    expect(openDescriptors()).toBeLessThanOrEqual(before);
  });

  it("among several that are named, and changed back before anybody looks again", async () => {
    await atEveryCall(() => {
      const { folder, submission, outside } = makeAll();
      const act = () => swap(submission, "z", (path) => symlinkSync(join(outside, "z"), path));
      const undo = () => {
        rmSync(join(submission, "z"));
        renameSync(`${submission}-was`, join(submission, "z"));
      };
      const check: Check = (taken) => expectSound(taken, folder);
      return { act, undo, run: () => takeBob(folder, ["subs/alice", "subs/bob"]), check };
    }, machine);
  });

  it("as it is written to", async () => {
    const whole = "a".repeat(200_000);
    const seen = new Set<string>();
    await atEveryCall(() => {
      const { folder, submission } = makeAll();
      const path = join(submission, "z/log.ts");
      writeFileSync(path, whole);
      // Long ago, so that any write since shows.
      utimesSync(path, 1, 1);
      const check: Check = (taken) => {
        if (taken instanceof Error || taken.bob === null) throw taken;
        if ("ungradable" in taken.bob) return void seen.add(taken.bob.ungradable);
        const content = readFileSync(join(taken.bob.folder, "z/log.ts"), "utf8");
        expect([whole, `${whole}more`]).toContain(content);
        seen.add(content === whole ? "before" : "after");
      };
      return { act: () => appendFileSync(path, "more"), run: () => takeBob(folder), check };
    }, machine);
    const changed = "z/log.ts was changed while it was read; take it again once nothing writes to it";
    expect([...seen].sort()).toEqual(["after", "before", changed]);
  });
});

describe("an archive", () => {
  const [mine, other] = [RAFT, "export class Other {}\n"];
  const zipOf = (content: string) => buildZip([{ name: "raft.ts", content }]);

  const instead = (path: string, put: () => void) => {
    rmSync(path);
    put();
  };

  it.each([
    ["that is replaced", (path: string) => instead(path, () => writeFileSync(path, zipOf(other)))],
    ["that is written to", (path: string) => writeFileSync(path, zipOf(other))],
    ["that becomes a link", (path: string) => instead(path, () => symlinkSync("/etc/passwd", path))],
    ["that becomes a pipe", (path: string) => instead(path, () => execFileSync("mkfifo", [path]))],
    ["that becomes a folder", (path: string) => instead(path, () => mkdirSync(path))],
    ["that is gone", (path: string) => rmSync(path)],
  ])("%s is one or the other, or refused", async (_title, act) => {
    await atEveryCall(() => {
      const folder = makeSources({ "subs/bob.zip": zipOf(mine), "subs/alice/raft.ts": RAFT });
      const check: Check = async (taken) => {
        if (taken instanceof Error) throw taken;
        if (taken.bob !== null && "ungradable" in taken.bob) reasonOf(taken.bob);
        else if (taken.bob !== null) expect([mine, other]).toContain(filesOf(taken.bob)["raft.ts"]);
        expect(filesOf(await taken.alice.open())).toEqual({ "raft.ts": RAFT });
      };
      return { act: () => act(join(folder, "subs/bob.zip")), run: () => takeBob(folder), check };
    });
  });
});

describe.each(MACHINES)("a submission that is changed while it is opened, %s", (_title, machine) => {
  // Whoever names a link means what it leads to.
  it.each(SWAPS.filter(([what]) => !what.startsWith("the submission itself")))("%s", async (what, act) => {
    const before = openDescriptors();
    const prepare = () => {
      const { submission, outside } = makeAll();
      const check = (result: Submission | Error) => {
        if (result instanceof UngradableError) return expect(result.message).not.toContain("\n");
        if (result instanceof Error) throw result;
        const texts = [...result.contents.values()].map(String);
        expect(texts).not.toContain(SECRET);
        // Whatever the folder is by now, what was hashed is what is built.
        const order = makeBuildOrder(result, "bundle");
        expect(order.files.map(({ base64 }) => Buffer.from(base64, "base64").toString())).toEqual(texts);
      };
      return {
        act: () => act(submission, outside),
        run: async () => openSubmission(submission, raftForm),
        check,
      };
    };
    const calls = await atEveryCall(prepare, machine, stepFor(what));
    expect(calls).toBeGreaterThan(15);
    expect(openDescriptors()).toBeLessThanOrEqual(before);
  });
});
