import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { classPage } from "../../../grader/batch/reports/class/page.ts";
import { type ClassView, classView } from "../../../grader/batch/reports/class/view.ts";
import type { ReportInput } from "../../../grader/batch/reports/index.ts";
import { madeUpClass } from "./made-up-class.ts";
import { oddBatch } from "./odd-batch.ts";
import { whole } from "./rendered.ts";

let odd: Awaited<ReturnType<typeof oddBatch>>;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

const dataOf = (page: string): ClassView =>
  JSON.parse(page.match(/<script type="application\/json" id="data">(.*)<\/script>/)?.[1] ?? "null");

describe("the page of a class", () => {
  it("needs and asks nothing else, and allows no script and no style but its own", () => {
    const page = whole(odd, "class");
    const [style, script] = ["style", "script"].map(
      (tag) => page.match(new RegExp(`<${tag}>([^]*?)</${tag}>`))?.[1] ?? "",
    );
    const hash = (text = "") => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(page).toContain(`default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)};`);
    expect(page).not.toMatch(/<(?:link|img|iframe|object)|\ssrc=|\sstyle=|\son\w+=|url\(|@import/);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(() => new Function(script ?? "")).not.toThrow();
    expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|outerHTML/);
  });

  it("has names and messages of others as data, which end no script and steer nothing", () => {
    const page = whole(odd, "class");
    const data = dataOf(page);
    expect(data.students.map(({ name }) => name)).toContain("<b>&amp;</b> `code` [link](http://x) | bar ![i](x)");
    expect(page).not.toContain("<b>");
    expect(page).not.toMatch(/\p{Cf}/u);
    for (const { name = "" } of data.students) expect(name).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    for (const { text } of data.causes) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("has no name and no id when that is wished, and nobody's alias tells whose it is", () => {
    const named = dataOf(whole(odd, "class"));
    const page = whole(odd, "class", { anonymous: true });
    const nameless = dataOf(page);
    expect(nameless.students.every(({ id, name }) => id === undefined && name === undefined)).toBe(true);
    for (const { id = "", name = "" } of named.students.filter((one) => /^[nv]-/.test(one.id ?? ""))) {
      expect(page.includes(JSON.stringify(id)) || page.includes(JSON.stringify(name))).toBe(false);
    }
    const aliases = named.students.map(({ alias }) => alias);
    expect(new Set(aliases).size).toBe(aliases.length);
    expect(aliases).not.toEqual(aliases.map((_, at) => `Student ${at + 1}`));
  });

  it("says what each came to, in every state", () => {
    const { students, scenarios, max, dueMs } = classView(inputOf(odd));
    const of = (id: string) => students.find((one) => one.id === id);
    expect(of("v-passed")).toMatchObject({ status: "graded", failed: [1] });
    expect(of("v-failed")).toMatchObject({ status: "graded", failed: [0, 1], failedRuns: 1 });
    expect(of("missing")).toMatchObject({ status: "not-handed-in", points: null, stages: [] });
    expect(of("ungradable")).toMatchObject({ status: "ungradable", points: 0, failed: [] });
    expect(scenarios.map(({ played, passed }) => passed < played)).toEqual([true, true]);
    expect([max > 0, dueMs]).toEqual([true, null]);
  });

  it("grows by less than a line for each submission, and is the same each time", () => {
    const [few, many, again] = [20, 120, 120].map((count) => classPage(classView(madeUpClass(count))));
    expect(((many?.length ?? 0) - (few?.length ?? 0)) / 100).toBeLessThan(600);
    expect(many).toBe(again);
  });
});

const inputOf = (batch: typeof odd, more: Partial<ReportInput> = {}): ReportInput => ({
  ...{ lab: "lab2a", results: batch.batch.results, isDue: true, onRemark: () => {} },
  ...more,
});

describe("of a class", () => {
  const view = classView(madeUpClass(120));

  it("each scenario has its pass rate, and how well it tells good from bad", () => {
    const graded = view.students.filter(({ status }) => status === "graded");
    for (const [at, { played, passed, findings }] of view.scenarios.entries()) {
      expect(played).toBe(graded.length);
      expect(played - passed).toBe(graded.filter(({ failed }) => failed.includes(at)).length);
      expect(findings.reduce((sum, [, count]) => sum + count, 0)).toBe(played - passed);
    }
    const chance = view.scenarios[2]?.discrimination ?? 1;
    const telling = Math.max(...view.scenarios.map(({ discrimination }) => discrimination ?? 0));
    // The third one fails half of them by the toss of a coin.
    expect(Math.abs(chance)).toBeLessThan(0.35);
    expect(telling).toBeGreaterThan(chance + 0.2);
  });

  it("failures with the same facts are one cause, numbers apart, and count once for each submission", () => {
    expect(view.causes.map(({ text }) => text)).toContain(
      "expected at most one leader in term #; saw peers # and # both lead it",
    );
    for (const [at, { submissions }] of view.causes.entries()) {
      expect(submissions).toBe(view.students.filter(({ causes }) => causes.includes(at)).length);
    }
    const counts = view.causes.map(({ submissions }) => submissions);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  });

  it("what changed is compared with what staff names, and nothing is where there is nothing to compare with", () => {
    expect(view.hasChanges).toBe(true);
    expect(view.students[17]).toMatchObject({ before: Math.max(0, (view.students[17]?.points ?? 0) - 3) });
    const alone = classView(madeUpClass(20, { pointsBefore: () => undefined }));
    expect([alone.hasChanges, alone.students.some((one) => "before" in one)]).toEqual([false, false]);
  });
});

test("nobody handed anything in: there is a page all the same", () => {
  const page = classPage(classView(madeUpClass(0)));
  expect(dataOf(page)).toMatchObject({ students: [], scenarios: [], causes: [] });
  expect(page).not.toMatch(/NaN|Infinity|undefined points/);
});
