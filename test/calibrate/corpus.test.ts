import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { applyEdit, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { labs } from "../../labs/index.ts";
import { folderWith, ROOT, raftWith } from "../cli/run-cli.ts";

const { form } = labs[0] as (typeof labs)[number];
const BASE = { "base/raft.ts": raftWith("this.log = [1];\n") };
const WRONG = `base: ../base
submissions:
  - id: a-one
    stage: lab2a
    expects: [liveness]
    summary: It has a one.
    edits:
      - { file: raft.ts, find: "[1]", replace: "[2]" }
`;

function load(files: Record<string, string>, kinds: readonly ("wrong" | "right")[] = ["wrong"]) {
  const root = folderWith({ ...BASE, ...files });
  const of = (kind: "wrong" | "right") => (kinds.includes(kind) ? [join(root, kind)] : []);
  return loadCorpus({ wrong: of("wrong"), right: of("right") }, "raft", ["lab2a", "lab2b"]);
}
const patched = (changes: (text: string) => string) => ({ "wrong/a.yaml": changes(WRONG) });

describe("a corpus", () => {
  test("is patches in files and whole submissions in folders", () => {
    const entries = load(
      {
        ...patched((text) => text),
        "wrong/whole/raft.ts": raftWith(""),
        "wrong/described/raft.ts": raftWith(""),
        "wrong/corpus.yaml":
          "submissions:\n  - { id: described, stage: lab2b, expects: [api], summary: s, weak: true, stage-before: false }\n  - { id: gone, summary: s, effect: none, why: nobody can see it }\n",
        "wrong/notes/README.md": "no submission",
        "right/r.yaml":
          "base: good\nsubmissions:\n  - { id: odd, summary: s, needs: no-ops, edits: [{ file: raft.ts, find: x, replace: y }] }\n",
        "right/good/raft.ts": raftWith(""),
      },
      ["wrong", "right"],
    );
    expect(entries.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
      "wrong a-one",
      "wrong described",
      "wrong gone",
      "wrong whole",
      "right odd",
      // The base of right ones is one itself.
      "right good",
    ]);
    expect(entries.find(({ id }) => id === "whole")).not.toHaveProperty("stage");
    expect(entries.find(({ id }) => id === "described")).toMatchObject({
      stage: "lab2b",
      weak: true,
      failsBefore: true,
    });
    expect(entries.find(({ id }) => id === "gone")).toMatchObject({ noEffect: "nobody can see it" });
  });

  test("has folders that lie elsewhere, where a file says so", () => {
    const entries = load(
      {
        "right/r.yaml": "home: ../elsewhere\nsubmissions:\n  - { id: one, summary: s }\n",
        "elsewhere/one/raft.ts": raftWith(""),
      },
      ["right"],
    );
    expect(entries).toMatchObject([{ id: "one", summary: "s", folder: expect.stringMatching(/elsewhere\/one$/) }]);
  });

  test("does not take the base of wrong ones for one of them", () => {
    const entries = load({
      "wrong/rich/raft.ts": raftWith("this.log = [1];"),
      "wrong/a.yaml": WRONG.replace("../base", "rich"),
    });
    expect(entries.map(({ id }) => id)).toEqual(["a-one"]);
  });

  test.each([
    ["no YAML", (text: string) => `${text}  - id: [`, /a\.yaml:\d+:\d+: /],
    ["an unknown field", (text: string) => text.replace("summary:", "sumary:"), /a\.yaml: a-one: .*summary/],
    ["an unknown property", (text: string) => text.replace("liveness", "livelyness"), /a\.yaml: a-one: expects\.0: /],
    [
      "an unknown stage",
      (text: string) => text.replace("lab2a", "lab2x"),
      /a\.yaml: a-one: there is no stage lab2x; use lab2a, lab2b/,
    ],
    [
      "a stage without expectations",
      (text: string) => text.replace(/ +expects.*\n/, ""),
      /a-one: `stage` and `expects` go together/,
    ],
    [
      "edits without a base",
      (text: string) => text.replace(/base.*\n/, ""),
      /a-one: it has edits, but the file names no `base`/,
    ],
    [
      "a base that is none",
      (text: string) => text.replace("../base", "../bass"),
      /a-one: its base .*bass holds no raft\.ts/,
    ],
    [
      "no edits and no folder",
      (text: string) => text.replace(/ +edits:[\s\S]*/, ""),
      /a-one: it has no edits, so there must be a folder/,
    ],
    ["an id that is no folder name", (text: string) => text.replace("a-one", "../one"), /\.\.\/one: id: small letters/],
    ["no effect without an argument", (text: string) => `${text}    effect: none\n`, /a-one: why: /],
    [
      "the same id twice",
      (text: string) => text + text.slice(text.indexOf("  - id")),
      /a-one is there already, in .*a\.yaml/,
    ],
    ["`needs` of a wrong one", (text: string) => `${text}    needs: no-ops\n`, /a-one: `needs` is for right/],
  ])("with %s is refused, with file and id", (_, change, message) => {
    expect(() => load(patched(change))).toThrow(message);
    expect(() => load(patched(change))).toThrow(expect.objectContaining({ name: "CorpusError" }));
  });

  test("that is not there or empty is refused", () => {
    expect(() => load({})).toThrow(/there is no folder .*wrong; name one with known-wrong submissions/);
    expect(() => load({ "wrong/README.md": "" })).toThrow(/wrong holds no submissions/);
    expect(() => load({ "right/r.yaml": WRONG }, ["right"])).toThrow(/a-one: a right submission fails nowhere/);
  });
});

describe("building", () => {
  test("applies the patches, to the bundle and in the folders that are kept", async () => {
    const keep = join(folderWith(), "kept");
    const [built] = await buildCorpus(load(patched((text) => text)), form, { keepIn: keep });
    expect(built?.load.code).toContain("[2]");
    expect(built?.load.code).not.toContain("[1]");
    expect(readFileSync(join(keep, "a-one/raft.ts"), "utf8")).toContain("this.log = [2];");
    await buildCorpus(load(patched((text) => text)), form, { keepIn: keep });
    expect(existsSync(join(keep, "a-one/raft.ts"))).toBe(true);
  });

  test("never writes into a folder with other files", async () => {
    const other = folderWith({ "a-one/thesis.txt": "" });
    await expect(buildCorpus(load(patched((text) => text)), form, { keepIn: other })).rejects.toThrow(
      /there are other files in it/,
    );
    expect(existsSync(join(other, "a-one/thesis.txt"))).toBe(true);
  });

  test.each([
    ["stands nowhere", '"[1]"', '"[3]"', /a\.yaml: a-one: its text stands 0 times in raft\.ts, not once; .*: \[3\]$/],
    ["stands more than once", '"[1]"', '"readonly"', /its text stands [2-9] times in raft\.ts/],
    ["is of no file", "raft.ts", "raft.tsx", /a-one: there is no raft\.tsx in /],
    ["breaks the syntax", '"[2]"', '"[2"', /a\.yaml: a-one: .*syntax error/],
  ])("refuses a patch whose text %s", async (_, from, to, message) => {
    await expect(buildCorpus(load(patched((text) => text.replace(from, to))), form)).rejects.toThrow(message);
  });
});

test.each(labs)("every patch of the project's own corpus for $id fits, and no two come out the same", (lab) => {
  const entries = ownCorpus(lab);
  const texts = entries.map((entry) => {
    const sources = new Map<string, string>();
    for (const edit of entry.edits) {
      const path = join(entry.folder, edit.file);
      sources.set(path, applyEdit(sources.get(path) ?? readFileSync(path, "utf8"), edit, entry));
    }
    return JSON.stringify([entry.folder, [...sources]]);
  });
  expect(new Set(texts).size).toBe(texts.length);
  expect(entries.some(({ kind }) => kind === "right")).toBe(true);
});

test.each(labs)("those of $id that no calibration of the project plays load, too", async (lab) => {
  const weak = ownCorpus(lab).filter((entry) => entry.weak);
  const built = await buildCorpus(weak, lab.form);
  expect(built.length).toBe(weak.filter(({ noEffect }) => noEffect === undefined).length);
});

function ownCorpus(lab: (typeof labs)[number]) {
  const folder = (name: string) => join(ROOT, "test", name, lab.home);
  return loadCorpus(
    { wrong: [folder("wrong")], right: [folder("right")] },
    lab.form.file,
    lab.suites.map(({ id }) => id),
  );
}
