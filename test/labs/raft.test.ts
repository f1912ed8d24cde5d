import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { labs } from "../../labs/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { POINTS } from "../../labs/raft/points.ts";
import { COST } from "../../labs/raft/scenarios/cost.ts";
import { ELECTION } from "../../labs/raft/scenarios/election.ts";
import { FAILURES } from "../../labs/raft/scenarios/failures.ts";
import { FIGURES } from "../../labs/raft/scenarios/figures.ts";
import { LOST_MESSAGES } from "../../labs/raft/scenarios/lost-messages.ts";
import { ONE_WAY } from "../../labs/raft/scenarios/one-way.ts";
import { PARTITIONS } from "../../labs/raft/scenarios/partitions.ts";
import { REPLICATION as REPLICATION_DRAFTS } from "../../labs/raft/scenarios/replication.ts";
import type {
  Draft,
  ElectionCluster,
  PersistentCluster,
  ReplicatingCluster,
} from "../../labs/raft/scenarios/support.ts";

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
  test("has its four suites in the order in which they are built", () => {
    expect(labs).toContain(lab2);
    expect(lab2.form.home).toBe(lab2.home);
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
    const sizes = scenarios.flatMap(({ peers: size = [] }) => size);
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
  // What they call on their cluster when they are played, `test/run/goldens.test.ts` looks at.

  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("only 2D takes snapshots", () => {
    const monitor = vi.spyOn(LOG_KIND, "monitor");
    for (const { id, begin } of scenarios) {
      begin(processesOf([{ role: "peer", size: 3 }]));
      const [, { snapshotEvery = 0 }] = monitor.mock.lastCall as Parameters<typeof LOG_KIND.monitor>;
      expect(snapshotEvery > 0, id).toBe(id.startsWith("lab2d/"));
    }
  });

  test("a body that asks for more than its stage has does not compile", () => {
    const crashes = (c: PersistentCluster): void => c.crash(0);
    const starts = (c: ReplicatingCluster): void => void c.start(0, 1);
    const looks = (c: LogCluster): void => void c.snapshotSize(0);
    type Body<C> = Draft<C>["run"];
    const allowed: [Body<LogCluster>, Body<PersistentCluster>, Body<ReplicatingCluster>] = [looks, crashes, starts];
    // @ts-expect-error: 2A has no commands.
    const inElection: Body<ElectionCluster> = starts;
    // @ts-expect-error: 2B has no crashes.
    const inReplication: Body<ReplicatingCluster> = crashes;
    // @ts-expect-error: 2C has no snapshots.
    const inPersistence: Body<PersistentCluster> = looks;
    expect([inElection, inReplication, inPersistence]).toEqual(allowed.reverse());
    const typed: readonly [readonly Draft<ElectionCluster>[], readonly Draft<ReplicatingCluster>[]] = [
      [...ELECTION, ...ONE_WAY],
      [...REPLICATION_DRAFTS, ...COST, ...FAILURES, ...PARTITIONS, ...FIGURES, ...LOST_MESSAGES],
    ];
    expect(typed.flat().every(({ id }) => ids.includes(id))).toBe(true);
  });
});
