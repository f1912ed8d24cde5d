import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { expectRefusal, makeFolder, raftForm } from "./folder.ts";

const RAFT = "export class Raft {}";

describe("a source that is something else", () => {
  it.each([
    ["UTF-16 with a mark", Buffer.from(`\ufeff${RAFT}`, "utf16le"), /saved as UTF-16; save it as UTF-8/],
    ["UTF-16 without", Buffer.from(RAFT, "utf16le"), /saved as UTF-16/],
    ["UTF-16, high bytes first", Buffer.from(`\ufeff${RAFT}`, "utf16le").swap16(), /saved as UTF-16/],
    ["an answer of a chat", `\n\`\`\`typescript\n${RAFT}\n\`\`\`\n`, /begins with a markdown fence/],
    [
      "a pointer of Git LFS",
      "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n",
      /pointer of Git LFS/,
    ],
    ["a page of GitHub", "<!DOCTYPE html>\n<html>", /is a web page; download the file itself/],
    ["rich text", "{\\rtf1\\ansi export class Raft {}}", /rich text \(RTF\)/],
    ["a document", "PK\u0003\u0004 word/document.xml", /zip archive or a document/],
    ["a PDF", "%PDF-1.7\n", /is a PDF/],
    ["a packed file", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), /an archive \(gzip\)/],
    ["an old document", Buffer.from("d0cf11e0a1b11ae1", "hex"), /is a Word document/],
    ["a notebook", '{\n "cells": [{"cell_type": "code"}]}', /is a notebook of Jupyter/],
    ["a patch", "diff --git a/raft.ts b/raft.ts\n", /is a patch, not the source/],
    ["a shortcut", "[InternetShortcut]\r\nURL=https://x\r\n", /is a link of Windows/],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), /is a picture/],
  ])("%s is named, as main file and as another", async (_, content, reason) => {
    const folder = makeFolder({ "raft.ts": "" });
    writeFileSync(join(folder, "raft.ts"), content);
    await expectRefusal(folder, reason, [1, 1]);
    const other = makeFolder({ "raft.ts": `import "./log";\n${RAFT}`, "log.ts": "" });
    writeFileSync(join(other, "log.ts"), content);
    await expectRefusal(other, reason, [1, 1, "log.ts"]);
  });

  it("quotes of a word processor are called that", async () => {
    const folder = makeFolder({ "raft.ts": `export const a = \u201chello\u201d;\n${RAFT}` });
    await expectRefusal(folder, /Unexpected "\u201c"; a word processor wrote it: quotes in code are ' or "/, [1, 18]);
  });

  it.each([
    [
      "marks of a merge",
      `${RAFT}\n<<<<<<< HEAD\nlet a = 1;\n=======\nlet a = 2;\n>>>>>>> main\n`,
      /a merge left its marks/,
    ],
    ["zeros", `${RAFT}\n${"\0".repeat(20)}`, /Unexpected "\\x00"; the file is damaged from there on/],
    ["a mark that nobody sees", `\n\u200b${RAFT}`, /nobody sees that mark/],
  ])("%s are called that", async (_, source, reason) => {
    await expectRefusal(makeFolder({ "raft.ts": source }), reason, [2, 1]);
  });

  it("UTF-8 with a mark is none, nor letters of any language, nor a template at the start", async () => {
    const folder = makeFolder({ "raft.ts": `\ufeff// \u65e5\u672c\u8a9e \u{1f600}\n\`\`;\n${RAFT}` });
    await expect(bundleSubmission(openSubmission(folder, raftForm))).resolves.toMatchObject({
      inputs: ["raft.ts"],
    });
  });
});
