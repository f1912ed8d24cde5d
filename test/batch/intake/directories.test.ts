import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSources, RAFT } from "./fixture.ts";
import { tryFolder, tryInput, zipped } from "./tried.ts";

const lab = zipped({ "raft.ts": RAFT });

describe("a directory of sections", () => {
  it("has the submissions of all, told apart where two have one name", async () => {
    const { submissions, facts, takenFor, remarks } = await tryInput({
      "input/section-a/ana/raft.ts": "a",
      "input/section-a/ben.zip": lab,
      "input/section-b/cy/raft.ts": "c",
      "input/section-b/dee/lab2.zip": lab,
      "input/section-c/eve/raft.ts": "e",
      "input/section-c/ana.zip": lab,
      "input/list.txt": "",
    });
    expect(submissions).toEqual({
      "section-a_ana": { "raft.ts": "a" },
      ben: { "raft.ts": RAFT },
      cy: { "raft.ts": "c" },
      dee: { "raft.ts": RAFT },
      eve: { "raft.ts": "e" },
      "section-c_ana": { "raft.ts": RAFT },
    });
    expect(facts.eve?.notes).toEqual(["of section section-c"]);
    expect(takenFor[0]).toMatch(/was read as 3 sections \(section-a, section-b, section-c\).*: 6 submissions$/);
    expect(remarks).toEqual([
      "input/list.txt: is no section, and was left out",
      "warning: ana is in 2 sections (section-a, section-c), and each is graded; if it is one student, leave only the one that counts",
    ]);
  });

  it("may be downloads of platforms", async () => {
    const { submissions, takenFor } = await tryInput({
      "input/monday/Ana_1_assignsubmission_file_/raft.ts": RAFT,
      "input/friday/Ben_2_assignsubmission_file_raft.ts": RAFT,
    });
    expect(Object.keys(submissions)).toEqual(["Ana_1", "Ben_2"]);
    expect(takenFor[0]).toMatch(/2 sections \(friday, monday\): a Moodle download: 2 submissions$/);
  });

  it("is told from students who keep versions, and from a section among students", async () => {
    const versions = await tryInput({
      "input/ana/raft.ts": RAFT,
      "input/ben/v1/raft.ts": "1",
      "input/ben/v2/raft.ts": "2",
      "input/cy/v1/raft.ts": "1",
      "input/cy/v2/raft.ts": "2",
    });
    expect(versions.submissions).toMatchObject({
      ben: expect.stringMatching(/^several folders have raft\.ts: v1, v2/),
    });
    const mixed = await tryInput({
      "input/ana/raft.ts": RAFT,
      "input/week1/ben/raft.ts": "1",
      "input/week1/cy/raft.ts": "2",
      "input/week1/dee.zip": lab,
    });
    expect(mixed.refused).toEqual([
      expect.stringMatching(
        /1 of its 2 folders look like more than one submission, such as week1, .*directory of 3 submissions \(ben, cy, dee\.zip\)/,
      ),
    ]);
  });
});

describe("a folder around the submissions, or a zip of them", () => {
  it("is refused, with what to name", async () => {
    const files = { "input/week1/ana/raft.ts": RAFT, "input/week1/ben.zip": lab };
    expect((await tryInput(files)).refused).toEqual([
      expect.stringMatching(
        /holds one folder, week1, that looks like a directory of 2 submissions \(ana, ben\.zip\); name that: input\/week1/,
      ),
    ]);
  });

  it("is known by repositories too, whatever they hold, as `gh classroom clone` makes it", async () => {
    const clone = (name: string) => ({
      [`input/lab2-submissions/lab2-${name}/.git/HEAD`]: "ref: refs/heads/main\n",
      [`input/lab2-submissions/lab2-${name}/README.md`]: "",
    });
    const { refused } = await tryInput({ ...clone("ana"), ...clone("ben"), ...clone("cy"), "input/old/raft.ts": RAFT });
    expect(refused).toEqual([
      expect.stringMatching(/such as lab2-submissions, which looks like a directory of 3 submissions/),
    ]);
  });

  it.each([
    ["at its top", ""],
    ["in a folder", "class/"],
  ])("a zip file with a class %s is not one submission", async (_, start) => {
    const packed = zipped({ [`${start}ana/raft.ts`]: "ana", [`${start}ben.zip`]: lab, [`${start}cy.pdf`]: "" });
    const { refused } = await tryInput({ "class.zip": packed }, {}, "class.zip");
    expect(refused).toEqual([
      expect.stringMatching(
        /class\.zip: looks like a directory of 2 submissions \(ana, ben\.zip\), and would be one submission; unpack it/,
      ),
    ]);
  });

  it("among students it is ungradable, and nobody gets points for another's work", async () => {
    const packed = zipped({ "x_1_assignsubmission_file_/raft.ts": "x", "y_2_assignsubmission_file_/lab.zip": lab });
    const { submissions } = await tryInput({ "input/ana/raft.ts": RAFT, "input/zed.zip": packed });
    expect(submissions.zed).toBe("it looks like a Moodle download of 2, and not like one submission");
  });
});

describe("loose files", () => {
  it("that say whose they are, are one submission each", async () => {
    const { submissions, facts, takenFor } = await tryInput({
      "input/ana_raft.ts": "a",
      "input/raft-ben.ts": "b",
      "input/Raft.Cy Doe.js": "c",
    });
    expect(Object.values(submissions)).toEqual([{ "raft.js": "c" }, { "raft.ts": "a" }, { "raft.ts": "b" }]);
    expect(facts.ana?.notes).toEqual(["ana_raft.ts was taken as raft.ts"]);
    expect(takenFor[0]).toMatch(/one file a student: 3 submissions/);
  });

  it("whose owners nobody knows are named, with what would do; staff may say that each is a student's", async () => {
    const files = { "input/ana.ts": "a", "input/ben.ts": "b", "input/notes.txt": "" };
    expect((await tryInput(files)).refused).toEqual([
      expect.stringMatching(
        /only files \(ana\.ts, ben\.ts, notes\.txt\), and none is raft\.ts; .* such as ana\/raft\.ts, or, .* add --anyway/,
      ),
    ]);
    const { submissions, remarks } = await tryInput(files, { anyway: true });
    expect(submissions).toEqual({ ana: { "raft.ts": "a" }, ben: { "raft.ts": "b" } });
    expect(remarks[0]).toBe("input/notes.txt: is no folder and no archive, and was left out");
  });

  it.each([
    [
      { "input/Raft.ts": "x", "input/log.ts": "" },
      /it has Raft\.ts, but the file must be named raft\.ts or raft\.js; rename it to raft\.ts/,
    ],
    [{ "input/raft (1).ts": "x" }, /it has raft \(1\)\.ts, but/],
    [{ "input/report.pdf": "", "input/mail.txt": "" }, /^input: holds no submission; it has mail\.txt, report\.pdf/],
    [
      { "input/ana": "../homes/ana", "input/ben": "../homes/ben" },
      /ana, ben have only a path in it, as a copy makes of a symbolic link/,
    ],
  ])("one's own, without the main file: %j", async (files, reason) => {
    expect((await tryInput(files)).refused).toEqual([expect.stringMatching(reason)]);
  });

  it("that would be left out beside fewer submissions are a layout nobody knows", async () => {
    const { refused } = await tryInput({ "input/ana.zip": lab, "input/ben.ts": "b", "input/cy.ts": "c" });
    expect(refused).toEqual([
      expect.stringMatching(/2 files would be left out \(ben\.ts, cy\.ts\) beside one submission/),
    ]);
  });
});

describe("symbolic links that staff made", () => {
  const homes = { "homes/ana/raft.ts": "a", "homes/ben/raft.ts": "b", "input/.keep": "" };
  const linked = () => {
    const folder = makeSources(homes);
    for (const name of ["ana", "ben"]) symlinkSync(`../homes/${name}`, join(folder, "input", name));
    return folder;
  };

  it("are asked about, and followed when staff say so; what is in them is still not", async () => {
    expect((await tryFolder(linked())).refused).toEqual([
      expect.stringMatching(
        /2 of 2 submissions are symbolic links \(ana, ben\), which are not followed; .*--follow-links/,
      ),
    ]);
    const folder = linked();
    symlinkSync("/etc", join(folder, "homes/ben/etc"));
    symlinkSync("nowhere", join(folder, "input/cy"));
    const { submissions } = await tryFolder(folder, { followLinks: true });
    expect(submissions).toEqual({
      ana: { "raft.ts": "a" },
      ben: expect.stringMatching(/etc is a symbolic link/),
      cy: "it is a symbolic link to what is not there",
    });
  });

  it("one among others is ungradable, and said", async () => {
    const folder = linked();
    for (const name of ["cy", "dee"]) mkdirSync(join(folder, `input/${name}`));
    const { refused } = await tryFolder(folder);
    expect(refused).toEqual([expect.stringMatching(/nothing that was found can be graded/)]);
    const mixed = makeSources({ "input/ana/raft.ts": RAFT });
    symlinkSync("ana", join(mixed, "input/ben"));
    const { submissions, remarks } = await tryFolder(mixed);
    expect(submissions.ben).toBe("it is a symbolic link, which is not followed");
    expect(remarks).toEqual([
      expect.stringMatching(/input\/ben: is a symbolic link, which is not followed; --follow-links/),
    ]);
  });
});

describe("a roster that fits nothing", () => {
  it("by its ids is refused; half of the submissions is enough", async () => {
    const files = { "input/sub_1/raft.ts": RAFT, "input/sub_2/raft.ts": RAFT, "input/sub_3/raft.ts": RAFT };
    const roster = (ids: string) => tryInput({ ...files, "r.csv": `id,name\n${ids}` }, { roster: "r.csv" });
    expect((await roster("s1,Ana\ns2,Ben\nsub_1,Cy\n")).refused).toEqual([
      expect.stringMatching(/r\.csv: only 1 of 3 submissions find a line in it/),
    ]);
    expect(Object.keys((await roster("sub_1,A\nsub_2,B\ns9,Z\n")).submissions)).toEqual([
      "s9",
      "sub_1",
      "sub_2",
      "sub_3",
    ]);
  });

  it("by its paths is refused, and one that is wrong is named", async () => {
    const files = { "lists/list.csv": "id,path\n1,../w/ana\n2,../w/ben.zip\n3,\n", "w/ana/raft.ts": RAFT };
    const { refused } = await tryInput(files, {}, "lists/list.csv");
    expect(refused).toEqual([expect.stringMatching(/lists\/list\.csv:3: there is no .*w\/ben\.zip/)]);
    const { submissions } = await tryInput(files, { anyway: true }, "lists/list.csv");
    expect(submissions).toEqual({
      "1": { "raft.ts": RAFT },
      "2": expect.stringMatching(/^there is no .*ben\.zip/),
      "3": expect.stringMatching(/nothing was handed in/),
    });
  });
});
