import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DECIDE_KIND } from "../../grader/harness/decide/kind.ts";
import { paxos } from "../../labs/paxos/index.ts";
import { RULES } from "../../labs/paxos/rules.ts";
import { RUN_COSTS_MS } from "../../labs/paxos/run-costs.ts";
import { ROOT } from "../cli/run-cli.ts";

const scenarios = paxos.suites.flatMap((suite) => suite.scenarios);

/** Course staff and outside scripts rely on these. */
const CONTRACT: Readonly<Record<string, string>> = {
  "paxos-a":
    "basic deaf old partition duel reported-value highest-ballot old-ballot-returns missed-prepare doubled-promises own-acceptor restarts " +
    "proposer-restarts swarm",
  "paxos-b": "many many-unreliable lots count forget many-forget done-max forget-bytes third-asks swarm",
  "paxos-c": "two-proposers restart",
};

test("the scenarios of the contract are there, and the points of the stages are what the handouts say", () => {
  for (const { id, handout, points, scenarios: own } of paxos.suites) {
    const wanted = (CONTRACT[id] ?? "").split(" ").map((name) => `${id}/${name}`);
    expect(own.map((scenario) => scenario.id)).toEqual(expect.arrayContaining(wanted));
    expect(readFileSync(join(ROOT, handout), "utf8")).toContain(`${points} points`);
  }
  expect(paxos.suites.map(({ points }) => points)).toEqual([55, 30, 15]);
});

test("each scenario is named in its stage's handout, and depends on earlier ones only", () => {
  const seen: string[] = [];
  for (const { handout, scenarios: own } of paxos.suites) {
    const text = readFileSync(join(ROOT, handout), "utf8");
    for (const { id, dependsOn = [] } of own) {
      expect([id, text.includes(id) || text.includes(`\`${id.split("/")[1]}\``)]).toEqual([id, true]);
      expect(seen).toEqual(expect.arrayContaining([...dependsOn]));
      seen.push(id);
    }
  }
});

test("what a run costs is known of every scenario", () => {
  expect(Object.keys(RUN_COSTS_MS).sort()).toEqual(scenarios.map(({ id }) => id).sort());
});

test("a scenario brings the rule along of what it finds itself, and no other one has that name", () => {
  const folder = join(ROOT, "labs/paxos/scenarios");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const own = files.flatMap((name) => readFileSync(join(folder, name), "utf8").match(/(?<=check: ")[a-z-]+/g) ?? []);
  expect(own).toContain("rivals-cost");
  const known: readonly string[] = DECIDE_KIND.checks;
  // One scenario asks for what the cluster judges, too, of some peers only.
  for (const check of own.filter((name) => name !== "undecided"))
    expect([check, known.includes(check)]).toEqual([check, false]);
  expect(known.filter((check) => RULES[check] === undefined)).toEqual([]);
});
