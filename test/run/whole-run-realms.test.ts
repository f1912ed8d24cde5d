import { afterEach, describe, expect, test, vi } from "vitest";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Program } from "../../grader/host/engine/program.ts";
import { Engine } from "../../grader/host/engine.ts";
import type { WholeRunOrder } from "../../grader/host/wire/whole-run.ts";
import type { Load } from "../../grader/run/player.ts";
import type { PeerHost } from "../../grader/sim/peer-host.ts";
import { LocalPlayer } from "../../grader/whole-run/local-player.ts";
import { scenarioOf } from "../../labs/index.ts";
import { realmTexts } from "../host/fixture.ts";
import { loadOf, REFERENCE } from "./whole-run-fixture.ts";

const realms = vi.spyOn(Program.prototype, "createRealm");
afterEach(() => realms.mockClear());

const reference = await loadOf(REFERENCE);
const ORDERS = [
  { scenarioId: "lab2a/initial-election", seed: 3 },
  { scenarioId: "lab2c/persist-1", seed: 12 },
  { scenarioId: "lab2a/re-election", seed: 5 },
];
const order = (number: number, audit: readonly number[] = []): WholeRunOrder => ({
  number,
  audit,
  ...(ORDERS[number] as (typeof ORDERS)[number]),
});

/** What a host that makes a realm for each life says of that run. */
function hashOf({ scenarioId, seed }: WholeRunOrder, load: Load): string {
  return playScenario(scenarioOf(scenarioId), seed, new Engine({ ...load, ...realmTexts })).traceHash;
}

/** The reference, whose modules first do that. */
const after = (deed: string): Load => ({ ...reference, code: `${deed}\n${reference.code}` });

test("peers of all runs have a realm for each number, and what comes of a run is the same", () => {
  const player = new LocalPlayer({ ...reference, ...realmTexts });
  const answers = ORDERS.map((_, i) => player.play(order(i)));
  expect(realms.mock.calls.length).toBeLessThanOrEqual(5);
  for (const [i, answer] of answers.entries())
    expect(answer).toMatchObject({ kind: "passed", traceHash: hashOf(order(i), reference) });
});

test("so have the peers that are audited, each beside its run's", () => {
  const player = new LocalPlayer({ ...reference, ...realmTexts });
  const answers = ORDERS.map((_, i) => player.play(order(i, [0, 1])));
  expect(answers.map(({ kind }) => kind)).toEqual(["passed", "passed", "passed"]);
  expect(realms.mock.calls.length).toBeLessThanOrEqual(5 + 2);
});

describe("what a life leaves in the globals changes nothing for the next one", () => {
  test.each([
    ["a global", "globalThis.lives = (globalThis.lives ?? 0) + 1; if (globalThis.lives > 1) throw new Error();"],
    [
      "a method in another's place",
      "const before = Math.random; Math.random = () => before() / 2; Math.random.at = before;" +
        ' if ("at" in before) throw new Error();',
    ],
  ])("%s", (_, deed) => {
    const load = after(deed);
    const player = new LocalPlayer({ ...load, ...realmTexts });
    const answers = ORDERS.map((_, i) => player.play(order(i)));
    for (const [i, answer] of answers.entries())
      expect(answer).toMatchObject({ kind: "passed", traceHash: hashOf(order(i), load) });
  });
});

test("what fails by time is given up early: it is played with the boundary, to its end", () => {
  const silent: Load = {
    ...reference,
    code: "exports.Raft = class { constructor() { setInterval(() => console.log(), 20); } getState() { return { term: 0, isLeader: false }; } };",
  };
  const first = { ...order(0), scenarioId: "lab2b/basic-agree" };
  const engine = new Engine({ ...silent, ...realmTexts });
  let toItsEnd = 0;
  const counted: PeerHost = {
    reset: () => engine.reset(),
    exchange: (window) => {
      toItsEnd++;
      return engine.exchange(window);
    },
  };
  const seen = playScenario(scenarioOf(first.scenarioId), first.seed, counted);
  expect(seen).toMatchObject({ verdict: "failed", failure: { property: "liveness" } });
  let tolds = 0;
  const player = new LocalPlayer({ ...silent, ...realmTexts }, () => tolds++);
  expect(player.play(first)).toEqual({ kind: "not-passed" });
  // It is told when a window begins and when it has ended.
  expect(tolds / 2).toBeLessThan(toItsEnd * 0.3);
});
