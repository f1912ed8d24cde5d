import { execFileSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEvent, readEvent } from "../../grader/ci/change/event.ts";
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
