import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RUNS } from "../../scripts/page-pictures.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";
import { commandsIn } from "../docs/commands.ts";
import { Browser } from "./browser.ts";

const HANDOUT = readFileSync(join(ROOT, "labs/raft/from-a-failing-seed-to-a-fix.md"), "utf8");
/** What makes a grading cheap; the scenario is the handout's. */
const CHEAP = ["--only", "earlier-term-entries", "--workers", "1", "--no-shrink"];
const { base, file, edits } = RUNS.raft;
const [[right = "", wrong = ""] = []] = edits;

let browser: Browser;
beforeAll(async () => {
  browser = await Browser.start("chromium");
});
afterAll(() => browser?.close());

/** A command of the handout, as far as it takes long made short. */
function shortened(words: readonly string[]): string[] {
  if (words[0] === "replay") return [...words];
  const kept = words.filter((word, at) => word !== "--only" && words[at - 1] !== "--only");
  return [...kept.map((word, at) => (kept[at - 1] === "--runs" ? "3" : word)), ...CHEAP];
}

test("from a failing seed to a fix: each command does what the handout says, and the page shows it", async () => {
  const folder = folderWith();
  cpSync(join(ROOT, base), folder, { recursive: true });
  const source = readFileSync(join(folder, file), "utf8");
  writeFileSync(join(folder, file), source.replace(right, wrong));
  const run = (words: readonly string[]) => grade(shortened(words), { cwd: folder });
  const [first = [], page = [], again = [], ...rest] = commandsIn(HANDOUT);

  const failed = await run(first);
  expect(failed.code).toBe(1);
  const [, output = ""] = /```\n(FAIL[\s\S]*?)```/.exec(HANDOUT) ?? [];
  expect(failed.out).toContain(output.trimEnd());
  expect(failed.out).toContain("page      pages/");

  expect(await run(page)).toMatchObject({ code: 1 });
  const name = `${page[1]?.replace("/", "-")}.html`;
  const tab = await browser.open(pathToFileURL(join(folder, name)).href);
  await tab.until("document.querySelector('#app[aria-busy]') === null");
  const text = (what: string) => tab.ask<string>(`document.querySelector(${JSON.stringify(what)}).innerText`);
  const row = (field: string) =>
    tab.ask<string>(
      `[...document.querySelectorAll('.objects tbody tr')].find((one) => one.innerText.startsWith(${JSON.stringify(field)})).innerText`,
    );
  expect(await text(".detail")).toMatch(
    /^Peer 3 at 2\.621\d* s\s+departure peer 3, leader of term 4, applies indices 2 to 4/,
  );
  expect(await row("commit")).toMatch(/4 was 1/);
  expect(await row("match")).toMatch(/4 was 0/);
  await tab.press("[", "[", "[");
  expect(await text(".what")).toMatch(/^⇠ 0 {2}appendEntries answered .*success: true/);
  await tab.press("v");
  const disputed = await tab.ask<string[]>(
    "[...document.querySelectorAll('.logs td.disputed')].map((one) => one.title)",
  );
  expect(disputed).toContain("2: 2 (applied); saved there now: 5");
  await tab.close();

  const diff = /```diff\n-(.*)\n\+(.*)\n```/.exec(HANDOUT);
  expect([diff?.[1], diff?.[2]]).toEqual([wrong.trimEnd(), right.trimEnd()]);
  writeFileSync(join(folder, file), source.replace(right, wrong).replace(`${diff?.[1]}\n`, `${diff?.[2]}\n`));
  expect(await run(again)).toMatchObject({ code: 0, err: "" });
  // What failed is played before all else that is graded anew.
  const [many = [], failedOnly = [], ...others] = rest;
  expect((await run(failedOnly)).out).toMatch(/pass +lab2b\/earlier-term-entries/);
  for (const words of [many, ...others]) expect(await run(words)).toMatchObject({ code: 0, err: "" });
}, 600_000);
