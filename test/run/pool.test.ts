import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { Budget } from "../../grader/run/budget.ts";
import { playConfirmed } from "../../grader/run/confirm.ts";
import { Aborted } from "../../grader/run/player.ts";
import { type PoolOptions, RunPool } from "../../grader/run/pool.ts";
import { readThreadUsage } from "../../grader/sandbox/usage.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";
import { childrenOf, folderWith, isRunning, raftWith, until } from "../cli/run-cli.ts";
import { loadOf, REFERENCE } from "./whole-run-fixture.ts";

const { form } = labs[0] as (typeof labs)[number];
const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolFor(constructorBody: string, workers = 1, options: PoolOptions = {}): RunPool {
  return poolOf({ "raft.ts": raftWith(constructorBody) }, workers, options);
}

function poolOf(files: Record<string, string>, workers: number, options: PoolOptions): RunPool {
  const bundle = bundleSubmission(openSubmission(folderWith(files), form));
  const pool = new RunPool(
    workers,
    bundle.then(({ code, filename }) => ({ code, filename, roles: form.roles })),
    options,
  );
  pools.push(pool);
  return pool;
}

/** Whatever loops is ended by something else. */
const PATIENT = { windowCpuMs: 60_000, runCpuMs: 60_000 };
const INITIAL = { scenarioId: "lab2a/initial-election", seed: 1 };
const FLOOD_IN_LARGE_CLUSTERS = "if (peers.length === 7) for (;;) console.log('x');";

test("a host that is lost costs its own run and no other", async () => {
  const pool = poolFor(FLOOD_IN_LARGE_CLUSTERS, 2);
  const small = { scenarioId: "lab2a/initial-election", seed: 3 };
  const large = { scenarioId: "lab2a/many-elections", seed: 3 };
  const before = await pool.play(small);
  const results = await Promise.all([large, small, large, small, large, small].map((order) => pool.play(order)));
  expect(before.verdict).toBe("failed");
  for (const [i, result] of results.entries()) {
    expect(result.verdict).toBe(i % 2 === 0 ? "output-limit" : "failed");
    if (i % 2 === 1) expect(result.traceHash).toBe(before.traceHash);
  }
});

test("limits are those that were asked for", async () => {
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const quick = await poolFor("for (;;);", 1, { limits: { windowCpuMs: 300 } }).play(order);
  expect(quick.loss).toMatchObject({
    verdict: "hung",
    message: expect.stringContaining("more than 0.3 s of computing"),
  });
  const short = await poolFor("console.log('x'.repeat(50_000))", 1, { limits: { frameBytes: 10_000 } }).play(order);
  expect(short.verdict).toBe("output-limit");
});

test("a fault of the grader is told as one, and the next run is played as ever", async () => {
  const pool = poolFor("");
  const faulty = await pool.play({ scenarioId: "lab2a/no-such-scenario", seed: 1 });
  expect(faulty).toMatchObject({ verdict: "internal-error", fault: expect.stringContaining("no-such-scenario") });
  expect((await pool.play({ scenarioId: "lab2a/initial-election", seed: 1 })).verdict).toBe("failed");
});

test("who has used half of the budget of wall time plays on in hosts that are started then", async () => {
  const budget = new Budget({ cpuMs: 60_000, cpuMsPerRun: 0, wallMs: 60_000, wallMsPerRun: 0 }, () => 1);
  const pool = poolFor("", 1, { budget });
  expect((await pool.play(INITIAL)).isOnFreshHost).toBe(true);
  expect((await pool.play(INITIAL)).isOnFreshHost).toBeUndefined();
  budget.spend(0, 40_000);
  expect((await pool.play(INITIAL)).isOnFreshHost).toBe(true);
  expect((await pool.play(INITIAL)).isOnFreshHost).toBeUndefined();
});

test("a host that has grown plays no further run, whatever it grew by", async () => {
  const pool = poolFor("", 1, { limits: { keptBytes: 1 } });
  for (const _ of [1, 2]) expect((await pool.play(INITIAL)).isOnFreshHost).toBe(true);
});

describe("a thread that dies in the middle of a run", () => {
  const mortal = () =>
    poolFor("", 1, { threadScript: fileURLToPath(new URL("fixtures/mortal-worker.mjs", import.meta.url)) });

  test.each([
    [1, "output-limit", "the thread of the grader ran out of memory over what the peers sent it"],
    [2, "crashed", "the thread of the grader died over what the peers sent it"],
    [3, "crashed", "the thread of the grader died over what the peers sent it"],
  ])("twice is the submission's doing, once may be chance: seed %i", async (seed, verdict, message) => {
    const pool = mortal();
    const order = { ...INITIAL, seed };
    expect(await pool.play(order)).toMatchObject({ verdict, loss: { message, isDoubtful: true } });
    expect(await playConfirmed(pool, order)).toMatchObject({ verdict, loss: { message } });
    const next = await playConfirmed(pool, { ...INITIAL, seed: 7 });
    // On a new thread, which has played one run so far.
    expect(next).toMatchObject({ verdict: "passed", rpcs: 1 });
  });

  test("a thread that cannot be loaded is the grader's own fault", async () => {
    const pool = poolFor("", 1, { threadScript: "/nowhere/worker.js" });
    const run = await playConfirmed(pool, INITIAL);
    expect(run).toMatchObject({ verdict: "internal-error", fault: expect.stringContaining("/nowhere/worker.js") });
  });
});

test("a slow submission gets a thread when nobody else wants it", async () => {
  const worker = fileURLToPath(new URL("fixtures/mortal-worker.mjs", import.meta.url));
  const pool = poolFor("", 1, { threadScript: worker });
  const load = { code: "", filename: "raft.js", roles: form.roles };
  const limits = { cpuMs: 60_000, cpuMsPerRun: 0, wallMs: 60_000, wallMsPerRun: 0 };
  const budget = new Budget(limits, () => 1);
  budget.spend(0, 10_000);
  const slow = pool.playerOf(Promise.resolve(load), budget);
  const quick = pool.playerOf(Promise.resolve(load));
  const order: string[] = [];
  const play = (player: typeof slow, name: string) => player.play({ ...INITIAL, seed: 9 }).then(() => order.push(name));
  await Promise.all([
    play(slow, "slow, first come"),
    play(slow, "slow"),
    play(slow, "slow again"),
    play(quick, "quick"),
    play(quick, "quick again"),
  ]);
  expect(order).toEqual(["slow, first come", "quick", "quick again", "slow", "slow again"]);
});

test("a fresh host is one that has played nothing", async () => {
  const pool = poolFor("");
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  await pool.play(order);
  const before = childrenOf(process.pid);
  await pool.play({ ...order, freshHost: true });
  const added = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  expect(added).toHaveLength(1);
});

test("one pool plays many submissions, and no host plays two of them", async () => {
  const loadWith = async (body: string) => {
    const bundle = await bundleSubmission(openSubmission(folderWith({ "raft.ts": raftWith(body) }), form));
    return { code: bundle.code, filename: bundle.filename, roles: form.roles };
  };
  const pool = poolFor("", 2);
  const players = [0, 1, 2].map((n) => pool.playerOf(loadWith(`throw new Error("${n}");`)));
  const turns = [0, 1, 2, 0, 1, 2, 2, 1, 0];
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const played = [];
  for (const n of turns) played.push(await players[n]?.play(order));
  // A host keeps the code that it was given first, so another submission's error would show it.
  expect(played.map((run) => run?.crash?.message)).toEqual(turns.map(String));
  await until(() => childrenOf(process.pid).filter(isRunning).length <= 2, "hosts of others have made room");
});

describe("audits in realms of earlier lives", () => {
  const order = { scenarioId: "lab2a/re-election", seed: 5, audit: [0, 1, 2] };
  const poolAfter = async (deed: string) => {
    const reference = await loadOf(REFERENCE);
    const pool = new RunPool(1, Promise.resolve({ ...reference, code: `${deed}\n${reference.code}` }));
    pools.push(pool);
    return pool;
  };

  test("find nothing in who leaves nothing there, and are none on fresh hosts", async () => {
    const pool = await poolAfter("");
    for (const hasRenewedAudits of [true, true]) {
      const audits = [0, 1, 2].map((peer) => ({ kind: "same", peer }));
      expect(await pool.play(order)).toMatchObject({ verdict: "passed", audits, hasRenewedAudits });
    }
    expect(await pool.play({ ...order, freshHost: true })).not.toHaveProperty("hasRenewedAudits");
  });

  test("speak against nobody who leaves something there, and are then made in realms of their own", async () => {
    // On a built-in method it is not looked for.
    const deed = "const kept = [].push; kept.lives = (kept.lives ?? 0) + 1; if (kept.lives > 1) console.log('again');";
    const pool = await poolAfter(deed);
    const kinds = async () => (await pool.play(order)).audits?.map(({ kind }) => kind);
    expect(await kinds()).toEqual(["same", "same", "same"]);
    expect(await kinds()).toEqual(["different", "different", "different"]);
    for (const _ of [1, 2]) {
      const played = await pool.play(order);
      expect(played.audits?.map(({ kind }) => kind)).toEqual(["same", "same", "same"]);
      expect(played).not.toHaveProperty("hasRenewedAudits");
    }
    const other = await poolAfter(deed);
    await other.play(order);
    expect((await playConfirmed(other, order)).verdict).toBe("passed");
  });
});

test("a submission that is given up or over leaves nothing in a pool, and the others play on", async () => {
  const loadWith = async (body: string) => {
    const bundle = await bundleSubmission(openSubmission(folderWith({ "raft.ts": raftWith(body) }), form));
    return { code: bundle.code, filename: bundle.filename, roles: form.roles };
  };
  // No limit is to end it first, however long the other one takes meanwhile.
  const pool = new RunPool(2, null, { limits: PATIENT });
  pools.push(pool);
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const [stuck, other] = ["for (;;);", ""].map((body) => pool.playerOf(loadWith(body)));
  const given = stuck?.play(order).catch((reason: unknown) => reason);
  const before = await other?.play({ ...order, audit: [0, 1] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  stuck?.abort();
  expect(await given).toBeInstanceOf(Aborted);
  await expect(stuck?.play(order)).rejects.toBeInstanceOf(Aborted);
  await stuck?.close();
  expect((await other?.play(order))?.traceHash).toBe(before?.traceHash);
  await other?.close();
  expect(childrenOf(process.pid).filter(isRunning)).toEqual([]);
  const openFiles = readdirSync("/proc/self/fd").length;
  for (const round of [1, 2]) {
    const next = pool.playerOf(loadWith(`// ${round}`));
    expect((await next.play({ ...order, audit: [0, 1] })).traceHash).toBe(before?.traceHash);
    await next.close();
  }
  expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(openFiles);
  await expect(pool.play(order)).rejects.toThrow("no submission of its own");
});

test("abort ends runs that are under way, and close leaves no process", async () => {
  const pool = poolFor("for (;;);", 2, { limits: PATIENT });
  const runs = [1, 2].map((seed) => pool.play({ scenarioId: "lab2a/initial-election", seed }));
  const settled = Promise.allSettled(runs);
  const isAtIt = (pid: number) => (readThreadUsage(pid)?.cpuMs ?? 0) > 300;
  await until(() => childrenOf(process.pid).filter(isAtIt).length >= 2, "both are in their loops");
  const hosts = childrenOf(process.pid);
  pool.abort();
  expect((await settled).map((result) => result.status === "rejected" && result.reason instanceof Aborted)).toEqual([
    true,
    true,
  ]);
  await pool.close();
  await until(() => !hosts.some(isRunning), "hosts are gone");
});
