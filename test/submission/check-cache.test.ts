import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckCache } from "../../grader/submission/check-cache.ts";
import { openSubmission } from "../../grader/submission/open.ts";
import { type CompilerRun, typeCheck } from "../../grader/submission/type-check.ts";
import { makeFolder, raftForm } from "./folder.ts";

const key = (i: number) => i.toString(16).padStart(64, "0");
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

describe("a cache of checks", () => {
  test("gives back what was put there, also empty text and what is not ASCII, and nothing else", () => {
    const folder = join(makeFolder({}), "not/yet");
    const cache = new CheckCache(folder);
    expect(cache.get(key(1))).toBe(null);
    for (const [i, text] of ["", "raft.ts(1,2): error TS1: ü €\n", "\n\n"].entries()) {
      cache.put(key(i), text);
      expect(new CheckCache(folder).get(key(i))).toBe(text);
    }
    expect(cache.get(key(9))).toBe(null);
    expect(readdirSync(folder).sort()).toEqual([key(0), key(1), key(2)]);
  });

  test.each<readonly [string, (path: string) => void]>([
    ["one that was cut", (path) => truncateSync(path, readFileSync(path).length - 1)],
    ["one that something was added to", (path) => appendFileSync(path, "x")],
    ["an empty one", (path) => truncateSync(path, 0)],
    ["one with another text", (path) => writeFileSync(path, readFileSync(path, "utf8").replace("problem", "nothing"))],
    ["one of another format", (path) => writeFileSync(path, readFileSync(path, "utf8").replace("@1", "@2"))],
    ["the entry of another key", (path) => writeFileSync(path, readFileSync(path, "utf8").replace(key(1), key(2)))],
    ["bytes that are no text", (path) => writeFileSync(path, Buffer.from([0xff, 0x00, 0x0a, 0xfe]))],
    ["one that is far too long", (path) => appendFileSync(path, Buffer.alloc(1_000_000))],
  ])("takes %s for none, and puts a whole one in its place", (_title, damage) => {
    const folder = makeFolder({});
    const cache = new CheckCache(folder);
    cache.put(key(1), "a problem");
    expect(cache.get(key(1))).toBe("a problem");
    damage(join(folder, key(1)));
    expect(cache.get(key(1))).toBe(null);
    cache.put(key(1), "a problem");
    expect(cache.get(key(1))).toBe("a problem");
  });

  test("follows no link, and waits for no pipe", () => {
    const [folder, elsewhere] = [makeFolder({}), makeFolder({})];
    new CheckCache(elsewhere).put(key(1), "kept elsewhere");
    symlinkSync(join(elsewhere, key(1)), join(folder, key(1)));
    mkdirSync(join(folder, key(2)));
    expect(spawnSync("mkfifo", [join(folder, key(3))]).status).toBe(0);
    const cache = new CheckCache(folder);
    for (const i of [1, 2, 3]) expect(cache.get(key(i))).toBe(null);
  });

  test("is of no use, and does no harm, where it cannot be written", () => {
    const folder = makeFolder({ file: "" });
    for (const place of [join(folder, "file"), join(folder, "file/below"), "/proc/nowhere", "/dev/null"]) {
      const cache = new CheckCache(place);
      cache.put(key(1), "text");
      expect(cache.get(key(1))).toBe(null);
    }
    // An entry's place is taken by a folder: what was written beside it does not stay.
    mkdirSync(join(folder, key(1)));
    new CheckCache(folder).put(key(1), "text");
    expect(readdirSync(folder).sort()).toEqual([key(1), "file"].sort());
    chmodSync(folder, 0o700);
  });

  test("keeps so many entries, and those that were asked for last", () => {
    const folder = makeFolder({});
    const cache = new CheckCache(folder, { entries: 3, totalBytes: 1e6, textBytes: 1000 });
    for (const i of [1, 2, 3]) {
      cache.put(key(i), `text ${i}`);
      utimesSync(join(folder, key(i)), at(i), at(i));
    }
    expect(cache.get(key(1))).toBe("text 1");
    cache.put(key(4), "text 4");
    expect(readdirSync(folder).sort()).toEqual([key(1), key(3), key(4)]);
  });

  test("keeps so many bytes, and no text that is longer than it may be", () => {
    const folder = makeFolder({});
    const cache = new CheckCache(folder, { entries: 100, totalBytes: 2_000, textBytes: 1_000 });
    for (const i of [1, 2, 3, 4]) {
      cache.put(key(i), "x".repeat(700));
      utimesSync(join(folder, key(i)), at(i), at(i));
    }
    expect(readdirSync(folder).sort()).toEqual([key(3), key(4)]);
    cache.put(key(5), "€".repeat(400));
    expect(cache.get(key(5))).toBe(null);
  });

  test("removes what writers that were killed left there, and nothing that is not its own", () => {
    const [old, fresh] = [`${key(1)}.${"a".repeat(16)}.new`, `${key(1)}.${"b".repeat(16)}.new`];
    const folder = makeFolder({ [old]: "", [fresh]: "", "notes.txt": "the user's own" });
    for (const name of [old, "notes.txt"]) utimesSync(join(folder, name), at(0), at(0));
    new CheckCache(folder, { entries: 1, totalBytes: 1, textBytes: 1000 }).put(key(2), "text");
    expect(readdirSync(folder).sort()).toEqual([fresh, "notes.txt"].sort());
  });

  test("gives whole texts only while many processes write the same entry", async () => {
    const folder = makeFolder({});
    const texts = ["a", "b"].map((letter) => letter.repeat(90_000));
    const caches = texts.map(() => new CheckCache(folder));
    for (let i = 0; i < 50; i++) {
      for (const [k, cache] of caches.entries()) cache.put(key(1), texts[(i + k) % 2] as string);
      expect(texts).toContain(new CheckCache(folder).get(key(1)));
    }
    expect(readdirSync(folder)).toEqual([key(1)]);
  });
});

describe("a check of types that may be remembered", () => {
  const WRONG = "raft.ts(1,2): error TS2322: it is wrong.\n";
  /** A compiler that says how often it was started. */
  function compiler(result: CompilerRun = { output: WRONG, code: 2 }) {
    const started: string[] = [];
    const run = async (_: string, args: readonly string[]) => {
      started.push(args.join(" "));
      return result;
    };
    return { started, run };
  }
  const open = (files: Record<string, string>) => openSubmission(makeFolder(files), raftForm);

  test("starts no compiler for sources that have not changed, wherever they lie", async () => {
    const cache = new CheckCache(makeFolder({}));
    const { started, run } = compiler();
    const files = { "raft.ts": "export class Raft {}", "lib/log.ts": "export {};" };
    const first = await typeCheck(open(files), run, cache);
    expect(first).toMatchObject([{ file: "raft.ts", code: "TS2322", message: "it is wrong." }]);
    expect(await typeCheck(open(files), run, cache)).toEqual(first);
    expect(started).toHaveLength(1);
  });

  test.each<readonly [string, Record<string, string>]>([
    ["one letter", { "raft.ts": "export class Raft { }", "lib/log.ts": "export {};" }],
    [
      "a file that nothing imports yet",
      { "raft.ts": "export class Raft {}", "lib/log.ts": "export {};", "a.json": "1" },
    ],
    ["a name", { "raft.ts": "export class Raft {}", "lib/Log.ts": "export {};" }],
    ["a file that is gone", { "raft.ts": "export class Raft {}" }],
    ["the main file", { "raft.js": "export class Raft {}", "lib/log.ts": "export {};" }],
  ])("asks the compiler again after a change of %s", async (_title, changed) => {
    const cache = new CheckCache(makeFolder({}));
    const { started, run } = compiler();
    await typeCheck(open({ "raft.ts": "export class Raft {}", "lib/log.ts": "export {};" }), run, cache);
    await typeCheck(open(changed), run, cache);
    expect(started).toHaveLength(2);
  });

  test("does not remember a compiler that died, though its exit code is one of those that mean a complaint", async () => {
    const cache = new CheckCache(makeFolder({}));
    const files = { "raft.ts": "export class Raft {}" };
    const died = compiler({ output: "", code: 2 });
    await expect(typeCheck(open(files), died.run, cache)).rejects.toThrow("does not say what at");
    expect(await typeCheck(open(files), compiler().run, cache)).toHaveLength(1);
  });

  test("sees nothing but what was read: no package beside the folder, and no file that is written later", async () => {
    const outer = makeFolder({
      "node_modules/lodash/index.d.ts": "export const x: number;",
      "node_modules/lodash/package.json": `{ "types": "index.d.ts" }`,
      "mine/raft.ts": `import type { x } from "lodash";\nimport { y } from "./later";\nexport class Raft { a: typeof x = 1; b = y; }`,
    });
    const submission = openSubmission(join(outer, "mine"), raftForm);
    writeFileSync(join(outer, "mine/later.ts"), "export const y = 1;");
    expect(await typeCheck(submission)).toMatchObject([
      { line: 1, code: "TS2307" },
      { line: 2, code: "TS2307" },
    ]);
  });

  test("names no temporary folder", async () => {
    const submission = open({
      "raft.ts": `import "./Log.ts";\nimport "./log.ts";\nimport x from "./data.cjs";\nexport class Raft { x = x; }`,
      "log.ts": "export {};",
      "Log.ts": "export {};",
      "data.cjs": "module.exports = 1;",
    });
    expect(JSON.stringify(await typeCheck(submission))).not.toContain("consensus-labs-types");
  });
});
