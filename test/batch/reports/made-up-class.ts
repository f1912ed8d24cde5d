import type { BatchResult } from "../../../grader/batch/model/batch-result.ts";
import type { ReportInput } from "../../../grader/batch/reports/index.ts";
import type { Property } from "../../../grader/check/failure.ts";
import { scoreOf } from "../../../grader/run/safety-cap.ts";
import { labs } from "../../../labs/index.ts";

const LAB = labs[0] as (typeof labs)[number];
const SCENARIOS = LAB.suites.flatMap(({ scenarios }) => scenarios);
const DUE_MS = Date.parse("2026-03-01T23:59:00Z");
const GIVEN = ["Ana", "Ben", "Chiara", "Dmitri", "Emre", "Fatou", "Gita", "Hana", "Ivo", "José", "Kim", "Lin"];
const FAMILY = ["Álvarez", "Brandt", "Chen", "Diallo", "Eriksen", "Fischer", "Gupta", "Haddad", "Ito", "Jansen"];
const CAUSES: readonly (readonly [Property, string, string])[] = [
  ["liveness", "one leader within 5 s of a healed partition", "none until 12.4 s"],
  ["election-safety", "at most one leader in term 7", "peers 0 and 2 both lead it"],
  ["state-machine-safety", "peers 1 and 3 to apply the same at index 12", "different commands"],
  ["durability", "what was acknowledged in term 3 to be there after a restart", "entry 9 is gone"],
  ["efficiency", "at most 40 calls for 10 commands", "312"],
];

/** A class of so many, as a lab makes them: most nearly done, some far behind, a few with nothing. The same each time. */
export function madeUpClass(count: number, more: Partial<ReportInput> = {}): ReportInput {
  const results = Array.from({ length: count }, (_, at) => resultOf(at));
  return {
    lab: LAB.id,
    results,
    isDue: true,
    due: new Date(DUE_MS).toISOString(),
    cpuMsOf: (id) => 4_000 + ((Number(id.slice(1)) * 7919) % 30_000),
    pointsBefore: (id) => {
      const result = results[Number(id.slice(1))];
      return result !== undefined && Number(id.slice(1)) % 17 === 0
        ? Math.max(0, (result.points.final ?? 0) - 3)
        : result?.points.final;
    },
    onRemark: () => {},
    ...more,
  };
}

function resultOf(at: number): BatchResult {
  const chance = dice(at);
  const skill = 1.25 - 1.1 * chance() ** 2.2;
  const id = `s${String(at).padStart(4, "0")}`;
  const base = {
    format: "consensus-labs/batch-result@1" as const,
    id,
    name: `${GIVEN[at % GIVEN.length]} ${FAMILY[Math.floor(at / GIVEN.length) % FAMILY.length]}`,
    origin: id,
    submissionHash: at.toString(16).padStart(64, "0"),
    verdicts: {},
    notes: [],
    sandbox: "full",
  };
  if (at % 61 === 60)
    return { ...base, status: "not-handed-in", points: { raw: null, penalty: null, final: null, max: 100 } };
  const submittedAt = new Date(DUE_MS - chance() ** 3 * 12 * 86_400_000 + (at % 13 === 0 ? 30 * 3_600_000 : 0));
  if (at % 47 === 46) {
    const points = { raw: 0, penalty: 0, final: 0, max: 100 };
    return { ...base, status: "ungradable", submittedAt: submittedAt.toISOString(), points };
  }
  const scenarios = SCENARIOS.map(({ id: scenario, title, points }, index) => {
    const hardness = index / SCENARIOS.length;
    const failed =
      index === 2 ? chance() < 0.5 : chance() > 1.28 - 0.75 * hardness * (1.35 - skill) - 0.5 * (1 - skill);
    const [property, expected, seen] = CAUSES[Math.floor(chance() ** 2 * CAUSES.length)] as (typeof CAUSES)[number];
    const run = (isBad: boolean, seed: number) => ({
      ...{
        seed,
        virtualMs: 9_000,
        rpcs: 100,
        bytes: 1_000,
        traceHash: "0",
        replay: `grade replay ${scenario}@${seed}`,
      },
      ...(isBad
        ? {
            verdict: "failed" as const,
            property,
            message: seen,
            failure: { property, expected, seen, cite: "", timeUs: 1 },
          }
        : { verdict: "passed" as const }),
    });
    const runs = Array.from({ length: 5 }, (__, seed) => run(failed && (seed === 0 || at % 3 === 0), seed));
    return {
      ...{ id: scenario, title, points: failed ? 0 : points, maxPoints: points, runs },
      ...(failed ? { verdict: "failed" as const, property, message: seen } : { verdict: "passed" as const }),
    };
  });
  const score = scoreOf(scenarios as never, { properties: LAB.safetyProperties, cap: at % 5 === 0 ? [0.5] : [] });
  const isLate = submittedAt.getTime() > DUE_MS;
  const penalty = isLate ? Math.min(score.points, 5) : 0;
  const safetyCap = score.rawPoints - score.points;
  return {
    ...base,
    status: "graded",
    submittedAt: submittedAt.toISOString(),
    points: {
      ...{ raw: score.rawPoints, penalty, final: score.points - penalty, max: 100 },
      ...(safetyCap > 0 && { safetyCap }),
    },
    ...(isLate && { late: { days: 2, freeDaysUsed: 0, isTooLate: false } }),
    grading: {
      ...{ format: "consensus-labs/result@1", lab: LAB.id, submission: id, submissionHash: base.submissionHash },
      ...{ boundary: "process", ...score, scenarios },
    },
  };
}

/** Numbers from 0 to 1, the same for the same student. */
function dice(at: number): () => number {
  let state = (at + 1) * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
