import { describe, expect, test } from "vitest";
import { BUILD_LIMITS } from "../../grader/run/build.ts";
import { folderWith, raftWith } from "../cli/run-cli.ts";
import { sandbox as full, hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import { build, ways } from "./building.ts";

describe.each(ways)("building %s", (_name, sandbox) => {
  test("ends when an enum doubles its text until no memory has room for it", async () => {
    const members = Array.from({ length: 40 }, (_, i) => `a${i + 1} = a${i} + a${i}`);
    const dir = folderWith({
      "raft.ts": `enum E { a0 = "${"x".repeat(64)}", ${members} }\nexport class Raft { x = E.a40 }`,
    });
    const { bundle } = await build(dir, sandbox, { residentBytes: 300 * 1024 ** 2 });
    expect(bundle).toMatchObject({
      name: "UngradableError",
      message: expect.stringMatching(/^building it took more than (300 MB of memory|16 MB of output)$/),
    });
  });

  test("ends when a source makes the bundler take all memory", async () => {
    const dir = folderWith({ "raft.ts": `export class Raft { x = ${"!".repeat(1_900_000)}1 }` });
    const { bundle } = await build(dir, sandbox, { residentBytes: 300 * 1024 ** 2 });
    expect(bundle).toEqual({ name: "UngradableError", message: "building it took more than 300 MB of memory" });
  });
});

// Without bubblewrap there is nothing to be tried.
test.skipIf(!hasFullSandbox)(`what the limit of the system ends is told as what it was${leftOut}`, async () => {
  const dir = folderWith({ "raft.ts": `export class Raft { x = ${"!".repeat(1_900_000)}1 }` });
  const resources = { ...BUILD_LIMITS.resources, cpuSeconds: 1 };
  const { bundle } = await build(dir, full, { resources, residentBytes: 8 * 1024 ** 3 });
  expect(bundle).toMatchObject({ name: "UngradableError", message: expect.stringMatching(/building it|survive/) });
});

test("a compiler that takes too much is ended without a sandbox too, and costs the grading nothing", async () => {
  // Enough work that somebody looks at it meanwhile.
  const more = Array.from({ length: 20_000 }, (_, i) => `export const x${i} = [${i}, "${i}"].map((x) => ({ x }));`);
  const dir = folderWith({ "raft.ts": `${raftWith("const x: number = 'a';")}\n${more.join("\n")}` });
  const limits = { residentBytes: 5 * 1024 ** 2 };
  expect((await build(dir, undefined, limits)).types).toEqual([]);
  expect((await build(dir)).types).toHaveLength(1);
});
