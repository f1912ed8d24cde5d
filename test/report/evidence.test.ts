import { expect, test } from "vitest";
import { evidenceLines, evidenceOf, type Outcomes } from "../../grader/report/evidence.ts";

const SCENARIOS = [
  { id: "a/easy", points: 2 },
  { id: "a/telling", points: 4 },
  { id: "a/also", points: 4 },
  { id: "a/odd", points: 1 },
  { id: "a/hard", points: 2 },
  { id: "a/even", points: 2 },
  { id: "b/impossible", points: 3 },
];

/** Submission `at` of 40, the better the later: what it passes. */
function outcomes(at: number): Outcomes {
  return new Map([
    ["a/easy", 1],
    ["a/telling", Number(at >= 20)],
    ["a/also", Number(at >= 16)],
    ["a/odd", Number(at < 20)],
    ["a/hard", Number(at >= 37)],
    ["a/even", Number(at % 2 === 0)],
    ["b/impossible", 0],
  ]);
}
const CLASS = Array.from({ length: 40 }, (_, at) => outcomes(at));
const of = (id: string, submissions: readonly Outcomes[] = CLASS) =>
  evidenceOf(SCENARIOS, submissions).find((one) => one.id === id);

test("what goes with the rest tells apart; what nobody fails, nobody passes or only the best pass is remarked on", () => {
  expect(of("a/easy")).toMatchObject({ played: 40, passed: 40, discrimination: null, words: "nobody fails it" });
  expect(of("b/impossible")).toMatchObject({ passed: 0, discrimination: null, words: "nobody passes it" });
  expect(of("a/hard")).toMatchObject({ passed: 3, words: "only the best pass it" });
  expect(of("a/odd")).toMatchObject({ passed: 20, words: "the better ones fail it: look at the scenario itself" });
  expect(of("a/odd")?.discrimination).toBeLessThan(-0.3);
  expect(of("a/also")?.discrimination).toBeGreaterThan(0.1);
  expect(of("a/also")?.words).toBe("");
  expect(of("a/even")?.words).toBe("says little of the rest");
});

test("the figure is the point-biserial correlation of passing with the share of points elsewhere", () => {
  // Ten, of whom five pass x; elsewhere there is y alone, which four of these pass and one of the others.
  const two = [
    { id: "a/x", points: 1 },
    { id: "a/y", points: 3 },
  ];
  const ten = Array.from(
    { length: 10 },
    (_, at) =>
      new Map([
        ["a/x", Number(at < 5)],
        ["a/y", Number(at < 4 || at === 9)],
      ]),
  );
  // Means of the rest: 0.8 of those who pass, 0.2 of the others; its deviation 0.5; half pass.
  expect(evidenceOf(two, ten)[0]?.discrimination).toBeCloseTo(((0.8 - 0.2) / 0.5) * Math.sqrt(0.5 * 0.5));
});

test("points that are suggested are as many of each stage as there were, at least one each, and go to what tells apart", () => {
  const evidence = evidenceOf(SCENARIOS, CLASS);
  const sum = (stage: string) =>
    evidence
      .filter(({ id }) => id.startsWith(stage))
      .reduce((all, { suggestedPoints }) => all + (suggestedPoints ?? 0), 0);
  expect(sum("a/")).toBe(15);
  expect(evidence.map(({ suggestedPoints }) => suggestedPoints ?? 9).every((points) => points >= 1)).toBe(true);
  expect(of("a/easy")?.suggestedPoints).toBe(1);
  expect(of("a/odd")?.suggestedPoints).toBe(1);
  expect(of("a/also")?.suggestedPoints).toBeGreaterThan(2);
  // Nothing of that stage tells anything.
  expect(of("b/impossible")?.suggestedPoints).toBeNull();
});

test("too few submissions, or points that are no whole numbers, suggest nothing", () => {
  expect(of("a/telling", CLASS.slice(16, 24))).toMatchObject({
    discrimination: null,
    words: "too few to say",
    suggestedPoints: null,
  });
  const halves = SCENARIOS.map((one) => ({ ...one, points: one.points / 4 }));
  expect(evidenceOf(halves, CLASS).every(({ suggestedPoints }) => suggestedPoints === null)).toBe(true);
});

test("what was not played is none of a scenario's, and earns nothing elsewhere", () => {
  const some = CLASS.map((all, at) => new Map([...all, ["a/hard", at < 30 ? null : Number(at >= 37)]]));
  expect(of("a/hard", some)).toMatchObject({ played: 10, passed: 3 });
  expect(of("a/telling", some)?.discrimination).toBe(of("a/telling")?.discrimination);
});

test("lines for people end in lines for a policy file", () => {
  const points = new Map(SCENARIOS.map(({ id, points }) => [id, points]));
  const lines = evidenceLines(evidenceOf(SCENARIOS, CLASS), points);
  expect(lines[1]).toMatch(/^a\/easy +100 % +– +2 +1 {2}nobody fails it$/);
  expect(lines).toContain("  - { match: a/easy, points: 1 }");
});
