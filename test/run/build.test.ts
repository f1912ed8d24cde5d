import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILD_LIMITS, type Build, buildSubmission } from "../../grader/run/build.ts";
import { prepareSandbox, type Sandbox } from "../../grader/run/sandbox.ts";
import type { JobLimits } from "../../grader/sandbox/confine/job.ts";
import { packageRoot } from "../../grader/sandbox/dist-file.ts";
import { bundleSubmission, openSubmission, typeCheck } from "../../grader/submission/index.ts";
import { folderWith, raftWith } from "../cli/run-cli.ts";
import { sandbox as full, hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import { raftForm } from "../submission/folder.ts";

const plain = await prepareSandbox("plain");

const SOURCES = {
  "a syntax error": { "raft.ts": "export class Raft {\n  start( }\n}\n" },
  "a forbidden import": { "raft.ts": `import fs from "node:fs";\nexport class Raft { x = fs }` },
  "a missing file": { "raft.ts": `import x from "./log.ts";\nexport class Raft { x = x }` },
  "no class": { "raft.ts": "export class Paxos {}" },
  "a file that is no source": { "raft.ts": `import x from "./a.txt";\nexport class Raft { x = x }`, "a.txt": "text" },
};

function build(dir: string, sandbox?: Sandbox, limits?: Partial<JobLimits>) {
  return outcomeOf(
    buildSubmission(openSubmission(dir, raftForm), { ...(sandbox && { sandbox }), ...(limits && { limits }) }),
  );
}

/** In this process, as nothing but a test does it. */
function buildHere(dir: string) {
  const submission = openSubmission(dir, raftForm);
  return outcomeOf({ bundle: bundleSubmission(submission), types: typeCheck(submission) });
}

async function outcomeOf({ bundle, types }: Build) {
  const [made, problems] = await Promise.allSettled([bundle, types]);
  return {
    bundle: made.status === "fulfilled" ? made.value : { name: made.reason.name, message: made.reason.message },
    place: made.status === "rejected" ? made.reason.place : undefined,
    types: problems.status === "fulfilled" ? problems.value : problems.reason,
  };
}

const ways: (readonly [string, Sandbox | undefined])[] = [
  ["without a sandbox", undefined],
  ["in a plain process", plain],
];
if (hasFullSandbox) ways.push(["in the full sandbox", full]);

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

  test("ends when an enum doubles its text until no memory has room for it", async () => {
    const members = Array.from({ length: 40 }, (_, i) => `a${i + 1} = a${i} + a${i}`);
    const dir = folderWith({
      "raft.ts": `enum E { a0 = "${"x".repeat(64)}", ${members} }\nexport class Raft { x = E.a40 }`,
    });
    const { bundle } = await build(dir, sandbox, { residentBytes: 300 * 1024 ** 2 });
    expect(bundle).toMatchObject({
      name: "UngradableError",
      message: expect.stringMatching(/^building it took more than (300 MB of memory|32 MB of output)$/),
    });
  }, 60_000);

  test("ends when a source makes the bundler take all memory", async () => {
    const dir = folderWith({ "raft.ts": `export class Raft { x = ${"!".repeat(1_900_000)}1 }` });
    const { bundle } = await build(dir, sandbox, { residentBytes: 300 * 1024 ** 2 });
    expect(bundle).toEqual({ name: "UngradableError", message: "building it took more than 300 MB of memory" });
  }, 60_000);
});

// Without bubblewrap there is nothing to be tried.
test.skipIf(!hasFullSandbox)(
  `what the limit of the system ends is told as what it was${leftOut}`,
  async () => {
    const dir = folderWith({ "raft.ts": `export class Raft { x = ${"!".repeat(1_900_000)}1 }` });
    const resources = { ...BUILD_LIMITS.resources, cpuSeconds: 1 };
    const { bundle } = await build(dir, full, { resources, residentBytes: 8 * 1024 ** 3 });
    expect(bundle).toMatchObject({ name: "UngradableError", message: expect.stringMatching(/building it|survive/) });
  },
  60_000,
);

test("a compiler that takes too much is ended without a sandbox too, and costs the grading nothing", async () => {
  // Enough work that somebody looks at it meanwhile.
  const more = Array.from({ length: 20_000 }, (_, i) => `export const x${i} = [${i}, "${i}"].map((x) => ({ x }));`);
  const dir = folderWith({ "raft.ts": `${raftWith("const x: number = 'a';")}\n${more.join("\n")}` });
  const limits = { residentBytes: 5 * 1024 ** 2 };
  expect((await build(dir, undefined, limits)).types).toEqual([]);
  expect((await build(dir)).types).toHaveLength(1);
});
