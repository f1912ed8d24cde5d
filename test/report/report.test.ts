import { describe, expect, test } from "vitest";
import { describeFailure, table } from "../../grader/report/failure-text.ts";
import { scenarioLine, summaryLines, typeProblemLines } from "../../grader/report/grading-report.ts";
import { toJson } from "../../grader/report/json.ts";
import { ProgressReport } from "../../grader/report/progress.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { makeStyle, wantsColours } from "../../grader/report/style.ts";
import type { GradingResult, RunResult, ScenarioResult } from "../../grader/run/result.ts";

const plain = makeStyle(false);

const failedRun: RunResult = {
  seed: 7,
  verdict: "failed",
  property: "state-machine-safety",
  message: "expected one command at index 12; saw two",
  failure: {
    property: "state-machine-safety",
    check: "one-entry-an-index",
    expected: "one command at index 12",
    seen: "peer 0 applied 5, peer 3 applied 6",
    cite: "Raft paper, Figure 3 (State Machine Safety), section 5.4.3",
    timeUs: 8_123_456,
    during: "peer 3 is cut off while it leads",
    peers: [0, 3],
    where: { term: 5, index: 12 },
    hint: "look at when an entry counts as committed",
  },
  peers: [
    { peer: 0, up: true, connected: true, term: 5, isLeader: true, appliedIndex: 12 },
    { peer: 1, up: false, connected: true, term: 4, isLeader: true, appliedIndex: 3 },
    { peer: 2, up: true, connected: false, term: 5, isLeader: false, appliedIndex: 11 },
  ],
  console: ["0.100 s  peer 0  hello"],
  virtualMs: 8123.5,
  rpcs: 100,
  bytes: 2000,
  traceHash: "abc",
  replay: "grade replay lab2b/backup@7",
  timing: { wallMs: 41 },
};
const passedRun: RunResult = {
  seed: 3,
  verdict: "passed",
  virtualMs: 1,
  rpcs: 1,
  bytes: 1,
  traceHash: "d",
  replay: "grade replay lab2b/backup@3",
  timing: { wallMs: 1 },
};
const failedScenario: ScenarioResult = {
  id: "lab2b/backup",
  title: "Fast backup",
  points: 0,
  maxPoints: 3,
  verdict: "failed",
  property: "state-machine-safety",
  message: "expected one command at index 12; saw two",
  runs: [passedRun, failedRun],
};
const skippedScenario: ScenarioResult = {
  id: "lab2b/count",
  title: "Count",
  points: 0,
  maxPoints: 2,
  verdict: "skipped",
  message: "needs lab2b/backup, which did not pass",
  runs: [],
};
const passedScenario: ScenarioResult = {
  id: "lab2a/initial",
  title: "Initial",
  points: 4,
  maxPoints: 4,
  verdict: "passed",
  runs: [passedRun],
};
const result: GradingResult = {
  format: "consensus-labs/result@1",
  lab: "lab2",
  submission: "mine",
  submissionHash: "f00",
  boundary: "process",
  points: 4,
  rawPoints: 4,
  maxPoints: 9,
  suites: [
    { id: "lab2a", points: 4, rawPoints: 4, maxPoints: 4 },
    { id: "lab2b", points: 0, rawPoints: 0, maxPoints: 5 },
  ],
  timing: { wallMs: 812 },
  scenarios: [passedScenario, failedScenario, skippedScenario],
};
const context = {
  style: plain,
  replayCommand: (run: RunResult) => `npx --no ${run.replay} mine`,
  stages: [
    { id: "lab2a", title: "Leader election" },
    { id: "lab2b", title: "Log replication" },
  ],
};

test("a failure tells what was expected and seen, by whom and when, the rule, the peers, and how to see it again", () => {
  expect(describeFailure(failedScenario, context.replayCommand, plain).join("\n")).toMatchInlineSnapshot(`
    "lab2b/backup: Fast backup
    failed: state-machine-safety (run 2, at 8.123 s of virtual time)
    expected  one command at index 12
    seen      peer 0 applied 5, peer 3 applied 6
    when      peer 3 is cut off while it leads
    where     peers 0, 3 · term 5 · log index 12 · virtual time 8.123 s
    rule      Raft paper, Figure 3 (State Machine Safety), section 5.4.3
    hint      look at when an entry counts as committed
    peers     peer  state    term  role    applied up to
              0     up       5     leader  12
              1     down     4             3
              2     cut off  5             11
    console   0.100 s  peer 0  hello
    again     npx --no grade replay lab2b/backup@7 mine"
  `);
});

test("the summary explains what failed, and counts points by stage and in all", () => {
  const text = summaryLines(result, context).join("\n");
  expect(text).toContain("lab2b/backup: Fast backup");
  expect(text.split("\n")[0]).toBe("skip  lab2b/count: needs lab2b/backup, which did not pass");
  expect(text.split("\n").slice(-3).join("\n")).toMatchInlineSnapshot(`
    "lab2a  Leader election  1 of 1 passed  4/4 points
    lab2b  Log replication  0 of 2 passed  0/5 points
    4/9 points  3 runs in 0.8 s."
  `);
});

test("full points on a seed that everybody may know are said to be no mark yet, and nothing else is", () => {
  const said = (part: object, publicSeed?: number) =>
    summaryLines({ ...result, ...part }, { ...context, ...(publicSeed !== undefined && { publicSeed }) }).at(-1);
  const full = { points: 9, rawPoints: 9, maxPoints: 9 };
  expect(said(full, 7)).toBe(
    "This was seed 7, which everybody can play and learn by heart: a course grades on a secret one. Other schedules: --seed <n>, --runs <n>.",
  );
  for (const other of [said(full), said({}, 7), said({ points: 0, rawPoints: 0, maxPoints: 0 }, 7)]) {
    expect(other).toMatch(/points {2}3 runs in/);
  }
});

test("a stage that is capped says what its scenarios earned, and why it has less", () => {
  const reason = "at most 2 of 5 points: 1 scenario of this stage saw a safety violation (durability)";
  const safetyCap = { atMost: 2, scenarios: 1, properties: ["durability" as const], reason };
  const capped = (rawPoints: number): GradingResult => ({
    ...result,
    points: 4 + Math.min(2, rawPoints),
    rawPoints: 4 + rawPoints,
    suites: [
      result.suites[0] as never,
      { id: "lab2b", points: Math.min(2, rawPoints), rawPoints, maxPoints: 5, safetyCap },
    ],
  });
  expect(summaryLines(capped(3), context).slice(-4).join("\n")).toMatchInlineSnapshot(`
    "lab2a  Leader election  1 of 1 passed  4/4 points
    lab2b  Log replication  0 of 2 passed  2/5 points  (3 before the safety cap)
    lab2b: at most 2 of 5 points: 1 scenario of this stage saw a safety violation (durability)
    6/9 points (7 before the safety cap)  3 runs in 0.8 s."
  `);
  expect(summaryLines(capped(2), context).join("\n")).not.toMatch(/cap|at most/);
});

/** Every reason there is, as the schedule of a grading gives it: sentences, and what a scenario lacks. */
const SKIPPED_FOR = [
  "needs lab2b/backup, which did not pass",
  "the grading was interrupted before it was decided",
  "not played",
];

test.each(SKIPPED_FOR)("a scenario that is skipped says why: %s", (message) => {
  const text = summaryLines({ ...result, scenarios: [{ ...skippedScenario, message }] }, context);
  expect(text[0]).toBe(`skip  lab2b/count: ${message}`);
});

test.each(SKIPPED_FOR)("scenarios that are skipped for one reason share a line: %s", (message) => {
  const scenarios = ["lab2b/count", "lab2b/x", "lab2b/y"].map((id) => ({ ...skippedScenario, id, message }));
  expect(summaryLines({ ...result, scenarios }, context)[0]).toBe(
    `skip  3 scenarios from lab2b/count to lab2b/y, each: ${message}`,
  );
});

test.each([
  [1, "1 type error; the grading goes on without minding it"],
  [2, "2 type errors; the grading goes on without minding them"],
])("%i type error or more", (count, heading) => {
  const problem = { file: "raft.ts", line: 1, column: 1, code: "TS1", message: "no" };
  expect(typeProblemLines(new Array(count).fill(problem), plain)[0]).toBe(heading);
});

test("a line for each scenario: passed, failed in which run, skipped for which reason", () => {
  const lines = result.scenarios.map((scenario) => scenarioLine(scenario, 13, plain));
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "pass  lab2a/initial    4/4  Initial
    FAIL  lab2b/backup     0/3  failed: state-machine-safety, in run 2
    skip  lab2b/count      0/2  needs lab2b/backup, which did not pass"
  `);
});

test("a crash shows the place in the student's file, and help for what students stumble over", () => {
  const crash: RunResult = {
    ...passedRun,
    verdict: "crashed",
    message: "peer 2 threw ReferenceError: process is not defined (in a timer)",
    places: [
      { file: "raft.ts", line: 12, column: 5, function: "Raft.tick" },
      { file: "timers.ts", line: 3, column: 1 },
    ],
  };
  const text = describeFailure({ ...failedScenario, verdict: "crashed", runs: [crash] }, () => "again", plain).join(
    "\n",
  );
  expect(text).toContain("raft.ts:12:5 in Raft.tick");
  expect(text).toContain("called from timers.ts:3:1");
  expect(text).toContain("A peer has no `process`");
});

test("what a submission prints cannot steer the terminal", () => {
  const sly: RunResult = {
    ...failedRun,
    console: ["0.1 s  peer 0  \u001b[2Jgone\u202eback"],
    failure: { ...(failedRun.failure as NonNullable<RunResult["failure"]>), seen: "peer 0 applied \u0007\u009b1m" },
  };
  const text = describeFailure({ ...failedScenario, runs: [sly] }, () => "again", plain).join("\n");
  expect(text).toContain("\ufffd[2Jgone\ufffdback");
  expect(text).toContain("applied \ufffd\ufffd1m");
});

test("of many type errors the first ten are shown", () => {
  const problems = Array.from({ length: 12 }, (_, i) => ({
    file: "raft.ts",
    line: i + 1,
    column: 2,
    code: "TS1",
    message: "m\nmore",
  }));
  const lines = typeProblemLines(problems, plain);
  expect(lines).toHaveLength(12);
  expect(lines[1]).toBe("  raft.ts:1:2  m TS1");
  expect(lines.at(-1)).toContain("2 more");
});

describe("JSON", () => {
  test("is what the contract says, whatever the verdicts", () => {
    expect(gradingResultSchema.parse(JSON.parse(toJson(result)))).toEqual(JSON.parse(toJson(result)));
  });

  test("has a property with the verdict failed only", () => {
    const wrong = { ...result, scenarios: [{ ...failedScenario, runs: [{ ...failedRun, verdict: "crashed" }] }] };
    expect(gradingResultSchema.safeParse(wrong).success).toBe(false);
  });

  test("has no figure of wall time outside of timing", () => {
    const wrong = { ...result, scenarios: [{ ...passedScenario, wallMs: 3 }] };
    expect(gradingResultSchema.safeParse(wrong).success).toBe(false);
  });
});

describe("progress", () => {
  function reported(live: boolean, isQuiet = false): string {
    let text = "";
    const write = (part: string) => {
      text += part;
    };
    const output = { write, columns: 40 };
    const progress = new ProgressReport(output, plain, {
      live,
      isQuiet,
      idWidth: 13,
      heading: "h",
      scenarios: 3,
      runs: 3,
    });
    progress.onEvent({ kind: "started" });
    progress.onEvent({
      kind: "scenario",
      result: passedScenario,
      progress: { runs: 1, ofRuns: 9, scenarios: 1, ofScenarios: 3 },
    });
    progress.end();
    return text;
  }

  test("is plain lines when nobody watches", () => {
    expect(reported(false)).toBe(`h\n\n${scenarioLine(passedScenario, 13, plain)}\n`);
  });

  test("keeps one live line below them on a terminal, and takes it away at the end", () => {
    const text = reported(true);
    expect(text).toContain("1/3 scenarios  1/9 runs");
    expect(text.endsWith("\r\u001b[2K")).toBe(true);
    expect(text).toContain(scenarioLine(passedScenario, 13, plain));
  });

  test("is the live line alone when results go elsewhere", () => {
    expect(reported(true, true)).not.toContain("lab2a/initial");
    expect(reported(false, true)).toBe("");
  });
});

test("colours: on a terminal only, and never with NO_COLOR", () => {
  expect(wantsColours({ isTTY: true }, {})).toBe(true);
  expect(wantsColours({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColours({ isTTY: false }, {})).toBe(false);
  expect(wantsColours({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(makeStyle(true).bad("x")).not.toBe("x");
  expect(plain.bad("x")).toBe("x");
});

test("tables are as wide as they must be", () => {
  expect(
    table([
      ["a", "bbb"],
      ["cc", "d"],
    ]),
  ).toEqual(["a   bbb", "cc  d"]);
});
