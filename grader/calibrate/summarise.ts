import type { Property } from "../check/failure.ts";
import { replayLine } from "../run/run-result.ts";
import { type SafetyRules, scoreOf } from "../run/safety-cap.ts";
import type { BuiltEntry } from "./corpus/build.ts";
import type { CorpusEntry } from "./corpus/load.ts";
import type { Grading } from "./gradings.ts";
import { type PlannedRun, scenariosOf } from "./plan.ts";
import type {
  CalibrationResult,
  CalibrationSize,
  CalibrationTotals,
  MatrixCell,
  RightResult,
  RunNote,
  ScenarioColumn,
  WrongResult,
} from "./result.ts";
import { findingOf, type Outcome, type RunStore } from "./run-store.ts";
import { median, survivalChance, upperBound, wilson } from "./statistics.ts";

/** All that was played. */
export interface Material {
  readonly lab: string;
  readonly seed: number;
  readonly grader: string;
  readonly size: CalibrationSize;
  readonly safety: SafetyRules;
  readonly scenarios: readonly ScenarioColumn[];
  readonly chosen: readonly CorpusEntry[];
  /** Ids of those that a quick calibration does not play. */
  readonly leftOut?: readonly string[];
  readonly entries: readonly Omit<BuiltEntry, "load" | "mapper">[];
  /** What was planned; those that were not played are not in the store. */
  readonly runs: readonly PlannedRun[];
  /** Of each wrong one, by id, in any order. */
  readonly gradings: ReadonlyMap<string, readonly Grading[]>;
  readonly store: RunStore;
  readonly isInterrupted: boolean;
  readonly wallMs: number;
}

type Entry = Material["entries"][number];

/** A run that was played. */
interface Seen {
  readonly entry: Entry;
  readonly scenario: string;
  readonly seed: number;
  readonly outcome: Outcome;
}

/** A wrong one may pass so many of its gradings before it is called a survivor. */
const SURVIVOR_SHARE = 0.01;

/** Makes the figures of what was played. */
export function summarise(material: Material): CalibrationResult {
  const { entries, store, runs, gradings, chosen, leftOut = [], isInterrupted, wallMs } = material;
  const byId = new Map<string, Seen[]>(entries.map(({ id }) => [id, []]));
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  for (const { entry: planned, scenario, seed } of runs) {
    const entry = entryOf.get(planned.id) as Entry;
    const outcome = store.get(entry.hash, scenario, seed);
    if (outcome !== undefined) byId.get(entry.id)?.push({ entry, scenario, seed, outcome });
  }
  const seenOf = (entry: Entry) => byId.get(entry.id) ?? [];
  const wrong = entries
    .filter(({ kind }) => kind === "wrong")
    .map((entry) => wrongResult(entry, seenOf(entry), gradings.get(entry.id) ?? [], material));
  const right = entries
    .filter(({ kind }) => kind === "right")
    .map((entry) => rightResult(entry, seenOf(entry), material.scenarios));
  const { lab, seed, grader, size, scenarios } = material;
  return {
    format: "consensus-labs/calibration@1",
    lab,
    seed,
    grader,
    size,
    ...(isInterrupted && { interrupted: true }),
    scenarios,
    wrong,
    right,
    withoutEffect: chosen
      .filter(({ noEffect }) => noEffect !== undefined)
      .map(({ id, summary, noEffect = "" }) => ({ id, summary, why: noEffect })),
    ...(leftOut.length > 0 && { leftOut }),
    faults: [...byId.values()]
      .flat()
      .filter(({ outcome }) => outcome.verdict === "internal-error")
      .map(noteOf),
    totals: totalsOf(wrong, right),
    timing: { wallMs },
  };
}

function wrongResult(
  entry: Entry,
  seen: readonly Seen[],
  unsorted: readonly Grading[],
  { scenarios, store, safety }: Material,
): WrongResult {
  const { own, before } = scenariosOf(entry, scenarios);
  const gradings = [...unsorted].sort((a, b) => a.baseSeed - b.baseSeed);
  const cells = cellsOf(own, seen);
  const survived = gradings.filter(({ killedIn }) => killedIn === null);
  const killed = gradings.flatMap(({ killedIn }) => killedIn ?? []);
  const survival = wilson(survived.length, gradings.length);
  const findings = countFindings(entry, own, seen, gradings, store);
  const kills = findings.reduce((sum, { runs }) => sum + runs, 0);
  const expected = findings.filter((one) => one.expected).reduce((sum, { runs }) => sum + runs, 0);
  const { id, summary, source, stage, expects, weak, hash, failsBefore } = entry;
  return {
    id,
    summary,
    ...(source !== undefined && { source }),
    ...(stage !== undefined && { stage }),
    ...(expects !== undefined && { expects }),
    weak,
    submissionHash: hash,
    outcome: gradings.length === 0 ? "unknown" : survival.hits / survival.of > SURVIVOR_SHARE ? "survived" : "killed",
    survival,
    survivedSeeds: survived.map(({ baseSeed }) => baseSeed),
    survivalFromMatrix: survivalFromMatrix(own, cells),
    points: pointsOf(own, cells, safety),
    runsToKill:
      killed.length === 0 ? null : { median: median(killed), mean: round(mean(killed), 2), max: Math.max(...killed) },
    findings,
    expected: wilson(expected, kills),
    cells,
    before: cellsOf(before, seen),
    failsBefore,
    timing: {
      msToKill:
        killed.length === 0
          ? null
          : Math.round(median(gradings.filter(({ killedIn }) => killedIn !== null).map(({ wallMs }) => wallMs))),
    },
  };
}

function rightResult(entry: Entry, seen: readonly Seen[], scenarios: readonly ScenarioColumn[]): RightResult {
  const played = seen.filter(({ outcome }) => outcome.verdict !== "internal-error");
  const failures = played.filter(({ outcome }) => findingOf(outcome) !== null);
  const countOf = (id: string) => played.filter(({ scenario }) => scenario === id).length;
  const { id, summary, needs, hash } = entry;
  return {
    id,
    summary,
    ...(needs !== undefined && { needs }),
    submissionHash: hash,
    runs: played.length,
    fewestRuns: Math.min(...scenarios.map((column) => countOf(column.id))),
    failures: failures.map(noteOf),
    upperBound: upperBound(failures.length, played.length),
  };
}

/** Of every scenario that was played. */
function cellsOf(columns: readonly ScenarioColumn[], seen: readonly Seen[]): MatrixCell[] {
  return columns.flatMap(({ id }) => {
    const played = seen.filter(({ scenario, outcome }) => scenario === id && outcome.verdict !== "internal-error");
    if (played.length === 0) return [];
    const kills = played.filter(({ outcome }) => findingOf(outcome) !== null);
    const findings: Record<string, number> = {};
    for (const { outcome } of kills) {
      const finding = findingOf(outcome) as string;
      findings[finding] = (findings[finding] ?? 0) + 1;
    }
    const [example] = kills;
    return [
      {
        scenario: id,
        kills: wilson(kills.length, played.length),
        findings,
        ...(example !== undefined && { example: noteOf(example) }),
      },
    ];
  });
}

/** What was named first, over all distinct runs of its own stage that killed: those of the matrix, and those that ended a grading. */
function countFindings(
  entry: Entry,
  own: readonly ScenarioColumn[],
  seen: readonly Seen[],
  gradings: readonly Grading[],
  store: RunStore,
): WrongResult["findings"] {
  const isOwn = new Set(own.map(({ id }) => id));
  const found = new Map<string, string>();
  const add = (scenario: string, seed: number, outcome: Outcome | undefined) => {
    const finding = outcome === undefined ? null : findingOf(outcome);
    if (finding !== null) found.set(`${scenario}@${seed}`, finding);
  };
  for (const { scenario, seed, outcome } of seen) if (isOwn.has(scenario)) add(scenario, seed, outcome);
  for (const { kill } of gradings)
    if (kill !== undefined) add(kill.scenario, kill.seed, store.get(entry.hash, kill.scenario, kill.seed));
  const counts = new Map<string, number>();
  for (const finding of found.values()) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  return [...counts]
    .map(([finding, runs]) => ({
      finding,
      runs,
      expected: entry.expects?.some((expected) => expected === finding) ?? true,
    }))
    .sort((a, b) => b.runs - a.runs || (a.finding < b.finding ? -1 : 1));
}

function survivalFromMatrix(own: readonly ScenarioColumn[], cells: readonly MatrixCell[]): number | null {
  const byScenario = new Map(cells.map((cell) => [cell.scenario, cell]));
  const known = own.flatMap(({ id, defaultRuns }) => {
    const cell = byScenario.get(id);
    return cell === undefined ? [] : [{ kill: cell.kills.hits / cell.kills.of, runs: defaultRuns }];
  });
  return known.length === own.length ? survivalChance(known) : null;
}

/** As a grading adds them up: a scenario earns its points when every run of it passes. */
function pointsOf(
  own: readonly ScenarioColumn[],
  cells: readonly MatrixCell[],
  safety: SafetyRules,
): WrongResult["points"] {
  if (cells.length < own.length) return null;
  const cellOf = new Map(cells.map((cell) => [cell.scenario, cell]));
  const scenarios = own.map(({ id, points: maxPoints }) => {
    const { kills, findings } = cellOf.get(id) as MatrixCell;
    // What is named is a property, or a verdict, which no safety rule knows.
    const runs = Object.keys(findings).map((finding) => ({ property: finding as Property }));
    return { id, points: kills.hits > 0 ? 0 : maxPoints, maxPoints, runs };
  });
  const { points, maxPoints } = scoreOf(scenarios, safety);
  return { points, maxPoints };
}

function noteOf({ entry, scenario, seed, outcome }: Seen): RunNote {
  return {
    submission: entry.id,
    scenario,
    seed,
    finding: findingOf(outcome) ?? outcome.verdict,
    ...(outcome.message !== undefined && { message: outcome.message }),
    replay: replayLine(scenario, seed),
  };
}

function totalsOf(wrong: readonly WrongResult[], right: readonly RightResult[]): CalibrationTotals {
  const survived = wrong.filter(({ outcome }) => outcome === "survived");
  const rightRuns = right.reduce((sum, { runs }) => sum + runs, 0);
  const rightFailures = right.reduce((sum, { failures }) => sum + failures.length, 0);
  const cells = wrong.flatMap((one) => [...one.cells, ...one.before]);
  return {
    runs: rightRuns + cells.reduce((sum, { kills }) => sum + kills.of, 0),
    gradings: wrong.reduce((sum, { survival }) => sum + survival.of, 0),
    wrong: wrong.length,
    survivors: survived.filter(({ weak }) => !weak).map(({ id }) => id),
    weakSurvivors: survived.filter(({ weak }) => weak).map(({ id }) => id),
    right: right.length,
    falseFailures: right.filter(({ failures }) => failures.length > 0).map(({ id }) => id),
    expected: wilson(
      wrong.reduce((sum, { expected }) => sum + expected.hits, 0),
      wrong.reduce((sum, { expected }) => sum + expected.of, 0),
    ),
    rightRuns,
    rightUpperBound: upperBound(rightFailures, rightRuns),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
