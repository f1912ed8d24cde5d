import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "../../grader/cli/input/cache-folder.ts";
import { folderWith, grade, raftWith } from "./run-cli.ts";

test.each<readonly [string, NodeJS.ProcessEnv, () => string, string | null]>([
  ["in the user's cache folder", { XDG_CACHE_HOME: "/var/me" }, () => "/at/me", "/var/me/consensus-labs"],
  ["in .cache where none is named", {}, () => "/at/me", "/at/me/.cache/consensus-labs"],
  ["in .cache where an empty one is named", { XDG_CACHE_HOME: "" }, () => "/at/me", "/at/me/.cache/consensus-labs"],
  ["not below a relative path", { XDG_CACHE_HOME: "here" }, () => "/at/me", "/at/me/.cache/consensus-labs"],
  ["nowhere without a home", {}, () => "", null],
  [
    "nowhere for a user that the system does not know",
    {},
    () => {
      throw new Error("ENOENT");
    },
    null,
  ],
])("caches are %s", (_title, env, home, expected) => {
  expect(cacheFolder(env, home)).toBe(expected);
});

test("an entry that was planted is believed by nobody but a grading of one's own, and by that only about types", async () => {
  const dir = folderWith({ "raft.ts": raftWith("const x: number = 'a'; void x;") });
  const cache = folderWith();
  const env = { XDG_CACHE_HOME: cache };
  const words = ["--only", "initial-election", "--runs", "1", "--workers", "1"];
  const own = async (...more: string[]) => {
    const { out } = await grade(["lab2a", dir, ...words, "--json", ...more], { env });
    const { typeProblems = [], points, scenarios } = JSON.parse(out);
    return { complaints: typeProblems.length, points, verdict: scenarios[0].verdict };
  };
  const first = await own();
  expect(first).toEqual({ complaints: 1, points: 0, verdict: "failed" });

  const folder = join(cache, "consensus-labs/type-check");
  const [key = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  const [format] = readFileSync(join(folder, key), "utf8").split(" ");
  writeFileSync(join(folder, key), `${format} ${key} ${createHash("sha256").digest("hex")}\n`);
  expect(await own()).toEqual({ ...first, complaints: 0 });
  expect(await own("--no-cache")).toEqual(first);

  const out = folderWith();
  await grade(["batch", "lab2a", dir, "--out", out, "--no-sandbox", ...words], { env });
  const { typeProblems } = JSON.parse(readFileSync(join(out, "results.jsonl"), "utf8")).grading;
  expect(typeProblems).toHaveLength(1);
});
