import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { FORMATS } from "../../grader/ci/formats/index.ts";
import { withoutHidden } from "../../grader/ci/model/hide.ts";
import { ciReportSchema } from "../../grader/ci/model/report.ts";
import { conditions } from "../../grader/ci/words/sentences.ts";
import { publicNames } from "../../grader/report/hidden-names.ts";
import { makeFolder } from "../submission/folder.ts";
import { check, commitFiles, lab2a, makeRepository, pullRequest, write } from "./fixture.ts";
import { badRun, resultOf, scenario } from "./reports.ts";

const bad = (id: string, more = {}) => scenario(id, 2, badRun(id, more));
const nothing = { require: [], noWorse: false };

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
