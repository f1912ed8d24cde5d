import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { commandsIn, misuseOf, runCommand } from "./commands.ts";
import { downloadOf } from "./downloads.ts";

const PAGES = readdirSync(join(ROOT, "docs/platforms"));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
/** What makes a grading cheap, and needs nothing of the machine. */
const CHEAP = ["--only", "lab2a/initial-election", "--runs", "1", "--workers", "1", "--no-sandbox"];
const GRADING = read("GRADING.md");
const FIRST_BATCH = GRADING.slice(GRADING.indexOf("## Your first batch"), GRADING.indexOf("## Releasing"));

afterEach(() => process.chdir(ROOT));

/** Types the commands of a text one after the other, in a folder with what they need; gives what the last batch was like. */
async function type(text: string, folder: string): Promise<void> {
  process.chdir(folder);
  for (const words of commandsIn(text)) {
    const said = await runCommand(words[0] === "batch" ? [...words.filter((word) => !isCheap(word)), ...CHEAP] : words);
    expect(said, words.join(" ")).toMatchObject({ code: 0, err: "" });
    const to = words.indexOf("--to");
    const written = to < 0 ? null : words[to + 1];
    if (written === null || written === undefined) continue;
    expect(statSync(written).isDirectory() ? readdirSync(written).length : statSync(written).size).toBeGreaterThan(0);
  }
}

/** The first batch of all says itself how to be cheap. */
function isCheap(word: string): boolean {
  return ["--only", "initial-election", "--runs", "1"].includes(word);
}

describe.each(PAGES)("docs/platforms/%s", (page) => {
  test("leads from the download to the upload: every command in it works", async () => {
    const folder = downloadOf(page);
    await type(read(`docs/platforms/${page}`), folder);
    const gradebook = readFileSync(join(folder, "grades/gradebook.csv"), "utf8");
    expect(gradebook.trim().split("\n")).toHaveLength(3);
    expect(gradebook).toMatch(/,graded,/);
    expect(gradebook).toMatch(/,ungradable,/);
  });

  test("is linked from the first batch, and links what is there", () => {
    expect(FIRST_BATCH).toContain(`(docs/platforms/${page})`);
    for (const [, anchor = ""] of read(`docs/platforms/${page}`).matchAll(/\.\.\/\.\.\/GRADING\.md#([\w-]+)/g))
      expect(anchorsOf(GRADING)).toContain(anchor);
  });
});

describe("GRADING.md", () => {
  test("a first batch, and an objection, are what it says", async () => {
    const folder = downloadOf("canvas.md");
    const objection = GRADING.slice(GRADING.indexOf("**From the very archive.**"));
    await type(FIRST_BATCH.replaceAll("roster.csv", "gradebook.csv"), folder);
    const results = readFileSync(join(folder, "grades/results.jsonl"), "utf8");
    const [, run = ""] = /grade replay (lab2a\/initial-election@\d+)/.exec(results) ?? [];
    const [replay = [], page = []] = commandsIn(objection.slice(0, objection.indexOf("## ")));
    const words = (of: readonly string[]) =>
      of.map((word) => (word === "kimlee_111001" ? "dummyana_1001" : word === "lab2a/initial-election@7" ? run : word));
    const played = await runCommand([...words(replay), "--no-sandbox", "--roster", "gradebook.csv"]);
    expect(played).toMatchObject({ code: 1, err: "" });
    expect(played.out).toMatch(/: what was graded\n[\s\S]*the same run as when it was graded\n$/);
    expect((await runCommand(words(page))).out).toMatch(/^# Dummy, Ana\n/);
  });

  test("every command of staff in it is one", async () => {
    const commands = [...commandsIn(GRADING), ...PAGES.flatMap((page) => commandsIn(read(`docs/platforms/${page}`)))];
    expect(commands.length).toBeGreaterThan(30);
    for (const words of commands) expect(await misuseOf(words), words.join(" ")).toBeNull();
    expect(await misuseOf(["report", "grades/", "--format", "csv", "--too", "x"])).toMatch(/unknown option/);
  });

  test("links what is there", () => {
    for (const [, path = ""] of GRADING.matchAll(/\]\(([\w/-]+\.md)/g))
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    for (const [, anchor = ""] of GRADING.matchAll(/\]\(#([\w-]+)\)/g)) expect(anchorsOf(GRADING)).toContain(anchor);
  });

  test("is half as long to read for a first batch as all of it about batches was", () => {
    expect(FIRST_BATCH.split(/\s+/).length).toBeLessThan(500);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
