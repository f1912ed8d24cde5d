import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import type { FileWriter } from "../../grader/batch/store/files.ts";
import { DISK } from "../../grader/batch/store/files.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, finalFiles, grading, identity, playBatch, temporaryFolder, text } from "./fake-batch.ts";

const source = { "raft.ts": "export class Raft {}\n" };
const ids = Array.from({ length: 8 }, (_, i) => `student-${i}`);

/** Eight submissions, half of which fail something. */
function course() {
  const intakes = ids.map((id) => fakeIntake(id, { folder: makeFolder({ "raft.ts": `// ${id}\n` }) }));
  const graded: string[] = [];
  const gradeOne = async ({ id }: { id: string }) => {
    graded.push(id);
    return grading(id, Number(id.at(-1)) % 2 === 0 ? ["passed", "failed"] : []);
  };
  return { intakes, gradeOne, graded };
}

describe("a batch that goes on", () => {
  test("grades each submission once, whatever it was stopped at, and ends in the same bytes", async () => {
    const { intakes, gradeOne, graded } = course();
    const whole = temporaryFolder();
    await playBatch({ out: whole, intakes, gradeOne });
    for (let stopAfter = 1; stopAfter < ids.length; stopAfter++) {
      graded.length = 0;
      const out = temporaryFolder();
      const stop = new AbortController();
      const stopping = async (task: { id: string }) => {
        const result = await gradeOne(task);
        if (graded.length === stopAfter) stop.abort();
        return result;
      };
      const first = await playBatch({ out, intakes, gradeOne: stopping, signal: stop.signal, workers: 1 });
      expect(first.isWhole).toBe(false);
      expect(existsSync(join(out, "results.jsonl"))).toBe(false);
      // The one in hand when it was stopped is done again; none that was recorded is.
      const second = await playBatch({ out, intakes, gradeOne });
      expect(second.isWhole).toBe(true);
      expect(graded).toHaveLength(ids.length + 1);
      expect(new Set(graded).size).toBe(ids.length);
      expect(finalFiles(out)).toEqual(finalFiles(whole));
    }
  });

  test("does again what a damaged line was about, and nothing else", async () => {
    const { intakes, gradeOne, graded } = course();
    const out = temporaryFolder();
    await playBatch({ out, intakes, gradeOne, workers: 1 });
    const before = finalFiles(out);
    graded.length = 0;
    const path = join(out, "journal.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes('"id":"student-3"'));
    lines[at] = (lines[at] ?? "").replace("student-3", "student-4");
    writeFileSync(path, lines.join("\n"));
    appendFileSync(path, '{"sha256":"00');
    const { damage } = await playBatch({ out, intakes, gradeOne });
    expect(damage).toEqual([expect.stringMatching(new RegExp(`journal.jsonl:${at + 1}: the line is damaged`))]);
    expect(graded).toEqual(["student-3"]);
    expect(finalFiles(out)).toEqual(before);
  });

  test("never brings a grade of an earlier grader back when the line of the new one is damaged", async () => {
    const { intakes, gradeOne, graded } = course();
    const out = temporaryFolder();
    await playBatch({ out, intakes, gradeOne });
    const newer = { ...identity, grader: "e".repeat(64) };
    await playBatch({ out, intakes, gradeOne, identity: newer, regrade: "changed" });
    const before = finalFiles(out);
    const path = join(out, "journal.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    const at = lines.findLastIndex((line) => line.includes('"id":"student-3"'));
    lines[at] = (lines[at] ?? "").replace("passed", "failed");
    writeFileSync(path, lines.join("\n"));
    graded.length = 0;
    await playBatch({ out, intakes, gradeOne, identity: newer });
    expect(graded).toEqual(["student-3"]);
    expect(finalFiles(out)).toEqual(before);
  });

  test("stops when another one has taken the folder over, and writes nothing any more", async () => {
    const { intakes, gradeOne } = course();
    const out = temporaryFolder();
    let entries = 0;
    const isHeld = () => entries++ < 4;
    await expect(playBatch({ out, intakes, gradeOne, isHeld, workers: 1 })).rejects.toThrow(
      /another batch has taken over the folder of .*journal\.jsonl/,
    );
    expect(readFileSync(join(out, "journal.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(4);
  });

  test("every line of results.jsonl is as its schema says, and holds nothing of wall time", async () => {
    const { intakes, gradeOne } = course();
    const out = temporaryFolder();
    await playBatch({ out, intakes: [...intakes, fakeIntake("x-broken", { ungradable: "no raft.ts" })], gradeOne });
    const lines = text(out, "results.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(9);
    for (const line of lines) batchResultSchema.parse(line);
    expect(lines[8]).toMatchObject({ status: "ungradable", points: { raw: 0, final: 0 } });
    expect(text(out, "results.jsonl")).not.toMatch(/wallMs|timing/);
    expect(text(out, "timing.jsonl")).toMatch(/^\{"id":"student-0","wallMs":5,/);
  });

  test("under another identity is refused, says what differs, and leaves everything as it was", async () => {
    const { intakes, gradeOne } = course();
    const out = temporaryFolder();
    await playBatch({ out, intakes, gradeOne });
    const before = readFileSync(join(out, "journal.jsonl"));
    const other = { ...identity, node: "v99.0.0", seed: "d".repeat(64) };
    await expect(playBatch({ out, intakes, gradeOne, identity: other })).rejects.toThrow(
      /were graded otherwise: Node \(v20\.19\.0, now v99\.0\.0\), the base seed \(b{12}, now d{12}\)\. Add --regrade changed/,
    );
    await expect(playBatch({ out, intakes, gradeOne, shard: { index: 1, of: 2 } })).rejects.toThrow(
      /is the folder of the whole batch, not of shard 1\/2/,
    );
    expect(readFileSync(join(out, "journal.jsonl"))).toEqual(before);
  });

  test("keeps the grade of a submission that changed, until it is told to grade it again", async () => {
    const out = temporaryFolder();
    const folder = makeFolder(source);
    const intakes = [fakeIntake("alice", { folder })];
    await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, []) });
    writeFileSync(join(folder, "raft.ts"), "export class Raft { x = 1 }\n");
    const second = await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, ["failed"]) });
    expect(second.events).toContainEqual({ kind: "kept", id: "alice", isChanged: true, done: 1, of: 1 });
    expect(text(out, "results.jsonl")).toMatch(/"status":"graded".*"verdicts":\{"passed":2\}/);
  });
});

describe("what stands beside a grading", () => {
  const policy = "late: { deadline: 2026-03-01T00:00:00Z, penaltyPerDay: 0.1, deadlineColumn: Extension }";
  const submittedAt = "2026-03-02T12:00:00Z";
  const roster = (extension: string) => [
    fakeIntake("alice", { folder: makeFolder(source), submittedAt, roster: { id: "alice", extension } }),
  ];
  const noting = () => {
    const played: string[] = [];
    const gradeOne = async ({ id }: { id: string }) => {
      played.push(id);
      return grading(id, []);
    };
    return { played, gradeOne };
  };
  const points = (out: string) => JSON.parse(text(out, "results.jsonl")).points;

  test("such as an extension is taken in anew when it is asked for, without playing anything", async () => {
    const out = temporaryFolder();
    const { played, gradeOne } = noting();
    await playBatch({ out, intakes: roster(""), gradeOne, policy });
    const { max, ...first } = points(out);
    expect(first).toEqual({ raw: max, penalty: expect.closeTo(max * 0.2), final: expect.closeTo(max * 0.8) });

    const extended = roster("2026-03-05T00:00:00Z");
    const kept = await playBatch({ out, intakes: extended, gradeOne, policy });
    expect(kept.events).toContainEqual({ kind: "kept", id: "alice", isChanged: true, done: 1, of: 1 });
    expect(points(out)).toEqual({ ...first, max });

    const asked = await playBatch({ out, intakes: extended, gradeOne, policy, regrade: "changed" });
    expect(asked.events).toContainEqual(expect.objectContaining({ kind: "graded", isRecount: true }));
    expect(points(out)).toEqual({ raw: max, penalty: 0, final: max, max });
    expect(text(out, "regrade.txt")).toMatch(/UP {4}alice .*\n {6}penalty for lateness [\d.]+, now 0\n/);

    const elsewhere = extended.map((intake) => ({ ...intake, origin: "./alice", notes: ["from ./roster.csv"] }));
    const again = await playBatch({ out, intakes: elsewhere, gradeOne, policy });
    expect(again.events).toContainEqual({ kind: "kept", id: "alice", isChanged: false, done: 1, of: 1 });
    expect(played).toEqual(["alice"]);
  });

  test("is taken in anew for everybody when the rules for lateness are others", async () => {
    const out = temporaryFolder();
    const { played, gradeOne } = noting();
    await playBatch({ out, intakes: roster(""), gradeOne, policy });
    const stricter = { identity: { ...identity, late: "e".repeat(64) }, policy: policy.replace("0.1", "0.5") };
    await expect(playBatch({ out, intakes: roster(""), gradeOne, ...stricter })).rejects.toThrow(
      /graded otherwise: its rules for lateness \(d{12}, now e{12}\)/,
    );
    await playBatch({ out, intakes: roster(""), gradeOne, ...stricter, regrade: "changed" });
    expect(points(out)).toMatchObject({ final: 0 });
    expect(played).toEqual(["alice"]);
    expect(text(out, "regrade.txt")).toMatch(/DOWN {2}alice .*\n {6}changed since: its rules for lateness/);
  });
});

describe("a fault of the grader", () => {
  const intakes = [fakeIntake("alice", { folder: "" }), fakeIntake("bob", { folder: "" })].map((intake) => ({
    ...intake,
    open: async () => ({ folder: makeFolder(source), notes: [] }),
  }));

  test("is tried again, and costs nothing when that helps", async () => {
    const out = temporaryFolder();
    let tries = 0;
    const gradeOne = async ({ id }: { id: string }) => {
      if (id === "bob" && ++tries === 1) throw new Error("a thread was lost");
      return grading(id, id === "bob" && tries === 2 ? ["internal-error"] : []);
    };
    await playBatch({ out, intakes: intakes.slice(0, 2), gradeOne });
    expect(tries).toBe(3);
    expect(text(out, "attention.txt")).toBe("Nothing needs attention.\n");
    expect(text(out, "gradebook.csv")).toMatch(/^bob,bob,.*,graded,,full,$/m);
  });

  test("of intake is tried again too", async () => {
    const out = temporaryFolder();
    let tries = 0;
    const open = async () => {
      if (++tries < 3) throw new Error("too many open files");
      return { folder: makeFolder(source), notes: [] };
    };
    await playBatch({ out, intakes: [fakeIntake("alice", { open })], gradeOne: async ({ id }) => grading(id, []) });
    expect(text(out, "attention.txt")).toBe("Nothing needs attention.\n");
    expect(tries).toBe(3);
  });

  test("that stays is listed for staff, gives no points and no 0, and the next start tries again", async () => {
    const out = temporaryFolder();
    let isBroken = true;
    const gradeOne = async ({ id }: { id: string }) => {
      if (id === "bob" && isBroken) throw new Error("no \u001b[31mmemory\nat x");
      return grading(id, []);
    };
    const { events } = await playBatch({ out, intakes, gradeOne, retries: 1 });
    expect(events).toContainEqual(expect.objectContaining({ kind: "fault", id: "bob", stands: false }));
    expect(text(out, "attention.txt")).toMatch(
      /1 submission[\s\S]*bob: no points yet\n {2}Error: no \ufffd\[31mmemory/,
    );
    expect(text(out, "gradebook.csv")).toMatch(/^bob,bob,,,,,,,,,\d+,internal-error,/m);
    expect(text(out, "summary.txt")).toMatch(/2 submissions, 1 with a verdict/);
    isBroken = false;
    await playBatch({ out, intakes, gradeOne });
    expect(text(out, "attention.txt")).toBe("Nothing needs attention.\n");
    expect(text(out, "gradebook.csv")).toMatch(/^bob,.*,graded,,full,$/m);
  });

  test("never takes an earlier grade away", async () => {
    const out = temporaryFolder();
    await playBatch({ out, intakes, gradeOne: async ({ id }) => grading(id, ["failed"]) });
    const before = text(out, "results.jsonl");
    const broken = async () => {
      throw new Error("broken");
    };
    const { events } = await playBatch({ out, intakes, gradeOne: broken, regrade: "all" });
    expect(events).toContainEqual(expect.objectContaining({ kind: "fault", id: "alice", stands: true }));
    expect(text(out, "results.jsonl")).toBe(before);
    expect(text(out, "attention.txt")).toMatch(/alice: the earlier grade stands/);
  });
});

test("a disk that fills up at any write stops the batch with a clear error, and it goes on once there is room", async () => {
  const { intakes, gradeOne } = course();
  const whole = temporaryFolder();
  let calls = 0;
  const counting: FileWriter = {
    ...DISK,
    write: (...args) => {
      calls++;
      return DISK.write(...args);
    },
  };
  await playBatch({ out: whole, intakes, gradeOne, writer: counting });
  const total = calls;
  expect(total).toBeGreaterThan(ids.length);
  for (let full = 1; full <= total; full++) {
    calls = 0;
    const out = temporaryFolder();
    const filling: FileWriter = {
      ...DISK,
      write: (fd, bytes, offset, length) => {
        calls++;
        if (calls > full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        // The last write that fits takes a part only, as a disk does.
        return DISK.write(fd, bytes, offset, calls === full ? Math.max(1, length >> 1) : length);
      },
    };
    await expect(playBatch({ out, intakes, gradeOne, writer: filling })).rejects.toThrow(
      /the disk is full\. All results/,
    );
    await playBatch({ out, intakes, gradeOne });
    expect(finalFiles(out)).toEqual(finalFiles(whole));
  }
});
