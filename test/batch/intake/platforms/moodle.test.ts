import { describe, expect, it } from "vitest";
import { RAFT } from "../fixture.ts";
import { tryAllWays, tryInput, zipped } from "../tried.ts";

/** Names as moodle/moodle mod/assign/classes/downloader.php makes them (before it, `download_submissions` of locallib.php). */
const lab = zipped({ "raft.ts": RAFT });

describe("a Moodle download", () => {
  it("with all files in one folder has a submission for each student", async () => {
    const all = await tryAllWays({
      "Ana Dummy_4501_assignsubmission_file_lab2.zip": lab,
      "Ben Sample_4502_assignsubmission_file_raft.ts": RAFT,
      "Ben Sample_4502_assignsubmission_file_log_v2.ts": "log",
      "Cy Test_4503_assignsubmission_onlinetext_onlinetext.html": "<p>done</p>",
      "Cy Test_4503_assignsubmission_comments_comments.html": "",
    });
    for (const { submissions, takenFor } of all) {
      expect(submissions).toEqual({
        Ana_Dummy_4501: { "raft.ts": RAFT },
        Ben_Sample_4502: { "raft.ts": RAFT, "log_v2.ts": "log" },
        Cy_Test_4503: expect.stringMatching(/^an online text was handed in, and no file/),
      });
      expect(takenFor).toEqual([expect.stringMatching(/was read as a Moodle download: 3 submissions$/)]);
    }
  });

  it("with a folder for each, which ends in _ or does not, and a text beside the files", async () => {
    const all = await tryAllWays({
      "Jörg Müller_1_assignsubmission_file_/raft.ts": RAFT,
      "Jörg Müller_1_assignsubmission_file_/lib/log.ts": "log",
      "Jörg Müller_1_assignsubmission_onlinetext_/onlinetext.html": "",
      "O'Neil-Smith Mc_22_assignsubmission_file/lab.zip": lab,
      "O'Neil-Smith Mc_22_assignsubmission_file/report.pdf": "%PDF",
    });
    for (const { submissions, facts } of all) {
      expect(submissions).toEqual({
        Jorg_Muller_1: { "raft.ts": RAFT, "lib/log.ts": "log" },
        "O_Neil-Smith_Mc_22": { "raft.ts": RAFT },
      });
      expect(facts.Jorg_Muller_1).toMatchObject({
        name: "Jörg Müller",
        notes: ["Jörg Müller_1_assignsubmission_onlinetext_ was left out: only files are graded"],
      });
      expect(facts["O_Neil-Smith_Mc_22"]?.notes).toEqual([
        "lab.zip was unpacked, as it is all there is beside report.pdf",
      ]);
    }
  });

  it("of groups and of a blind assignment; the default group has no number", async () => {
    const { submissions } = await tryInput({
      "input/Team 1_12_assignsubmission_file_/raft.ts": "1",
      "input/Default group_assignsubmission_file_/raft.ts": "d",
      "input/Participant_4711_assignsubmission_file_/raft.ts": "p",
    });
    expect(submissions).toEqual({
      Team_1_12: { "raft.ts": "1" },
      Default_group: { "raft.ts": "d" },
      Participant_4711: { "raft.ts": "p" },
    });
  });

  it("does not believe a student's file name, and keeps what staff put beside it", async () => {
    const { submissions } = await tryInput({
      "input/Eve_5_assignsubmission_file_Ana_6_assignsubmission_file_raft.ts": "eve",
      "input/Ana_6_assignsubmission_file_raft.ts": "ana",
      "input/late hand-in.zip": lab,
    });
    expect(Object.keys(submissions)).toEqual(["Ana_6", "Eve_5", expect.stringMatching(/^late_hand-in-/)]);
    expect(submissions.Ana_6).toEqual({ "raft.ts": "ana" });
  });
});

// mod/assign/gradingtable.php (col_timesubmitted) and lang/en/langconfig.php (strftimedaydatetime) of moodle/moodle.
describe("the times of a grading worksheet", () => {
  const roster = (...lines: readonly string[]) =>
    `${[`Identifier,Full name,Email address,Status,Grade,"Last modified (submission)"`, ...lines].join("\n")}\n`;
  const files = (...lines: readonly string[]) => ({
    "input/Ana Dummy_1_assignsubmission_file_/raft.ts": "1",
    "input/Ben Test_2_assignsubmission_file_/raft.ts": "2",
    "w.csv": roster(...lines),
  });

  it.each([
    ["Sunday, 1 March 2026, 2:02 PM", "2026-03-01T14:02:00.000Z"],
    ["Sunday, March 1, 2026, 12:02 AM", "2026-03-01T00:02:00.000Z"],
    ["Sunday, 01 March 2026, 14:02", "2026-03-01T14:02:00.000Z"],
    ["Wednesday, 30 September 2026, 12:59 PM", "2026-09-30T12:59:00.000Z"],
  ])("%s is when it was handed in", async (text, time) => {
    const { facts, remarks, refused } = await tryInput(
      files(`Participant 1,Ana Dummy,a@x,Submitted,,"${text}"`, "Participant 2,Ben Test,b@x,Submitted,,-"),
      { roster: "w.csv" },
    );
    expect(refused).toEqual([]);
    expect(facts.Ana_Dummy_1).toMatchObject({ submittedAt: time, notes: [] });
    expect(facts.Ben_Test_2).toMatchObject({ submittedAt: undefined, notes: [] });
    expect(remarks).toEqual([expect.stringMatching(/^the times of handing in of a Moodle worksheet have no zone/)]);
  });

  it("are of the zone that staff names, and no remark is needed then", async () => {
    const { facts, remarks } = await tryInput(
      files('Participant 1,Ana Dummy,a@x,,,"Sunday, 29 March 2026, 3:30 AM"', "Participant 2,Ben Test,b@x,,,"),
      { roster: "w.csv", timeZone: "Europe/Berlin" },
    );
    expect(facts.Ana_Dummy_1?.submittedAt).toBe("2026-03-29T01:30:00.000Z");
    expect(remarks).toEqual([]);
  });

  it.each([
    "Sonntag, 1. März 2026, 14:02",
    "Sunday, 31 February 2026, 2:02 PM",
    "Sunday, 1 March 2026, 14:02 PM",
    "1/3/26",
  ])("%s cannot be read, and says so", async (text) => {
    const { facts, remarks } = await tryInput(
      files(`Participant 1,Ana Dummy,a@x,,,"${text}"`, "Participant 2,Ben Test,b@x,,,"),
      { roster: "w.csv" },
    );
    expect(facts.Ana_Dummy_1).toMatchObject({
      submittedAt: undefined,
      notes: [expect.stringMatching(/^w\.csv:2: .*cannot be read; make the worksheet with Moodle in English$/)],
    });
    expect(remarks).toEqual([]);
  });

  it("say nothing where the download itself does", async () => {
    const { facts } = await tryInput(
      {
        "input/u1/lab2/raft.ts": "1",
        "input/u1/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC",
        "w.csv": roster('u1,Ana,u1,,,"Sunday, 1 March 2026, 2:02 PM"'),
      },
      { roster: "w.csv" },
    );
    expect(facts.u1?.submittedAt).toBe("2026-02-01T10:00:00.000Z");
  });
});
