import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseSeed, keepSeed, readSeedFile, seedHash } from "../../grader/batch/store/seed-file.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { temporaryFolder } from "./fake-batch.ts";

test("a base seed is drawn, kept for its owner only, and found again", () => {
  const path = join(temporaryFolder(), "seed");
  const drawn = chooseSeed(path, undefined);
  expect(drawn).toEqual({ seed: expect.stringMatching(/^[0-9a-f]{64}$/), isKept: false });
  expect(chooseSeed(path, undefined).seed).not.toBe(drawn.seed);
  keepSeed(path, drawn.seed);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(chooseSeed(path, undefined)).toEqual({ seed: drawn.seed, isKept: true });
});

test("a seed file has an integer as --seed takes it, or a long secret; anything else is refused", () => {
  const folder = temporaryFolder();
  const path = join(folder, "named");
  const read = (text: string) => {
    writeFileSync(path, text);
    return readSeedFile(path);
  };
  expect(read("42\n")).toBe(42);
  expect(runSeed(read("42"), "lab2a/x", 3)).toBe(runSeed(42, "lab2a/x", 3));
  expect(read("0123456789abcdef\n")).toBe("0123456789abcdef");
  for (const bad of ["", "secret", "9007199254740992", "two words that are long enough", "-1"]) {
    expect(() => read(bad), bad).toThrow(/holds no seed: it must have one line/);
  }
  expect(() => readSeedFile(join(folder, "none"))).toThrow(/there is no seed file/);
  writeFileSync(path, "7");
  expect(chooseSeed(join(folder, "kept"), path)).toEqual({ seed: 7, isKept: false });
});

test("hashes tell seeds apart without being them", () => {
  expect(seedHash(1)).not.toBe(seedHash(2));
  expect(seedHash("0123456789abcdef")).not.toContain("0123456789abcdef");
});
