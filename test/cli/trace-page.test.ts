import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataOf } from "../page/made-up.ts";
import { folderWith, grade, raftWith } from "./run-cli.ts";

const ONLY = ["--only", "initial-election", "--runs", "1", "--workers", "1"];

test("--trace writes a page for a scenario that does not pass, the one that its replay writes", async () => {
  const cwd = folderWith({ "raft.ts": raftWith("console.log('<b>hello</b>');", "  #secret = '<i>kept</i>';\n") });
  const graded = await grade(["lab2a", ...ONLY, "--trace", "new/pages"], { cwd });
  expect(graded.code).toBe(1);
  const [name = "", ...more] = readdirSync(join(cwd, "new/pages"));
  expect(more).toEqual([]);
  expect(name).toMatch(/^lab2a-initial-election@\d+\.html$/);
  expect(graded.out).toContain(`page      new/pages/${name}\n`);
  const page = readFileSync(join(cwd, "new/pages", name), "utf8");
  const data = dataOf(page);
  expect(data.texts).toContain("<b>hello</b>");
  expect(page).not.toContain("<b>hello");
  expect(data.fields?.texts).toEqual(expect.arrayContaining(["#secret", '"<i>kept</i>"']));
  expect(page).not.toContain("<i>kept");
  expect(data.columns.map(({ fact }) => fact)).toContain("term");
  expect(data.marks.map(({ kind }) => kind)).toContain("violation");

  const run = name.replace("lab2a-", "lab2a/").replace(".html", "");
  const replayed = await grade(["replay", run, "--trace"], { cwd });
  expect([replayed.code, replayed.out.split("\n").at(-2)]).toEqual([1, `page  ${name}`]);
  expect(readFileSync(join(cwd, name), "utf8")).toBe(page);
  expect(replayed.out).not.toContain("is called");
});

test.each([
  [["lab2a", ...ONLY, "--trace", "raft.ts"], /^error: --trace raft\.ts is no folder and cannot be made one/],
  [["replay", "lab2a/initial-election@1", "--trace", "folder"], /^error: --trace folder is a folder; name a file/],
  [["replay", "lab2a/initial-election@1", "--trace", "none/x.html"], /^error: --trace none\/x\.html cannot be written/],
])("%j is refused before anything is played", async (args, line) => {
  const cwd = folderWith({ "raft.ts": raftWith(""), "folder/x": "" });
  const { code, out, err } = await grade(args, { cwd });
  expect(err).toMatch(line);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(existsSync(join(cwd, "none"))).toBe(false);
});
