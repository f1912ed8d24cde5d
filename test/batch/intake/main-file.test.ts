import { describe, expect, it } from "vitest";
import { filesOf, makeSources, open, RAFT, reasonOf } from "./fixture.ts";
import { buildZip, type ZipEntry } from "./zip-builder.ts";

const main = { name: "raft.ts", content: RAFT };

async function openZip(entries: readonly ZipEntry[]) {
  return open(makeSources({ "bob.zip": buildZip(entries) }), "bob.zip", { anyway: true });
}

describe("where the main file is", () => {
  it("one folder down, with a note", async () => {
    const opened = await openZip([{ name: "lab2/raft.ts", content: RAFT }, { name: "lab2/log.ts" }]);
    expect(Object.keys(filesOf(opened))).toEqual(["log.ts", "raft.ts"]);
    expect(opened.notes).toEqual(["raft.ts was found one folder down, in lab2"]);
  });

  it("raft.ts when raft.js lies beside it, with a note", async () => {
    const remark = "raft.ts is what is graded, and raft.js beside it is not; remove the one that should not count";
    expect((await openZip([main, { name: "raft.js", content: "x" }])).notes).toEqual([remark]);
    const below = await openZip([{ name: "lab2/raft.ts", content: RAFT }, { name: "lab2/raft.js" }]);
    expect(below.notes).toEqual(["raft.ts was found one folder down, in lab2", remark]);
  });

  it("further down, when it is the only one", async () => {
    const opened = await openZip([
      { name: "lab2/lab2/raft.ts", content: RAFT },
      { name: "lab2/lab2/log.ts", content: "log" },
      { name: "lab2/notes/readme.md", content: "" },
    ]);
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT, "log.ts": "log" });
    expect(opened.notes).toEqual(["raft.ts was found 2 folders down, in lab2/lab2"]);
  });

  it("at the top, whatever lies one folder down", async () => {
    const opened = await openZip([main, { name: "old/raft.ts", content: "old" }]);
    expect(filesOf(opened)["raft.ts"]).toBe(RAFT);
    expect(opened.notes).toEqual([]);
  });

  it.each([
    [["b/raft.ts", "a/raft.js"], "several folders have raft.ts: a, b; hand in one of them only"],
    [["a/b/raft.ts", "a/c/raft.ts"], "several folders have raft.ts: a/b, a/c; hand in one of them only"],
    [["Raft.ts"], "it has Raft.ts, but the file must be named raft.ts or raft.js; rename it to raft.ts"],
    [
      ["log.ts", "\u202ea.ts"],
      "there is no raft.ts in it, nor in a folder of it (raft.js will do too); it holds log.ts, \ufffda.ts",
    ],
    [["raft.mjs", "log.ts"], "it has raft.mjs, but the file must be named raft.ts or raft.js; rename it to raft.js"],
    [
      ["a/raft (1).ts"],
      "it has a/raft (1).ts, but the file must be named raft.ts or raft.js; move and rename it to raft.ts",
    ],
    [[".DS_Store"], "it is empty; it must hold raft.ts"],
  ])("nowhere that counts: %j", async (names, reason) => {
    expect(reasonOf(await openZip(names.map((name) => ({ name, content: "x" }))))).toBe(reason);
  });
});
