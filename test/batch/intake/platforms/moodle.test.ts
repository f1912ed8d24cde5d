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
