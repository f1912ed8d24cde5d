import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { expectRefusal, makeFolder, raftForm, refusal } from "./folder.ts";

describe("a folder that holds no submission", () => {
  it("is missing", async () => {
    await expectRefusal("/no/such/folder", /^there is no folder \/no\/such\/folder; give the folder/);
  });

  it("is a file", async () => {
    const folder = makeFolder({ "raft.ts": "" });
    await expectRefusal(join(folder, "raft.ts"), /raft\.ts is not a folder; give the folder/);
  });

  it("is empty", async () => {
    await expectRefusal(makeFolder({}), /is empty; it must hold raft\.ts with `export class Raft`/);
  });

  it("has no raft.ts", async () => {
    await expectRefusal(makeFolder({ "log.ts": "" }), /^no raft\.ts in .*; it must be there/);
  });

  it("has raft.ts one folder down", async () => {
    await expectRefusal(makeFolder({ "src/raft.ts": "" }), /but there is one in .*\/src; grade that folder/);
    await expectRefusal(makeFolder({ "raft/raft.ts": "" }), /but there is one in .*\/raft; grade that folder/);
  });

  it("has Raft.ts", async () => {
    await expectRefusal(makeFolder({ "Raft.ts": "" }), /has Raft\.ts, but the file must be named raft\.ts/);
  });

  it("has a folder named raft.ts", async () => {
    const folder = makeFolder({});
    mkdirSync(join(folder, "raft.ts"));
    await expectRefusal(folder, /raft\.ts in .* is not a file/);
  });

  it("has a raft.ts that is a link to nowhere", async () => {
    const folder = makeFolder({});
    symlinkSync("gone.ts", join(folder, "raft.ts"));
    await expectRefusal(folder, /is a link to a file that is not there/);
  });

  it("has a raft.ts that is a link to a file outside", async () => {
    const outside = makeFolder({ "raft.ts": "export class Raft {}" });
    const folder = makeFolder({});
    symlinkSync(join(outside, "raft.ts"), join(folder, "raft.ts"));
    await expectRefusal(folder, /is a link to a file outside the folder/);
  });

  it("has too many source files", async () => {
    const folder = makeFolder({ "raft.ts": "export class Raft {}" });
    for (let i = 0; i < 200; i++) writeFileSync(join(folder, `f${i}.ts`), "");
    await expectRefusal(folder, /has 201 source files; at most 200 are graded/);
  });

  it("has sources that are too large", async () => {
    const folder = makeFolder({ "raft.ts": "export class Raft {}", "table.ts": `//${"x".repeat(2_000_000)}` });
    await expectRefusal(folder, /at most 2000000 are graded \(table\.ts alone has 2000002\)/);
  });
});

/** What this process has read so far. Where the system does not tell, what it has in memory: read whole, a file would be kept whole. */
function bytesRead(): number {
  if (process.platform !== "linux") return process.memoryUsage().rss;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "latin1"))?.[1]);
}

describe("what is far beyond any submission ends at once", () => {
  it("a source of 100 MB, which is not read", async () => {
    const folder = makeFolder({ "raft.ts": "" });
    truncateSync(join(folder, "raft.ts"), 100_000_000);
    const before = bytesRead();
    await expectRefusal(folder, /100000000 bytes; at most 2000000 are graded/);
    expect(bytesRead() - before).toBeLessThan(50_000_000);
  });

  it("10 001 files", async () => {
    const folder = makeFolder({ "raft.ts": "export class Raft {}" });
    for (let i = 0; i < 10_000; i++) writeFileSync(join(folder, `f${i}.txt`), "");
    await expectRefusal(folder, /holds more than 10000 files/);
  });

  it("folders in folders", async () => {
    const folder = makeFolder({ "raft.ts": "export class Raft {}", [`${"d/".repeat(21)}x.ts`]: "" });
    await expectRefusal(folder, /nested more than 20 deep, in d\/d\/d/);
  });

  it("brackets in brackets", async () => {
    const folder = makeFolder({ "raft.ts": `\nexport class Raft { x = ${"[".repeat(1e5)}${"]".repeat(1e5)} }` });
    await expectRefusal(folder, /brackets are nested more than 1000 deep in raft\.ts, line 2/);
  });
});

describe("a main file without the class", () => {
  it.each([
    ["is empty", "", /^raft\.ts is empty; write `export class Raft` in it$/],
    ["has another class only", "export class Paxos {}", /^raft\.ts exports no class Raft; write `export class Raft`$/],
    [
      "has a default export only",
      "export default class Raft {}",
      /has a default export only; write `export class Raft`/,
    ],
    ["has a type of that name", "export interface Raft { x: 1 }", /exports no class Raft/],
    ["uses module.exports", "module.exports = { Raft: class {} };", /module\.exports is not how it is done/],
  ])("%s", async (_title, source, message) => {
    await expectRefusal(makeFolder({ "raft.ts": source }), message);
  });

  it("has a class that is not exported", async () => {
    const folder = makeFolder({ "raft.ts": "const x = 1;\n  class Raft {}\nexport { x };\n" });
    await expectRefusal(folder, /class Raft is not exported; write `export class Raft`/, [2, 3]);
  });
});

describe("source that does not load", () => {
  it.each([
    ["a syntax error", "export class Raft {\n  start( }\n}\n", /: syntax error: Expected/, [2, 10]],
    ["top-level await", "export class Raft {}\nawait 1;", /`await` outside of a function/, [2, 1]],
    ["import.meta", "export class Raft { u = import.meta.url }", /import\.meta does not exist/, [1, 25]],
    [
      "a name the API does not have",
      `import { foo } from "consensus-labs";\nexport class Raft { f = foo() }`,
      /foo/,
      [1, 10],
    ],
    ["a column after wide characters", `/* äöü 😀 */ import "lodash"; export class Raft {}`, /lodash/, [1, 21]],
  ] as const)("%s", async (_title, source, message, [line, column]) => {
    await expectRefusal(makeFolder({ "raft.ts": source }), message, [line, column]);
  });

  it("names the file when it is another one", async () => {
    const folder = makeFolder({ "raft.ts": 'export { Raft } from "./peer.ts";', "peer.ts": "export class Raft {\n" });
    await expectRefusal(folder, /syntax error/, [2, 1, "peer.ts"]);
  });
});

describe("imports that a peer does not have", () => {
  const raft = "export class Raft { x = x }";

  it.each([
    [`import x from "node:fs";`, /node:fs is not available to a peer: .*persister\.save\(\)/],
    [`import x from "fs/promises";`, /persister\.save\(\)/],
    [`import x from "node:net";`, /peers\[i\]\.call\(\)/],
    [`import x from "http";`, /peers\[i\]\.call\(\)/],
    [`import x from "node:worker_threads";`, /one single thread/],
    [`import x from "node:child_process";`, /one single thread/],
    [`import x from "node:crypto";`, /`crypto\.getRandomValues` and `crypto\.randomUUID` are globals/],
    [`import x from "process";`, /knows nothing of the machine/],
    [`import x from "node:buffer";`, /no Buffer; use Uint8Array/],
    [`import x from "node:perf_hooks";`, /`performance` and `Date` are globals/],
    [`import x from "node:nonsense";`, /a peer can import node:assert, .* and consensus-labs/],
    [`import x from "lodash";`, /the package lodash is not available to a peer/],
    [`import x from "@scope/package";`, /the package @scope\/package/],
    [`import x from "log.ts";`, /a file of your own is "\.\/log\.ts"/],
    [`import x from ".\\\\log";`, /a file of your own is "\.\/log"$/],
    [`import x from "@/util/log";`, /a file of your own is "\.\/util\/log"$/],
    [`import x from "#own";`, /the package #own/],
    [`import x from "consensus-labs/dist/cli.js";`, /import from "consensus-labs"/],
    [`import x from "../other/raft.ts";`, /\.\.\/other\/raft\.ts lies outside the submission's folder/],
    [`import x from "/etc/passwd";`, /is an absolute path or an address/],
    [`import x from "file:///etc/passwd";`, /is an absolute path or an address/],
    [`import x from "data:text/javascript,export default 1";`, /is an absolute path or an address/],
    [`import x from "https://example.org/x.js";`, /is an absolute path or an address/],
    [`import x from "./missing.ts";`, /there is no file \.\/missing\.ts/],
    [`import x = require("node:fs");`, /require\("node:fs"\) is not possible in a peer/],
    [`const x = require("node:util");`, /require\("node:util"\) is not possible in a peer/],
    [`const x = require(String(1));`, /`require` is not possible in a peer/],
    [`const x = require;`, /`require` is not possible in a peer/],
    [`const x = import("node:util");`, /import\("node:util"\) is not possible in a peer/],
    [`const x = import(String(1));`, /import\(…\) is not possible in a peer/],
  ])("%s", async (statement, message) => {
    const error = await refusal(makeFolder({ "raft.ts": `// first line\n${statement}\n${raft}` }));
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(error.place).toMatchObject({ file: "raft.ts", line: 2 });
  });

  it("a file outside, through a link inside", async () => {
    const outside = makeFolder({ "log.ts": "export default 1" });
    const folder = makeFolder({ "raft.ts": `import x from "./log.ts";\n${raft}` });
    symlinkSync(join(outside, "log.ts"), join(folder, "log.ts"));
    await expectRefusal(folder, /\.\/log\.ts lies outside the submission's folder; copy it/, [1, 15]);
  });

  it("a file outside, through a linked folder inside", async () => {
    const outside = makeFolder({ "log.ts": "export default 1" });
    const folder = makeFolder({ "raft.ts": `import x from "./lib/log.ts";\n${raft}` });
    symlinkSync(outside, join(folder, "lib"));
    await expectRefusal(folder, /lies outside the submission's folder/, [1, 15]);
  });

  it("a package by the path of its folder", async () => {
    const folder = makeFolder({
      "raft.ts": `import x from "./node_modules/p/index.js";\n${raft}`,
      "node_modules/p/index.js": "export default 1",
    });
    await expectRefusal(folder, /is part of a package/, [1, 15]);
  });

  it("what a tsconfig of the student's maps elsewhere", async () => {
    const folder = makeFolder({
      "raft.ts": `import x from "@/log";\n${raft}`,
      "log.ts": "export default 1",
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }`,
    });
    await expectRefusal(folder, /the package @\/log is not available/, [1, 15]);
  });

  it("a file that is no source, which is neither counted nor hashed", async () => {
    const folder = makeFolder({ "raft.ts": `import x from "./data.txt";\n${raft}`, "data.txt": "x" });
    await expectRefusal(folder, /there is no file \.\/data\.txt among the submission's sources/, [1, 15]);
  });

  it("a file that went away after the folder was listed", async () => {
    const folder = makeFolder({ "raft.ts": `import x from "./log.ts";\n${raft}`, "log.ts": "export default 1" });
    rmSync(join(folder, "log.ts"));
    await expectRefusal(folder, /there is no file \.\/log\.ts/, [1, 15]);
  });
});

const RAFT = "export class Raft {}";

describe("an import that means a file by other letters", () => {
  const files = { "log.ts": "export const last = 1;", "util/index.ts": "", "util/Timers.ts": "" };

  it.each([
    ["./Log", "log.ts"],
    ["./Log.ts", "log.ts"],
    ["./LOG.js", "log.ts"],
    ["./Util", "util/index.ts"],
    ["./Util/timers", "util/Timers.ts"],
  ])(
    "%s says which there is, at the place of the import, without a word of the grader's own",
    async (specifier, file) => {
      const folder = makeFolder({ ...files, "raft.ts": `import { last } from "${specifier}";\nlast;\n${RAFT}` });
      await expectRefusal(
        folder,
        new RegExp(`there is no file ${specifier}; there is ${file}: the case differs$`),
        [1, 22],
      );
      const again = makeFolder({ ...files, "raft.ts": `import { last } from "${specifier}";\nlast;\n${RAFT}` });
      expect((await refusal(again)).message).toBe((await refusal(folder)).message);
    },
  );

  it.each([
    ["./log.mjs", "there is no file ./log.mjs; there is log.ts: the extension differs"],
    ["./log.d.ts", "there is no file ./log.d.ts; there is log.ts: the extension differs"],
    ["./state", "there is no file ./state; there is state.tsx: the extension differs"],
    ["./log ", "there is no file ./log ; there is log.ts: a blank stands behind the name"],
    ["./parts", "./parts is a folder; import a file of it, such as parts/one.ts"],
    ["./logs", "there is no file ./logs among the submission's sources"],
    ["log", 'the package log is not available to a peer: .*; a file of your own is "./log"'],
  ])("%s says what there is in its place", async (specifier, reason) => {
    const folder = makeFolder({
      ...files,
      "state.tsx": "",
      "parts/one.ts": "",
      "raft.ts": `import { last } from "${specifier}";\nlast;\n${RAFT}`,
    });
    await expectRefusal(folder, new RegExp(`${reason}$`), [1, 22]);
  });

  it("that are composed otherwise, as macOS writes them, finds it", async () => {
    const folder = makeFolder({
      "raft.ts": `import "./\u00fcber";\nimport "./u\u0308ber.js";\n${RAFT}`,
      "u\u0308ber.ts": "",
    });
    const { inputs } = await bundleSubmission(openSubmission(folder, raftForm));
    expect(inputs).toEqual(["raft.ts", "u\u0308ber.ts"]);
  });
});
