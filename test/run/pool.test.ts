import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { playConfirmed } from "../../grader/run/confirm.ts";
import { Aborted } from "../../grader/run/player.ts";
import { type PoolOptions, RunPool } from "../../grader/run/pool.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";
import { childrenOf, folderWith, isRunning, raftWith, until } from "../cli/run-cli.ts";

const iface = (labs[0] as (typeof labs)[number]).peer;
const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolFor(constructorBody: string, workers = 1, options: PoolOptions = {}): RunPool {
  const bundle = bundleSubmission(openSubmission(folderWith({ "raft.ts": raftWith(constructorBody) }), iface));
  const pool = new RunPool(
    workers,
    bundle.then(({ code, filename }) => ({ code, filename, iface })),
    options,
  );
  pools.push(pool);
  return pool;
}

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

test("what the wall clock ended is told from what its own computing did", async () => {
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const waiting = await poolFor("for (;;);", 1, { limits: { windowWallMs: 300 } }).play(order);
  expect(waiting).toMatchObject({ verdict: "hung", loss: { verdict: "hung", isDoubtful: true } });
  const computing = await poolFor("for (;;);", 1, { limits: { windowCpuMs: 300 } }).play(order);
  expect(computing.loss).toMatchObject({ verdict: "hung" });
  expect(computing.loss?.isDoubtful).toBeUndefined();
});

test("a host that the machine lets wait costs nobody a verdict", async () => {
  const pool = poolFor("", 1, { limits: { windowWallMs: 1_000 } });
  const isHost = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("host.js");
  const hosts = childrenOf(process.pid).filter(isHost);
  expect(hosts).toHaveLength(1);
  for (const pid of hosts) process.kill(pid, "SIGSTOP");
  const run = await playConfirmed(pool, { scenarioId: "lab2a/initial-election", seed: 1 });
  expect(run.verdict).toBe("failed");
});

test("a fault of the grader is told as one, and the next run is played as ever", async () => {
  const pool = poolFor("");
  const faulty = await pool.play({ scenarioId: "lab2a/no-such-scenario", seed: 1 });
  expect(faulty).toMatchObject({ verdict: "internal-error", fault: expect.stringContaining("no-such-scenario") });
  expect((await pool.play({ scenarioId: "lab2a/initial-election", seed: 1 })).verdict).toBe("failed");
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
  const loadOf = async (body: string) => {
    const bundle = await bundleSubmission(openSubmission(folderWith({ "raft.ts": raftWith(body) }), iface));
    return { code: bundle.code, filename: bundle.filename, iface };
  };
  const pool = poolFor("", 2);
  const players = [0, 1, 2].map((n) => pool.playerOf(loadOf(`throw new Error("${n}");`)));
  const turns = [0, 1, 2, 0, 1, 2, 2, 1, 0];
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const played = [];
  for (const n of turns) played.push(await players[n]?.play(order));
  // A host keeps the code that it was given first, so another submission's error would show it.
  expect(played.map((run) => run?.crash?.message)).toEqual(turns.map(String));
  await until(() => childrenOf(process.pid).filter(isRunning).length <= 2, "hosts of others have made room");
});

test("a submission that is given up or over leaves nothing in a pool, and the others play on", async () => {
  const loadOf = async (body: string) => {
    const bundle = await bundleSubmission(openSubmission(folderWith({ "raft.ts": raftWith(body) }), iface));
    return { code: bundle.code, filename: bundle.filename, iface };
  };
  const pool = new RunPool(2, null);
  pools.push(pool);
  const order = { scenarioId: "lab2a/initial-election", seed: 1 };
  const [stuck, other] = ["for (;;);", ""].map((body) => pool.playerOf(loadOf(body)));
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
    const next = pool.playerOf(loadOf(`// ${round}`));
    expect((await next.play({ ...order, audit: [0, 1] })).traceHash).toBe(before?.traceHash);
    await next.close();
  }
  expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(openFiles);
  await expect(pool.play(order)).rejects.toThrow("no submission of its own");
});

test("abort ends runs that are under way, and close leaves no process", async () => {
  const pool = poolFor("for (;;);", 2);
  const runs = [1, 2].map((seed) => pool.play({ scenarioId: "lab2a/initial-election", seed }));
  const settled = Promise.allSettled(runs);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const hosts = childrenOf(process.pid);
  pool.abort();
  expect((await settled).map((result) => result.status === "rejected" && result.reason instanceof Aborted)).toEqual([
    true,
    true,
  ]);
  await pool.close();
  expect(hosts.length).toBeGreaterThanOrEqual(2);
  await until(() => !hosts.some(isRunning), "hosts are gone");
});
