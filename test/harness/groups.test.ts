import { expect, it } from "vitest";
import { Draws } from "../../grader/harness/draws.ts";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import { clusterSizeOf, playScenario } from "../../grader/harness/run-scenario.ts";
import { makeScenario, processesIn, type ScenarioMeta } from "../../grader/harness/scenario.ts";
import { Tape } from "../../grader/sim/tape.ts";
import { decode } from "../../labs/api/codec.ts";
import { RULES } from "../../labs/raft/rules.ts";
import { ScriptedHost } from "../sim/scripted-host.ts";

const META: ScenarioMeta = { id: "test/groups", title: "", about: "", points: 1 };
const STORE: ScenarioMeta = {
  ...META,
  groups: [
    { role: "controller", size: 3 },
    { role: "server", size: [3, 5], name: "east" },
    { role: "server", size: [3, 5], name: "west" },
    { role: "clerk", size: 2 },
  ],
};
const processesOn = (meta: ScenarioMeta, seed: number) => processesIn(meta, new Draws(new Tape(seed), seed));

it("a run has the groups of its scenario, of sizes that each are drawn by themselves", () => {
  const sizes = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const processes = processesOn(STORE, seed);
    const size = (group: number) => processes.filter((one) => one.group === group).length;
    sizes.add([0, 1, 2, 3].map(size).join());
    expect(processes.map(({ id }) => id)).toEqual(processes.map((_, i) => i));
    expect(clusterSizeOf(STORE, seed)).toBe(processes.length);
  }
  expect([...sizes].sort()).toEqual(["3,3,3,2", "3,3,5,2", "3,5,3,2", "3,5,5,2"]);
  expect(processesOn({ ...META, peers: 3 }, 1).map(({ name }) => name)).toEqual(["peer 0", "peer 1", "peer 2"]);
});

it("a kind says what each process is given, at every boot", () => {
  const given: [number, unknown][] = [];
  const host = new ScriptedHost(() => ({}));
  const exchange = host.exchange.bind(host);
  host.exchange = (window) => {
    for (const input of window.inputs) if (input.kind === "boot") given.push([input.peer, decode(input.options)]);
    return exchange(window);
  };
  const kind: typeof LOG_KIND = { ...LOG_KIND, given: ({ role, group, place }) => ({ role, group, place }) };
  const groups = [
    { role: "server", size: 2 },
    { role: "clerk", size: 1 },
  ];
  const run = (c: LogCluster): void => {
    c.sleep(5);
    c.restart(1);
    c.sleep(5);
  };
  const scenario = makeScenario(kind, RULES, { ...META, groups, run }, 1);
  expect(playScenario(scenario, 1, host).verdict).toBe("passed");
  const [first, second, clerk] = [
    { role: "server", group: 0, place: 0 },
    { role: "server", group: 0, place: 1 },
    { role: "clerk", group: 1, place: 0 },
  ];
  expect(given).toEqual([
    [0, first],
    [1, second],
    [2, clerk],
    [1, second],
  ]);
});
