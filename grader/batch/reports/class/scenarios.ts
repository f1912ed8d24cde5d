import type { UntimedResult } from "../../model/untimed.ts";

type Scenario = UntimedResult["scenarios"][number];

/** How a class did in one scenario. */
export interface ScenarioFigures {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly passed: number;
  readonly played: number;
  /**
   * How well it tells good from bad here, from -1 to 1: the share that passes of the better third of the class, less that of
   * the weaker third, by the points that each has elsewhere. Null: too few to say.
   */
  readonly discrimination: number | null;
  /** What it fails by, the commonest first: property or verdict, and how often. */
  readonly findings: readonly (readonly [finding: string, count: number])[];
}

/** With fewer submissions thirds say nothing. */
const FEWEST = 9;

interface Gathered {
  readonly title: string;
  readonly points: number;
  /** Of each submission: whether it passed, and its points elsewhere. */
  readonly outcomes: { readonly passed: boolean; readonly elsewhere: number }[];
  readonly findings: Map<string, number>;
}

/** Gathers the scenarios of a class. */
export class ScenarioTable {
  private readonly gathered = new Map<string, Gathered>();
  private readonly places = new Map<string, number>();

  /** @param raw points of the whole submission. Gives the scenario's place. */
  add(scenario: Scenario, raw: number): number {
    const { id, title, maxPoints, points, verdict } = scenario;
    const known: Gathered = this.gathered.get(id) ?? { title, points: maxPoints, outcomes: [], findings: new Map() };
    if (!this.gathered.has(id)) {
      this.places.set(id, this.gathered.size);
      this.gathered.set(id, known);
    }
    if (verdict !== "skipped") known.outcomes.push({ passed: verdict === "passed", elsewhere: raw - points });
    if (verdict !== "passed" && verdict !== "skipped") {
      const finding = scenario.property ?? verdict;
      known.findings.set(finding, (known.findings.get(finding) ?? 0) + 1);
    }
    return this.places.get(id) as number;
  }

  figures(): readonly ScenarioFigures[] {
    return [...this.gathered].map(([id, { title, points, outcomes, findings }]) => ({
      ...{ id, title, points },
      passed: outcomes.filter(({ passed }) => passed).length,
      played: outcomes.length,
      discrimination: discriminationOf(outcomes),
      findings: [...findings].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
    }));
  }
}

function discriminationOf(outcomes: Gathered["outcomes"]): number | null {
  if (outcomes.length < FEWEST) return null;
  const ordered = [...outcomes].sort((a, b) => b.elsewhere - a.elsewhere);
  const third = Math.floor(ordered.length / 3);
  const share = (part: Gathered["outcomes"]) => part.filter(({ passed }) => passed).length / part.length;
  return Math.round(100 * (share(ordered.slice(0, third)) - share(ordered.slice(-third)))) / 100;
}
