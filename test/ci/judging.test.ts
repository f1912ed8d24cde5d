import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { costMs } from "../../grader/calibrate/cost.ts";
import { commentText } from "../../grader/ci/formats/comment.ts";
import { planBudget } from "../../grader/ci/model/budget.ts";
import { compareResults } from "../../grader/ci/model/compare.ts";
import { judge } from "../../grader/ci/model/gate.ts";
import { conditions } from "../../grader/ci/words/sentences.ts";
import type { Scenario } from "../../grader/harness/scenario.ts";
import { UNDECIDED } from "../../grader/run/grade.ts";
import { ROOT } from "../cli/run-cli.ts";
import { makeFolder } from "../submission/folder.ts";
import { check, commitFiles, lab2, makeRepository, pullRequest, write } from "./fixture.ts";
import { badRun, resultOf, scenario } from "./reports.ts";

const bad = (id: string, more = {}) => scenario(id, 2, badRun(id, more));
const passed = (
  gate: Parameters<typeof judge>[0],
  ...rest: [Parameters<typeof judge>[1], Parameters<typeof judge>[2]?, string[]?]
) => judge(gate, rest[0], rest[1] ?? null, rest[2] ?? []).map((rule) => rule.passed);
const nothing = { require: [], noWorse: false };

describe("what must be so for a check to pass", () => {
  const half = resultOf([scenario("lab2a/x"), bad("lab2a/y"), scenario("lab2b/z")]);

  it("is that every scenario passes, when nothing is said", () => {
    expect(passed(nothing, half)).toEqual([false]);
    expect(passed(nothing, resultOf([scenario("lab2a/x")]))).toEqual([true]);
  });

  it("is what is said, and nothing else then", () => {
    expect(passed({ ...nothing, minPoints: 4 }, half)).toEqual([true]);
    expect(passed({ ...nothing, minPoints: 4.5 }, half)).toEqual([false]);
    expect(passed({ ...nothing, require: ["lab2b", "lab2a/x", "lab2a"] }, half)).toEqual([true, true, false]);
  });

  it("is not that of a stage of which scenarios were left out", () => {
    expect(judge({ ...nothing, require: ["lab2b"] }, half, null, ["lab2b/swarm"])).toEqual([
      { rule: "require", passed: false, what: "lab2b", failing: 0, leftOut: 1 },
    ]);
    expect(passed({ ...nothing, require: ["lab2b/z"] }, half, null, ["lab2b/swarm"])).toEqual([true]);
  });

  it("is no less than the base: no scenario and no point of a stage lost", () => {
    const noWorse = { ...nothing, noWorse: true };
    const now = (before: ReturnType<typeof resultOf>, after: ReturnType<typeof resultOf>) =>
      judge(noWorse, after, compareResults(before, after, true), []);
    expect(now(half, half)).toMatchObject([{ passed: true, compared: true }]);
    expect(now(half, resultOf([bad("lab2a/x"), scenario("lab2a/y"), scenario("lab2b/z")]))).toMatchObject([
      { passed: false, lost: 1 },
    ]);
    // The same scenarios fail, one of them now by a violation of safety, which caps the stage.
    const before = resultOf([bad("lab2a/x"), scenario("lab2a/y"), scenario("lab2a/z")]);
    const unsafe = { verdict: "failed", property: "election-safety" };
    const after = resultOf([bad("lab2a/x", unsafe), scenario("lab2a/y"), scenario("lab2a/z")]);
    expect(now(before, after)).toMatchObject([{ passed: false, lost: 0, lostPoints: 1 }]);
    expect(judge(noWorse, half, null, [])).toEqual([
      { rule: "no-worse", passed: true, compared: false, lost: 0, lostPoints: 0 },
    ]);
  });
});

describe("a comparison", () => {
  it("says what passes now, what does not any more, and of what nothing is known", () => {
    const before = resultOf([bad("lab2a/a"), scenario("lab2a/b"), scenario("lab2a/hidden-1")]);
    const now = resultOf([scenario("lab2a/a"), bad("lab2a/b"), scenario("lab2a/c"), bad("lab2a/hidden-1")]);
    expect(compareResults(before, now, true)).toMatchObject({
      ...{ fixed: ["lab2a/a"], notCompared: 1 },
      lost: [
        { id: "lab2a/b", before: "passed", now: "crashed" },
        { id: "lab2a/hidden-1", before: "passed", now: "crashed" },
      ],
    });
    // Under another policy that name may be another scenario's.
    expect(compareResults(before, now, false)).toMatchObject({ notCompared: 2, lost: [{ id: "lab2a/b" }] });
  });

  it("with a result of more stages is one of those that both have", () => {
    const before = resultOf([scenario("lab2a/a"), scenario("lab2b/b")]);
    const now = resultOf([scenario("lab2a/a")]);
    const { points, maxPoints, suites } = compareResults(before, now, true) ?? {};
    expect({ points, maxPoints, suites: suites?.map(({ id }) => id) }).toEqual({
      ...{ points: now.points, maxPoints: now.maxPoints },
      suites: ["lab2a"],
    });
  });

  it("is none between results that have nothing in common", () => {
    expect(compareResults(resultOf([scenario("lab2a/a")]), resultOf([scenario("lab2b/b")]), true)).toBeNull();
  });
});

describe("a budget", () => {
  const all = lab2.suites.flatMap(({ scenarios }) => scenarios);
  const costs = lab2.runCostsMs ?? {};
  const plan = (minutes: number, runs = 4) => planBudget(lab2.suites, all, minutes, () => runs, costs);

  it("that is large leaves nothing out, and one that is small leaves one scenario", () => {
    expect(plan(60)).toEqual({ scenarios: all, leftOut: [] });
    expect(plan(0.0001).scenarios.map(({ id }) => id)).toEqual(["lab2a/initial-election"]);
  });

  it("takes stages in order, and no scenario without those that it depends on", () => {
    for (const minutes of [0.02, 0.1, 0.2, 0.4]) {
      const { scenarios, leftOut } = plan(minutes);
      const ids = new Set(scenarios.map(({ id }) => id));
      expect(scenarios.length + leftOut.length).toBe(all.length);
      expect(scenarios.flatMap(({ dependsOn = [] }) => dependsOn).filter((id) => !ids.has(id))).toEqual([]);
      expect(scenarios).toEqual(all.filter(({ id }) => ids.has(id)));
    }
    const [early, late] = ["lab2a", "lab2d"].map(
      (id) => plan(0.12).scenarios.filter((one) => one.id.startsWith(id)).length,
    );
    expect(early).toBeGreaterThan(late ?? 0);
  });

  it("takes those that have most points first, cheap ones among them, with what they need", () => {
    const made = (name: string, points: number, dependsOn: string[] = []) =>
      ({ id: `lab2a/${name}`, points, dependsOn: dependsOn.map((one) => `lab2a/${one}`) }) as unknown as Scenario;
    const some = [made("need", 1), made("cheap", 2), made("dear", 2), made("top", 3, ["need"])];
    const known = { "lab2a/need": 10, "lab2a/cheap": 10, "lab2a/dear": 100, "lab2a/top": 10 };
    const chosen = (ms: number) =>
      planBudget(lab2.suites, some, ms / 60_000, () => 1, known).scenarios.map(({ id }) => id.slice("lab2a/".length));
    expect(chosen(1)).toEqual(["need", "top"]);
    expect(chosen(60)).toEqual(["need", "cheap", "top"]);
    expect(chosen(300)).toEqual(["need", "cheap", "dear", "top"]);
  });

  it("is kept by what runs are known to cost, with boundary and audits", () => {
    const spentMs = plan(0.1).scenarios.reduce((sum, { id }) => sum + (costs[id] ?? 100) * 2 * 4, 0);
    // Half of what two cores could do: the clock should not be what ends it.
    expect(spentMs).toBeLessThanOrEqual(0.1 * 60_000);
    expect(spentMs).toBeGreaterThan(0.1 * 60_000 * 0.8);
  });

  it("that is over by the clock leaves scenarios undecided, and says which", async () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const undecided = { ...scenario("lab2a/re-election"), points: 0, verdict: "skipped" as const, message: UNDECIDED };
    const { report } = await check({
      ...{ repo, budgetMinutes: 0.0001 },
      gradeOne: ({ id, signal }) =>
        new Promise((resolve) => {
          const result = () =>
            resultOf([scenario("lab2a/initial-election"), undecided], { submission: id, interrupted: true });
          signal.addEventListener("abort", () => resolve(result()));
        }),
    });
    expect(report).toMatchObject({ outcome: "failed", budget: { stopped: ["lab2a/re-election"] } });
    expect(commentText(report)).not.toContain("Skipped");
    expect(conditions(report).join()).toContain(
      "The time was over before these were decided, which have no points: 1 scenario.",
    );
  });

  it("goes by figures that the kept runs still have", () => {
    const lines = readFileSync(join(ROOT, "test/run/goldens.txt"), "utf8").split("\n");
    const kept = new Map(
      lines.flatMap((line) => {
        const [submission, run = "", , virtualMs, rpcs] = line.split(" ");
        if (submission !== "reference") return [];
        return [[run.split("@")[0] ?? "", costMs({ virtualMs: Number(virtualMs), rpcs: Number(rpcs) })] as const];
      }),
    );
    const off = Object.entries(costs).filter(([id, ms]) => {
      const now = kept.get(id);
      return now === undefined || ms < now / 3 - 10 || ms > now * 3 + 10;
    });
    expect(off).toEqual([]);
  });
});

describe("a result that is there already", () => {
  const base = async (files: Record<string, string>, more = {}) => {
    const { repo, first } = makeRepository(files);
    const { report } = await check({ repo, ...more });
    return { repo, first, path: write(join(makeFolder({}), "ci.json"), JSON.stringify(report)) };
  };

  it("is repeated for the same sources under the same rules, wherever they lie, and nothing is played", async () => {
    const { repo, first, path } = await base({ "a/raft.ts": "one" });
    const head = commitFiles(repo, { "README.md": "changed" });
    const { report, graded } = await check({ repo, baseResult: path, eventText: pullRequest(first, head) });
    expect(graded).toEqual([]);
    expect(report).toMatchObject({ outcome: "passed", sameAs: { commit: first }, base: { isSameSubmission: true } });
  });

  it.each([
    ["other sources", { "a/raft.ts": "two" }, {}],
    ["another seed", {}, { seed: 2 }],
    ["another policy", {}, { policy: parsePolicy("runs: 5", "p.yaml") }],
    ["another budget that fits less", {}, { budgetMinutes: 0.0001 }],
  ])("is not repeated for %s", async (_, files, more) => {
    const { repo, path } = await base({ "a/raft.ts": "one" });
    commitFiles(repo, files);
    const { report, graded } = await check({ repo, baseResult: path, ...more });
    expect([graded.length, report.sameAs]).toEqual([1, undefined]);
  });

  it("without what says how it was made is compared with, and not repeated", async () => {
    const { repo, path } = await base({ "a/raft.ts": "one" });
    write(path, JSON.stringify(JSON.parse(readFileSync(path, "utf8")).result));
    const { report, graded } = await check({ repo, baseResult: path });
    expect([graded.length, report.sameAs, report.base?.isSameSubmission]).toEqual([1, undefined, true]);
  });

  it.each(["{", "[]", "null", '{"format":"consensus-labs/ci@1","outcome":"passed"}', '{"__proto__":{}}'])(
    "that is none is told of, and not compared with: %s",
    async (text) => {
      const { repo } = makeRepository({ "raft.ts": "one" });
      const baseResult = write(join(makeFolder({}), "ci.json"), text);
      const { report } = await check({ repo, baseResult, gate: { require: [], noWorse: true } });
      expect(report.notes.at(-1)).toMatch(/^the base's result .* so nothing is compared with it$/);
      expect(report.rules).toMatchObject([{ rule: "no-worse", compared: false }]);
    },
  );
});

it("what is required and is not there is said, and nothing is graded", async () => {
  const { repo } = makeRepository({ "raft.ts": "one" });
  const { report, graded } = await check({ repo, gate: { require: ["lab2z"], noWorse: false } });
  expect([graded, report.problem]).toEqual([
    [],
    '--require lab2z is no stage or scenario of what is graded; "grade list" shows them all',
  ]);
});
