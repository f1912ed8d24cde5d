import type { CiReport, CiRule } from "../model/report.ts";

/** What a check came to, in sentences of ours alone: names that are in them have patterns that make them harmless. */

export function pointsOf(points: number, maxPoints: number): string {
  return `${points}/${maxPoints} points`;
}

export function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

const OUTCOMES: Readonly<Record<CiReport["outcome"], string>> = {
  passed: "passed",
  failed: "did not pass",
  "nothing-graded": "nothing was graded",
  "internal-error": "the grader itself went wrong",
  interrupted: "interrupted",
};

export function headline({ outcome, lab, result }: CiReport): string {
  const points =
    result === undefined || outcome === "nothing-graded" ? "" : `, ${pointsOf(result.points, result.maxPoints)}`;
  return `${lab ?? "grade ci"}: ${OUTCOMES[outcome]}${points}`;
}

export function ruleSentence(rule: CiRule): string {
  switch (rule.rule) {
    case "all":
      return rule.passed
        ? "every scenario passes"
        : `every scenario must pass, and ${several(rule.failing, "scenario")} did not`;
    case "min-points":
      return rule.passed ? `there are at least ${rule.atLeast} points` : `at least ${rule.atLeast} points are needed`;
    case "require": {
      if (rule.passed) return `all of ${rule.what} passes`;
      const missing = rule.leftOut === 0 ? "" : `${several(rule.leftOut, "scenario")} did not fit into the budget`;
      const failing = rule.failing === 0 ? "" : `${several(rule.failing, "scenario")} did not pass`;
      return `all of ${rule.what} must pass: ${[failing, missing].filter((part) => part !== "").join(", ")}`;
    }
    case "no-worse": {
      if (!rule.compared) return "it may be no worse than the base, of which there is no result to compare with";
      if (rule.passed) return "it is no worse than the base";
      const lost = rule.lost === 0 ? "" : `${several(rule.lost, "scenario")} passed there and not here`;
      const points = rule.lostPoints === 0 ? "" : `stages have ${rule.lostPoints} points less`;
      return `it is worse than the base: ${[lost, points].filter((part) => part !== "").join(", ")}`;
    }
  }
}

/** How it was graded, and what that means: each a sentence. */
export function conditions(report: CiReport): readonly string[] {
  const { sandbox, identity, budget, hidden, hiddenShows, sameAs, base } = report;
  if (report.outcome === "nothing-graded") return [];
  const lines: string[] = [];
  if (sameAs !== undefined) {
    const commit = sameAs.commit === undefined ? "the base" : `commit ${sameAs.commit.slice(0, 12)}`;
    lines.push(
      `The submission is the same as that of ${commit}, graded by the same rules: its result was repeated, and nothing was played.`,
    );
  } else if (base?.isSameSubmission === true) lines.push("The submission is the same as that of the base.");
  if (budget !== undefined) {
    const { leftOut, leftOutPoints, stopped, minutes } = budget;
    lines.push(
      leftOut.length === 0
        ? `Everything fits into the budget of ${minutes} minutes.`
        : `Left out, as it does not fit into the budget of ${minutes} minutes: ${several(leftOut.length, "scenario")}, worth ${leftOutPoints} points.`,
    );
    if (stopped.length > 0)
      lines.push(
        `The time was over before these were decided, which have no points: ${several(stopped.length, "scenario")}.`,
      );
  }
  if (identity !== undefined)
    lines.push(
      `The seed is ${identity.seed}, and public: its runs can be learnt by heart, so that these points are no mark. Marks come from a secret seed.`,
    );
  if (hidden > 0) {
    const what = hiddenShows === "property" ? "verdict, property and points" : "verdict and points";
    lines.push(`Of ${several(hidden, "hidden scenario")} only ${what} are told.`);
  }
  if (sandbox?.tier === "plain") lines.push("There was no sandbox: the submission ran as an ordinary process.");
  else if (sandbox !== undefined && sandbox.tier !== "full")
    lines.push(`The sandbox was not the full one, but ${sandbox.tier}.`);
  return lines;
}
