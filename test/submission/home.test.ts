import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSubmission, remarksOn } from "../../grader/submission/open.ts";
import { makeFolder, raftForm } from "./folder.ts";

const form = { ...raftForm, home: "ours" };
const MAIN = "export class Raft {}";

describe("a folder that holds one of each lab", () => {
  it("stands for that of the lab, which is graded as if it had been named", () => {
    const folder = makeFolder({ "ours/raft.ts": MAIN, "ours/more.ts": "", "theirs/raft.ts": "" });
    const { dir, files, hash } = openSubmission(folder, form);
    expect([dir, files]).toEqual([join(folder, "ours"), ["more.ts", "raft.ts"]]);
    expect(openSubmission(join(folder, "ours"), form).hash).toBe(hash);
  });

  it("has no part in a folder with the main file itself", () => {
    const folder = makeFolder({ "raft.ts": MAIN, "ours/raft.ts": "" });
    expect(openSubmission(folder, form)).toMatchObject({ dir: folder, files: ["ours/raft.ts", "raft.ts"] });
  });

  it.each([
    [
      "of another lab only",
      { "theirs/raft.ts": MAIN },
      /no raft\.ts in .*, but there is one in .*\/theirs; grade that folder/,
    ],
    ["without a main file", { "ours/log.ts": "" }, /no raft\.ts in /],
    ["that is a file", { ours: "" }, /no raft\.ts in /],
  ])("and %s is none", (_, files, message) => {
    expect(() => openSubmission(makeFolder(files as Record<string, string>), form)).toThrow(message);
  });

  it("is looked into for remarks too", () => {
    const folder = makeFolder({ "ours/raft.ts": MAIN, "ours/raft.js": "" });
    expect(remarksOn(folder, form)).toHaveLength(1);
    expect(remarksOn(folder, form)).toEqual(remarksOn(join(folder, "ours"), form));
  });
});
