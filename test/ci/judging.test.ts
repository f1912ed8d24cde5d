import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { costMs } from "../../grader/calibrate/cost.ts";
import { commentText } from "../../grader/ci/formats/comment.ts";
import { FORMATS } from "../../grader/ci/formats/index.ts";
import { planBudget } from "../../grader/ci/model/budget.ts";
import { compareResults } from "../../grader/ci/model/compare.ts";
import { judge } from "../../grader/ci/model/gate.ts";
import { withoutHidden } from "../../grader/ci/model/hide.ts";
import { ciReportSchema } from "../../grader/ci/model/report.ts";
import { conditions } from "../../grader/ci/words/sentences.ts";
import type { Scenario } from "../../grader/harness/scenario.ts";
import { publicNames } from "../../grader/report/hidden-names.ts";
import { UNDECIDED } from "../../grader/run/grade.ts";
import { ROOT } from "../cli/run-cli.ts";
import { makeFolder } from "../submission/folder.ts";
import { check, commitFiles, lab2, lab2a, makeRepository, pullRequest, write } from "./fixture.ts";
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

describe("hidden scenarios", () => {
  const [first, second, third] = lab2a.suites[0]?.scenarios.map(({ id }) => id) ?? [];
  const policy = parsePolicy(
    `scenarios: [{ match: ${second}, visibility: hidden }, { match: ${third}, visibility: after-due }]`,
    "policy.yaml",
  );

  it("have no name, message, seed or property in any output, only verdict and points", async () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const unsafe = badRun("x", {
      verdict: "failed",
      property: "election-safety",
      message: "SECRET",
      console: ["SECRET"],
    });
    const { report } = await check({
      ...{ repo, policy, runs: { [second ?? ""]: unsafe, [third ?? ""]: badRun("x", { message: "SECRET" }) } },
      gate: { require: [second ?? "", first ?? ""], noWorse: false },
    });
    expect(report.hidden).toBe(2);
    expect(
      report.result?.scenarios.slice(0, 3).map(({ id, verdict, points, runs }) => [id, verdict, points, runs.length]),
    ).toEqual([
      [first, "passed", 2, 0],
      ["lab2a/hidden-1", "failed", 0, 0],
      ["lab2a/hidden-2", "crashed", 0, 0],
    ]);
    expect(report.rules.map((rule) => "what" in rule && [rule.what, rule.passed])).toEqual([
      ["lab2a/hidden-1", false],
      [first, true],
    ]);
    expect(() => ciReportSchema.parse(report)).not.toThrow();
    const titles = lab2a.suites[0]?.scenarios.slice(1, 3).map(({ title }) => title) ?? [];
    for (const { file, render } of FORMATS)
      for (const secret of ["SECRET", second, third, ...titles, "election-safety", "@7"])
        expect(render(report), file).not.toContain(secret);
  });

  it("are not there at all where the policy says so, and are judged all the same", async () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const unsafe = badRun("x", { verdict: "failed", property: "election-safety", message: "SECRET" });
    const make = (hiddenShows: string, gate = nothing) => {
      const said = parsePolicy(
        `{ hiddenShows: ${hiddenShows}, scenarios: [{ match: ${second}, visibility: hidden }] }`,
        "p",
      );
      return check({ repo, policy: said, runs: { [second ?? ""]: unsafe }, gate });
    };
    const { report } = await make("nothing");
    expect([report.outcome, report.hidden, report.hiddenShows]).toEqual(["failed", 0, "nothing"]);
    expect(() => ciReportSchema.parse(report)).not.toThrow();
    for (const { file, render } of FORMATS)
      for (const secret of ["SECRET", second, "hidden-1", "hidden scenario", "election-safety", "safety violation"])
        expect(render(report), file).not.toContain(secret);
    const { report: more } = await make("property");
    expect(more.result?.scenarios[1]).toMatchObject({ id: "lab2a/hidden-1", property: "election-safety", runs: [] });
    expect(conditions(more)).toContain("Of 1 hidden scenario only verdict, property and points are told.");
    for (const { file, render } of FORMATS) expect(render(more), file).not.toMatch(/SECRET|@7/);
  });

  it("of which nothing is told are played again, as an earlier result is without them", async () => {
    const { repo } = makeRepository({ "raft.ts": "one" });
    const said = parsePolicy(`{ hiddenShows: nothing, scenarios: [{ match: ${second}, visibility: hidden }] }`, "p");
    const first = await check({ repo, policy: said, runs: { [second ?? ""]: badRun("x") } });
    const path = write(join(makeFolder({}), "ci.json"), JSON.stringify(first.report));
    const again = await check({ repo, policy: said, runs: { [second ?? ""]: badRun("x") }, baseResult: path });
    expect([again.report.sameAs, again.report.outcome]).toEqual([undefined, "failed"]);
  });

  it.each([
    ["some", second],
    ["all", "*"],
  ])(
    "of which nothing is told make it worse than the base by the points of their stage, where %s are hidden",
    async (_, match) => {
      const { repo, first } = makeRepository({ "raft.ts": "one" });
      const said = parsePolicy(`{ hiddenShows: nothing, scenarios: [{ match: "${match}", visibility: hidden }] }`, "p");
      const { report: before } = await check({ repo, policy: said });
      const path = write(join(makeFolder({}), "ci.json"), JSON.stringify(before));
      const head = commitFiles(repo, { "raft.ts": "two" });
      const gate = { ...nothing, noWorse: true };
      const options = { repo, policy: said, gate, baseResult: path, eventText: pullRequest(first, head) };
      const { report: same } = await check(options);
      expect([same.outcome, same.rules]).toEqual([
        "passed",
        [expect.objectContaining({ compared: true, lostPoints: 0 })],
      ]);
      const { report: worse } = await check({ ...options, runs: { [second ?? ""]: badRun("SECRET") } });
      expect([worse.outcome, worse.rules]).toEqual(["failed", [expect.objectContaining({ lost: 0, passed: false })]]);
      for (const { file, render } of FORMATS) expect(render(worse), file).not.toContain("SECRET");
    },
  );

  it("are not named by those that need them", () => {
    const names = publicNames(["lab2a/x", "lab2a/y"], (id) => id === "lab2a/x");
    const skipped = {
      ...scenario("lab2a/y", 1),
      points: 0,
      verdict: "skipped" as const,
      message: "needs lab2a/x, which did not pass",
    };
    const { scenarios } = withoutHidden(resultOf([bad("lab2a/x"), skipped]), names);
    expect(scenarios.map(({ message }) => message)).toEqual([undefined, "needs a hidden scenario, which did not pass"]);
    expect(withoutHidden(resultOf([bad("lab2a/x"), skipped]), names, "nothing").scenarios).toMatchObject([
      { id: "lab2a/y", message: "needs another scenario, which did not pass" },
    ]);
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
