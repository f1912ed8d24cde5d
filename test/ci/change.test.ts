import { execFileSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEvent, readEvent } from "../../grader/ci/change/event.ts";
import { type Changes, candidatesOf, chooseSubmission, folderName, namedPath } from "../../grader/ci/change/find.ts";
import { makeFolder } from "../submission/folder.ts";
import { pullRequest, push } from "./fixture.ts";

const BASE = "b".repeat(40);
const HEAD = "a".repeat(40);

describe("an event", () => {
  it("of a pull request says its head and base, and whether it is of a fork", () => {
    expect(parseEvent(pullRequest(BASE, HEAD), "e")).toEqual({
      ...{ kind: "pull-request", number: 5, head: HEAD, base: BASE, isFork: true },
    });
    const own = { head: { sha: HEAD, repo: { full_name: "course/raft" } } };
    expect(parseEvent(pullRequest(BASE, HEAD, own), "e")).toMatchObject({ isFork: false });
  });

  it("of a fork that is gone is one of a fork", () => {
    expect(parseEvent(pullRequest(BASE, HEAD, { head: { sha: HEAD, repo: null } }), "e")).toMatchObject({
      isFork: true,
    });
  });

  it("of a push says what was there before, and that a branch is new or gone", () => {
    expect(parseEvent(push(BASE, HEAD), "e")).toEqual({ kind: "push", before: BASE, after: HEAD });
    expect(parseEvent(push("0".repeat(40), HEAD), "e")).toMatchObject({ before: null });
    expect(parseEvent(push(BASE, "0".repeat(40)), "e")).toMatchObject({ after: null });
  });

  it.each(['{"action":"run"}', '{"schedule":"0 0 * * *"}', '{"inputs":null,"ref":"refs/heads/main"}', "{}"])(
    "of another kind says nothing of a change: %s",
    (text) => expect(parseEvent(text, "e")).toEqual({ kind: "other" }),
  );

  it("keeps no text of it, whatever stands there", () => {
    const title = '"; rm -rf / #\n::error::x\u001b[2J\u202e';
    const head = { ref: title, sha: HEAD, repo: { full_name: title } };
    expect(JSON.stringify(parseEvent(pullRequest(BASE, HEAD, { title, body: title, head }), "e"))).not.toMatch(
      /rm|error|x/,
    );
  });

  it.each([
    ["[1]", "the event e is no JSON object"],
    ["null", "the event e is no JSON object"],
    ["{", "the event e is no JSON"],
    ["", "the event e is no JSON"],
    [
      '{"pull_request":7}',
      "the event e is not as GitHub sends one of a pull request: pull_request is missing or of another kind",
    ],
    [
      pullRequest(BASE, "main; rm -rf /"),
      "the event e is not as GitHub sends one of a pull request: pull_request.head.sha is missing or of another kind",
    ],
    [
      pullRequest("--output=/etc/passwd", HEAD),
      "the event e is not as GitHub sends one of a pull request: pull_request.base.sha is missing or of another kind",
    ],
    [
      '{"ref":"a","before":"x","after":["y"]}',
      "the event e is not as GitHub sends one of a push: before is missing or of another kind",
    ],
    ['{"pull_request":{"__proto__":{"number":1}}}', /^the event e is not as GitHub sends one of a pull request: /],
  ])("that is not whole is refused in one line: %s", (text, message) => {
    expect(() => parseEvent(text, "e")).toThrow(message);
  });

  it("that nests a million times deep is read, and says nothing", () => {
    expect(parseEvent(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`, "e")).toEqual({ kind: "other" });
  });
});

describe("an event file", () => {
  it("of 50 MB is refused before it is read", () => {
    const path = join(makeFolder({ "event.json": "{}" }), "event.json");
    truncateSync(path, 50_000_000);
    expect(() => readEvent(path)).toThrow(/has more than 26214400 bytes, and is none that GitHub sends$/);
  });

  it("that is missing, a folder, or a pipe nobody writes to is refused", () => {
    const folder = makeFolder({});
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(() => readEvent(join(folder, "none"))).toThrow(/^there is no event file .*; leave --event out, or name/);
    expect(() => readEvent(folder)).toThrow(/is no file; name the JSON file of the event$/);
    expect(() => readEvent(join(folder, "pipe"))).toThrow(/is no file; name the JSON file of the event$/);
  });
});

const files = (...paths: string[]) =>
  candidatesOf(paths, [{ file: "raft" }, { file: "kv", layers: ["raft"] }, { file: "zab" }]);
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

  it("are not what one of another lab brings with it to build on", () => {
    const found = files("a/kv.ts", "a/raft.ts", "a/below/raft.ts", "b/raft.js", "c/kv.js", "c/raft.js");
    expect(found.map((one) => `${folderName(one)} ${one.main}`)).toEqual(["a kv", "a/below raft", "b raft", "c kv"]);
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
    expect(() => choose(["a/raft.ts", "a/zab.ts"], changed("a/x.ts"))).toThrow(/changes 2 submissions/);
  });

  it("has a name of one line in messages, whatever it is", () => {
    const evil = "x\n::error::y\u001b[2J\u202e";
    expect(() => choose([`${evil}/raft.ts`, "b/raft.ts"], unknown)).toThrow(/^\P{C}*$/u);
  });

  it.each(["../other", "/etc", "a/../../b"])("is not outside of the repository: %s", (folder) => {
    expect(() => namedPath(folder)).toThrow(/leads out of the repository/);
  });
});
