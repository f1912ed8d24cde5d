import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { knownSources } from "../../grader/batch/engine/known-sources.ts";
import { openBatch } from "../../grader/batch/engine/open-batch.ts";
import { mergeShards } from "../../grader/batch/merge.ts";
import { writeOutputs } from "../../grader/batch/outputs/index.ts";
import { closingLines } from "../../grader/cli/output/batch-lines.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { APART, sourcesIn } from "../similar/classes.ts";
import { all, renamed, reordered } from "../similar/disguise.ts";
import { fakeIntake, finalFiles, identity, playBatch, temporaryFolder, text } from "./fake-batch.ts";

const intake = {
  takenFor: ["subs was read as a Moodle download: 2 submissions"],
  leftOut: ["subs/list.xlsx: is no folder and no archive, and was left out", "subs/\u001b[2J: is hidden"],
};
const intakes = [fakeIntake("ana"), fakeIntake("ben")];
const never = async () => Promise.reject(new Error("nothing can be graded"));

describe("what a batch was told of its sources", () => {
  it("stands in anomalies.txt and in the closing lines, also when the batch goes on", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes, intake, gradeOne: never });
    const anomalies = text(out, "anomalies.txt");
    expect(anomalies).toContain(
      "Left out, or to be looked at, beside the submissions (2)\n  subs/list.xlsx: is no folder",
    );
    expect(anomalies).not.toContain("\u001b");
    await playBatch({ out, intakes, intake, gradeOne: never });
    expect(text(out, "anomalies.txt")).toBe(anomalies);
    expect(text(out, "journal.jsonl").match(/"kind":"batch"/g)).toHaveLength(1);
    // Another listing is written down as well, and what it said stands there from then on.
    await playBatch({ out, intakes, intake: { ...intake, leftOut: [] }, gradeOne: never });
    expect(text(out, "anomalies.txt")).not.toContain("Left out");
  });

  it("is the same when shards are put together", async () => {
    const whole = temporaryFolder();
    await playBatch({ out: whole, intakes, intake, gradeOne: never });
    const parts = [temporaryFolder(), temporaryFolder()];
    for (const [at, out] of parts.entries()) {
      await playBatch({ out, intakes, intake, gradeOne: never, shard: { index: at + 1, of: 2 } });
    }
    const merged = temporaryFolder();
    const book = mergeShards(parts, merged, () => {});
    writeOutputs(merged, book);
    book.journal.close();
    expect(finalFiles(merged)).toEqual(finalFiles(whole));
  });

  it("is said at the end, the first of many lines", async () => {
    const out = temporaryFolder();
    const leftOut = Array.from({ length: 8 }, (_, at) => `subs/${at}.pdf: was left out`);
    await playBatch({ out, intakes, intake: { ...intake, leftOut }, gradeOne: never });
    const book = openBatch({
      out,
      identity,
      shard: null,
      ids: ["ana", "ben"],
      intake: { ...intake, leftOut },
      onDamage: () => {},
    });
    const lines = closingLines(out, writeOutputs(out, book), [], [], makeStyle(false));
    book.journal.close();
    expect(lines.slice(1, -1)).toEqual([
      "subs was read as a Moodle download: 2 submissions",
      ...leftOut.slice(0, 5),
      `and 3 more such lines; see ${join(out, "anomalies.txt")}`,
    ]);
  });
});

describe("sources that the course gives out", () => {
  const given = (folder: string, name: string) => readFileSync(join(ROOT, folder, name), "utf8");
  const notes = (files: Readonly<Record<string, string>>) =>
    knownSources({
      main: "raft.ts",
      form: lab2.form,
      contents: new Map(Object.entries(files).map(([name, file]) => [name, Buffer.from(file)])),
    });
  const reference = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, given("reference/raft", name)]));
  const files = ["encoded-entries.ts", "follower.ts", "log.ts", "raft.ts", "saved-state.ts", "timers.ts", "types.ts"];

  it("are the skeleton as it was, with other ends of lines and comments too", () => {
    expect(notes({ "raft.ts": given("skeleton/raft", "raft.ts") })).toEqual([
      "raft.ts is that of the skeleton, unchanged",
    ]);
    const windows = `// Ana Dummy\n${given("skeleton/raft", "raft.ts")}`.replaceAll("\n", "\r\n");
    expect(notes({ "raft.ts": windows, "log.ts": given("skeleton/raft", "log.ts") })).toHaveLength(1);
  });

  it("are the reference, whole, under other names, or some of its files", () => {
    expect(notes(reference(files))).toEqual(["it is a copy of the reference solution"]);
    const { "follower.ts": follower = "", ...rest } = reference(files);
    expect(notes({ ...rest, "mine.ts": `// mine\n${follower}` })).toEqual(["it is a copy of the reference solution"]);
    expect(notes({ "raft.ts": `export class Raft { ${"x = 1;\n".repeat(80)} }`, "f.ts": follower })).toEqual([
      "it has files of the reference solution: f.ts",
    ]);
  });

  it("are the reference or the skeleton with other names, and in another order", () => {
    const copy = all(renamed, reordered)(APART.get("reference") ?? new Map());
    expect(notes(Object.fromEntries(copy))).toEqual([
      expect.stringMatching(/^[5-9]\d % of it is as in the reference solution, names and comments apart$/),
    ]);
    expect(notes(Object.fromEntries(renamed(sourcesIn("skeleton/raft"))))).toEqual([
      "it is the skeleton, but for names and comments",
    ]);
  });

  it("are not in what was written apart", () => {
    for (const [, sources] of APART) {
      if (sources === APART.get("reference")) continue;
      expect(notes(Object.fromEntries(sources))).toEqual([]);
    }
  });

  it("are not what everybody has: the skeleton's own helpers in an own solution", () => {
    const own = `${given("skeleton/raft", "raft.ts")}\nexport const mine = 1;\n`;
    expect(
      notes({
        "raft.ts": own,
        "timers.ts": given("skeleton/raft", "timers.ts"),
        "types.ts": given("skeleton/raft", "types.ts"),
      }),
    ).toEqual([]);
  });
});
