import * as z from "zod";
import { gradingResultSchema, verdictSchema } from "../../report/schema.ts";
import type { GradingResult } from "../../run/result.ts";

/**
 * What a check came to, as data: `ci.json`, and what every format is made from. Of scenarios that the policy hides there is
 * nothing in it but verdict and points. It may come from anybody (`grade ci comment`): each text has a bound, and a
 * rendering takes none for harmless that its pattern does not make so.
 */
const text = z.string().max(20_000);
const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const labId = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);
const scenarioId = z.string().regex(/^[a-z][a-z0-9-]{0,40}\/[a-z0-9][a-z0-9-]{0,80}$/);
const requirable = z.union([labId, scenarioId]);
const count = z.int().nonnegative();
const points = z.number().nonnegative().max(1e9);
const ids = z.array(scenarioId).max(5_000);
const MAX_SCENARIOS = 5_000;

const rule = z
  .discriminatedUnion("rule", [
    z.strictObject({ rule: z.literal("all"), passed: z.boolean(), failing: count }),
    z.strictObject({ rule: z.literal("min-points"), passed: z.boolean(), atLeast: points }),
    z.strictObject({
      rule: z.literal("require"),
      passed: z.boolean(),
      what: requirable,
      failing: count,
      leftOut: count,
    }),
    z.strictObject({
      rule: z.literal("no-worse"),
      passed: z.boolean(),
      /** False: there was no result of the base that this one can be compared with. */
      compared: z.boolean(),
      lost: count,
      lostPoints: points,
    }),
  ])
  .describe("What had to be so for the check to pass. `failing`, `lost`: so many scenarios; `leftOut`: not graded.");

const comparison = z
  .strictObject({
    points,
    maxPoints: points,
    suites: z.array(z.strictObject({ id: labId, points, maxPoints: points })).max(100),
    fixed: ids.describe("Scenarios that pass now and did not before."),
    lost: z.array(z.strictObject({ id: scenarioId, before: verdictSchema, now: verdictSchema })).max(MAX_SCENARIOS),
    notCompared: count.describe("Scenarios of which the base's result says nothing, or may mean another one."),
    isSameSubmission: z.boolean(),
  })
  .describe("What has changed since the result of the base.");

const budget = z.strictObject({
  minutes: z.number().positive(),
  leftOut: ids.describe("Scenarios that did not fit, and so have no part in points and rules."),
  leftOutPoints: points,
  stopped: ids.describe("Scenarios that were not decided when the time was over by the clock. They have no points."),
});

export const ciReportSchema = z.strictObject({
  format: z.literal("consensus-labs/ci@1"),
  outcome: z
    .enum(["passed", "failed", "nothing-graded", "internal-error", "interrupted"])
    .describe("Exit status 0, 1, 2, 3, 130."),
  problem: text.optional().describe("Why nothing was graded, or what went wrong: one line."),
  lab: labId.optional(),
  submission: z
    .strictObject({
      folder: text.describe("Below the repository; `.` for its top."),
      how: z.enum(["named", "changed", "only"]),
      changedFiles: count.nullable(),
      hash: hash.optional(),
      main: text.optional().describe("Its main file, below its folder."),
    })
    .optional(),
  change: z.strictObject({
    kind: z.enum(["pull-request", "push", "none"]),
    number: z.int().positive().optional(),
    isFork: z.boolean().optional(),
    head: commit.optional().describe("The commit that was graded."),
    base: commit.optional(),
  }),
  identity: z
    .strictObject({
      grader: hash,
      node: text,
      policy: hash.describe("Of the policy, but for lateness and what it says of checks."),
      seed: count,
      scenarios: hash.describe("Of the scenarios that were graded, with their runs and points."),
    })
    .optional()
    .describe("What two results must have in common for one to stand for the other."),
  sandbox: z
    .strictObject({ tier: z.enum(["full", "no-seccomp", "namespaces", "plain"]), why: text.optional() })
    .optional(),
  rules: z.array(rule).max(200),
  base: comparison.optional(),
  sameAs: z
    .strictObject({ commit: commit.optional() })
    .optional()
    .describe("Nothing was played: the submission is the one of the base, whose result this is."),
  budget: budget.optional(),
  hidden: count.describe(
    "Scenarios of which verdict and points are all that is told, but for what `hiddenShows` adds.",
  ),
  hiddenShows: z
    .enum(["nothing", "property"])
    .optional()
    .describe("What is told of hidden scenarios, where it is not verdict and points: nothing, or the property, too."),
  notes: z.array(text).max(200).describe("What staff should know, one line each."),
  result: gradingResultSchema
    .refine(
      ({ scenarios }) =>
        scenarios.length <= MAX_SCENARIOS && scenarios.every(({ id }) => scenarioId.safeParse(id).success),
      {
        message: "has scenarios with impossible names",
      },
    )
    .refine(({ lab, suites }) => [lab, ...suites.map(({ id }) => id)].every((id) => labId.safeParse(id).success), {
      message: "has stages with impossible names",
    })
    .optional(),
});

export type CiReport = Omit<z.infer<typeof ciReportSchema>, "result"> & { readonly result?: GradingResult };
export type CiRule = CiReport["rules"][number];
export type CiOutcome = CiReport["outcome"];
export type CiComparison = NonNullable<CiReport["base"]>;
export type CiIdentity = NonNullable<CiReport["identity"]>;

/** Exit statuses are those of `grade`. */
export const EXIT_OF: Readonly<Record<CiOutcome, number>> = {
  passed: 0,
  failed: 1,
  "nothing-graded": 2,
  "internal-error": 3,
  interrupted: 130,
};
