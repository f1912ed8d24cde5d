import { describe, expect, it } from "vitest";
import {
  applyLateness,
  DEFAULT_POLICY,
  type LatenessInput,
  missingColumns,
  parsePolicy,
} from "../../../grader/batch/policy/index.ts";

const DEADLINE = "2026-03-01T23:00:00Z";

function late(settings: string, input: LatenessInput, raw = 80, maxPoints = 100) {
  const policy = parsePolicy(`{ late: { deadline: "${DEADLINE}", ${settings} } }`, "policy.yaml");
  return applyLateness(policy, input, raw, maxPoints);
}

const at = (submittedAt: string): LatenessInput => ({ submittedAt });
const TEN_PERCENT = "penaltyPerDay: 0.1";

describe("what being late costs", () => {
  it.each([
    ["before the deadline", TEN_PERCENT, "2026-03-01T22:59:59Z", { daysLate: 0, penalty: 0, final: 80 }],
    ["at the deadline", TEN_PERCENT, DEADLINE, { daysLate: 0, penalty: 0, final: 80 }],
    ["at the deadline, elsewhere", TEN_PERCENT, "2026-03-02T00:00:00+01:00", { daysLate: 0, penalty: 0, final: 80 }],
    ["a second late", TEN_PERCENT, "2026-03-01T23:00:01Z", { daysLate: 1, penalty: 8, final: 72 }],
    ["a day late", TEN_PERCENT, "2026-03-02T23:00:00Z", { daysLate: 1, penalty: 8, final: 72 }],
    ["more than a day late", TEN_PERCENT, "2026-03-02T23:00:01Z", { daysLate: 2, penalty: 16, final: 64 }],
    ["of all points", `${TEN_PERCENT}, penaltyOf: points`, "2026-03-02T01:00:00Z", { penalty: 10, final: 70 }],
    ["never below 0", "penaltyPerDay: 0.5", "2026-03-10T23:00:00Z", { daysLate: 9, penalty: 80, final: 0 }],
    ["within the grace", `${TEN_PERCENT}, graceMinutes: 15`, "2026-03-01T23:15:00Z", { daysLate: 0, final: 80 }],
    ["beyond the grace", `${TEN_PERCENT}, graceMinutes: 15`, "2026-03-01T23:15:01Z", { daysLate: 1, final: 72 }],
    [
      "the grace of the next day",
      `${TEN_PERCENT}, graceMinutes: 15`,
      "2026-03-02T23:10:00Z",
      { daysLate: 1, final: 72 },
    ],
    [
      "on free days",
      `${TEN_PERCENT}, freeDays: 2`,
      "2026-03-03T20:00:00Z",
      { daysLate: 2, freeDaysUsed: 2, final: 80 },
    ],
    [
      "beyond free days",
      `${TEN_PERCENT}, freeDays: 2`,
      "2026-03-04T20:00:00Z",
      { daysLate: 3, freeDaysUsed: 2, final: 72 },
    ],
    ["on the latest day", `latestDays: 2`, "2026-03-03T23:00:00Z", { daysLate: 2, isTooLate: false, final: 80 }],
    ["too late", `latestDays: 2`, "2026-03-03T23:00:01Z", { daysLate: 3, isTooLate: true, penalty: 80, final: 0 }],
    [
      "too late, free days or not",
      `latestDays: 0, freeDays: 9`,
      "2026-03-02T00:00:00Z",
      { isTooLate: true, freeDaysUsed: 0, final: 0 },
    ],
  ])("%s", (_, settings, submittedAt, expected) => {
    expect(late(settings, at(submittedAt))).toMatchObject({ raw: 80, notes: [], ...expected });
  });

  it("in hundredths of a point", () => {
    expect(late("penaltyPerDay: 0.15", at("2026-03-02T00:00:00Z"), 33.3)).toMatchObject({ penalty: 5, final: 28.3 });
    expect(late("penaltyPerDay: 0.333", at("2026-03-02T00:00:00Z"), 10)).toMatchObject({ penalty: 3.33, final: 6.67 });
  });
});

describe("what the roster says of a student", () => {
  const settings = `${TEN_PERCENT}, freeDays: 3, usedColumn: Used , deadlineColumn: Extension`;
  const from = (roster: Record<string, string>) => late(settings, { submittedAt: "2026-03-03T20:00:00Z", roster });

  it.each([
    [{}, { freeDaysUsed: 2, final: 80, notes: [] }],
    [{ used: "2" }, { freeDaysUsed: 1, final: 72, notes: [] }],
    [{ used: " 9 " }, { freeDaysUsed: 0, final: 64, notes: [] }],
    [
      { used: "two" },
      { freeDaysUsed: 2, notes: ['column Used of the roster is "two", which is no number of days; taken as 0'] },
    ],
    [{ extension: "2026-03-05T23:00:00Z" }, { daysLate: 0, final: 80, notes: [] }],
    [
      { extension: "next week" },
      { daysLate: 2, notes: [expect.stringMatching(/^column Extension .* general deadline counts$/)] },
    ],
    [{ extension: "2026-03-05" }, { daysLate: 2, notes: [expect.stringContaining("no time with an offset")] }],
  ])("%j", (roster, expected) => {
    expect(from(roster as Record<string, string>)).toMatchObject(expected);
  });
});

it("costs nothing when nobody knows when it was handed in, and says so", () => {
  expect(late(TEN_PERCENT, {})).toMatchObject({ final: 80, notes: [expect.stringMatching(/^nobody knows when/)] });
});

it("costs nothing without a deadline", () => {
  expect(applyLateness(DEFAULT_POLICY, at("2030-01-01T00:00:00Z"), 80, 100)).toMatchObject({ final: 80, notes: [] });
});

describe("a column that no roster has would lose everybody's extension, and", () => {
  const policy = parsePolicy(
    `{ late: { deadline: "${DEADLINE}", usedColumn: used, deadlineColumn: Extention } }`,
    "p.yaml",
  );

  it.each([
    [[{ id: "a", used: "1", extention: "" }, { id: "b" }], []],
    [
      [{ id: "a", used: "1", extension: "" }],
      ['late.deadlineColumn is "Extention", but the roster has no such column; it has id, used, extension'],
    ],
    [
      [],
      [
        'late.deadlineColumn is "Extention", but there is no roster; name it with --roster',
        'late.usedColumn is "used", but there is no roster; name it with --roster',
      ],
    ],
  ])("is told for %j", (rosters, problems) => {
    expect(missingColumns(policy, rosters as unknown as Record<string, string>[])).toEqual(problems);
  });
});
