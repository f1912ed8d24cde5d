import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Intake } from "../../../grader/batch/intake/index.ts";
import { filesOf, makeSources, RAFT, reasonOf, take } from "./fixture.ts";
import { buildTar } from "./tar-builder.ts";
import { buildZip } from "./zip-builder.ts";

const zipOf = (content: string) => buildZip([{ name: "raft.ts", content }]);

type Files = Record<string, string | Buffer>;

/** Takes in an export both as a folder and as the zip file that it was. */
async function takeBoth(files: Files): Promise<readonly (readonly Intake[])[]> {
  const folder = makeSources({
    ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`export/${name}`, content])),
    "export.zip": buildZip(Object.entries(files).map(([name, content]) => ({ name, content }))),
  });
  const unpacked = await take(folder, ["export"], { workDir: join(folder, "work-1") });
  return [unpacked, await take(folder, ["export.zip"], { workDir: join(folder, "work-2") })];
}

async function openById(intakes: readonly Intake[], id: string) {
  const intake = intakes.find((one) => one.id === id);
  if (intake === undefined) throw new Error(`there is no ${id} among ${intakes.map((one) => one.id)}`);
  return intake.open();
}

describe("a Canvas bulk download", () => {
  const files: Files = {
    "smithbob_340934_208490284_work.zip": zipOf("bob"),
    "lee_LATE_17_208490285_lab.tar.gz": buildTar([{ name: "raft.ts", content: "lee" }]),
    "chan_18_300_work.zip": zipOf("old"),
    "chan_18_301_work-1.zip": zipOf("newer"),
    "chan_18_302_work-2.zip": zipOf("newest"),
    "diaz_19_400_raft-1.ts": 'import "./term-2";',
    "diaz_19_401_log-3.ts": "log",
    "diaz_19_402_term-2.ts": "term",
    "evans_20_500_a.zip": zipOf("a"),
    "evans_20_501_b.zip": zipOf("b"),
    "ford_21_text.html": "<p>see my repository</p>",
    "o'neil_mc_22_600_my_raft_v2.zip": zipOf("oneil"),
  };

  it("has one submission for each student", async () => {
    for (const intakes of await takeBoth(files)) {
      expect(intakes.map(({ id, markedLate }) => [id, markedLate ?? false])).toEqual([
        ["chan_18", false],
        ["diaz_19", false],
        ["evans_20", false],
        ["ford_21", false],
        ["lee_17", true],
        [expect.stringMatching(/^o_neil_mc_22-[0-9a-f]{12}$/), false],
        ["smithbob_340934", false],
      ]);
      expect(intakes.at(-1)).toMatchObject({ name: "smithbob", members: [{ studentId: "340934" }] });
      expect(filesOf(await openById(intakes, "smithbob_340934"))).toEqual({ "raft.ts": "bob" });
      expect(filesOf(await openById(intakes, "lee_17"))).toEqual({ "raft.ts": "lee" });
    }
  });

  it("of what was handed in again, the latest counts, with a note", async () => {
    for (const intakes of await takeBoth(files)) {
      const opened = await openById(intakes, "chan_18");
      expect(filesOf(opened)).toEqual({ "raft.ts": "newest" });
      expect(opened.notes).toEqual([
        "work-1.zip was taken, handed in after work.zip",
        "work-2.zip was taken, handed in after work-1.zip",
      ]);
    }
  });

  it("loose files have the names that they were imported by", async () => {
    for (const intakes of await takeBoth(files)) {
      expect(filesOf(await openById(intakes, "diaz_19"))).toEqual({
        "raft.ts": 'import "./term-2";',
        "log.ts": "log",
        "term-2.ts": "term",
      });
    }
  });

  it("what nobody can decide is ungradable", async () => {
    for (const intakes of await takeBoth(files)) {
      expect(reasonOf(await openById(intakes, "evans_20"))).toBe(
        "several archives were handed in: a.zip, b.zip; hand in one",
      );
      expect(reasonOf(await openById(intakes, "ford_21"))).toMatch(
        /a text was typed in, and no file was handed in \(ford_21_text\.html\)/,
      );
    }
  });

  it("a student cannot hand in a zip that is taken for one, among others", async () => {
    const folder = makeSources({
      "subs/mallory.zip": buildZip([{ name: "alice_1_2_work.zip", content: zipOf("evil") }]),
      "subs/alice_1/raft.ts": RAFT,
    });
    const ids = async (names: string[]) => (await take(folder, names)).map(({ id }) => id);
    expect(await ids(["subs"])).toEqual(["alice_1", "mallory"]);
    expect(await ids(["subs/mallory.zip", "subs/alice_1"])).toEqual(["alice_1", "mallory"]);
  });

  it("what else lies there is not lost", async () => {
    const remarks: string[] = [];
    const folder = makeSources({
      "export/a_1_2_w.zip": zipOf("a"),
      "export/b_2_3_raft.ts": "b",
      "export/list.xlsx": "",
    });
    const intakes = await take(folder, ["export"], { onRemark: (line) => remarks.push(line) });
    expect(intakes.map(({ id }) => id)).toEqual(["a_1", "b_2"]);
    expect(remarks).toEqual([`${folder}/export/list.xlsx: is no folder and no archive, and was left out`]);
  });

  it("other numbers in names do not make one", async () => {
    for (const start of ["lab_2_", "cs_101_2_"]) {
      const folder = makeSources({
        [`subs/${start}bob.zip`]: zipOf("bob"),
        [`subs/${start}carol.zip`]: zipOf("carol"),
      });
      expect((await take(folder, ["subs"])).map(({ id }) => id)).toEqual([`${start}bob`, `${start}carol`]);
    }
  });

  it("an evil archive inside is as harmless as any other", async () => {
    const evil = buildZip([{ name: "../../../alice_1_2/raft.ts", content: "evil" }]);
    for (const intakes of await takeBoth({ "mallory_1_2_work.zip": evil, "alice_3_4_work.zip": zipOf("a") })) {
      expect(reasonOf(await openById(intakes, "mallory_1"))).toMatch(/leads out of its folder/);
    }
  });
});

describe("a Gradescope export", () => {
  const metadata = `---
submission_101:
  :submitters:
  - :name: Ada Lovelace
    :sid: '0042'
    :email: ada@example.org
  - :name: "Bob \\e[31m"
    :sid: 43
    :email: bob@example.org
  :created_at: 2026-02-01 10:00:00.123456000 -08:00
  :score: 3.0
submission_102:
  :submitters:
  - :name: Carol
    :sid:
    :email: carol@example.org
  :created_at: 2026-02-01 18:30:00 Z
  :history: []
submission_103:
  :submitters: []
`;
  const files: Files = {
    "submission_metadata.yml": metadata,
    "submission_101/raft.ts": "ada",
    "submission_101/lib/log.ts": "log",
    "submission_102/lab2/raft.ts": "carol",
    "submission_999/raft.ts": "stray",
  };
  const inFolder = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`assignment_7_export/${name}`, content]),
  );

  it.each([
    ["the folder itself", files],
    ["the folder around it", inFolder],
  ])("has one submission for each folder that it names, groups included: %s", async (_, given) => {
    for (const intakes of await takeBoth(given)) {
      expect(intakes.map(({ id }) => id)).toEqual([
        "submission_101",
        "submission_102",
        "submission_103",
        "submission_999",
      ]);
      expect(intakes[0]).toMatchObject({
        name: "Ada Lovelace & Bob \ufffd[31m",
        submittedAt: "2026-02-01T18:00:00.000Z",
        members: [
          { name: "Ada Lovelace", studentId: "0042", email: "ada@example.org" },
          { name: "Bob \ufffd[31m", studentId: "43", email: "bob@example.org" },
        ],
      });
      expect(intakes[1]).toMatchObject({ name: "Carol", submittedAt: "2026-02-01T18:30:00.000Z" });
      expect(filesOf(await openById(intakes, "submission_101"))).toEqual({ "raft.ts": "ada", "lib/log.ts": "log" });
      const carol = await openById(intakes, "submission_102");
      expect(filesOf(carol)).toEqual({ "raft.ts": "carol" });
      expect(carol.notes).toEqual(["raft.ts was found one folder down, in lab2"]);
      expect(reasonOf(await openById(intakes, "submission_103"))).toMatch(/the export has no such folder/);
      expect(intakes[3]?.notes).toEqual(["submission_metadata.yml does not name it"]);
    }
  });

  it("joins a roster by student id and email", async () => {
    const folder = makeSources({
      ...Object.fromEntries(Object.entries(files).map(([name, content]) => [`export/${name}`, content])),
      "roster.csv": "id,name,email,late_days\n43,Bob,,1\nx7,Carol,Carol@Example.org,3\n",
    });
    const [ada, carol] = await take(folder, ["export"], { roster: join(folder, "roster.csv") });
    expect(ada).toMatchObject({
      id: "submission_101",
      name: "Ada Lovelace & Bob \ufffd[31m",
      roster: { late_days: "1" },
    });
    expect(carol?.roster).toMatchObject({ late_days: "3" });
  });

  it.each(["- just\n- a list\n", "{ unclosed", "&a [*a, *a"])(
    "whose metadata is no good is refused: %j",
    async (text) => {
      const folder = makeSources({ "export/submission_metadata.yml": text });
      await expect(take(folder, ["export"])).rejects.toThrow(/submission_metadata\.yml (is no YAML|does not name)/);
    },
  );
});
