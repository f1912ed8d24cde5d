import { DOMParser, type Element, onErrorStopParsing } from "@xmldom/xmldom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { printable } from "../../../grader/text/printable.ts";
import { readCommands, readMarkdown } from "../../ci/readers.ts";
import { oddBatch } from "./odd-batch.ts";
import { golden, HIDDEN, type OddBatch, part, parts } from "./rendered.ts";

let odd: OddBatch;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

const ids = () => [...odd.input.results].map(({ id }) => id);

/** Every element of a page, read by a reader that forgives nothing. */
function elementsOf(page: string): Element[] {
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(page, "text/xml");
  return [...document.getElementsByTagName("*")];
}

describe("html", () => {
  test.each(["v-failed", "group", "capped-by-hidden", "ungradable", "missing", "n-09"])("of %s", async (id) => {
    await expect(part(odd, "html", id)).toMatchFileSnapshot(golden(`${id}.html`));
  });

  test("whatever a text says, it is text: the same elements stand in every page", () => {
    const known = new Set(
      "html head meta title style body h1 h2 h3 p pre code bdi br span a section table thead tbody tr th td".split(" "),
    );
    for (const id of ids()) {
      const page = part(odd, "html", id, true);
      expect(printable(page), id).toBe(page);
      for (const element of elementsOf(page)) {
        expect(known.has(element.tagName), `${id}: <${element.tagName}>`).toBe(true);
        for (const { name, value } of [...element.attributes]) {
          expect(["charset", "http-equiv", "content", "name", "lang", "class", "id", "href", "dir"]).toContain(name);
          if (name === "href") expect(value).toMatch(/^#[a-z0-9]+$/);
        }
      }
    }
  });

  test("needs nothing beside itself, and has colours for light and dark", () => {
    const page = part(odd, "html", "v-failed");
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).not.toMatch(/<script|src=|url\(|@import|https?:/);
  });

  test("shows names as they are, and of hidden scenarios verdict and points alone", () => {
    const heading = (id: string) =>
      elementsOf(part(odd, "html", id)).find(({ tagName }) => tagName === "h1")?.textContent;
    expect(heading("n-00")).toBe(`lab2a: "Bobby" O'Neil, Jr.`);
    expect(heading("n-08")).toBe(`lab2a: ${"x".repeat(300)}`);
    expect(heading("n-09")).toBe("lab2a: <b>&amp;</b> `code` [link](http://x) | bar ![i](x)");
    for (const id of ids()) expect(part(odd, "html", id), id).not.toContain(HIDDEN);
    const cells = (isDue: boolean) =>
      elementsOf(part(odd, "html", "v-passed", isDue))
        .filter(({ tagName }) => tagName === "td")
        .map(({ textContent }) => textContent);
    expect(cells(false).slice(-3)).toEqual(["lab2a/hidden-1", "failed", "0 of 2"]);
    expect(cells(true).at(-3)).toContain(`${HIDDEN}: `);
  });
});

describe("github", () => {
  test.each(["v-failed", "ungradable", "late-9"])("of %s", async (id) => {
    const files = parts(odd, "github", id);
    await expect(files[".md"]).toMatchFileSnapshot(golden(`${id}.github.md`));
    await expect(files[".txt"]).toMatchFileSnapshot(golden(`${id}.github.txt`));
  });

  // docs.github.com, "Workflow commands for GitHub Actions"; github.com/actions/runner, src/Runner.Common/ActionCommand.cs.
  test("says nothing to the runner but annotations, and marks nothing up in the summary", () => {
    for (const id of ids()) {
      const { ".txt": log, ".md": summary } = parts(odd, "github", id, true);
      for (const { name, properties } of readCommands(log ?? "")) {
        expect(["error", "warning"]).toContain(name);
        expect(Object.keys(properties).every((key) => ["file", "line", "col", "title"].includes(key))).toBe(true);
      }
      for (const kind of ["link", "image", "html"]) expect(readMarkdown(summary ?? "").kinds, id).not.toContain(kind);
    }
    for (const id of ids()) expect(Object.values(parts(odd, "github", id)).join(""), id).not.toContain(HIDDEN);
    expect(readCommands(parts(odd, "github", "v-failed")[".txt"] ?? "")[0]).toMatchObject({
      name: "error",
      properties: { file: "raft.ts", line: "3" },
    });
  });
});

// src/main.js, src/notify-classroom.js and src/helpers/test-helpers.js of classroom-resources/autograding-grading-reporter.
describe("github-classroom", () => {
  const RESULTS = z.strictObject({
    version: z.literal(1),
    status: z.enum(["pass", "fail", "error"]),
    max_score: z.number().positive(),
    tests: z.array(
      z.strictObject({
        name: z.string().min(1),
        status: z.enum(["pass", "fail", "error"]),
        score: z.number(),
        message: z.string(),
        test_code: z.string(),
        filename: z.string(),
        line_no: z.int(),
      }),
    ),
  });
  const decoded = (text: string) => RESULTS.parse(JSON.parse(Buffer.from(text, "base64").toString()));

  test("is what the reporter reads, and adds up to the points that count", async () => {
    for (const { id, points } of odd.input.results) {
      const text = parts(odd, "github-classroom", id)[".txt"] ?? null;
      expect(text === null, id).toBe(points.final === null);
      if (text === null) continue;
      const { tests, max_score } = decoded(text);
      // As notify-classroom.js does.
      const total = tests.reduce((sum, { score }) => sum + score, 0);
      expect([total, max_score], id).toEqual([points.final, points.max]);
      expect(JSON.stringify(tests)).not.toContain(HIDDEN);
      for (const { name, message } of tests) expect(printable(name + message)).toBe(name + message);
    }
    const shown = ["v-failed", "capped", "late-2", "ungradable"].map((id) =>
      decoded(part(odd, "github-classroom", id)),
    );
    await expect(JSON.stringify(shown, null, 2)).toMatchFileSnapshot(golden("github-classroom.json"));
  });
});
