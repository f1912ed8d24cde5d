import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { gradeHere } from "./grade-here.ts";
import { folderWith, grade, ROOT } from "./run-cli.ts";

const RUN = "lab2a/initial-election@5694848331441127";
const REFERENCE = join(ROOT, "reference/raft");

/** The reference, but that one vote is a majority. */
let hasty = "";
let cwd = "";
let file = "";

beforeAll(() => {
  const names = readdirSync(REFERENCE).filter((name) => name.endsWith(".ts"));
  hasty = folderWith(Object.fromEntries(names.map((name) => [name, readFileSync(join(REFERENCE, name), "utf8")])));
  const raft = join(hasty, "raft.ts");
  const right = "Math.floor(this.peers.length / 2) + 1";
  const text = readFileSync(raft, "utf8");
  expect(text.split(right)).toHaveLength(2);
  writeFileSync(raft, text.replace(right, "1"));
  cwd = folderWith();
  file = join(cwd, "hasty.scenario");
});

test("a run of a store is written to a file, without a word where none is wanted; it fails alike, and is told by servers and clerks", async () => {
  const kv = "reference/kv";
  const store = folderWith(
    Object.fromEntries(readdirSync(kv).map((name) => [name, readFileSync(join(kv, name), "utf8")])),
  );
  const text = readFileSync(join(store, "clerk.ts"), "utf8");
  const get = 'return (await this.run({ kind: "get", key })).value;';
  expect(text.split(get)).toHaveLength(2);
  writeFileSync(join(store, "clerk.ts"), text.replace(get, 'throw new Error("no get");'));
  const written = join(cwd, "store.scenario");
  const args = ["explain", "lab3a/basic@1", store, "--workers", "1", "--out", written, "--only-file"];
  const { code, out } = await grade(args, { cwd });
  const page = join(cwd, "store.html");
  expect([code, out]).toEqual([
    1,
    `written to ${written}; play it: npx --no grade run ${written}\nto step through in a browser: ${page}\n`,
  ]);
  expect(readFileSync(page, "utf8")).toMatch(
    /^<!doctype html>[\s\S]*A shorter way to the failure of this run: 2 steps instead of \d+, and no more[\s\S]*clerk 0/i,
  );
  expect(readFileSync(written, "utf8")).toMatch(/\nlab lab3\n[\s\S]*\nboot clerk 0\ncall clerk 0 get "a"/);
  const alike = await gradeHere(["run", written, store]);
  expect([alike.code, alike.out]).toEqual([
    1,
    expect.stringMatching(/: crashed, in the way it was written down for; 2 of 2 steps took place\n/),
  ]);
  expect(alike.out).toContain('clerk 0 is told to get("a")');
});

describe("a run that fails", () => {
  test("is told in the few steps that it takes, and written to a file that fails alike, and passes on the reference", async () => {
    const { code, out, err } = await grade(["explain", RUN, hasty, "--out", file, "--workers", "1"], { cwd });
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/how it comes about, in 2 steps/);
    expect(out).toMatch(/peer \d's timer fires\n +saves its state; sends requestVote to/);
    expect(out).toContain("failed: election-safety");
    const text = readFileSync(file, "utf8");
    expect(text).toContain('breaks "election-safety, leader-elected"');
    const alike = await gradeHere(["run", file, hasty]);
    expect(alike.code).toBe(1);
    expect(alike.out).toMatch(
      /failed: election-safety, in the way it was written down for; (\d+) of \1 steps took place/,
    );
    const right = await gradeHere(["run", file, REFERENCE]);
    expect([right.code, right.out]).toEqual([
      0,
      expect.stringMatching(/: passed; \d+ of \d+ steps took place\n +1 {2}peer \d.*\n/),
    ]);
  });

  test("is not played for a file that no folder is there for, or that is a folder", async () => {
    for (const [out, why] of [
      [join(cwd, "none", "x.scenario"), `cannot be written: there is no folder ${join(cwd, "none")}`],
      [cwd, "is a folder; name a file"],
    ] as const) {
      const { code, err } = await gradeHere(["explain", RUN, hasty, "--out", out]);
      expect([code, err]).toEqual([2, expect.stringContaining(`--out ${out} ${why}`)]);
    }
  });

  test("is one that passes: there is nothing to explain, and no file", async () => {
    const { code, out } = await grade(["explain", RUN, REFERENCE, "--workers", "1"], { cwd });
    expect([code, out]).toEqual([0, expect.stringContaining("passed")]);
    expect(readdirSync(cwd).filter((name) => name.startsWith("lab2a"))).toEqual([]);
  });

  test("is told by a grading unless somebody wants none of it, and leaves no file there", async () => {
    const args = ["lab2a", hasty, "--only", "initial-election", "--runs", "1", "--workers", "1"];
    const [told, untold] = [await grade(args, { cwd }), await grade([...args, "--no-shrink"], { cwd })];
    expect(told.out).toMatch(/how it comes about, in 2 steps/);
    expect(told.out).toContain(`npx --no grade explain ${RUN} ${hasty} --only-file writes it to a file`);
    expect(untold.out).not.toContain("how it comes about");
    expect([told.code, untold.code]).toEqual([1, 1]);
    expect(readdirSync(cwd).filter((name) => name.startsWith("lab2a"))).toEqual([]);
  });
});

describe("a search", () => {
  const search = (...args: string[]) => grade(["search", "lab2", ...args, "--workers", "1"], { cwd });

  test("finds the order that breaks something, tells it in the steps that it takes, and writes a file that fails alike", async () => {
    const { code, out, err } = await search(hasty, "--instance", "votes", "--shrink-budget", "50");
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/^lab2 votes: .*\n {2}failed: found after \d+ beginnings of orders\n/);
    expect(out).toContain("how it comes about, in 2 steps");
    const written = join(cwd, "lab2-votes.scenario");
    expect(readFileSync(written, "utf8")).toContain('breaks "election-safety, leader-elected"');
    expect((await gradeHere(["run", written, hasty])).out).toContain("in the way it was written down for");
    expect((await gradeHere(["run", written, REFERENCE])).code).toBe(0);
  });

  test("that a cap ends says how many of how many at least, and passes", async () => {
    const { code, out } = await search(REFERENCE, "--instance", "votes", "--prefixes", "200");
    expect(code).toBe(0);
    expect(out).toMatch(
      /passed \(bounded\): 200 of at least 2\d\d beginnings of orders, without a fault, and \d+ orders to their end\n/,
    );
  });

  test.each([
    [["--instance", "vote"], 'lab2 has no instance "vote"; did you mean votes?'],
    [["--instance", "x7"], 'lab2 has no instance "x7"; there are votes, '],
    [["--prefixes", "0"], "The number of beginnings is an integer from 1 to 1000000000."],
  ])("of %j is refused in one line", async (args, message) => {
    const { code, out, err } = await gradeHere(["search", "lab2", REFERENCE, ...args]);
    expect([code, out, err.split("\n").length]).toEqual([2, "", 2]);
    expect(err).toContain(message);
  });

  test("of a lab without instances is refused in one line", async () => {
    const { code, err } = await gradeHere(["search", "lab3"]);
    expect([code, err]).toEqual([2, "error: lab3 has no instances to search\n"]);
  });
});

describe("scenario files", () => {
  test("of a folder are a suite, with a line for each", async () => {
    const suite = folderWith({
      "a-leader.scenario": "peers 3\nboot all\nexpect leader\nexpect agree 1 3\n",
      "b-nobody.scenario": "peers 3\nboot 0\nrun 3 s\nexpect no-leader\n",
      "c-wrong.scenario": "peers 3\nboot 0\nexpect leader\n",
      "notes.txt": "no scenario",
    });
    const { code, out } = await grade(["run", suite, REFERENCE, "--workers", "1"]);
    expect(code).toBe(1);
    expect(out.split("\n").map((line) => line.replace(`${suite}/`, ""))).toEqual([
      "a-leader.scenario: passed; 5 of 5 steps took place",
      "b-nobody.scenario: passed; 3 of 3 steps took place",
      "c-wrong.scenario: failed: liveness; 2 of 2 steps took place",
      "2 of 3 passed",
      "",
    ]);
  });

  test.each([
    [
      "peers 3\nboots 1",
      /^error: .*bad\.scenario, line 2, column 1: here must be a step: boot, .*; there is "boots"\n$/,
    ],
    [
      "lab lab7\npeers 3\nboot all",
      /^error: .*bad\.scenario, line 1, column 5: here must be a lab: lab2, lab3, paxos; there is "lab7"\n$/,
    ],
    ["", /^error: .*bad\.scenario, line 1, column 1: here must be "peers".*\n$/],
    ["\u0000\u001b[2J\u202e", /^error: [^\p{Cc}\p{Cf}]*line 1, column 3[^\p{Cc}\p{Cf}]*\n$/u],
  ])("that hold %j are refused on one line, before anything is built", async (text, message) => {
    const { code, out, err } = await gradeHere([
      "run",
      join(folderWith({ "bad.scenario": text }), "bad.scenario"),
      "nowhere",
    ]);
    expect([code, out, err]).toEqual([2, "", expect.stringMatching(message)]);
  });

  test("that are not there are said to be missing", async () => {
    const empty = folderWith();
    expect((await gradeHere(["run", join(empty, "x.scenario")])).err).toBe(
      `error: there is no file or folder ${join(empty, "x.scenario")}\n`,
    );
    expect((await gradeHere(["run", empty])).err).toBe(`error: no file in ${empty} ends in .scenario\n`);
    expect(existsSync(join(empty, "x.scenario"))).toBe(false);
  });
});
