import { afterEach, describe, expect, test } from "vitest";
import { playConfirmed } from "../../grader/run/confirm.ts";
import { RunPool } from "../../grader/run/pool.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import type { HostLimits } from "../../grader/sandbox/limits.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";
import type { Attack } from "./attack.ts";
import { BUDGETS } from "./tables/budgets.ts";
import { FLOODS } from "./tables/floods.ts";
import { LIMITS } from "./tables/limits.ts";

const MB = 1024 * 1024;
/** What is after no limit of time must stay within it. */
const SLOWNESS = slowness();
/** As in a batch of attacks: the limit that one is after lies far below the others. */
const limitsFor = ({ verdict, budget }: Attack): Partial<HostLimits> => {
  const patient = { windowCpuMs: 1_500, residentBytes: 1024 * MB };
  if (budget === "CPU") return { ...patient, runCpuMs: 3_000, runWallMs: 100_000 };
  if (budget === "wall") return { ...patient, runCpuMs: 80_000, runWallMs: 3_000 };
  if (verdict === "out-of-memory") return { windowCpuMs: 20_000, runCpuMs: 80_000, residentBytes: 256 * MB };
  if (verdict === "output-limit") return { windowCpuMs: 20_000, runCpuMs: 80_000, residentBytes: 1024 * MB };
  return { windowCpuMs: 600 * SLOWNESS, residentBytes: 1024 * MB };
};

const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

// What reaches for the machine is left to the sandbox: a grading of one's own has none.
describe("in a grading of one's own, played whole at first, an attack comes to what it comes to in a batch", () => {
  // How deep a stack is differs between the sandbox of a batch and an ordinary process, and with it what comes of this one.
  const attacks = [...LIMITS, ...FLOODS, ...BUDGETS].filter(
    ({ id, files }) => typeof files === "object" && id !== "stack-overflow-caught",
  );

  test.each(attacks)("$id: $verdict", async (attack) => {
    const folder = folderWith({ ...(attack.files as Record<string, string>) });
    const { code, filename } = await bundleSubmission(openSubmission(folder, lab2.form));
    const load = Promise.resolve({ code, filename, roles: lab2.form.roles });
    const pool = new RunPool(1, load, { boundary: "none", limits: limitsFor(attack) });
    pools.push(pool);
    const order = { scenarioId: "lab2a/initial-election", seed: 1 };
    const run = await playConfirmed(pool, order);
    const result = toRunResult(order.scenarioId, order.seed, run, { map: () => null, mapStack: () => [] });
    expect({ verdict: result.verdict, property: result.property }, result.message).toEqual({
      verdict: attack.verdict,
      property: attack.property,
    });
    if (attack.message !== undefined) expect(result.message).toMatch(attack.message);
    expect(run.isWhole).toBeUndefined();
  });
});
