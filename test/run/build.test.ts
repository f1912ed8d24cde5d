import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../grader/sandbox/dist-file.ts";
import { folderWith, raftWith } from "../cli/run-cli.ts";
import { build, buildHere, ways } from "./building.ts";

const SOURCES = {
  "a syntax error": { "raft.ts": "export class Raft {\n  start( }\n}\n" },
  "a forbidden import": { "raft.ts": `import fs from "node:fs";\nexport class Raft { x = fs }` },
  "a missing file": { "raft.ts": `import x from "./log.ts";\nexport class Raft { x = x }` },
  "no class": { "raft.ts": "export class Paxos {}" },
  "a file that is no source": { "raft.ts": `import x from "./a.txt";\nexport class Raft { x = x }`, "a.txt": "text" },
};

describe.each(ways)("building %s", (_name, sandbox) => {
  test("gives the same bytes as building here", async () => {
    const dir = join(packageRoot(), "reference/raft");
    expect(await build(dir, sandbox)).toEqual(await buildHere(dir));
  });

  test("gives the same complaints of the compiler", async () => {
    const dir = folderWith({ "raft.ts": raftWith("const x: number = 'a'; process.exit(x);") });
    const apart = await build(dir, sandbox);
    expect(apart).toEqual(await buildHere(dir));
    expect(apart.types).toHaveLength(2);
  });

  test("follows links inside of the folder", async () => {
    const dir = folderWith({ "raft.ts": 'export { Raft } from "./peer.ts";', "lib/impl.ts": "export class Raft {}" });
    symlinkSync("lib/impl.ts", join(dir, "peer.ts"));
    const apart = await build(dir, sandbox);
    expect(apart).toEqual(await buildHere(dir));
    expect(apart.bundle).toMatchObject({ inputs: ["lib/impl.ts", "raft.ts"] });
  });

  test.each(Object.entries(SOURCES))("refuses %s in the same words", async (_title, files) => {
    const dir = folderWith(files);
    const apart = await build(dir, sandbox);
    expect(apart).toEqual(await buildHere(dir));
    expect(apart.bundle).toMatchObject({ name: "UngradableError" });
  });

  test.each([
    ["wall time", { wallMs: 1 }, "building it took more than 0.001 s"],
    ["CPU time", { cpuMs: 5 }, "building it took more than 0.005 s of computing"],
    ["memory", { residentBytes: 20 * 1024 ** 2 }, "building it took more than 20 MB of memory"],
    ["output", { outputBytes: 1000 }, "building it took more than 0 MB of output"],
  ])("ends when it takes too much: %s", async (_title, limits, message) => {
    const apart = await build(folderWith({ "raft.ts": raftWith("") }), sandbox, limits);
    expect(apart.bundle).toEqual({ name: "UngradableError", message });
    expect(apart.types).toEqual([]);
  });
});
