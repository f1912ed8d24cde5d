import * as z from "zod";
import { PROPERTIES } from "../check/failure.ts";
import { CONTRACT_FACTS } from "../run/contract.ts";

/**
 * The contract's JSON. Strict: whatever the grader writes has a place here, and figures of wall time or memory have
 * theirs in `timing` only, so that everything else can be compared byte for byte. A reader of ours should take unknown
 * fields as they come: more may be added, none renamed.
 */
const verdict = z.enum([
  "passed",
  "failed",
  "crashed",
  "hung",
  "out-of-memory",
  "output-limit",
  "nondeterministic",
  "ungradable",
  "skipped",
  "internal-error",
]);

const property = z.enum(PROPERTIES);

const count = z.int().nonnegative();
const timing = z.strictObject({ wallMs: count });
const gradingPhases = z.strictObject({
  begun: count,
  opened: count.optional(),
  bundled: count.optional(),
  firstRun: count.optional(),
  lastRun: count.optional(),
  types: count.optional(),
  ended: count,
});
const gradingTiming = z.strictObject({
  wallMs: count,
  cpuMs: count.optional(),
  hostPeaksMb: z.array(count).optional(),
  phasesMs: gradingPhases.optional(),
});

const place = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  column: z.int().positive(),
  function: z.string().optional(),
});

const fact = z.union([z.string(), z.number(), z.boolean()]);

/** Fields of the contract for facts, by their names. */
function factFields<Names extends Readonly<Record<string, "number" | "boolean">>>(names: Names) {
  type Fields = { [Name in keyof Names]: z.ZodOptional<Names[Name] extends "number" ? z.ZodNumber : z.ZodBoolean> };
  const fields = Object.entries(names).map(([name, kind]) => [
    name,
    (kind === "number" ? z.number() : z.boolean()).optional(),
  ]);
  return Object.fromEntries(fields) as Fields;
}

const failure = z.strictObject({
  property,
  // Absent in results of before it was there.
  check: z.string().optional(),
  expected: z.string(),
  seen: z.string(),
  cite: z.string(),
  timeUs: z.number().nonnegative(),
  during: z.string().optional(),
  peers: z.array(count).optional(),
  operations: z.array(z.strictObject({ name: z.string(), peer: count, timeUs: z.number().nonnegative() })).optional(),
  ...factFields(CONTRACT_FACTS.failure),
  where: z.record(z.string(), fact).optional(),
  hint: z.string().optional(),
});

const peer = z
  .strictObject({ peer: count, up: z.boolean(), connected: z.boolean(), ...factFields(CONTRACT_FACTS.peer) })
  .catchall(fact);

const toldFact = z.strictObject({ label: z.string(), text: z.string() });

const departure = z.strictObject({
  rule: z.string(),
  peer: count,
  timeUs: z.number().nonnegative(),
  text: z.string(),
  cite: z.string(),
});

const runFields = {
  seed: count,
  verdict,
  property: property.optional(),
  message: z.string().optional(),
  failure: failure.optional(),
  facts: z.array(toldFact).optional(),
  departures: z.array(departure).optional(),
  places: z.array(place).optional(),
  peers: z.array(peer).optional(),
  console: z.array(z.string()).optional(),
  shortened: z.literal(true).optional(),
  virtualMs: z.number().nonnegative(),
  rpcs: count,
  bytes: count,
  traceHash: z.string(),
  replay: z.string().regex(/^grade replay [^/\s]+\/[^@\s]+@\d+$/),
};

const hasPropertyWhenFailed = (value: { property?: unknown; verdict: string }) =>
  (value.property !== undefined) === (value.verdict === "failed");
const propertyRule = { message: "a property belongs to the verdict `failed` alone" };

const run = z.strictObject({ ...runFields, timing }).refine(hasPropertyWhenFailed, propertyRule);
const untimedRun = z.strictObject(runFields).refine(hasPropertyWhenFailed, propertyRule);

const scenarioFields = {
  id: z.string(),
  title: z.string(),
  points: z.number().nonnegative(),
  maxPoints: z.number().nonnegative(),
  verdict,
  property: property.optional(),
  message: z.string().optional(),
  overGiven: verdict.optional(),
};

const suite = z.strictObject({
  id: z.string(),
  points: z.number().nonnegative(),
  rawPoints: z.number().nonnegative(),
  maxPoints: z.number().nonnegative(),
  safetyCap: z
    .strictObject({
      atMost: z.number().nonnegative(),
      scenarios: z.int().positive(),
      properties: z.array(property).min(1),
      reason: z.string(),
    })
    .optional(),
});

const typeProblem = z.strictObject({
  file: z.string(),
  line: z.int().positive(),
  column: z.int().positive(),
  code: z.string(),
  message: z.string(),
});

const resultFields = {
  format: z.literal("consensus-labs/result@1"),
  lab: z.string(),
  submission: z.string(),
  submissionHash: z.string(),
  boundary: z.enum(["none", "process"]),
  ownLayers: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        lab: z.string(),
        submission: z.string(),
        submissionHash: z.string(),
      }),
    )
    .optional(),
  points: z.number().nonnegative(),
  rawPoints: z.number().nonnegative(),
  maxPoints: z.number().nonnegative(),
  suites: z.array(suite),
  ungradable: z.string().optional(),
  interrupted: z.literal(true).optional(),
  notInKit: z
    .strictObject({
      scenarios: z.int().positive(),
      points: z.number().nonnegative(),
      ofPoints: z.number().nonnegative(),
    })
    .optional(),
  typeProblems: z.array(typeProblem).optional(),
};

export const gradingResultSchema = z.strictObject({
  ...resultFields,
  timing: gradingTiming,
  scenarios: z.array(z.strictObject({ ...scenarioFields, runs: z.array(run) })),
});

/** The same without its `timing` objects: what is compared byte for byte. */
export const untimedResultSchema = z.strictObject({
  ...resultFields,
  scenarios: z.array(z.strictObject({ ...scenarioFields, runs: z.array(untimedRun) })),
});

export const verdictSchema = verdict;
