import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchResult } from "../../../grader/batch/model/batch-result.ts";
import { type StoryOf, StoryStore, toBeTold } from "../../../grader/batch/reports/stories.ts";
import { studentView } from "../../../grader/batch/reports/student-view.ts";
import type { RunResult } from "../../../grader/run/result.ts";
import { readMarkdown } from "../../ci/readers.ts";
import { folderWith } from "../../cli/run-cli.ts";
import { oddBatch } from "./odd-batch.ts";
import { ALL_FORMATS, HIDDEN } from "./rendered.ts";

let odd: Awaited<ReturnType<typeof oddBatch>>;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

const ofId = (id: string) => odd.batch.find(id) as BatchResult;
const told = (id: string, isDue = false) => toBeTold(studentView(ofId(id), isDue));

describe("what is told in steps", () => {
  test("is the first failure of a stage that may be seen, of those that have steps", () => {
    expect(told("v-failed").map(({ scenario }) => scenario.id)).toEqual([ofId("v-failed").grading?.scenarios[0]?.id]);
    expect(told("v-crashed")).toHaveLength(1);
    for (const verdict of ["passed", "hung", "nondeterministic", "skipped"])
      expect(told(`v-${verdict}`), verdict).toEqual([]);
    expect([told("ungradable"), told("missing")]).toEqual([[], []]);
  });

  test("is nothing of a hidden scenario, until it is no longer one", () => {
    for (const { id } of odd.input.results) for (const { scenario } of told(id)) expect(scenario.id).not.toBe(HIDDEN);
  });
});

describe("a store of stories", () => {
  const run = () => told("v-failed")[0]?.run as RunResult;
  const story = { lines: ["peer 0 boots"], script: "lab lab2\n" };

  test("gives what was kept of that run of those sources, with its page, and of no other", () => {
    const out = folderWith();
    const store = new StoryStore(out);
    expect(store.read(ofId("v-failed"), run())).toBeUndefined();
    store.keep(ofId("v-failed"), run(), story, "<html>");
    const read = store.read(ofId("v-failed"), run());
    expect(read).toMatchObject(story);
    const page = typeof read === "object" ? (read.page ?? "") : "";
    expect(readFileSync(store.pathOf(page), "utf8")).toBe("<html>");
    const changed = { ...ofId("v-failed"), submissionHash: "f".repeat(64) };
    expect(store.read(changed, run())).toBeUndefined();
    expect(store.read({ ...ofId("v-failed"), id: "other" }, run())).toBeUndefined();
    expect(store.read(ofId("v-failed"), { ...run(), replay: "grade replay lab2a/other@7" })).toBeUndefined();
  });

  test("keeps that there is none, and takes a damaged file for none", () => {
    const out = folderWith();
    const store = new StoryStore(out);
    store.keep(ofId("v-failed"), run(), "what it takes is more");
    expect(store.read(ofId("v-failed"), run())).toBe("what it takes is more");
    const [name = ""] = readdirSync(join(out, "stories"));
    writeFileSync(join(out, "stories", name), '{"format":');
    expect(store.read(ofId("v-failed"), run())).toBeUndefined();
  });

  test("leaves its folder whatever a run is called", () => {
    const out = folderWith();
    new StoryStore(out).keep(ofId("v-failed"), { ...run(), replay: "grade replay ../../x@7" }, "none");
    expect(readdirSync(out)).toEqual(["stories"]);
    expect(existsSync(join(out, "../x@7.json"))).toBe(false);
  });
});

describe("a report with stories", () => {
  const hostile = "</pre><script>alert(1)</script> ``` | [x](http://x)";
  const storyOf: StoryOf = () => ({ lines: [hostile], script: `# ${hostile}\n`, page: "a b.html" });
  const render = (name: string, id: string, of: StoryOf | undefined) => {
    const format = ALL_FORMATS.find((one) => one.name === name);
    if (format?.kind !== "each") throw new Error(name);
    return format.parts[0].render(ofId(id), { ...odd.input, ...(of && { storyOf: of }) }) ?? "";
  };

  test("has the text of one as text, and a link to its page alone", () => {
    const html = render("html", "v-failed", storyOf);
    expect(html).toContain('<a href="a%20b.html">');
    expect(html).not.toContain("<script>alert");
    const { kinds } = readMarkdown(render("markdown", "v-failed", storyOf));
    expect([...kinds].filter((kind) => kind === "link")).toHaveLength(1);
    expect(kinds).not.toContain("html");
  });

  test("says why there is none, and without stories says nothing of them", () => {
    for (const name of ["html", "markdown"]) {
      expect(render(name, "v-failed", () => "its sources are gone")).toMatch(/is not told here: its sources are gone/);
      expect(render(name, "v-failed", undefined)).not.toContain("not told here");
    }
  });
});
