import { describe, expect, it } from "vitest";
import { RAFT } from "../fixture.ts";
import { tryAllWays, tryInput, zipped } from "../tried.ts";

const lab = zipped({ "raft.ts": RAFT });

/** Names and the text of each attempt as kwurst/bb-file-cleanup and jupyter/nbgrader issue 511 describe them. */
describe("a Blackboard download", () => {
  const about = (name: string, user: string, zone = "CET") =>
    `Name: ${name} (${user})\nAssignment: Lab_2\nDate Submitted: Sunday, March 1, 2026 2:02:11 PM ${zone}\nCurrent Grade: Needs Marking\n`;
  const files = {
    "Lab_2_a_dummy_attempt_2026-03-01-14-02-11.txt": about("Ana Dummy", "a_dummy"),
    "Lab_2_a_dummy_attempt_2026-03-01-14-02-11_raft.ts": "first",
    "Lab_2_a_dummy_attempt_2026-03-02-09-00-00_lab2.zip": lab,
    "Lab_2_a_dummy_attempt_2026-03-02-09-00-00_notes.docx": "",
    "Lab_2_b_test_attempt_2026-03-01-14-02-11.txt": about("Ben Test", "b_test"),
    "Lab_2_b_test_attempt_2026-03-01-14-02-11_raft.ts": RAFT,
    "Lab_2_b_test_attempt_2026-03-01-14-02-11_Lab_2_a_dummy_attempt_2027-01-01-00-00-00_x.ts": "his own",
    "Lab_2_c_none_attempt_2026-03-01-15-00-00.txt": about("Cy None", "c_none"),
  };

  it("takes the last attempt, names the others, and reads who and when", async () => {
    for (const { submissions, facts, remarks } of await tryAllWays(files)) {
      expect(submissions).toEqual({
        a_dummy: { "raft.ts": RAFT },
        b_test: { "raft.ts": RAFT, "Lab_2_a_dummy_attempt_2027-01-01-00-00-00_x.ts": "his own" },
        c_none: expect.stringMatching(/^no file was handed in, at the last attempt/),
      });
      expect(facts.a_dummy).toEqual({
        name: "Ana Dummy",
        submittedAt: "2026-03-02T08:00:00.000Z",
        notes: [
          "the last attempt, of 2026-03-02-09-00-00, was taken; earlier ones: 2026-03-01-14-02-11",
          "notes.docx beside lab2.zip was left out",
        ],
      });
      expect(remarks).toEqual([]);
    }
  });

  it("without the texts knows users by what their names have in common, and asks for a zone", async () => {
    const bare = {
      "input/Lab 2_s101_attempt_2026-07-01-14-02-11_raft.ts": RAFT,
      "input/Lab 2_s205_attempt_2026-12-01-14-02-11_raft.ts": RAFT,
    };
    const { facts, remarks } = await tryInput(bare);
    expect(Object.keys(facts)).toEqual(["s101", "s205"]);
    expect(facts.s101?.submittedAt).toBe("2026-07-01T14:02:11.000Z");
    expect(remarks).toEqual([expect.stringMatching(/have no zone, and were taken as UTC; --time-zone/)]);
    const berlin = await tryInput(bare, { timeZone: "Europe/Berlin" });
    expect(berlin.facts.s101?.submittedAt).toBe("2026-07-01T12:02:11.000Z");
    expect(berlin.facts.s205?.submittedAt).toBe("2026-12-01T13:02:11.000Z");
    expect(berlin.remarks).toEqual([]);
    expect((await tryInput(bare, { timeZone: "Mars/Base" })).refused).toEqual([
      expect.stringMatching(/is no time zone/),
    ]);
  });
});

/** Folder names as medhatelmasry/UnzipLHub and other scripts for D2L's download read them, month first or day first. */
describe("a Brightspace download", () => {
  it("takes what was handed in last, by the time and not by the text", async () => {
    const all = await tryAllWays(
      {
        "index.html": "<html>",
        "397063-25573 - Mary-Ann Smith - Sep 24, 2026 926 PM/raft.ts": "september",
        "397063-25573 - Mary-Ann Smith - Aug 30, 2026 1105 AM/raft.ts": "august",
        "397064-25573 - 23304308 Angood - 05 March 2026 612 PM/lab2.zip": lab,
        "397065-25573 - Lee Kim - 5 mars 2026 18:12/raft.ts": RAFT,
      },
      { timeZone: "-05:00" },
    );
    for (const { submissions, facts } of all) {
      expect(submissions).toEqual({
        "23304308_Angood_397064": { "raft.ts": RAFT },
        Lee_Kim_397065: { "raft.ts": RAFT },
        "Mary-Ann_Smith_397063": { "raft.ts": "september" },
      });
      expect(facts["Mary-Ann_Smith_397063"]).toMatchObject({
        submittedAt: "2026-09-25T02:26:00.000Z",
        notes: ["what was handed in last, at Sep 24, 2026 926 PM, was taken; earlier: Aug 30, 2026 1105 AM"],
      });
      expect(facts["23304308_Angood_397064"]).toMatchObject({
        name: "Angood",
        submittedAt: "2026-03-05T23:12:00.000Z",
      });
      expect(facts.Lee_Kim_397065?.submittedAt).toBe("2026-03-05T23:12:00.000Z");
    }
  });

  it("with the names before each file", async () => {
    const { submissions, remarks } = await tryInput({
      "input/1-9 - Ana - Dummy - Mar 1, 2026 202 PM - raft.ts": RAFT,
      "input/1-9 - Ana - Dummy - Mar 1, 2026 202 PM - a - b.ts": "dashes",
      "input/2-9 - Ben - Mar 1, 2026 1202 AM - lab2.zip": lab,
      "input/index.html": "",
    });
    expect(submissions).toEqual({
      "Ana_-_Dummy_1": { "raft.ts": RAFT, "a - b.ts": "dashes" },
      Ben_2: { "raft.ts": RAFT },
    });
    expect(remarks).toEqual([expect.stringMatching(/--time-zone/)]);
  });
});

/** Names as autolab/Autolab app/controllers/submissions_controller.rb (`download_filename`) and its issue 693 have them. */
describe("an Autolab download", () => {
  it("takes the last version as a number, and one source as the main file", async () => {
    const all = await tryAllWays({
      "ana@uni.example_lab2_2_handin.zip": zipped({ "raft.ts": "2" }),
      "ana@uni.example_lab2_10_handin.zip": zipped({ "raft.ts": "10" }),
      "ben_b@uni.example_1_handin.ts": RAFT,
      "cy@uni.example_lab_2_b_3_raft.js": "js",
    });
    for (const { submissions, facts } of all) {
      expect(Object.values(submissions)).toEqual([{ "raft.ts": "10" }, { "raft.ts": RAFT }, { "raft.js": "js" }]);
      expect(Object.values(facts).map(({ name }) => name)).toEqual([
        "ana@uni.example",
        "ben_b@uni.example",
        "cy@uni.example",
      ]);
      expect(Object.values(facts)[0]?.notes).toEqual(["version 10 was taken, the last one; earlier ones: 2"]);
    }
  });
});

/** Folders as nbgrader's coursedir.py has them: {nbgrader_step}/{student_id}/{assignment_id}, and its timestamp.txt. */
describe("nbgrader's submitted folder", () => {
  it("has a student in each folder, with the time of the one assignment that fits", async () => {
    const { submissions, facts, takenFor } = await tryInput({
      "input/ana/lab2/raft.ts": RAFT,
      "input/ana/lab2/timestamp.txt": "2026-03-01 14:02:11.123456 UTC\n",
      "input/ana/ps1/problem1.ipynb": "{}",
      "input/ana/ps1/timestamp.txt": "2026-02-01 14:02:11 UTC\n",
      "input/ben/lab2/raft.ts": RAFT,
      "input/ben/lab2/timestamp.txt": "2026-03-01 14:02:11 +0100",
      "input/cy/ps1/timestamp.txt": "",
    });
    expect(submissions).toMatchObject({
      ana: { "raft.ts": RAFT },
      ben: { "raft.ts": RAFT },
      cy: "nothing was handed in for lab2",
    });
    expect([facts.ana?.submittedAt, facts.ben?.submittedAt]).toEqual([
      "2026-03-01T14:02:11.000Z",
      "2026-03-01T13:02:11.000Z",
    ]);
    expect(takenFor).toEqual([expect.stringMatching(/nbgrader's folder of submissions: 3 submissions/)]);
  });
});

/** As Gradescope exports it (`submission_metadata.yml` beside a folder for each submission). */
describe("a Gradescope export in a folder of another name", () => {
  it("is asked for by its name, and nobody is graded as one", async () => {
    const files = {
      "input/lab2 export/submission_metadata.yml":
        "submission_1:\n  :submitters: []\nsubmission_2:\n  :submitters: []\n",
      "input/lab2 export/submission_1/raft.ts": "1",
      "input/lab2 export/submission_2/raft.ts": "2",
    };
    expect((await tryInput(files)).refused).toEqual([
      expect.stringMatching(/that looks like a Gradescope export of 2; name that/),
    ]);
    expect(Object.keys((await tryInput(files, {}, "input/lab2 export")).submissions)).toHaveLength(2);
    const anyway = await tryInput(files, { anyway: true });
    expect(Object.values(anyway.submissions)).toEqual([
      "it looks like a Gradescope export of 2, and not like one submission",
    ]);
  });
});
