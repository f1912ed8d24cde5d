import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";
import { expectTaken } from "./expect-taken.ts";

// To make so many and to read them four times takes ten seconds.
it("more files than are taken", () =>
  expectTaken((folder) => {
    for (let i = 0; i < 10_001; i++) writeFileSync(join(folder, `f${i}.txt`), "");
  }, /^more than 10000 files and folders/));
