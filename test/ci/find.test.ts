import { describe, expect, it } from "vitest";
import { type Changes, candidatesOf, chooseSubmission, folderName, namedPath } from "../../grader/ci/change/find.ts";

const files = (...paths: string[]) => candidatesOf(paths, ["raft", "kv"]);
const changed = (...paths: string[]): Changes => ({ kind: "known", files: paths, removed: [] });
const unknown: Changes = { kind: "unknown", reason: "nothing says what was changed" };
const choose = (paths: string[], changes: Changes, named: string | null = null) => {
  const path = named === null ? null : namedPath(named);
  const { candidate, ...rest } = chooseSubmission(
    files(...paths),
    changes,
    path && { path, main: "raft" },
    "pull request",
  );
  return { folder: folderName(candidate), ...rest };
};

describe("submissions of a repository", () => {
  it("are folders with a main file, in TypeScript or JavaScript, at any depth", () => {
    const found = files("raft.ts", "a/raft.js", "a/b/c/raft.ts", "a/other.ts", "x/kv.ts", "x/Raft.ts");
    expect(found.map((one) => `${folderName(one)} ${one.main}`)).toEqual([". raft", "a raft", "a/b/c raft", "x kv"]);
  });

  it("lie in no folder that is hidden, or that a tool made", () => {
    expect(files(".github/raft.ts", "node_modules/x/raft.ts", "a/.cache/raft.ts", "__MACOSX/raft.ts")).toEqual([]);
  });
});

describe("what is graded", () => {
  const two = ["alice/raft.ts", "bob/raft.ts", "README.md"];

  it("is the one that was changed", () => {
    expect(choose(two, changed("bob/log.ts", "bob/raft.ts", "README.md"))).toEqual({
      ...{ folder: "bob", how: "changed", changedFiles: 2, notes: [] },
    });
  });

  it("is the only one, also when nothing of it was changed", () => {
    expect(choose(["alice/raft.ts"], changed("README.md"))).toMatchObject({
      folder: "alice",
      how: "only",
      changedFiles: 0,
    });
    expect(choose(["raft.ts"], unknown)).toMatchObject({
      ...{ folder: ".", how: "only", changedFiles: null },
      notes: ["nothing says what was changed, so the only submission that there is was taken"],
    });
  });

  it("is none of two: which one would be a guess", () => {
    expect(() => choose(two, changed("bob/raft.ts", "alice/x.ts"))).toThrow(
      "the pull request changes 2 submissions (bob, alice), and a check grades one; split it, or say which with --submission or by the lab",
    );
    expect(() => choose(two, changed("README.md"))).toThrow(
      "the pull request changes none of the 2 submissions (alice, bob); say --submission",
    );
    expect(() => choose(two, unknown)).toThrow(
      "there are 2 submissions (alice, bob), and nothing says what was changed; say --submission",
    );
  });

  it("is nothing where there is none", () => {
    expect(() => choose(["a.ts"], changed("a.ts"))).toThrow(/^there is no submission in the repository/);
    expect(() => choose([], unknown)).toThrow(/^there is no submission in the repository/);
  });

  it("is the one that it moved to", () => {
    const moved: Changes = { kind: "known", files: ["a/raft.ts", "b/raft.ts"], removed: ["a"] };
    expect(choose(["b/raft.ts", "c/raft.ts"], moved)).toMatchObject({
      ...{ folder: "b", how: "changed", notes: ["there is no submission any more in a"] },
    });
  });

  it("is not another one when it was removed", () => {
    const gone: Changes = { kind: "known", files: ["a/raft.ts"], removed: ["a"] };
    expect(() => choose(["c/raft.ts"], gone)).toThrow("the pull request removes a submission (a) and changes no other");
  });

  it("is the one that is named, and others that were changed are told of", () => {
    expect(choose(two, changed("bob/raft.ts", "alice/raft.ts"), "./alice/")).toMatchObject({
      ...{ folder: "alice", how: "named", changedFiles: 1 },
      notes: ["the pull request changes other submissions too, which are not graded: bob"],
    });
  });

  it("is found by the innermost folder: a main file at the top does not take in those below", () => {
    expect(choose(["raft.ts", ...two], changed("bob/lib/a.ts"))).toMatchObject({ folder: "bob" });
    expect(choose(["raft.ts", ...two], changed("lib/a.ts"))).toMatchObject({ folder: "." });
  });

  it("is two where a folder has main files of two labs", () => {
    expect(() => choose(["a/raft.ts", "a/kv.ts"], changed("a/x.ts"))).toThrow(/changes 2 submissions/);
  });

  it("has a name of one line in messages, whatever it is", () => {
    const evil = "x\n::error::y\u001b[2J\u202e";
    expect(() => choose([`${evil}/raft.ts`, "b/raft.ts"], unknown)).toThrow(/^\P{C}*$/u);
  });

  it.each(["../other", "/etc", "a/../../b"])("is not outside of the repository: %s", (folder) => {
    expect(() => namedPath(folder)).toThrow(/leads out of the repository/);
  });
});
