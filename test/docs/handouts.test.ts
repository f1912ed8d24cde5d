import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { withEqualsSigns } from "../../grader/cli/input/own-layers.ts";
import { makeProgram } from "../../grader/cli/program.ts";
import { picturesIn } from "../../grader/release/handouts.ts";
import { PICTURES } from "../../scripts/page-pictures.ts";
import { ROOT } from "../cli/run-cli.ts";
import { commandsIn } from "./commands.ts";

const HANDOUTS = readdirSync(join(ROOT, "labs"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".md"))
  .map((path) => `labs/${path}`);
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** What is wrong with the words of a command, without running it; null when nothing is. */
async function misuseOf(words: readonly string[]): Promise<string | null> {
  const stream = { isTerminal: false, columns: undefined, write: () => {} };
  const program = makeProgram({ out: stream, err: stream, onClosed: () => {} } as never, "", () => {});
  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => {});
  try {
    await program.parseAsync(withEqualsSigns(words), { from: "user" });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(HANDOUTS)("%s: every command is one, and what it links and shows is there", async (path) => {
  const text = read(path);
  const commands = commandsIn(text).filter((words) => !words.some((word) => word.startsWith("<") || word === "…"));
  for (const words of commands) expect([words, await misuseOf(words)]).toEqual([words, null]);
  const links = [...text.matchAll(/\]\(([^)\s#:]+)(?:#[\w-]+)?\)/g)].map(([, link = ""]) => link);
  for (const link of links) expect(existsSync(join(ROOT, dirname(path), link)), link).toBe(true);
});

test("no command has an option right behind the grader's name: npx takes that one for its own", () => {
  for (const path of [...HANDOUTS, "README.md", "GRADING.md", "CONTRIBUTING.md"]) {
    const words = commandsIn(read(path)).map(([first = ""]) => first);
    expect([path, words.filter((word) => word.startsWith("-"))]).toEqual([path, []]);
  }
});

test("a command that is none is noticed", async () => {
  expect(await misuseOf(["lab2b", "--onlyy", "x"])).toMatch(/unknown option/);
  expect(await misuseOf(["replay", "lab2b/backup@7", "--trace"])).toBeNull();
});

test("pictures are small, all made by the script, and stand with what they show", () => {
  const made = PICTURES.map(({ file }) => file);
  for (const file of made) {
    const { size } = statSync(join(ROOT, file));
    expect([file, size > 5_000 && size < 150 * 1024]).toEqual([file, true]);
  }
  const shown = HANDOUTS.flatMap((path) =>
    picturesIn(read(path)).map((picture) => relative(ROOT, join(ROOT, dirname(path), picture))),
  );
  expect([...new Set(shown)].sort()).toEqual(made.filter((file) => file.startsWith("labs/")).sort());
  // A picture shows the name of its scenario, which may be hidden from students.
  for (const path of HANDOUTS) {
    const lines = read(path).split("\n");
    const isAboutOne = (line: string) => line.endsWith("-->");
    if (isAboutOne(lines[0] ?? "")) continue;
    expect(lines.filter((line) => picturesIn(line).length > 0 && !isAboutOne(line))).toEqual([]);
  }
});
