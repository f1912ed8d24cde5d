import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeLine, encodeLine } from "../../grader/batch/journal/line.ts";
import { mergeShards } from "../../grader/batch/merge.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, grading, playBatch, temporaryFolder, text } from "./fake-batch.ts";

const intakesOfTwo = () =>
  ["ann", "bob"].map((id) => fakeIntake(id, { folder: makeFolder({ "raft.ts": `// ${id}\n` }) }));
const gradeOne = async ({ id }: { id: string }) => grading(id, []);

/** A batch whose result of bob is one of a grading of one's own, with a checksum that is right. */
async function grafted(): Promise<string> {
  const out = temporaryFolder();
  await playBatch({ out, intakes: intakesOfTwo(), gradeOne });
  const path = join(out, "journal.jsonl");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const graft = (line: string) => {
    const { entry } = decodeLine(Buffer.from(line)) as { entry: { kind: string; result?: { id: string } } };
    if (entry.result?.id !== "bob") return `${line}\n`;
    return encodeLine(JSON.parse(JSON.stringify(entry).replace('"boundary":"process"', '"boundary":"none"')));
  };
  writeFileSync(path, lines.map(graft).join(""));
  return out;
}

const REFUSAL =
  /^\S+journal\.jsonl:3: the result of bob was played without the process boundary \(boundary "none"\), so it cannot count; start the batch again in a new --out folder$/;

describe("a result that was played without the process boundary", () => {
  test("is not merged", async () => {
    const out = await grafted();
    expect(() => mergeShards([out], temporaryFolder(), () => {})).toThrow(REFUSAL);
  });

  test("is not gone on from", async () => {
    const out = await grafted();
    await expect(playBatch({ out, intakes: intakesOfTwo(), gradeOne })).rejects.toThrow(REFUSAL);
  });

  test("is a fault of the grader when a batch gets one, and gives no points", async () => {
    const out = temporaryFolder();
    await playBatch({
      out,
      intakes: intakesOfTwo(),
      gradeOne: async ({ id }) => ({ ...grading(id, []), boundary: "none" }),
    });
    expect(text(out, "attention.txt")).toContain("the grading of bob was played without the process boundary");
    const results = text(out, "results.jsonl").trimEnd().split("\n");
    expect(results.map((line) => JSON.parse(line).points.final)).toEqual([null, null]);
  });

  test("is told from one of before there was the word, which counts", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes: intakesOfTwo(), gradeOne });
    const path = join(out, "journal.jsonl");
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const older = lines.map((line) => {
      const { entry } = decodeLine(Buffer.from(line)) as { entry: unknown };
      return encodeLine(JSON.parse(JSON.stringify(entry).replace('"boundary":"process",', "")));
    });
    writeFileSync(path, older.join(""));
    expect(readFileSync(path, "utf8")).not.toContain("boundary");
    mergeShards([out], temporaryFolder(), () => {}).journal.close();
  });
});
