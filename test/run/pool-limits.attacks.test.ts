import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Budget } from "../../grader/run/budget.ts";
import { playConfirmed } from "../../grader/run/confirm.ts";
import type { PoolOptions } from "../../grader/run/pool.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { ESCAPE, raft } from "../attacks/attack.ts";
import { childrenOf, folderWith, isRunning, raftWith } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";
import { INITIAL, loadOf, loadOfSource, poolOf } from "./whole-run-fixture.ts";

const loadWith = (constructorBody: string) => loadOf(folderWith({ "raft.ts": raftWith(constructorBody) }));
const poolFor = (constructorBody: string, options: PoolOptions = {}) => poolOf(loadWith(constructorBody), options);

test("a run that hung says which peer was at work", async () => {
  const run = await poolFor("if (me === 2) for (;;);").play(INITIAL);
  expect(run.loss).toMatchObject({ verdict: "hung", peer: 2 });
  const { message } = toRunResult(INITIAL.scenarioId, INITIAL.seed, run, { map: () => null, mapStack: () => [] });
  expect(message).toBe("one step of virtual time took more than 2 s of computing; peer 2 was at work");
});

test("what the wall clock ended is told from what its own computing did", async () => {
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const waiting = await poolFor("for (;;);", { limits: { windowWallMs: 300 } }).play(order);
  expect(waiting).toMatchObject({ verdict: "hung", loss: { verdict: "hung", isDoubtful: true } });
  const computing = await poolFor("for (;;);", { limits: { windowCpuMs: 300 } }).play(order);
  expect(computing.loss).toMatchObject({ verdict: "hung" });
  expect(computing.loss?.isDoubtful).toBeUndefined();
});

test("a host that the machine lets wait costs nobody a verdict", async () => {
  const pool = poolFor("", { limits: { windowWallMs: 1_000 * slowness() } });
  // Of those that ended just now nothing can be read.
  const isHost = (pid: number) => isRunning(pid) && commandOf(pid).includes("host.js");
  const hosts = childrenOf(process.pid).filter(isHost);
  expect(hosts).toHaveLength(1);
  for (const pid of hosts) process.kill(pid, "SIGSTOP");
  const run = await playConfirmed(pool, { scenarioId: "lab2a/initial-election", seed: 1 });
  expect(run.verdict).toBe("failed");
});

test("hosts that sleep a little in each window use up the run's budget of wall time, in two hosts", async () => {
  const sleeper = raft({
    top: `${ESCAPE}const out = escape(); const words = new out.Int32Array(new out.SharedArrayBuffer(4));`,
    init: "if (me === 1) setInterval(() => { out.Atomics.wait(words, 0, 0, 200); persister.save(new Uint8Array(1)); }, 2);",
  });
  const pool = poolOf(loadOfSource(sleeper), { limits: { runWallMs: 900 } });
  const message = "the peers used up the budget of wall time of the run, 0.9 s";
  expect((await pool.play(INITIAL)).loss).toMatchObject({ verdict: "hung", message, isDoubtful: true });
  const run = await playConfirmed(pool, INITIAL);
  expect(run).toMatchObject({ verdict: "hung", loss: { message } });
});

test("hosts that compute a little in each window use up the run's budget of CPU time", async () => {
  const pool = poolFor("setInterval(() => { for (let i = 0; i < 3e7; i++); persister.save(new Uint8Array(1)); }, 2);", {
    limits: { runCpuMs: 500 },
  });
  const { loss } = await pool.play(INITIAL);
  expect(loss).toMatchObject({
    verdict: "hung",
    message: "the peers used up the budget of CPU time of the run, 0.5 s",
  });
  expect(loss?.isDoubtful).toBeUndefined();
});

test("a submission that has used up its budget plays nothing more, and others play on", async () => {
  const pool = poolFor("");
  const limits = { cpuMs: 400, cpuMsPerRun: 100, wallMs: 60_000, wallMsPerRun: 0 };
  const budget = new Budget(limits, () => 2);
  const greedy = pool.playerOf(loadWith("setInterval(() => { for (let i = 0; i < 3e7; i++); }, 2);"), budget);
  const message = "the peers used up the budget of CPU time of the submission, 0.6 s";
  expect(await playConfirmed(greedy, INITIAL)).toMatchObject({ verdict: "hung", loss: { message } });
  const before = childrenOf(process.pid);
  expect(await greedy.play(INITIAL)).toMatchObject({ verdict: "hung", virtualMs: 0, loss: { message }, wallMs: 0 });
  // Nothing was started for it; what was there may be about to end.
  expect(childrenOf(process.pid).filter((pid) => !before.includes(pid))).toEqual([]);
  expect((await pool.play(INITIAL)).verdict).toBe("failed");
  expect(budget.cpuMs).toBeGreaterThanOrEqual(600);
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
