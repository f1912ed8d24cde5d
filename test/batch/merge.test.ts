import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isInShard } from "../../grader/batch/engine/shard.ts";
import { mergeShards } from "../../grader/batch/merge.ts";
import { writeOutputs } from "../../grader/batch/outputs/index.ts";
import { makeFolder } from "../submission/folder.ts";
import { FINAL_FILES, fakeIntake, finalFiles, grading, identity, playBatch, temporaryFolder } from "./fake-batch.ts";

function course(count: number) {
  const intakes = Array.from({ length: count }, (_, i) =>
    fakeIntake(`student-${i}`, { folder: makeFolder({ "raft.ts": `// ${i % 9}\n` }) }),
  );
  const gradeOne = async ({ id }: { id: string }) => {
    if (id === "student-4") throw new Error("always");
    return grading(id, Number(id.at(-1)) % 3 === 0 ? ["failed"] : []);
  };
  return { intakes, gradeOne };
}

function merge(folders: readonly string[], out: string) {
  const book = mergeShards(folders, out, () => {});
  writeOutputs(out, book);
  book.journal.close();
}

async function shards(of: number, count = 14) {
  const { intakes, gradeOne } = course(count);
  const folders: string[] = [];
  for (let index = 1; index <= of; index++) {
    const out = temporaryFolder();
    writeFileSync(join(out, "seed"), "7\n");
    await playBatch({ out, intakes, gradeOne, shard: { index, of } });
    folders.push(out);
  }
  return { folders, intakes, gradeOne };
}

test("each submission is in one shard, whichever others there are, and shards are of about one size", () => {
  const sizes = [0, 0, 0, 0];
  for (let i = 0; i < 2_000; i++) {
    const shards = [1, 2, 3, 4].filter((index) => isInShard(`s${i}`, { index, of: 4 }));
    expect(shards).toHaveLength(1);
    sizes[(shards[0] ?? 0) - 1] = (sizes[(shards[0] ?? 0) - 1] ?? 0) + 1;
  }
  for (const size of sizes) expect(size).toBeGreaterThan(420);
});

describe("shards put together", () => {
  test.each([1, 2, 3, 5])("%i of them equal one whole batch, byte for byte", async (of) => {
    const { folders, intakes, gradeOne } = await shards(of);
    const whole = temporaryFolder();
    await playBatch({ out: whole, intakes, gradeOne });
    const out = temporaryFolder();
    merge(of === 3 ? [...folders].reverse() : folders, out);
    expect(finalFiles(out)).toEqual(finalFiles(whole));
    expect(readFileSync(join(out, "seed"), "utf8")).toBe("7\n");
    expect(statSync(join(out, "seed")).mode & 0o777).toBe(0o600);
    // What was merged can be gone on with.
    const { events } = await playBatch({ out, intakes, gradeOne });
    expect(events.filter(({ kind }) => kind === "graded")).toEqual([]);
  });

  test("can be put together once more after a kill", async () => {
    const { folders } = await shards(2);
    const out = temporaryFolder();
    mergeShards(folders, out, () => {}).journal.close();
    merge(folders, out);
    expect(Object.keys(finalFiles(out))).toHaveLength(FINAL_FILES.length);
  });

  test("are refused while one lacks a submission, also when results of others than now are there", async () => {
    const { intakes, gradeOne } = course(14);
    const folders: string[] = [];
    for (const index of [1, 2]) {
      const out = temporaryFolder();
      const shard = { index, of: 2 };
      await playBatch({ out, intakes: intakes.slice(0, 8), gradeOne, shard });
      // Two that were graded have gone, six have come, of which one shard has none yet.
      const signal = index === 2 ? AbortSignal.abort() : new AbortController().signal;
      await playBatch({ out, intakes: intakes.slice(2), gradeOne, shard, signal });
      folders.push(out);
    }
    expect(() => mergeShards(folders, temporaryFolder(), () => {})).toThrow(/\d of 12 submissions have no result yet/);
  });

  test("are refused when one is missing, twice there, of another batch, or not at its end", async () => {
    const { folders, intakes, gradeOne } = await shards(3);
    const [a = "", b = "", c = ""] = folders;
    const refusal = (...parts: string[]) => {
      const out = temporaryFolder();
      expect(() => merge(parts, out)).toThrow();
      expect(existsSync(join(out, "journal.jsonl"))).toBe(false);
      try {
        merge(parts, out);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refusal(a, c)).toBe("of 3 shards, 2/3 not named; name the --out folder of each");
    expect(refusal(a, b, c, b)).toMatch(/are both shard 2\/3; name one of them/);
    expect(refusal(a, b, temporaryFolder())).toMatch(/has no journal.jsonl: it is no --out folder/);

    const other = temporaryFolder();
    const shard = { index: 3, of: 3 };
    await playBatch({ out: other, intakes, gradeOne, shard, identity: { ...identity, seed: "9".repeat(64) } });
    expect(refusal(a, b, other)).toMatch(/are not of one batch: the base seed/);

    const fewer = temporaryFolder();
    await playBatch({ out: fewer, intakes: intakes.slice(1), gradeOne, shard });
    expect(refusal(a, b, fewer)).toMatch(/were given different submissions/);

    const stopped = temporaryFolder();
    const signal = AbortSignal.abort();
    await playBatch({ out: stopped, intakes, gradeOne, shard, signal });
    expect(refusal(a, b, stopped)).toMatch(
      /^\d of 14 submissions have no result yet \(student-\d+, .*\); start the shards again/,
    );

    const used = temporaryFolder();
    merge(folders, used);
    await playBatch({ out: used, intakes, gradeOne, regrade: "all" });
    const before = readFileSync(join(used, "journal.jsonl"));
    expect(() => mergeShards(folders, used, () => {})).toThrow(/has a batch of its own already/);
    expect(readFileSync(join(used, "journal.jsonl"))).toEqual(before);
  });
});
