import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { after, LastGradings } from "../../grader/cli/input/last-grading.ts";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { changesText } from "../../grader/cli/watch/changes.ts";
import { chosenOf, nextFailing } from "../../grader/cli/watch/choice.ts";
import { FolderWatch } from "../../grader/cli/watch/folder-watch.ts";
import { WatchSession } from "../../grader/cli/watch/session.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { UNDECIDED } from "../../grader/run/grade.ts";
import type { GradingResult, ScenarioResult, Verdict } from "../../grader/run/result.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith, raftWith, until } from "./run-cli.ts";

const result = (id: string, verdict: Verdict, message?: string): ScenarioResult => ({
  ...{ id, title: id, points: 0, maxPoints: 1, verdict, runs: [] },
  ...(message !== undefined && { message }),
});

describe("what has changed is told in one line", () => {
  const before = new Map<string, Verdict>([
    ["a", "failed"],
    ["b", "crashed"],
    ["c", "passed"],
    ["d", "skipped"],
    ["e", "passed"],
  ]);
  test.each<readonly [string, readonly ScenarioResult[]]>([
    [
      "2 newly pass (a, b), 1 newly fails (c)",
      [result("a", "passed"), result("b", "passed"), result("c", "hung"), result("e", "passed")],
    ],
    ["1 newly fails (d)", [result("d", "failed")]],
    ["1 is skipped now (e)", [result("e", "skipped")]],
    ["nothing changed: 2 fail as before", [result("a", "hung"), result("b", "failed"), result("c", "passed")]],
    ["nothing changed: nothing fails, as before", [result("c", "passed"), result("d", "skipped")]],
    ["", [result("new", "failed")]],
  ])("%s", (text, scenarios) => expect(changesText(before, scenarios)).toBe(text));

  test("and names no more than three", () => {
    const many = "abcdef".split("").map((id) => result(id, "passed"));
    const failed = new Map(many.map(({ id }) => [id, "failed" as const]));
    expect(changesText(failed, many)).toBe("6 newly pass (a, b, c and 3 more)");
  });
});

describe("which scenarios are played", () => {
  const all = lab2.suites[0]?.scenarios ?? [];
  const [first, second, third, fourth] = all.map(({ id }) => id) as [string, string, string, string];
  const last = new Map<string, Verdict>([
    [first, "passed"],
    [second, "failed"],
    [third, "skipped"],
    [fourth, "hung"],
  ]);
  const ids = (...choice: Parameters<typeof chosenOf>) => chosenOf(...choice).map(({ id }) => id);

  test("failed only are those that are known not to have passed, skipped ones too", () => {
    expect(ids({ kind: "failed" }, all, last)).toEqual([second, third, fourth]);
    expect(ids({ kind: "failed" }, all, new Map())).toEqual([]);
    expect(ids({ kind: "named", text: "election" }, all, last)).toContain("lab2a/initial-election");
    expect(ids({ kind: "all" }, all, last)).toHaveLength(all.length);
  });

  test("next goes round those that failed", () => {
    expect(nextFailing({ kind: "all" }, all, last)).toBe(second);
    expect(nextFailing({ kind: "one", id: second }, all, last)).toBe(fourth);
    expect(nextFailing({ kind: "one", id: fourth }, all, last)).toBe(second);
    expect(nextFailing({ kind: "one", id: first }, all, new Map([[first, "passed"]]))).toBeNull();
  });
});

describe("what is remembered of a folder", () => {
  const graded = (...scenarios: ScenarioResult[]) => ({ scenarios }) as unknown as GradingResult;

  test("is the last verdict of each scenario, by folder and lab; nothing of what was not decided", () => {
    const mine = folderWith();
    const last = new LastGradings(folderWith());
    expect(last.of(mine, lab2).size).toBe(0);
    last.note(mine, lab2, graded(result("a", "failed"), result("b", "passed")));
    last.note(join(mine, "."), lab2, graded(result("b", "hung"), result("a", "skipped", UNDECIDED)));
    last.note(mine, lab2, { ...graded(result("a", "ungradable")), ungradable: "it does not compile" });
    expect([...last.of(mine, lab2)]).toEqual([
      ["a", "failed"],
      ["b", "hung"],
    ]);
    expect(last.of(folderWith(), lab2).size).toBe(0);
    expect(last.of(mine, { ...lab2, id: "lab9" }).size).toBe(0);
    expect([...after(new Map([["a", "failed"]]), [result("a", "skipped", "needs b")])]).toEqual([["a", "skipped"]]);
  });

  test("is nothing where it cannot be kept, or was spoiled", () => {
    const last = new LastGradings(join(folderWith({ file: "" }), "file"));
    last.note("/nowhere", lab2, graded(result("a", "failed")));
    expect(last.of("/nowhere", lab2).size).toBe(0);
  });
});

describe("a watched folder", () => {
  const watched = (files: Record<string, string>) => {
    const parent = folderWith(files);
    const seen = { changes: 0 };
    const watch = new FolderWatch(join(parent, "mine"), () => {
      seen.changes++;
    });
    onTestFinished(() => watch.close());
    return { parent, seen };
  };

  test("tells once of what is written in one go, in folders below too, and never of what is no source", async () => {
    const { parent, seen } = watched({ "mine/raft.ts": "", "mine/deep/log.ts": "", "mine/node_modules/x": "" });
    writeFileSync(join(parent, "mine/node_modules/x"), "new");
    writeFileSync(join(parent, "mine/.raft.ts.swp"), "new");
    writeFileSync(join(parent, "mine/raft.ts~"), "new");
    for (let i = 0; i < 20; i++) writeFileSync(join(parent, "mine/raft.ts"), String(i));
    writeFileSync(join(parent, "mine/new.ts"), "");
    renameSync(join(parent, "mine/new.ts"), join(parent, "mine/raft.ts"));
    await until(() => seen.changes > 0, "a change is told");
    expect(seen.changes).toBe(1);
    writeFileSync(join(parent, "mine/deep/log.ts"), "new");
    await until(() => seen.changes > 1, "a change below is told");
    expect(seen.changes).toBe(2);
  });

  test("is found again after it was away, and what is new in it is watched", async () => {
    const { parent, seen } = watched({ "mine/raft.ts": "" });
    renameSync(join(parent, "mine"), join(parent, "away"));
    await until(() => seen.changes > 0, "it is told that the folder is gone");
    mkdirSync(join(parent, "away/later"));
    renameSync(join(parent, "away"), join(parent, "mine"));
    const before = seen.changes;
    await until(() => seen.changes > before, "it is told that the folder is back");
    const back = seen.changes;
    writeFileSync(join(parent, "mine/later/log.ts"), "");
    await until(() => seen.changes > back, "a change in it is told");
  });
});

describe("a session", () => {
  const sessionOf = (source: string) => {
    const submission = folderWith({ "raft.ts": source });
    let out = "";
    const stream = {
      isTerminal: false,
      columns: undefined,
      style: makeStyle(false),
      write: (text: string) => (out += text),
    };
    const selection = { id: "lab2a", lab: lab2, suites: lab2.suites.slice(0, 1) };
    const scenarios = selection.suites.flatMap((suite) => suite.scenarios);
    const plan = { selection, scenarios, submission, named: undefined, last: null };
    const session = new WatchSession(plan, { out: stream, err: stream, onClosed: () => {} } as Stdio);
    return { session, said: () => out, submission };
  };

  test("says what does not compile in one line, again at each save that does not, and goes on", async () => {
    const { session, said, submission } = sessionOf("export class {");
    const played = session.play(true);
    const lines = () =>
      said()
        .split("\n")
        .filter((line) => line.startsWith("waiting: raft.ts:1:"));
    await until(() => lines().length === 1, "it is told");
    session.onSaved();
    expect(lines()).toHaveLength(1);
    writeFileSync(join(submission, "raft.ts"), raftWith("").replace("getState() {", "getState() {{"));
    session.onSaved();
    await until(() => said().split("waiting: ").length === 3, "it is told again");
    session.onKey("q");
    expect(await played).toBe(0);
  });

  test("knows keys, refuses what means nothing, and ends at Ctrl-C", async () => {
    const { session, said } = sessionOf("export class {");
    const played = session.play(true);
    await until(() => said().includes("waiting"), "it waits");
    for (const key of "hfnp") session.onKey(key);
    for (const key of "nox\u007fne\r") session.onKey(key);
    expect(said()).toContain("  f      only what did not pass\n");
    expect(said()).toContain("\nnothing fails\nnothing fails\npattern: ");
    expect(said()).toContain('no scenario of lab2a has "none" in its name\n');
    session.onKey("\u0003");
    expect(await played).toBe(130);
  });
});
