import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { labs } from "../../labs/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { POINTS } from "../../labs/raft/points.ts";

const scenarios = lab2.suites.flatMap((suite) => suite.scenarios);
const ids = scenarios.map((scenario) => scenario.id);

/** Course staff and outside scripts rely on these. */
const CONTRACT: Readonly<Record<string, string>> = {
  lab2a: "initial-election re-election many-elections",
  lab2b:
    "basic-agree rpc-bytes follower-failure leader-failure fail-agree fail-no-agree concurrent-starts rejoin backup count " +
    "leader-crashes-during-commit minority-majority-partition split-brain slow-follower isolated-leader-rejoins divergent-logs",
  lab2c:
    "persist-1 persist-2 persist-3 figure-8 unreliable-agree figure-8-unreliable churn churn-unreliable all-restart " +
    "crash-before-persist chaos-delays chaos-drops chaos-restarts chaos-clocks",
  lab2d:
    "snapshot-basic snapshot-install snapshot-install-unreliable snapshot-install-crash snapshot-install-crash-unreliable " +
    "snapshot-all-crash snapshot-init snapshot-during-compaction chaos-delays chaos-drops chaos-restarts chaos-clocks",
};

describe("lab 2", () => {
  test("is the one lab, with its four suites in the order in which they are built", () => {
    expect(labs).toEqual([lab2]);
    expect(lab2.suites.map(({ id, name, points }) => [id, name, points])).toEqual([
      ["lab2a", "election", 15],
      ["lab2b", "replication", 35],
      ["lab2c", "persistence", 25],
      ["lab2d", "snapshots", 25],
    ]);
  });

  test.each(Object.entries(CONTRACT))("%s has every scenario of the contract", (suite, names) => {
    for (const name of names.split(" ")) expect(ids).toContain(`${suite}/${name}`);
  });

  test("gives each scenario an id of its own, in its suite, and its points from the one table", () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const suite of lab2.suites) {
      const table = POINTS[suite.id] ?? {};
      expect(Object.keys(table).sort()).toEqual(suite.scenarios.map((scenario) => scenario.id).sort());
      for (const { id, points } of suite.scenarios) {
        expect(id.startsWith(`${suite.id}/`)).toBe(true);
        expect(points).toBe(table[id]);
        expect(points).toBeGreaterThan(0);
      }
    }
  });

  test("has cluster sizes as MIT's tests have them", () => {
    const peers = Object.fromEntries(scenarios.map((scenario) => [scenario.id, scenario.peers]));
    expect(peers).toMatchObject({
      "lab2a/initial-election": 3,
      "lab2a/many-elections": 7,
      "lab2b/fail-no-agree": 5,
      "lab2b/backup": 5,
      "lab2b/divergent-logs": 7,
      "lab2c/persist-2": 5,
      "lab2c/figure-8": 5,
      "lab2d/snapshot-all-crash": 3,
    });
    const sizes = scenarios.flatMap(({ peers: size }) => size);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([2, 7]);
    for (const size of [2, 4, 6]) expect(sizes).toContain(size);
  });

  test("describes each scenario in a title that fits a line, and one to three sentences", () => {
    for (const { id, title, about } of scenarios) {
      expect(title.length, id).toBeLessThanOrEqual(75);
      expect(about, id).toMatch(/^[A-Z].*\.$/);
      expect(about.match(/[.?](\s|$)/g)?.length ?? 0, id).toBeLessThanOrEqual(3);
    }
  });

  test("depends on the first scenarios of the stages, and on nothing else", () => {
    for (const { id, dependsOn = [] } of scenarios) {
      const stage = id.slice(0, 5);
      const roots = ["lab2a/initial-election"];
      if (stage !== "lab2a") roots.push("lab2b/basic-agree");
      if (stage === "lab2d") roots.push("lab2d/snapshot-basic");
      expect(dependsOn, id).toEqual(roots.filter((root) => root !== id));
      for (const root of dependsOn) expect(ids.indexOf(root)).toBeLessThan(ids.indexOf(id));
    }
  });

  test("has handouts that name each scenario of their stage, and no other", () => {
    for (const { id: suite, handout, scenarios: own } of lab2.suites) {
      const text = readFileSync(new URL(`../../${handout}`, import.meta.url), "utf8");
      const rows = text.split("\n").filter((line) => line.startsWith(`| \`${suite}/`));
      const named = rows.flatMap((row) => (row.split("|")[1] as string).match(/lab2[a-d]\/[a-z0-9-]+/g) ?? []);
      expect(named.sort()).toEqual(own.map(({ id }) => id).sort());
    }
  });
});

describe("a suite uses nothing of a later stage", () => {
  const source = (file: string): string =>
    readFileSync(new URL(`../../labs/raft/scenarios/${file}.ts`, import.meta.url), "utf8");
  const calls = (text: string, methods: readonly string[]): string[] =>
    methods.filter((method) => text.includes(`c.${method}(`));
  const REPLICATION = ["start", "one", "wait", "applied", "appliedIndex", "expectNotApplied", "settle", "kill"];
  const PERSISTENCE = ["crash", "restart", "crashAll", "restartAll", "crashOnEffect", "stateSize"];

  test.each(["election", "one-way"])("2A neither starts commands nor crashes peers (%s.ts)", (file) => {
    const text = source(file);
    expect(calls(text, [...REPLICATION, ...PERSISTENCE])).toEqual([]);
    expect(text).not.toMatch(/startMany|agreeAmong|LogCluster|PersistentCluster|ReplicatingCluster/);
  });

  test.each(["replication", "cost", "failures", "partitions", "figures", "lost-messages", "support"])(
    "2B does not crash peers (%s.ts)",
    (file) => {
      expect(calls(source(file), PERSISTENCE)).toEqual([]);
    },
  );

  test("only 2D takes snapshots", () => {
    for (const { id, snapshotEvery } of scenarios) {
      expect((snapshotEvery ?? 0) > 0, id).toBe(id.startsWith("lab2d/"));
    }
  });

  test("bodies of 2A and 2B are typed as clusters without the later stages' methods", () => {
    for (const file of ["election", "one-way"]) expect(source(file)).toContain("c: ElectionCluster");
    for (const file of ["replication", "cost", "failures", "partitions", "figures", "lost-messages"]) {
      expect(source(file)).not.toMatch(/c: (LogCluster|PersistentCluster)/);
    }
  });
});
