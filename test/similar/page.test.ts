import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { similarCommand } from "../../grader/cli/commands/similar.ts";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { similarity, similarityPage } from "../../grader/similar/index.ts";
import { labs } from "../../labs/index.ts";
import { folderWith } from "../cli/run-cli.ts";
import { APART, sourcesIn, subject } from "./classes.ts";
import { all, renamed, reordered, type Sources } from "./disguise.ts";

const GIVEN = subject("skeleton", sourcesIn("skeleton/raft")).fingerprints;
const pull = APART.get("pull") ?? new Map();

test("whatever stands in a source, a path or a name is text, and the page runs and loads nothing", () => {
  const evil = `</pre></section><script>alert(1)</script><img src="https://x.example/" onerror='a()'>\u202e\u001b[2J`;
  const sources: Sources = new Map(
    [...pull].map(([path, text]) => [`${evil}${path}`, text.replaceAll(/\n( *)(this\.)/g, `\n$1/*${evil}*/ $2`)]),
  );
  const page = similarityPage(
    similarity([subject("a", sources, { name: evil, points: 3 }), subject("b", sources)], GIVEN),
  );
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toMatch(/<script|<img|<link|<[^<>]*(?:javascript:|\son\w+=)/i);
  expect(page.replace(/https:\/\/x\.example/g, "")).not.toMatch(/https?:/);
  for (const letter of ["\u202e", "\u001b"]) expect(page.includes(letter)).toBe(false);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline';`);
  const tags = (name: string) => [`<${name}[ >]`, `</${name}>`].map((tag) => page.match(new RegExp(tag, "g"))?.length);
  for (const name of ["section", "details", "pre", "table", "div"]) expect(tags(name)[0], name).toBe(tags(name)[1]);
});

async function similar(sources: readonly string[], options: Parameters<typeof similarCommand>[2]) {
  const texts = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    ...{ isTerminal: false, columns: undefined, style: makeStyle(false) },
    write: (text: string) => {
      texts[name] += text;
    },
  });
  const stdio: Stdio = { out: stream("out"), err: stream("err"), onClosed: () => {} };
  const code = await similarCommand(labs, sources, options, stdio);
  return { code, ...texts };
}

test("grade similar takes what a batch takes, tells who is alike, and who could not be compared", async () => {
  const folder = folderWith();
  const put = (place: string, sources: Sources) => {
    for (const [path, text] of sources) {
      mkdirSync(dirname(join(folder, place, path)), { recursive: true });
      writeFileSync(join(folder, place, path), text);
    }
  };
  put("now/ana", pull);
  put("now/ben", all(renamed, reordered)(pull));
  put("now/cy", APART.get("mailbox") ?? new Map());
  put("now/dan", new Map([["notes.txt", "later"]]));
  put("2024/eva", all(renamed)(APART.get("mailbox") ?? new Map()));
  const [json, page] = [join(folder, "similar.json"), join(folder, "similar.html")];
  const { code, out } = await similar([join(folder, "now")], { with: [join(folder, "2024")], json, out: page });
  expect(code).toBe(0);
  expect(out).toMatch(
    /^3 submissions compared with one another and with 1 of earlier years and the reference: 9 pairs\n/,
  );
  expect(out).toMatch(/\n {2}1\.00 {2}cy {2}2024\/eva \(eva\) {2}raft\.js \d+-\d+ = raft\.js \d+-\d+\n/);
  expect(out).toMatch(/\n {2}0\.[5-9]\d {2}ana {2}ben {2}raft\.ts \d+-\d+ = raft\.js \d+-\d+\n/);
  expect(out).toMatch(/\ndan: .*raft\.ts/);
  expect(out).toContain("never a verdict");
  const parsed = JSON.parse(readFileSync(json, "utf8"));
  expect(parsed.pairs[0]).toMatchObject({ one: "cy", other: "2024/eva", score: 1 });
  expect(parsed.clusters).toEqual([
    ["ana", "ben"],
    ["cy", "2024/eva"],
  ]);
  expect(readFileSync(page, "utf8")).toContain("<h1>Similarity</h1>");
  expect(existsSync(join(folder, "now/.grade-unpacked"))).toBe(false);
});
