import { describe, expect, it } from "vitest";
import { RAFT } from "../fixture.ts";
import { tryAllWays, tryInput, zipped } from "../tried.ts";

/** Names as instructure/canvas-lms lib/content_zipper.rb makes them; counters and UUIDs as its Attachment.make_unique_filename. */
const lab = zipped({ "raft.ts": RAFT });
const UUID = "550e8400-e29b-41d4-a716-446655440000";

describe("a Canvas download", () => {
  it("of anonymous students, late or not", async () => {
    const all = await tryAllWays({
      "LATE_anon_t7Qxa_9003_raft.ts": "late",
      "anon_Rn4vP_9001_raft.ts": "in time",
      "anon_Rn4vP_9002_log.ts": "log",
      "anon_Zz9xY_link.html": "",
    });
    for (const { submissions } of all) {
      expect(submissions).toEqual({
        anon_Rn4vP: { "raft.ts": "in time", "log.ts": "log" },
        anon_Zz9xY: expect.stringMatching(/^a link was handed in/),
        anon_t7Qxa: { "raft.ts": "late" },
      });
    }
  });

  it("of groups whose names end in a number", async () => {
    const { submissions } = await tryInput({
      "input/team_1_111001_9001_lab2.zip": lab,
      "input/team_12_LATE_111002_9002_lab2.zip": lab,
      "input/team_3_111003_text.html": "",
      "input/leekim_111004_9004_2_raft.ts": "named by its student",
    });
    expect(submissions).toEqual({
      leekim_111004: expect.stringMatching(/it has 2_raft\.ts, but the file must be named raft\.ts/),
      team_12_111002: { "raft.ts": RAFT },
      team_1_111001: { "raft.ts": RAFT },
      team_3_111003: expect.stringMatching(/^a text was typed in/),
    });
  });

  it("of groups whose names end in larger numbers, beside students who number their files", async () => {
    const { submissions } = await tryInput({
      "input/class_2024_111001_9001_lab2.zip": lab,
      "input/class_2025_111002_9002_lab2.zip": lab,
      "input/leekim_111004_20849028_12345678_lab2.zip": lab,
      "input/roebo_111005_20849029_23456789_lab2.zip": lab,
    });
    expect(Object.keys(submissions)).toEqual([
      "class_2024_111001",
      "class_2025_111002",
      "leekim_111004",
      "roebo_111005",
    ]);
  });

  it("each file has a counter of its own, or a UUID, and names that are imported as they are stay", async () => {
    const { submissions, facts } = await tryInput({
      "input/a_11_1_raft-2.ts": 'import "./log";',
      "input/a_11_2_log-1.ts": "log",
      [`input/a_11_3_types-${UUID}.ts`]: "types",
      "input/b_12_4_raft.ts": 'import "./log-2.js"; import "./log-3";',
      "input/b_12_5_log-2.ts": "2",
      "input/b_12_6_log-3.ts": "3",
      "input/c_13_7_raft-1.ts": "old",
      "input/c_13_8_raft-2.ts": "new",
      [`input/d_14_9_lab2-${UUID}.zip`]: lab,
      "input/d_14_10_lab2-7.zip": zipped({ "raft.ts": "newer" }),
    });
    expect(submissions).toEqual({
      a_11: { "raft.ts": 'import "./log";', "log.ts": "log", "types.ts": "types" },
      b_12: { "raft.ts": 'import "./log-2.js"; import "./log-3";', "log-2.ts": "2", "log-3.ts": "3" },
      c_13: { "raft.ts": "new" },
      d_14: { "raft.ts": "newer" },
    });
    expect(facts.c_13?.notes).toEqual(["raft-2.ts was taken, handed in after raft-1.ts"]);
  });

  it("an archive beside papers counts, beside other sources nobody knows", async () => {
    const { submissions, facts } = await tryInput({
      "input/a_11_1_lab.zip": lab,
      "input/a_11_2_report.pdf": "%PDF",
      "input/a_11_3_screen shot.png": "png",
      "input/b_12_4_lab.zip": lab,
      "input/b_12_5_raft.ts": "other",
      "input/c_13_6_raft.ts": RAFT,
      "input/c_13_7_report.pdf": "%PDF",
    });
    expect(submissions).toMatchObject({
      a_11: { "raft.ts": RAFT },
      b_12: expect.stringMatching(/^an archive and other sources were handed in \(lab\.zip, raft\.ts\)/),
      c_13: { "raft.ts": RAFT },
    });
    expect(facts.a_11?.notes).toEqual(["report.pdf, screen shot.png beside lab.zip was left out"]);
  });

  it("in a folder that was unpacked around it, is asked for by its name", async () => {
    const files = { "input/submissions/a_11_1_lab.zip": lab, "input/submissions/b_12_2_raft.ts": RAFT };
    const { refused } = await tryInput(files);
    expect(refused).toEqual([
      "input: holds one folder, submissions, that looks like a Canvas download of 2; name that: input/submissions (--anyway grades it as it is)",
    ]);
    expect(Object.keys((await tryInput(files, {}, "input/submissions")).submissions)).toEqual(["a_11", "b_12"]);
  });

  it("as one zip in a folder, is asked for by its name", async () => {
    const files = { "input/submissions.zip": zipped({ "a_11_1_lab.zip": lab, "b_12_2_raft.ts": RAFT }) };
    expect((await tryInput(files)).refused).toEqual([
      expect.stringMatching(
        /^input\/submissions\.zip: looks like a Canvas download of 2, and would be one submission; name it/,
      ),
    ]);
  });
});
