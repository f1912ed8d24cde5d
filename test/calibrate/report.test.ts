import { describe, expect, test } from "vitest";
import { chance, percent, range } from "../../grader/calibrate/report/figures.ts";
import { calibrationPage } from "../../grader/calibrate/report/page.ts";
import { calibrationLines } from "../../grader/calibrate/report/text.ts";
import { type Outcome, RunStore } from "../../grader/calibrate/run-store.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { entry, outcome, smallResult } from "./fixture.ts";

const plain = makeStyle(false);
const replayCommand = (note: { replay: string; submission: string }) =>
  `npx --no ${note.replay} out/${note.submission}`;

describe("the result", () => {
  const result = smallResult();
  const [dies, lives] = result.wrong;

  test("of one that dies has survival, first kill, and what was named", () => {
    expect(dies).toMatchObject({
      outcome: "killed",
      survival: { hits: 0, of: 3 },
      survivalFromMatrix: 0,
      points: { points: 0, maxPoints: 4 },
      runsToKill: { median: 2, mean: 2, max: 3 },
      timing: { msToKill: 20 },
      findings: [
        { finding: "election-safety", runs: 4, expected: true },
        { finding: "crashed", runs: 1, expected: false },
      ],
      expected: { hits: 4, of: 5 },
    });
    expect(dies?.cells.map(({ scenario, kills }) => [scenario, kills.hits, kills.of])).toEqual([
      ["lab2b/y", 4, 4],
      ["lab2b/z", 1, 4],
    ]);
    expect(dies?.before).toMatchObject([{ scenario: "lab2a/x", kills: { hits: 1, of: 2 } }]);
  });

  test("of one that lives says so, and keeps the weak ones apart", () => {
    expect(lives).toMatchObject({
      outcome: "survived",
      survivedSeeds: [1, 2, 3],
      survivalFromMatrix: 1,
      points: { points: 2, maxPoints: 2 },
      runsToKill: null,
    });
    expect(result.totals).toMatchObject({ survivors: ["lives"], weakSurvivors: ["feeble"], gradings: 7 });
  });

  test("has the points of its stage, less what violations of safety cost, once every scenario of it was played", () => {
    const half = entry("half", { stage: "lab2b", expects: ["election-safety"] });
    const pointsAfter = (changes: Partial<Outcome>, scenarios = ["lab2b/y", "lab2b/z"]) => {
      const store = new RunStore();
      const runs = scenarios.map((scenario) => ({ entry: half, scenario, seed: 1 }));
      for (const { scenario, seed } of runs)
        store.add(half.hash, scenario, seed, outcome(scenario === "lab2b/y" ? changes : {}));
      return smallResult({ entries: [half], runs, gradings: new Map(), store }).wrong[0]?.points;
    };
    expect(pointsAfter({})).toEqual({ points: 4, maxPoints: 4 });
    expect(pointsAfter({ verdict: "failed", property: "liveness" })).toEqual({ points: 2, maxPoints: 4 });
    expect(pointsAfter({ verdict: "failed", property: "election-safety" })).toEqual({ points: 1.6, maxPoints: 4 });
    expect(pointsAfter({}, ["lab2b/y"])).toBe(null);
  });

  test("of right ones has every failure with its replay line, and a bound", () => {
    expect(result.totals).toMatchObject({ falseFailures: ["better"], rightRuns: 45 });
    const [good, better] = result.right;
    expect(good).toMatchObject({ runs: 30, fewestRuns: 10, failures: [], upperBound: 1 - 0.05 ** (1 / 30) });
    expect(better?.failures).toMatchObject([
      { scenario: "lab2b/z", replay: expect.stringMatching(/^grade replay lab2b\/z@\d+$/) },
    ]);
  });

  test("has wall time in timing objects only", () => {
    const withoutTiming = (value: unknown) => JSON.stringify(value, (key, v) => (key === "timing" ? undefined : v));
    expect(withoutTiming(result)).not.toMatch(/wallMs|msToKill/);
    expect(withoutTiming(smallResult({ wallMs: 99 }))).toBe(withoutTiming(result));
  });

  test("counts one survival in a hundred gradings as a kill, and in fifty as none", () => {
    const gradings = (of: number) =>
      new Map([
        [
          "lives",
          Array.from({ length: of }, (_, i) => ({ baseSeed: i, killedIn: i === 0 ? null : 1, wallMs: 1, played: [] })),
        ],
      ]);
    expect(smallResult({ gradings: gradings(100) }).totals.survivors).toEqual([]);
    expect(smallResult({ gradings: gradings(50) }).totals.survivors).toEqual(["lives"]);
  });
});

describe("the text", () => {
  const text = (withMatrix: boolean) =>
    calibrationLines(smallResult(), { style: plain, replayCommand, withMatrix }).join("\n");

  test("has a line for each submission, and what is wrong with the grader at its end", () => {
    const shown = text(false);
    expect(shown).toMatch(
      /^dies +dies +0 of 4 +0\/3 +0–56 % +0 % +run 2 +20 ms +election-safety; unexpected: crashed 20 %$/m,
    );
    expect(shown).toMatch(/^LIVES +lives +2 of 2 +3\/3 +44–100 % +100 % +never$/m);
    expect(shown).toMatch(/^weak +feeble +2 of 2 +1\/1/m);
    expect(shown).toMatch(
      /^dies \(lab2b\) in lab2a\/x: 1\/2 election-safety +npx --no grade replay lab2a\/x@\d+ out\/dies$/m,
    );
    expect(shown).toMatch(/^FAILS +better +1\/15 /m);
    expect(shown).toMatch(/npx --no grade replay lab2b\/z@\d+ out\/better/);
    expect(shown).toMatch(/^none: no <schedule> shows it$/m);
    expect(shown).toMatch(
      /1 of 3 wrong submissions die in 7 default gradings; 80 % of 5 kills named what was expected/,
    );
    expect(shown).toMatch(/^survivors: lives\nweak, and alive: feeble$/m);
    expect(shown).toMatch(/^1 of 2 right submissions fail in 45 runs; a run fails with a chance below 10 %$/m);
    expect(shown).not.toContain("kills in percent");
  });

  test("has the matrix when it is wanted", () => {
    expect(text(true)).toMatch(/lab2b: kills in percent\n +1 +2\ndies +100 +25\n +1 lab2b\/y\n +2 lab2b\/z/);
  });

  test("fits a terminal", () => {
    for (const line of text(true).split("\n"))
      if (!/grade replay/.test(line)) expect(line.length).toBeLessThanOrEqual(120);
  });
});

describe("the page", () => {
  const page = calibrationPage(smallResult());

  test("needs nothing from outside, and takes no text for markup", () => {
    expect(page).not.toMatch(/https?:|src=|@import|url\(/);
    expect(page).toContain("What is &lt;wrong&gt; with dies.");
    expect(page).not.toContain("<wrong>");
    expect(page).not.toContain("<schedule>");
  });

  test("has a field for each scenario of each row, with counts, interval and replay line", () => {
    const row = /<tr id="dies"[\s\S]*?<\/tr>/.exec(page)?.[0] ?? "";
    expect(row.match(/<td/g)).toHaveLength(3 + 3);
    expect(row).toMatch(
      /style="--p:0.25"[^>]*data-about="killed in 1 of 4 runs\n95 %: 4.6–70 %\ncrashed 1\ngrade replay lab2b\/z@\d+"[^>]*>25</,
    );
    expect(row).toContain("before early");
    expect(/<tr id="lives"[^>]*>/.exec(page)?.[0]).toContain('class="lives"');
    expect(/<tr id="feeble"[^>]*>/.exec(page)?.[0]).not.toContain('class="lives"');
  });
});

test("figures never look like all or nothing when they are not quite", () => {
  expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(["0 %", "<1 %", "50 %", ">99 %", "100 %"]);
  expect([0, 1e-9, 0.00037, 0.029, 1].map(chance)).toEqual(["0 %", "<0.001 %", "0.037 %", "2.9 %", "100 %"]);
  expect(range({ low: 0, high: 0.0369 })).toBe("0–3.7 %");
});
