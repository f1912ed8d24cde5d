import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IntakeError } from "../../../grader/batch/intake/index.ts";
import { filesIn, makeSources, RAFT, take } from "./fixture.ts";

async function problemsOf(folder: string, names: readonly string[], out: string, work = "own-work") {
  const more = { outDir: join(folder, out), workDir: join(folder, work) };
  const error = await take(folder, names, more).catch((error: unknown) => error);
  if (!(error instanceof IntakeError)) throw new Error("the sources were taken in, and should not have been");
  return error.problems.map((problem) => problem.replaceAll(`${folder}/`, ""));
}

describe("the folders that a batch writes to", () => {
  it("are left out of a directory of submissions", async () => {
    const folder = makeSources({
      "alice/raft.ts": RAFT,
      "grades/results.jsonl": "",
      "unpacked/bob/files/raft.ts": RAFT,
    });
    const remarks: string[] = [];
    const intakes = await take(folder, [""], {
      outDir: join(folder, "grades"),
      workDir: join(folder, "unpacked"),
      onRemark: (line) => remarks.push(line),
    });
    expect(intakes.map(({ id }) => id)).toEqual(["alice"]);
    expect(remarks).toEqual([
      `${folder}/grades: is where the results go, and is left out`,
      `${folder}/unpacked: is where submissions are unpacked, and is left out`,
    ]);
  });

  it("are left out of an export", async () => {
    const folder = makeSources({
      "export/submission_metadata.yml": "submission_1:\n  :submitters: []\n",
      "export/submission_1/raft.ts": RAFT,
      "export/grades/results.jsonl": "",
    });
    const intakes = await take(folder, ["export"], { outDir: join(folder, "export/grades") });
    expect(intakes.map(({ id }) => id)).toEqual(["submission_1"]);
    renameSync(join(folder, "export"), join(folder, "assignment_7_export"));
    mkdirSync(join(folder, "download"));
    renameSync(join(folder, "assignment_7_export"), join(folder, "download/assignment_7_export"));
    const outDir = join(folder, "download/assignment_7_export/grades");
    expect((await take(folder, ["download"], { outDir })).map(({ id }) => id)).toEqual(["submission_1"]);
  });

  it("are no sources, nor is what is unpacked; beside the results there may be submissions", async () => {
    const folder = makeSources({ "grades/subs/alice/raft.ts": RAFT, "work/bob/raft.ts": RAFT });
    symlinkSync(join(folder, "grades"), join(folder, "link"));
    for (const [source, out] of [
      ["grades", "grades"],
      ["link", "grades"],
      ["grades", "link"],
    ] as const) {
      expect(await problemsOf(folder, [source], out)).toEqual([
        `${source}: is the folder that the results go to; name the submissions, or give the results another folder`,
      ]);
    }
    const intakes = await take(folder, ["grades/subs"], { outDir: join(folder, "grades") });
    expect(intakes.map(({ id }) => id)).toEqual(["alice"]);
    for (const source of ["work", "work/bob"]) {
      expect(await problemsOf(folder, [source], "results", "work")).toEqual([
        `${source}: lies in work, where submissions are unpacked and removed; move it out of there`,
      ]);
    }
    expect(Object.keys(filesIn(join(folder, "work")))).toEqual(["bob/raft.ts"]);
  });

  it("are not reached through a roster", async () => {
    const folder = makeSources({ "work/bob/raft.ts": RAFT, "roster.csv": "id,path\nbob,work/bob\n" });
    expect(await problemsOf(folder, ["roster.csv"], "grades", "work")).toEqual([
      "work/bob: lies in work, where submissions are unpacked and removed; move it out of there",
    ]);
  });

  it("need not be there yet", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": RAFT });
    mkdirSync(join(folder, "new"));
    const intakes = await take(folder, ["subs"], { outDir: join(folder, "new/a/b"), workDir: join(folder, "new/w") });
    expect(intakes).toHaveLength(1);
    expect(await problemsOf(folder, ["subs"], "subs/../subs")).toHaveLength(1);
  });
});
