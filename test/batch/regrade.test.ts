import { mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openReport } from "../../grader/batch/reports/index.ts";
import { DISK, type FileWriter } from "../../grader/batch/store/files.ts";
import type { Verdict } from "../../grader/run/result.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, grading, identity, playBatch, temporaryFolder, text } from "./fake-batch.ts";

const NAMES = ["alice", "bob", "carol"];

async function graded() {
  const out = temporaryFolder();
  const folders = new Map(NAMES.map((id) => [id, makeFolder({ "raft.ts": `// ${id}\n` })]));
  const intakes = NAMES.map((id) => fakeIntake(id, { folder: folders.get(id) as string }));
  const played: string[] = [];
  const gradeAs =
    (verdicts: Record<string, readonly Verdict[]>) =>
    async ({ id }: { id: string }) => {
      played.push(id);
      return grading(id, verdicts[id] ?? []);
    };
  await playBatch({ out, intakes, gradeOne: gradeAs({ bob: ["passed", "failed"] }) });
  played.length = 0;
  return { out, intakes, played, gradeAs, folders };
}

test("what one had before its last regrading is known, and nothing of who was graded once", async () => {
  const { out, intakes, gradeAs } = await graded();
  await playBatch({ out, intakes, gradeOne: gradeAs({}), regrade: "failed" });
  const batch = openReport(out, () => {});
  const [before, now] = [batch.before("bob")?.points.final ?? 0, batch.find("bob")?.points.final ?? 0];
  expect(before).toBeLessThan(now);
  expect([batch.before("alice"), batch.before("nobody")]).toEqual([undefined, undefined]);
  batch.close();
});

describe("grading again", () => {
  test("failed: those without all points", async () => {
    const { out, intakes, played, gradeAs } = await graded();
    await playBatch({ out, intakes, gradeOne: gradeAs({}), regrade: "failed" });
    expect(played).toEqual(["bob"]);
    expect(text(out, "regrade.txt")).toMatch(
      /^Regrade 1, failed: 1 submission graded again, 0 down, 1 up, 0 the same\nUP {4}bob {2}/,
    );
  });

  test("an id: that one; an unknown one is refused", async () => {
    const { out, intakes, played, gradeAs } = await graded();
    await playBatch({ out, intakes, gradeOne: gradeAs({}), regrade: "carol" });
    expect(played).toEqual(["carol"]);
    await expect(playBatch({ out, intakes, gradeOne: gradeAs({}), regrade: "dave" })).rejects.toThrow(
      "--regrade dave: there is no such submission",
    );
  });

  test("changed: those with other sources; with another grader, all of them", async () => {
    const { out, intakes, played, gradeAs, folders } = await graded();
    writeFileSync(join(folders.get("carol") as string, "raft.ts"), "// better\n");
    await playBatch({ out, intakes, gradeOne: gradeAs({ carol: ["crashed"] }), regrade: "changed" });
    expect(played).toEqual(["carol"]);
    expect(text(out, "regrade.txt")).toMatch(/DOWN {2}carol .*\n {6}the submission is another one than before\n/);
    played.length = 0;
    const newer = { ...identity, grader: "e".repeat(64) };
    await playBatch({ out, intakes, gradeOne: gradeAs({}), identity: newer, regrade: "changed" });
    expect(played).toHaveLength(3);
    // And from then on that is the grader of this folder.
    await playBatch({ out, intakes, gradeOne: gradeAs({}), identity: newer });
    await expect(playBatch({ out, intakes, gradeOne: gradeAs({}) })).rejects.toThrow(/the grader \(e{12}, now a{12}\)/);
  });

  test("every grade that went down is reported with its reasons, and all rounds are kept", async () => {
    const { out, intakes, gradeAs } = await graded();
    const newer = { ...identity, policy: "f".repeat(64) };
    const first = gradeAs({ alice: ["failed"], bob: ["passed", "failed"] });
    await playBatch({ out, intakes, gradeOne: first, identity: newer, regrade: "all" });
    await playBatch({
      out,
      intakes,
      gradeOne: gradeAs({ alice: ["failed", "hung"] }),
      identity: newer,
      regrade: "alice",
    });
    const report = text(out, "regrade.txt");
    expect(report).toMatch(/Regrade 1, all: 3 submissions graded again, 1 down, 0 up, 2 the same/);
    expect(report).toMatch(
      /DOWN {2}alice {2}\d+ to \d+ of \d+\n {6}changed since: the policy \(c{12}, now f{12}\)\n {6}lab2a\/\S+: passed \(\d+\), now failed \(0\): came to failed\n/,
    );
    expect(report).toMatch(/Regrade 2, alice: 1 submission graded again, 1 down/);
    expect(report).toMatch(
      /submission, grader, seeds and policy are the same as before: please look into this\n.*now hung/,
    );
  });

  test("that was broken off goes on, and grades nobody twice", async () => {
    const { out, intakes, played, gradeAs } = await graded();
    const stop = new AbortController();
    const stopping = async (task: { id: string }) => {
      if (played.length === 1) stop.abort();
      return gradeAs({})(task);
    };
    await playBatch({ out, intakes, gradeOne: stopping, regrade: "all", signal: stop.signal, workers: 1 });
    // alice is done, bob was in hand. Both ways of going on are the same.
    expect(played).toEqual(["alice", "bob"]);
    played.length = 0;
    await playBatch({ out, intakes, gradeOne: gradeAs({}), regrade: "all", workers: 1 });
    expect(played).toEqual(["bob", "carol"]);
    expect(text(out, "regrade.txt")).toMatch(/^Regrade 1, all: 3 submissions graded again.*the same\n/);
    played.length = 0;
    await playBatch({ out, intakes, gradeOne: gradeAs({}), workers: 1 });
    expect(played).toEqual([]);
  });

  test("that was killed while its files were written writes them with the same words, and grades nobody again", async () => {
    const { out, intakes, played, gradeAs } = await graded();
    rmSync(join(out, "summary.txt"));
    mkdirSync(join(out, "summary.txt"));
    const worse = gradeAs({ alice: ["failed"] });
    await expect(playBatch({ out, intakes, gradeOne: worse, regrade: "all" })).rejects.toThrow(/summary\.txt/);
    expect(played).toHaveLength(3);
    rmdirSync(join(out, "summary.txt"));
    played.length = 0;
    await playBatch({ out, intakes, gradeOne: worse, regrade: "all" });
    expect(played).toEqual([]);
    expect(text(out, "regrade.txt")).toMatch(/^Regrade 1, all: .* 1 down, 1 up, 1 the same\n(?!.*Regrade 2)/s);
  });

  test("that was killed before it had taken on the new grader is refused without its words, and whole with them", async () => {
    const { out, intakes, played, gradeAs } = await graded();
    const newer = { ...identity, grader: "e".repeat(64) };
    let writes = 0;
    const writer: FileWriter = {
      ...DISK,
      write: (...args) => {
        if (++writes > 1) throw new Error("killed");
        return DISK.write(...args);
      },
    };
    const batch = { out, intakes, gradeOne: gradeAs({}), identity: newer };
    await expect(playBatch({ ...batch, regrade: "changed", writer })).rejects.toThrow("killed");
    await expect(playBatch(batch)).rejects.toThrow(/the grader \(a{12}, now e{12}\)/);
    expect(played).toEqual([]);
    await playBatch({ ...batch, regrade: "changed" });
    expect(played).toHaveLength(3);
    expect(text(out, "regrade.txt")).toMatch(/^Regrade 1, changed: 3 submissions graded again, 0 down, 1 up/);
  });
});
