/** A scenario, as far as points are asked about. */
export interface Weighed {
  readonly id: string;
  readonly points: number;
}

/**
 * A submission: of each scenario the chance from 0 to 1 that it passes there; null where it was not played, since it could not pass,
 * and so earned nothing.
 */
export type Outcomes = ReadonlyMap<string, number | null>;

/** What a class, or a corpus, says of one scenario. */
export interface ScenarioEvidence {
  readonly id: string;
  /** How many submissions were played in it. */
  readonly played: number;
  /** How many of them passed; with chances their sum. */
  readonly passed: number;
  /**
   * How well it tells good from bad: the correlation of passing it with the share of points that each has elsewhere (point-biserial,
   * item and rest), from -1 to 1. Null: too few to say, or all pass, or nobody, or all are alike elsewhere.
   */
  readonly discrimination: number | null;
  /** What to make of it, in a few words; empty where there is nothing to remark. */
  readonly words: string;
  /** Points that follow from it, with those of its stage in all as they are; null where there is too little to go by. */
  readonly suggestedPoints: number | null;
}

/** Fewer submissions say nothing of a scenario. */
const FEWEST = 9;
/** Below, passing says little of the rest; below its negative, the opposite. */
const LITTLE = 0.1;
/** A scenario that is to count shall be worth something, however little it tells here: it is after a mistake. */
const LEAST_POINTS = 1;
/** Nothing shall be worth more than so many times what its stage gives on average. */
const MOST_SHARE = 3;

/** Of all scenarios, in their order; stages are told apart by the part of an id before `/`. */
export function evidenceOf(
  scenarios: readonly Weighed[],
  submissions: readonly Outcomes[],
): readonly ScenarioEvidence[] {
  const points = new Map(scenarios.map((scenario) => [scenario.id, scenario.points]));
  const wholes = submissions.map((outcomes) => wholeOf(outcomes, points));
  const figures = scenarios.map((scenario) => figuresOf(scenario, submissions, wholes));
  const suggested = new Map(
    [...new Set(scenarios.map(({ id }) => stageOf(id)))].flatMap((stage) => [
      ...suggest(
        scenarios.filter(({ id }) => stageOf(id) === stage),
        new Map(figures.map((one) => [one.id, one])),
      ),
    ]),
  );
  return figures.map((one) => ({ ...one, words: wordsOf(one), suggestedPoints: suggested.get(one.id) ?? null }));
}

type Figures = Omit<ScenarioEvidence, "words" | "suggestedPoints">;
interface Whole {
  readonly earned: number;
  readonly of: number;
}

function wholeOf(outcomes: Outcomes, points: ReadonlyMap<string, number>): Whole {
  let [earned, of] = [0, 0];
  for (const [id, passes] of outcomes) {
    earned += (passes ?? 0) * (points.get(id) ?? 0);
    of += points.get(id) ?? 0;
  }
  return { earned, of };
}

function figuresOf({ id, points }: Weighed, submissions: readonly Outcomes[], wholes: readonly Whole[]): Figures {
  const passes: number[] = [];
  const elsewhere: number[] = [];
  for (const [at, outcomes] of submissions.entries()) {
    const share = outcomes.get(id);
    if (share === undefined || share === null) continue;
    const { earned, of } = wholes[at] as Whole;
    passes.push(share);
    elsewhere.push(of > points ? (earned - share * points) / (of - points) : 0);
  }
  return {
    id,
    played: passes.length,
    passed: rounded(passes.reduce((sum, share) => sum + share, 0)),
    discrimination: passes.length < FEWEST ? null : correlation(passes, elsewhere),
  };
}

function correlation(xs: readonly number[], ys: readonly number[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [xx, yy, xy] = [0, 0, 0];
  for (const [at, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, (ys[at] as number) - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // What is left of equal numbers by rounding is no spread.
  return xx < 1e-9 || yy < 1e-9 ? null : rounded(xy / Math.sqrt(xx * yy));
}

function wordsOf({ played, passed, discrimination }: Figures): string {
  if (played < FEWEST) return "too few to say";
  if (passed > played - 0.5) return "nobody fails it";
  if (passed < 0.5) return "nobody passes it";
  if (discrimination === null) return "";
  if (discrimination < -LITTLE) return "the better ones fail it: look at the scenario itself";
  if (discrimination < LITTLE) return "says little of the rest";
  return passed <= played / 10 ? "only the best pass it" : "";
}

/**
 * Points of one stage by evidence: what each scenario tells apart, times the spread of its outcomes. One that nobody fails keeps the
 * least. Whole points, by the largest remainders, and so many in all as there are now.
 */
function suggest(stage: readonly Weighed[], figures: ReadonlyMap<string, Figures>): ReadonlyMap<string, number> {
  const total = stage.reduce((sum, { points }) => sum + points, 0);
  const isWhole = stage.every(({ points }) => Number.isInteger(points));
  const weights = stage.map(({ id }) => weightOf(figures.get(id) as Figures));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const isKnown = stage.every(({ id }) => (figures.get(id)?.played ?? 0) >= FEWEST);
  if (!isWhole || !isKnown || sum === 0 || total < stage.length * LEAST_POINTS) return new Map();
  const most = Math.max(LEAST_POINTS, Math.ceil((MOST_SHARE * total) / stage.length));
  const given = stage.map(() => LEAST_POINTS);
  // One after the other to whoever is furthest below its share, so that the cap of one becomes the points of others.
  for (let left = total - stage.length * LEAST_POINTS; left > 0; left--) {
    const lack = (at: number) => ((weights[at] as number) / sum) * total - (given[at] as number);
    const open = [...stage.keys()].filter((at) => (given[at] as number) < most);
    const next = open.sort((a, b) => lack(b) - lack(a) || a - b)[0] as number;
    given[next] = (given[next] as number) + 1;
  }
  return new Map(stage.map(({ id }, at) => [id, given[at] as number]));
}

function weightOf({ played, passed, discrimination }: Figures): number {
  const rate = played === 0 ? 0 : passed / played;
  return Math.max(0, discrimination ?? 0) * Math.sqrt(rate * (1 - rate));
}

function stageOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}

function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}

/** Lines for people, and behind them what to write into a policy file. */
export function evidenceLines(
  evidence: readonly ScenarioEvidence[],
  points: ReadonlyMap<string, number>,
): readonly string[] {
  const rows = evidence.map(({ id, played, passed, discrimination, suggestedPoints, words }) => [
    id,
    played === 0 ? "–" : `${Math.round((100 * passed) / played)} %`,
    discrimination === null ? "–" : discrimination.toFixed(2),
    String(points.get(id) ?? 0),
    suggestedPoints === null ? "–" : String(suggestedPoints),
    words,
  ]);
  const head = ["scenario", "passed", "tells apart", "points", "suggested", ""];
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map((row) => (row[at] as string).length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) =>
        at === 0 || at === 5 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number),
      )
      .join("  ")
      .trimEnd();
  const changed = evidence.filter(
    ({ id, suggestedPoints }) => suggestedPoints !== null && suggestedPoints !== points.get(id),
  );
  return [
    line(head),
    ...rows.map(line),
    ...(changed.length === 0 ? [] : ["", "For a policy file, if you agree:", "scenarios:"]),
    ...changed.map(({ id, suggestedPoints }) => `  - { match: ${id}, points: ${suggestedPoints} }`),
  ];
}
