import { evidenceOf, type Outcomes, type ScenarioEvidence } from "../../../report/evidence.ts";
import type { UntimedResult } from "../../model/untimed.ts";

type Scenario = UntimedResult["scenarios"][number];

/** How a class did in one scenario. */
export interface ScenarioFigures {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly passed: number;
  readonly played: number;
  readonly discrimination: ScenarioEvidence["discrimination"];
  readonly words: string;
  readonly suggestedPoints: number | null;
  /** What it fails by, the commonest first: property or verdict, and how often. */
  readonly findings: readonly (readonly [finding: string, count: number])[];
}

interface Gathered {
  readonly title: string;
  readonly points: number;
  readonly place: number;
  readonly findings: Map<string, number>;
}

/** Gathers the scenarios of a class, one submission after the other. */
export class ScenarioTable {
  private readonly gathered = new Map<string, Gathered>();
  private readonly submissions: Outcomes[] = [];

  /** Gives the place of each scenario among all. */
  add(scenarios: readonly Scenario[]): readonly number[] {
    const passes = (verdict: Scenario["verdict"]) => (verdict === "skipped" ? null : Number(verdict === "passed"));
    this.submissions.push(new Map(scenarios.map(({ id, verdict }) => [id, passes(verdict)])));
    return scenarios.map((scenario) => this.place(scenario));
  }

  private place({ id, title, maxPoints, verdict, property }: Scenario): number {
    let known = this.gathered.get(id);
    if (known === undefined) {
      known = { place: this.gathered.size, title, points: maxPoints, findings: new Map() };
      this.gathered.set(id, known);
    }
    if (verdict !== "passed" && verdict !== "skipped") {
      const finding = property ?? verdict;
      known.findings.set(finding, (known.findings.get(finding) ?? 0) + 1);
    }
    return known.place;
  }

  figures(): readonly ScenarioFigures[] {
    const weighed = [...this.gathered].map(([id, { points }]) => ({ id, points }));
    const evidence = evidenceOf(weighed, this.submissions);
    return [...this.gathered].map(([id, { title, points, findings }], at) => {
      const { played, passed, discrimination, words, suggestedPoints } = evidence[at] as ScenarioEvidence;
      return {
        ...{ id, title, points, passed, played, discrimination, words, suggestedPoints },
        findings: [...findings].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
      };
    });
  }
}
