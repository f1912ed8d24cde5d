import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Intake, IntakeError } from "../../../grader/batch/intake/index.ts";
import { filesOf, makeSources, RAFT, reasonOf, take } from "./fixture.ts";
import { buildZip } from "./zip-builder.ts";

const METADATA = "alice:\n  :submitters:\n  - :name: Alice\n    :sid: '1'\n";
const SEVERAL =
  /\(among several sources each folder is one submission; a directory of submissions is to be named alone/;

async function openAll(intakes: readonly Intake[]): Promise<Record<string, string>> {
  const opened = await Promise.all(intakes.map(async (one) => [one.id, await one.open()] as const));
  return Object.fromEntries(
    opened.map(([id, one]) => [id, "ungradable" in one ? one.ungradable : Object.values(filesOf(one)).join()]),
  );
}

/** What a shell makes of `subs/*`. */
const glob = (names: readonly string[]) => names.map((name) => `subs/${name}`);

describe("folders that are named directly, as by `subs/*`", () => {
  it("are one submission each, whatever the folders in them are called", async () => {
    const folder = makeSources({
      "subs/alice/raft.ts": "alice",
      "subs/mallory/alice/raft.ts": "mallory",
      "subs/bob/src/raft.ts": "bob",
      "subs/carol/src/raft.ts": "carol",
    });
    const intakes = await take(folder, glob(["alice", "bob", "carol", "mallory"]));
    expect(await openAll(intakes)).toEqual({ alice: "alice", bob: "bob", carol: "carol", mallory: "mallory" });
  });

  it("are no exports, whatever they say of themselves", async () => {
    const folder = makeSources({
      "subs/alice/raft.ts": "alice",
      "subs/mallory/submission_metadata.yml": METADATA,
      "subs/mallory/alice/raft.ts": "mallory",
      "subs/nelly/x/submission_metadata.yml": METADATA,
      "subs/nelly/x/alice/raft.ts": "nelly",
      "subs/oscar/alice_1_2_work.zip": buildZip([{ name: "raft.ts", content: "oscar" }]),
    });
    const intakes = await take(folder, glob(["alice", "mallory", "nelly", "oscar"]));
    expect(intakes.flatMap(({ members }) => members)).toEqual([]);
    expect(await openAll(intakes)).toEqual({
      alice: "alice",
      mallory: expect.stringMatching(/^it looks like a Gradescope export of 1/),
      nelly: "nelly",
      oscar: expect.stringMatching(/^it looks like a Canvas download of 1/),
    });
  });

  it("that hold nothing are ungradable, and the batch goes on", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": "alice", "subs/carol/.DS_Store": "" });
    mkdirSync(join(folder, "subs/bob"));
    const opened = await openAll(await take(folder, glob(["alice", "bob", "carol"])));
    expect(opened).toEqual({
      alice: "alice",
      bob: expect.stringMatching(/^it is empty; it must hold raft\.ts/),
      carol: expect.stringMatching(/there is no raft\.ts in it/),
    });
    expect(opened.bob).toMatch(SEVERAL);
  });

  it("that are all directories of submissions are refused, with what to do", async () => {
    const folder = makeSources({
      "section-a/alice/raft.ts": RAFT,
      "section-a/bob/raft.ts": RAFT,
      "section-b/carol.zip": buildZip([{ name: "raft.ts", content: RAFT }]),
    });
    const remarks: string[] = [];
    await expect(take(folder, ["section-a", "section-b"])).rejects.toThrow(/nothing that was found can be graded/);
    const options = { anyway: true, onRemark: (line: string) => remarks.push(line) };
    const intakes = await take(folder, ["section-a", "section-b"], options);
    const opened = await openAll(intakes);
    expect(opened["section-a"]).toMatch(/^several folders have raft\.ts: alice, bob/);
    for (const reason of Object.values(opened)) expect(reason).toMatch(SEVERAL);
    expect(remarks).toEqual([
      expect.stringMatching(/section-a: several folders have raft\.ts/),
      expect.stringMatching(/section-b: there is no raft\.ts in it/),
      expect.stringMatching(/^nothing that was found can be graded \(2 submissions\), such as section-a/),
    ]);
  });

  it("are not followed when they are links", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": "alice", "subs/alice.zip": "" });
    symlinkSync(join(folder, "subs/alice"), join(folder, "subs/mallory"));
    symlinkSync(join(folder, "gone"), join(folder, "subs/nelly"));
    for (const names of [
      ["alice", "mallory", "nelly"],
      ["alice", "mallory/", "nelly"],
    ]) {
      const opened = await openAll(await take(folder, glob(names)));
      expect(opened).toEqual({
        alice: "alice",
        mallory: expect.stringMatching(/^it is a symbolic link, which is not followed/),
        nelly: expect.stringMatching(/^it is a symbolic link, which is not followed/),
      });
    }
  });

  it("cannot bring a roster along", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": RAFT, "subs/m.csv": "id,path\nbob,alice\n" });
    const error = await take(folder, glob(["alice", "m.csv"])).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(IntakeError);
    expect((error as IntakeError).problems).toEqual([
      `${folder}/subs/m.csv: a roster is read only when it is the one source, as a student could hand in a .csv too; name it alone, or give it with --roster`,
    ]);
  });
});

it("several files that are none tell so in one line when they are many", async () => {
  const names = ["a", "b", "c", "d", "e"].map((name) => `${name}_11100${name}_raft.ts`);
  const folder = makeSources(Object.fromEntries(names.map((name) => [name, RAFT])));
  await expect(take(folder, names)).rejects.toMatchObject({
    problems: [
      expect.stringMatching(
        /a_11100a_raft\.ts: is no archive and no roster.*and so with 4 more; .*in one folder, name that/,
      ),
    ],
  });
  await expect(take(folder, names.slice(1))).rejects.toMatchObject({ problems: { length: 4 } });
});

describe("one folder that is a directory of submissions", () => {
  it("holds no export, as long as a student could have made it", async () => {
    const one = makeSources({ "subs/mallory/submission_metadata.yml": METADATA, "subs/mallory/alice/raft.ts": "m" });
    await expect(take(one, ["subs"])).rejects.toThrow(
      /one folder, mallory, that looks like a Gradescope export of 1; name that/,
    );
    const intakes = await take(one, ["subs"], { anyway: true });
    expect(intakes.map(({ id, members }) => [id, members])).toEqual([["mallory", []]]);
    const two = makeSources({
      "subs/assignment_7_export/submission_metadata.yml": METADATA,
      "subs/assignment_7_export/alice/raft.ts": "m",
      "subs/alice/raft.ts": RAFT,
    });
    expect((await take(two, ["subs"])).map(({ id }) => id)).toEqual(["alice", "assignment_7_export"]);
  });

  it("has one submission for each folder, also when a folder in it has the name of another student", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": "alice", "subs/mallory/alice/raft.ts": "mallory" });
    expect(await openAll(await take(folder, ["subs"]))).toEqual({ alice: "alice", mallory: "mallory" });
  });
});

it("a directory in which nothing can be graded is refused, unless staff say that it is meant", async () => {
  const folder = makeSources({ "subs/alice/README.md": "" });
  await expect(take(folder, ["subs"])).rejects.toThrow(/nothing that was found can be graded/);
  const [alice, ...more] = await take(folder, ["subs"], { anyway: true });
  expect(more).toEqual([]);
  expect(reasonOf((await alice?.open()) as never)).toMatch(/^there is no raft\.ts in it/);
});
