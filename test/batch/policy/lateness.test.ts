import { describe, expect, it } from "vitest";
import {
  applyLateness,
  cellProblems,
  commitsCountUntil,
  DEFAULT_POLICY,
  type LatenessInput,
  lastHandInAt,
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
    [{ used: "2.0" }, { freeDaysUsed: 1, final: 72, notes: [] }],
    [{ extension: "2026-03-05 23:00:00 -0500" }, { daysLate: 0, final: 80, notes: [] }],
    [{ extension: "2026-03-05T23:00:00Z" }, { daysLate: 0, final: 80, notes: [] }],
  ])("%j", (roster, expected) => {
    expect(from(roster as Record<string, string>)).toMatchObject(expected);
  });
});

it("costs nothing when nobody knows when it was handed in, and says so", () => {
  expect(late(TEN_PERCENT, {})).toMatchObject({ final: 80, notes: [expect.stringMatching(/^nobody knows when/)] });
});

describe("cells that cannot be read are told of before anything is graded, and", () => {
  const policy = parsePolicy(
    `{ late: { deadline: "${DEADLINE}", usedColumn: used, deadlineColumn: Extension, submittedColumn: Handed In } }`,
    "p.yaml",
  );
  const time = "is no time with an offset; write it as 2026-03-01T23:59:00+01:00";

  it.each([
    ["used", "two", 'column used is "two", which is no number of days; write it as 0, 1, 2 …, or leave it empty'],
    ["used", "-1", /no number of days/],
    ["used", "1.5", /no number of days/],
    ["used", "1e1", /no number of days/],
    ["extension", "next week", `column Extension is "next week", which ${time}`],
    ["extension", "2026-03-05", `column Extension is "2026-03-05", which ${time}`],
    ["extension", "03/05/2026 23:59 +01:00", /no time/],
    ["extension", "2026-02-30T10:00:00Z", /no time/],
    ["extension", "2026-03-05T23:59:00", /no time/],
    ["extension", "2026-03-05T24:30:00Z", /no time/],
    ["handed in", "Sunday, 1 March 2026, 11:59 PM", /column Handed In is .* no time/],
  ])("%s is not %j", (column, text, problem) => {
    const [first, ...more] = cellProblems(policy, { [column]: text });
    if (typeof problem === "string") expect(first).toBe(problem);
    else expect(first).toMatch(problem);
    expect(more).toEqual([]);
    expect(() =>
      applyLateness(policy, { submittedAt: "2026-03-09T00:00:00Z", roster: { [column]: text } }, 1, 1),
    ).toThrow();
  });

  it.each([{}, { used: "", extension: " ", "handed in": "-" }, { used: "3", extension: "2026-03-05 23:59 +01:00" }])(
    "not %j",
    (columns) => expect(cellProblems(policy, columns as Record<string, string>)).toEqual([]),
  );
});

describe("a column for the time of handing in", () => {
  const settings = `${TEN_PERCENT}, submittedColumn: handed in`;
  const from = (input: LatenessInput) => late(settings, input);
  const late2 = { "handed in": "2026-03-03 12:00:00 +0000" };

  it.each<[string, LatenessInput, object]>([
    ["is taken where the source says nothing", { roster: late2 }, { daysLate: 2, final: 64, notes: [] }],
    ["wins over the source", { roster: late2, submittedAt: DEADLINE }, { daysLate: 2 }],
    [
      "leaves the source's time where it is empty",
      { roster: { "handed in": "" }, submittedAt: DEADLINE },
      { daysLate: 0 },
    ],
    [
      "is everybody's of a group, the latest of several",
      { roster: {}, others: [{}, late2, { "handed in": DEADLINE }] },
      { daysLate: 2 },
    ],
    ["but one's own comes first", { roster: { "handed in": DEADLINE }, others: [late2] }, { daysLate: 0 }],
  ])("%s", (_, input, expected) => expect(from(input)).toMatchObject(expected));
});

describe("a mark of the export that it is late", () => {
  it("is a question for staff where nobody knows when it was handed in, and says how to answer it", () => {
    expect(late(TEN_PERCENT, { markedLate: true }).question).toMatch(
      /name a column for it in the policy \(late\.submittedColumn\)/,
    );
    const settings = `${TEN_PERCENT}, submittedColumn: at`;
    expect(late(settings, { markedLate: true, roster: { at: "" } }).question).toMatch(/fill column at of the roster/);
    expect(late(settings, { markedLate: true, roster: { at: "2026-03-02T01:00:00Z" } })).toMatchObject({
      daysLate: 1,
      final: 72,
    });
    expect(late(settings, { markedLate: true, roster: { at: "2026-03-02T01:00:00Z" } }).question).toBeUndefined();
  });

  it("asks nothing where there is nothing to lose, or no rule", () => {
    expect(late(TEN_PERCENT, { markedLate: true }, 0).question).toBeDefined();
    const ungradable = late(TEN_PERCENT, { markedLate: true, isUngradable: true }, 0);
    expect(ungradable).toMatchObject({ final: 0, notes: ["the export marks it as late"] });
    expect(ungradable.question).toBeUndefined();
    const notes = ["the export marks it as late"];
    expect(applyLateness(DEFAULT_POLICY, { markedLate: true }, 80, 100)).toMatchObject({ final: 80, notes });
  });

  it("stays a note where the time is known and in time", () => {
    expect(late(TEN_PERCENT, { markedLate: true, submittedAt: DEADLINE })).toMatchObject({
      daysLate: 0,
      notes: ["the export marks it as late"],
    });
  });
});

describe("commits count", () => {
  const policyOf = (settings: string) =>
    parsePolicy(
      `{ late: { deadline: "${DEADLINE}", deadlineColumn: extension, usedColumn: used, ${settings} } }`,
      "p.yaml",
    );
  const own = { extension: "2026-03-05T23:00:00Z" };

  it.each<[string, string, Record<string, string>[], string]>([
    ["to the deadline where no late days are given", "", [], "2026-03-01T23:00:00.000Z"],
    ["and in the grace", "graceMinutes: 15", [], "2026-03-01T23:15:00.000Z"],
    ["to the student's own deadline", "", [own], "2026-03-05T23:00:00.000Z"],
    ["to the own one also when it is earlier", "", [{ extension: "2026-02-27T23:00:00Z" }], "2026-02-27T23:00:00.000Z"],
    ["to the end of the free days", "freeDays: 3", [], "2026-03-04T23:00:00.000Z"],
    ["of those that are left", "freeDays: 3", [{ used: "2" }], "2026-03-02T23:00:00.000Z"],
    ["of whoever in a group has most", "freeDays: 3", [{ used: "3" }, { used: "1" }], "2026-03-03T23:00:00.000Z"],
    ["to the latest day of the policy", "freeDays: 3, latestDays: 7", [own], "2026-03-12T23:00:00.000Z"],
    [
      "to the deadline where late days only cost, and no end of them is written",
      "penaltyPerDay: 0.2",
      [],
      "2026-03-01T23:00:00.000Z",
    ],
    ["to the latest of them", "penaltyPerDay: 0.2, latestDays: 2", [], "2026-03-03T23:00:00.000Z"],
  ])("%s", (_, settings, rosters, moment) => {
    expect(commitsCountUntil(policyOf(settings), DEADLINE, rosters)).toBe(moment);
  });

  it("is not before the time that the command names, but for those with a deadline of their own", () => {
    const command = "2026-03-08T00:00:00Z";
    expect(commitsCountUntil(policyOf(""), command, [])).toBe("2026-03-08T00:00:00.000Z");
    expect(commitsCountUntil(policyOf(""), command, [own])).toBe("2026-03-05T23:00:00.000Z");
    expect(commitsCountUntil(DEFAULT_POLICY, command, [own])).toBe(command);
  });

  it.each([
    ["freeDays: 1", [{}, own], "2026-03-06T23:00:00.000Z"],
    ["penaltyPerDay: 0.2", [], "2026-03-05T23:00:00.000Z"],
    ["penaltyPerDay: 0.3, freeDays: 1", [], "2026-03-05T23:00:00.000Z"],
    ["penaltyPerDay: 1", [], "2026-03-01T23:00:00.000Z"],
    ["penaltyPerDay: 0.2, latestDays: 1", [], "2026-03-02T23:00:00.000Z"],
  ])("and the last hand-in is over, with %s, when none can have points any more", (settings, rosters, moment) => {
    expect(lastHandInAt(policyOf(settings), rosters as Record<string, string>[])).toBe(moment);
    expect(lastHandInAt(DEFAULT_POLICY, [own])).toBeUndefined();
  });
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
