import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BatchResult, FORMATS, StoryStore } from "../../grader/batch/index.ts";
import { UsageError } from "../../grader/cli/input/usage-error.ts";
import { storiesFor } from "../../grader/cli/staff/report-stories.ts";
import type { RunResult } from "../../grader/run/result.ts";
import { labs } from "../../labs/index.ts";
import { folderWith } from "./run-cli.ts";

const result = { id: "ana", submissionHash: "0".repeat(64) } as BatchResult;
const run = { replay: "grade replay lab2a/initial-election@7", seed: 7 } as RunResult;

test("pages of stories are copied beside the report; where they cannot be, one line says which, where and why", async () => {
  const out = folderWith({ taken: "a file" });
  const store = new StoryStore(out);
  store.keep(result, run, { lines: ["it fails"], script: "lab lab2" }, "<!doctype html>");
  const format = FORMATS.find(({ name }) => name === "html");
  if (format === undefined) throw new Error("there is no such format");
  const task = { out, lab: "lab2", results: [], isDue: true, format, isInFiles: true, options: {} };
  const stories = await storiesFor(labs, task, {} as never);
  const story = stories?.storyOf(result, run);
  if (typeof story !== "object" || story.page === undefined) throw new Error("the story has no page");
  stories?.copyPages(join(out, "reports"));
  expect(readFileSync(join(out, "reports", story.page), "utf8")).toBe("<!doctype html>");
  expect(() => stories?.copyPages(join(out, "taken"))).toThrow(UsageError);
  expect(() => stories?.copyPages(join(out, "taken"))).toThrow(
    /^the page of a story cannot be copied from \S+ to \S+\/taken\/\S+: [^\n]+$/,
  );
});
