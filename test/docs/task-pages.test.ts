import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { makeSources } from "../batch/intake/fixture.ts";
import { ROOT } from "../cli/run-cli.ts";
import { commandsIn, runCommand } from "./commands.ts";
import { WORK } from "./downloads.ts";

/** What makes a grading cheap, and needs nothing of the machine. */
const CHEAP = ["--only", "lab2a/initial-election", "--runs", "1", "--workers", "1", "--no-sandbox"];
const MADE_CHEAP: Readonly<Record<string, readonly string[]>> = {
  batch: CHEAP,
  plan: CHEAP,
  calibrate: ["--right", "submissions/", "--scenarios", "lab2a/initial-election", "--runs", "1", "--workers", "1"],
};
// What is for students, too, has a test of its own.
const PAGES = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md") && name !== "scenario-files.md");

afterEach(() => process.chdir(ROOT));

/** A course as the pages have it: this year's submissions and what was graded of them, and those of earlier years. */
async function enterCourse(): Promise<void> {
  const folder = makeSources({
    "now/submissions/ana/raft.ts": WORK,
    "now/submissions/ben/raft.ts": `${WORK}const more = 1;\n`,
    "now/seed": "0123456789abcdef0123\n",
    "2024/submissions/cem/raft.ts": WORK,
    "2025/submissions/dan/raft.ts": WORK,
  });
  process.chdir(join(folder, "now"));
  for (const out of ["grades", "trial"])
    expect(await runCommand(["batch", "lab2", "submissions/", "--out", out, ...CHEAP])).toMatchObject({ code: 0 });
  mkdirSync("parts");
}

test("every command of the pages on classes, likeness and many machines works", async () => {
  await enterCourse();
  let count = 0;
  for (const page of PAGES) {
    for (const words of commandsIn(readFileSync(join(ROOT, "docs", page), "utf8"))) {
      // Where the parts are put together is another folder than that of the whole.
      const typed = words[0] === "merge" ? words.map((word) => (word === "grades/" ? "merged/" : word)) : words;
      const said = await runCommand([...typed, ...(MADE_CHEAP[words[0] ?? ""] ?? [])]);
      // What these submissions come to is no success, and a slow machine is told how far it is.
      const expected = words[0] === "calibrate" ? { code: 1 } : { code: 0, err: "" };
      expect(said, `${page}: ${words.join(" ")}`).toMatchObject(expected);
      if (words.includes("--suggest-points"))
        expect(said.out).toMatch(/^scenario +passed +tells apart +points +suggested$/m);
      count++;
    }
  }
  expect(count).toBeGreaterThan(6);
  expect(readFileSync("merged/gradebook.csv", "utf8").trim().split("\n")).toHaveLength(3);
});
