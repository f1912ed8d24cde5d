import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IntakeError } from "../../../grader/batch/intake/index.ts";
import { commitsCountUntil, parsePolicy } from "../../../grader/batch/policy/index.ts";
import { filesOf, makeSources, RAFT, take } from "./fixture.ts";
import { makeRepository } from "./repository.ts";

const deadline = "2026-03-01T23:59:00+01:00";

describe("--deadline of what is no repository", () => {
  const sources = {
    "subs/a/raft.ts": RAFT,
    "subs/b/raft.ts": RAFT,
    "subs/c.git/HEAD": "",
    "subs/c.git/objects/x": "",
    "subs/c.git/refs/x": "",
  };

  it("is refused, and says what the deadline of everything else is", async () => {
    const folder = makeSources(sources);
    const refused = take(folder, ["subs"], { deadline });
    await expect(refused).rejects.toThrow(IntakeError);
    await expect(refused).rejects.toThrow(
      `--deadline chooses the last commit before a time, and ${folder}/subs/a and 1 more are no git repository; ` +
        "late.deadline in the policy file (--config) is the deadline of everything else, --anyway goes on",
    );
    await expect(take(folder, ["subs"], { deadline, anyway: true })).resolves.toHaveLength(3);
    await expect(take(folder, ["subs"])).resolves.toHaveLength(3);
  });

  it("is none of those who handed nothing in, nor of repositories, damaged ones among them", async () => {
    const folder = makeSources({
      "subs/c/HEAD": "",
      "subs/c/objects/x": "",
      "subs/c/refs/x": "",
      "subs/d/.git/x": "",
      "subs/d/raft.ts": RAFT,
      "subs/e.bundle": "# v2 git bundle\n",
      "roster.csv": "id,name\nc,C\nd,D\nz,Z\n",
    });
    const roster = join(folder, "roster.csv");
    await expect(take(folder, ["subs"], { deadline, roster })).resolves.toHaveLength(4);
  });

  it.each(["2026-03-01", "2026-03-01T23:59:00", "1 March 2026 23:59 +01:00", "2026-02-30T00:00:00Z"])(
    "%s is no time",
    async (text) => {
      const folder = makeSources({ "subs/a/raft.ts": RAFT });
      await expect(take(folder, ["subs"], { deadline: text })).rejects.toThrow(
        /is no time with an offset; write it as/,
      );
    },
  );
});

describe("of a repository", () => {
  // Its first commit is of 1 March, its second of 2 March, 10:00 each.
  const general = "2026-03-01T12:00:00+01:00";
  const late = (settings: string) =>
    parsePolicy(`late: { deadline: ${general}, deadlineColumn: due, usedColumn: used, ${settings} }`, "policy.yaml");

  it.each<[string, string, string, string]>([
    ["the general deadline counts for who has none", "", "bob,,", "first"],
    ["a deadline of the student's own wins", "", "bob,2026-03-05T23:59:00+01:00,", "second"],
    ["also when it is earlier than the general one", "latestDays: 0", "bob,2026-03-01T11:00:00+01:00,", "first"],
    ["late days count to their end", "latestDays: 1, penaltyPerDay: 0.1", "bob,,", "second"],
    ["free days count to their end", "freeDays: 1", "bob,,", "second"],
    ["but not those that are used up", "freeDays: 1", "bob,,1", "first"],
    ["days that only cost have no end that could count", "penaltyPerDay: 0.1", "bob,,", "first"],
    ["whoever is in no line has the general deadline", "", "carol,2026-03-05T23:59:00+01:00,", "first"],
  ])("%s", async (_, settings, line, content) => {
    const { folder, repository } = makeRepository();
    writeFileSync(join(folder, "roster.csv"), `id,due,used\n${line}\n`);
    const policy = late(settings);
    const intakes = await take(folder, ["bob"], {
      deadline: general,
      deadlineOf: (time, rosters) => commitsCountUntil(policy, time, rosters),
      roster: join(folder, "roster.csv"),
      anyway: true,
    });
    const bob = intakes.find(({ origin }) => origin === repository);
    expect(filesOf((await bob?.open()) as never)).toEqual({ "raft.ts": content });
  });
});
