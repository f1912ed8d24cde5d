import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_POLICY,
  loadPolicy,
  type Policy,
  PolicyError,
  parsePolicy,
  plannedRuns,
  pointsOf,
  scenarioPlan,
  unmatchedEntries,
  visibilityOf,
} from "../../../grader/batch/policy/index.ts";
import { makeFolder } from "../../submission/folder.ts";

const FULL = `
runs: 20
pass: { fraction: 0.9 }
extraRuns: { when: near, upTo: 60 }
visibility: after-due
scenarios:
  - { match: lab2b/*, runs: 30 }
  - { match: lab2b/backup, visibility: hidden, pass: all, points: 7 }
late:
  deadline: 2026-03-01T23:59:00+01:00
  graceMinutes: 15
  freeDays: 4
  usedColumn: late_days_used
  penaltyPerDay: 0.1
  latestDays: 7
limits: { cpuMs: 4000, memoryMb: 512 }
intake: { entries: 500 }
`;

function problemsOf(text: string, path = "policy.yaml"): readonly string[] {
  try {
    parsePolicy(text, path);
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
  throw new Error("it was taken, and should not have been");
}

describe("a policy file", () => {
  it("in YAML and in JSON gives the same", () => {
    const policy = parsePolicy(FULL, "policy.yaml");
    expect(policy).toMatchObject({ runs: 20, late: { freeDays: 4, penaltyOf: "score" }, intake: { entries: 500 } });
    const json = JSON.stringify(policy);
    expect(parsePolicy(json, "policy.json")).toEqual(policy);
    const folder = makeFolder({ "policy.yml": FULL, "policy.json": `\ufeff${json}` });
    expect(loadPolicy(join(folder, "policy.yml"))).toEqual(policy);
    expect(loadPolicy(join(folder, "policy.json"))).toEqual(policy);
  });

  it("may be empty: then everything is as without one", () => {
    expect(parsePolicy("", "policy.yaml")).toEqual(DEFAULT_POLICY);
    expect(parsePolicy("# nothing yet\n", "policy.yaml")).toEqual(DEFAULT_POLICY);
    expect(DEFAULT_POLICY).toEqual({
      runs: 4,
      pass: "all",
      safetyCap: [0.5, 0.3, 0.2],
      visibility: "visible",
      hiddenShows: "verdict",
      scenarios: [],
      limits: {},
      intake: {},
    });
  });
});

const NO_LIST = "must be a list of fractions such as [0.5, 0.3, 0.2]; [] turns it off";

it.each([
  ["[]", []],
  ["[0]", [0]],
  ["[1, 1, 0.25, 0]", [1, 1, 0.25, 0]],
])("safetyCap may be %s", (text, cap) => {
  expect(parsePolicy(`safetyCap: ${text}`, "policy.yaml").safetyCap).toEqual(cap);
});

describe("what is wrong in it is said with line and path", () => {
  it.each([
    ["runs: 0\n", ["policy.yaml:1: runs: too small: expected number to be >=1"]],
    ["runs: 5\npas: all\n", ["policy.yaml:2: pas: is no setting; did you mean pass?"]],
    ["colour: red\n", ["policy.yaml:1: colour: is no setting; see the list in GRADING.md"]],
    ["ci:\n  minPoint: 60\n", ["policy.yaml:2: ci.minPoint: is no setting; did you mean minPoints?"]],
    ["pass: most\n", ["policy.yaml:1: pass: must be `all`, `{ kOfN: <runs> }` or `{ fraction: <0 to 1> }`"]],
    ["pass: { fraction: 1.5 }\n", ["policy.yaml:1: pass.fraction: too big: expected number to be <=1"]],
    ["runs: 3\npass: { kOfN: 4 }\n", ["policy.yaml:2: pass.kOfN: is more than the 3 runs that there are"]],
    [
      "extraRuns: { when: near, upTo: 2 }\n",
      ["policy.yaml:1: extraRuns.upTo: is less than the 4 runs that there are anyway"],
    ],
    ["safetyCap: 0.5\n", [`policy.yaml:1: safetyCap: ${NO_LIST}`]],
    ["safetyCap:\n", [`policy.yaml:1: safetyCap: ${NO_LIST}`]],
    ["safetyCap: [1.5]\n", ["policy.yaml:1: safetyCap[0]: is more than 1; write a fraction from 0 to 1"]],
    ["safetyCap:\n  - 0.5\n  - -0.1\n", ["policy.yaml:3: safetyCap[1]: is less than 0; write a fraction from 0 to 1"]],
    ["safetyCap: [half]\n", ["policy.yaml:1: safetyCap[0]: is no number; write a fraction from 0 to 1"]],
    ["safetyCap: [.nan]\n", ["policy.yaml:1: safetyCap[0]: is no number; write a fraction from 0 to 1"]],
    [
      "safetyCap:\n  - 0.5\n  - 0.5\n  - 0.6\n",
      ["policy.yaml:4: safetyCap[2]: is more than the 0.5 before it: more violations cannot leave more points"],
    ],
    [
      "late:\n  deadline: 2026-03-01\n",
      ["policy.yaml:2: late.deadline: is no time with an offset; write it as 2026-03-01T23:59:00+01:00"],
    ],
    ...(
      [
        ["penaltyPerDay", "10", "is more than 1; write a fraction from 0 to 1, such as 0.1 for a tenth"],
        ["penaltyPerDay", "-0.1", "is less than 0; write a fraction from 0 to 1, such as 0.1 for a tenth"],
        ["penaltyPerDay", "10%", "is no number; write a fraction from 0 to 1, such as 0.1 for a tenth"],
        ["penaltyPerDay", "0,1", "is no number; write a fraction from 0 to 1, such as 0.1 for a tenth"],
        ["freeDays", "'3'", "is no number of whole days; write 0, 1, 2 …"],
        ["freeDays", "2.5", "is no number of whole days; write 0, 1, 2 …"],
        ["latestDays", "-1", "is no number of whole days; write 0, 1, 2 …"],
        ["latestDays", "10001", "is more than 10000 days"],
      ] as const
    ).map(([key, value, problem]): [string, string[]] => [
      `late:\n  deadline: 2026-03-01T23:59:00Z\n  ${key}: ${value}\n`,
      [`policy.yaml:3: late.${key}: ${problem}`],
    ]),
    ...["2026-03-01T24:00:00Z", "2026-02-30T23:59:00Z", "2026-03-01T23:59:60Z", "2026-03-01T11:59:00 PM+01:00"].map(
      (time): [string, string[]] => [
        `late:\n  deadline: ${time}\n`,
        ["policy.yaml:2: late.deadline: is no time with an offset; write it as 2026-03-01T23:59:00+01:00"],
      ],
    ),
    [
      "scenarios:\n  - match: a\n  - runs: many\n    match: b\n    visible: yes\n",
      [
        "policy.yaml:3: scenarios[1].runs: invalid input: expected number, received string",
        "policy.yaml:5: scenarios[1].visible: is no setting; did you mean visibility?",
      ],
    ],
    [
      "scenarios:\n  - matches: a\n",
      [
        "policy.yaml:2: scenarios[0].match: invalid input: expected string, received undefined",
        "policy.yaml:2: scenarios[0].matches: is no setting; did you mean match?",
      ],
    ],
    ["- a list\n", ["policy.yaml: invalid input: expected object, received array"]],
    ["runs: [\n", [expect.stringMatching(/^policy\.yaml:\d: /)]],
    ["runs: 1\nruns: 2\n", [expect.stringMatching(/^policy\.yaml:2: Map keys must be unique/)]],
    ["a: &a [x]\nb: [*a, *a, *a]\nc: *gone\n", [expect.stringMatching(/^policy\.yaml/)]],
  ])("%j", (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it("what the library would say to a programmer is said to staff", () => {
    expect(problemsOf("runs: 1\n---\nruns: 2\n")).toEqual([
      "policy.yaml:2: a second document begins here, and one is read; take the line --- out",
    ]);
    expect(problemsOf("[".repeat(100_000))).toEqual([
      expect.stringMatching(/^policy\.yaml:1: it is nested too deeply to be read$/),
    ]);
  });

  it("a file that is no text in UTF-8", () => {
    const path = join(makeFolder({}), "policy.yaml");
    writeFileSync(path, Buffer.from("\ufeffruns: 4\n", "utf16le"));
    expect(() => loadPolicy(path)).toThrow(/policy\.yaml: the file is saved as UTF-16; save it as UTF-8/);
  });

  it("YAML in a .json file, another extension, no file", () => {
    expect(problemsOf("runs: 5", "policy.json")).toEqual([expect.stringMatching(/^policy\.json: .*JSON/)]);
    expect(() => loadPolicy("policy.toml")).toThrow(
      "policy.toml: a policy file is YAML or JSON; name it .yaml, .yml or .json",
    );
    expect(() => loadPolicy("/no/such/policy.yaml")).toThrow(/^\/no\/such\/policy\.yaml: cannot be read: /);
  });
});

describe("what it says of a scenario", () => {
  const policy: Policy = parsePolicy(FULL, "policy.yaml");

  it("is what the last entry that matches says", () => {
    expect(scenarioPlan(policy, "lab2a/election")).toEqual({
      runs: 20,
      pass: { fraction: 0.9 },
      visibility: "after-due",
    });
    expect(scenarioPlan(policy, "lab2b/basic")).toEqual({ runs: 30, pass: { fraction: 0.9 }, visibility: "after-due" });
    expect(scenarioPlan(policy, "lab2b/backup")).toEqual({ runs: 30, pass: "all", visibility: "hidden", points: 7 });
    expect(plannedRuns(policy, "lab2b/backup")).toBe(30);
    expect([pointsOf(policy, "lab2b/backup", 3), pointsOf(policy, "lab2b/basic", 3)]).toEqual([7, 3]);
  });

  it("who may see it depends on whether the last hand-in is over", () => {
    expect([false, true].map((isDue) => visibilityOf(policy, "lab2a/election", isDue))).toEqual(["hidden", "visible"]);
    expect([false, true].map((isDue) => visibilityOf(policy, "lab2b/backup", isDue))).toEqual(["hidden", "hidden"]);
  });

  it.each([
    ["lab2b/backup", true],
    ["lab2b/*", true],
    ["*", true],
    ["*backup", true],
    ["*/back*", true],
    ["l*2*b*up", true],
    ["lab2b", false],
    ["backup", false],
    ["lab2a/*", false],
    ["lab2b/backup*p", false],
    ["lab2b/back.p", false],
  ])("%s matches lab2b/backup: %s", (match, matches) => {
    const one = parsePolicy(JSON.stringify({ scenarios: [{ match, runs: 99 }] }), "policy.json");
    expect(plannedRuns(one, "lab2b/backup") === 99).toBe(matches);
    expect(unmatchedEntries(one, ["lab2b/backup"])).toHaveLength(matches ? 0 : 1);
  });
});
