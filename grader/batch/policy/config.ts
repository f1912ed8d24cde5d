import * as z from "zod";
import { DEFAULT_SAFETY_CAP } from "../../run/safety-cap.ts";

/** Who may see what came of a scenario: everybody, staff only, or everybody once the last hand-in is over. */
export type Visibility = z.infer<typeof visibility>;
export type HiddenShows = z.infer<typeof hiddenShows>;
/** What a scenario's runs must come to. */
export type PassRule = z.infer<typeof passRule>;
export type ScenarioPolicy = z.infer<typeof scenarioPolicy>;
export type LatePolicy = z.infer<typeof latePolicy>;
/** How a batch is graded: a policy file with its defaults filled in. */
export type Policy = z.infer<typeof policySchema>;

/** The policy file cannot be used. Each problem is one line: file, line when it is known, path inside, what to do. */
export class PolicyError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "PolicyError";
  }
}

const MAX_RUNS = 1_000_000;

const runs = z.int().min(1).max(MAX_RUNS);
const fraction = z.number().min(0).max(1);
const milliseconds = z.int().min(1).max(86_400_000);
const megabytes = z.number().positive().max(1_000_000);
const instant = z.iso.datetime({
  offset: true,
  error: "is no time with an offset; write it as 2026-03-01T23:59:00+01:00",
});

const passRule = z.union(
  [z.literal("all"), z.strictObject({ kOfN: runs }), z.strictObject({ fraction: fraction.gt(0) })],
  { error: "must be `all`, `{ kOfN: <runs> }` or `{ fraction: <0 to 1> }`" },
);

const safetyCap = z
  .array(
    z
      .number({ error: "is no number; write a fraction from 0 to 1" })
      .min(0, { error: "is less than 0; write a fraction from 0 to 1" })
      .max(1, { error: "is more than 1; write a fraction from 0 to 1" }),
    { error: "must be a list of fractions such as [0.5, 0.3, 0.2]; [] turns it off" },
  )
  .max(1_000, { error: "has more than 1000 fractions" })
  .default([...DEFAULT_SAFETY_CAP])
  .describe(
    "What a stage can have of its points when one, two, three or more of its scenarios saw a safety violation, as fractions.",
  );

const visibility = z.enum(["visible", "hidden", "after-due"]);
const hiddenShows = z.enum(["nothing", "verdict", "property"]);

const extraRuns = z
  .strictObject({
    when: z.literal("near").describe("When one run more or less would have turned the verdict."),
    upTo: runs.describe("Runs of a scenario altogether, the planned ones included."),
  })
  .describe("More runs where the verdict is near the boundary. Without effect on scenarios that must pass `all` runs.");

const scenarioPolicy = z
  .strictObject({
    match: z.string().min(1).describe("Id of a scenario, or a pattern in which `*` stands for any text."),
    runs: runs.optional(),
    pass: passRule.optional(),
    points: z.number().min(0).max(1_000_000).optional().describe("Instead of the points that the lab gives it."),
    visibility: visibility.optional(),
  })
  .describe("What differs for some scenarios. Where several match, the last that says something counts.");

const SHARE = "write a fraction from 0 to 1, such as 0.1 for a tenth";
const share = z
  .number({ error: `is no number; ${SHARE}` })
  .min(0, { error: `is less than 0; ${SHARE}` })
  .max(1, { error: `is more than 1; ${SHARE}` });
const NO_DAYS = "is no number of whole days; write 0, 1, 2 …";
const days = (most: number) =>
  z
    .int({ error: NO_DAYS })
    .min(0, { error: NO_DAYS })
    .max(most, { error: `is more than ${most} days` });

const latePolicy = z
  .strictObject({
    deadline: instant.describe("Handed in at or before this moment is on time."),
    graceMinutes: z.number().min(0).max(100_000).default(0).describe("Added to the end of each day; costs nothing."),
    freeDays: days(1_000).default(0).describe("Late days that each student has and pays nothing for."),
    usedColumn: z.string().min(1).optional().describe("Column of the roster: free days that are used up already."),
    deadlineColumn: z.string().min(1).optional().describe("Column of the roster: a deadline of the student's own."),
    submittedColumn: z
      .string()
      .min(1)
      .optional()
      .describe("Column of the roster: when it was handed in; wins over what the source says."),
    penaltyPerDay: share.default(0).describe("For each late day begun that is not free, as a fraction."),
    penaltyOf: z.enum(["score", "points"]).default("score").describe("Fraction of what was scored, or of all points."),
    latestDays: days(10_000).optional().describe("Later than so many days: 0 points."),
  })
  .describe("Late days and penalties. Absent: nothing is ever late.");

const sandboxLimits = z
  .strictObject({
    cpuMs: milliseconds.describe("CPU time of one window of a run."),
    wallMs: milliseconds.describe("Wall time of one window of a run."),
    runCpuMs: milliseconds.describe(
      "Budget of CPU time of one run; a quarter more for each peer that is audited in it.",
    ),
    runWallMs: milliseconds.describe("Budget of wall time of one run."),
    submissionCpuMs: milliseconds.describe("Budget of CPU time of a submission, beside that for each planned run."),
    submissionCpuMsPerRun: milliseconds.describe("Budget of CPU time of a submission for each planned run."),
    submissionWallMs: milliseconds.describe("Budget of wall time of a submission, beside that for each planned run."),
    submissionWallMsPerRun: milliseconds.describe("Budget of wall time of a submission for each planned run."),
    memoryMb: megabytes.describe("Memory that one run takes, over what its host held before."),
    processes: z.int().min(1).max(100_000).describe("Processes and threads."),
    outputMb: megabytes.describe("What the peer host writes to its standard error."),
    fileMb: z.number().min(0).max(1_000_000).describe("Largest file it may write."),
    buildCpuMs: milliseconds.describe("CPU time for bundling and checking types."),
    buildWallMs: milliseconds.describe("Wall time for bundling and checking types."),
    buildMemoryMb: megabytes.describe("Memory for bundling and checking types."),
  })
  .partial()
  .describe("Limits of each submission; what is left out stays at the sandbox's default.");

const ciPolicy = z
  .strictObject({
    minPoints: z.number().min(0).max(1_000_000).optional().describe("So many points are needed."),
    require: z
      .array(z.string().min(1))
      .max(100)
      .optional()
      .describe("Stages and scenarios of which everything must pass, such as lab2a."),
    noWorse: z
      .boolean()
      .default(false)
      .describe("Nothing that passed in the base's result may fail, and no stage may have fewer points."),
    budgetMinutes: z
      .number()
      .positive()
      .max(1_440)
      .optional()
      .describe("Minutes on two cores: the scenarios that matter most are graded, as many as fit."),
  })
  .describe(
    "What a check of a pull request must come to. Nothing said: every scenario passes. A batch does not mind it.",
  );

const count = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const intakeLimits = z
  .strictObject({
    archiveBytes: count,
    entries: count,
    fileBytes: count,
    totalBytes: count,
    ratio: count,
    ratioFreeBytes: count,
    depth: count,
    pathBytes: count,
    gitWallMs: milliseconds,
  })
  .partial()
  .describe("What one submission may bring along; the units stand in the names.");

/** The policy file, YAML or JSON. Every key may be left out. */
export const policySchema = z
  .strictObject({
    runs: runs.default(4).describe("Runs of each scenario."),
    pass: passRule.default("all").describe("What a scenario's runs must come to for its points."),
    extraRuns: extraRuns.optional(),
    safetyCap,
    visibility: visibility.default("visible").describe("Of scenarios for which nothing else is said."),
    hiddenShows: hiddenShows
      .default("verdict")
      .describe(
        "What students are told of a hidden scenario: nothing; its verdict and points; or also the property that was violated.",
      ),
    scenarios: z.array(scenarioPolicy).default([]),
    late: latePolicy.optional(),
    limits: sandboxLimits.default({}),
    intake: intakeLimits.default({}),
    ci: ciPolicy.optional(),
  })
  .check(({ value, issues }) => {
    const complain = (path: PropertyKey[], message: string) =>
      issues.push({ code: "custom", input: value, path, message });
    if (typeof value.pass === "object" && "kOfN" in value.pass && value.pass.kOfN > value.runs) {
      complain(["pass", "kOfN"], `is more than the ${value.runs} runs that there are`);
    }
    for (const [at, fraction] of value.safetyCap.entries()) {
      const before = value.safetyCap[at - 1];
      if (before === undefined || fraction <= before) continue;
      complain(["safetyCap", at], `is more than the ${before} before it: more violations cannot leave more points`);
    }
    if (value.extraRuns !== undefined && value.extraRuns.upTo < value.runs) {
      complain(["extraRuns", "upTo"], `is less than the ${value.runs} runs that there are anyway`);
    }
  });

/** What counts without a policy file. */
export const DEFAULT_POLICY: Policy = policySchema.parse({});
