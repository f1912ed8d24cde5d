import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HostTable } from "../../grader/sandbox/host-table.ts";
import { type HostHandle, HostKeeper } from "../../grader/sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../../grader/sandbox/limits.ts";
import { until } from "../cli/run-cli.ts";

const keepers: HostKeeper[] = [];

function keep(
  fixture: string,
  limits: Partial<HostLimits> = {},
): { keeper: HostKeeper; table: HostTable; host: HostHandle } {
  const table = new HostTable();
  const script = fileURLToPath(new URL(`fixtures/${fixture}.mjs`, import.meta.url));
  const program = { script, nodeFlags: ["--max-old-space-size=1024", "--single-threaded-gc"] };
  const keeper = new HostKeeper(table, { limits: { ...DEFAULT_LIMITS, ...limits }, program });
  keepers.push(keeper);
  return { keeper, table, host: keeper.start(1)[0] as HostHandle };
}

async function lossOf(table: HostTable, host: HostHandle) {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 10) {
    const loss = table.loss(host.slot);
    if (loss !== null) return loss;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the host did not end");
}

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.endAll()));
});

describe("a host that takes too much ends with the verdict for it", () => {
  test.each([
    ["spin", "hung", { windowCpuMs: 300 }],
    ["silent", "hung", { windowWallMs: 300 }],
    ["stuck", "hung", { windowCpuMs: 300 }],
    ["grow-heap", "out-of-memory", { windowCpuMs: 10_000, residentBytes: 200e6 }],
    ["grow-buffers", "out-of-memory", { residentBytes: 200e6 }],
    ["flood-stderr", "output-limit", {}],
    ["exit", "crashed", {}],
  ] as const)("%s: %s", async (fixture, verdict, limits) => {
    const { table, host } = keep(fixture, limits);
    table.turn(host.slot);
    expect((await lossOf(table, host)).verdict).toBe(verdict);
  });
});

test.each(["grow-heap", "grow-map"])("%s is out of memory, not hung, with the limits of a grading", async (fixture) => {
  const { table, host } = keep(fixture);
  table.turn(host.slot);
  expect((await lossOf(table, host)).verdict).toBe("out-of-memory");
});

test("an exit code is told", async () => {
  const { table, host } = keep("exit");
  expect((await lossOf(table, host)).message).toContain("exit code 7");
});

test("the stack that the host printed when it was stuck comes along", async () => {
  const { table, host } = keep("stuck", { windowCpuMs: 300 });
  table.turn(host.slot);
  expect((await lossOf(table, host)).stackLines).toEqual([
    "at loop (submission.js:3:5)",
    "at Raft.tick (submission.js:9:1)",
  ]);
});

test("computing between windows is nobody's business", async () => {
  const { keeper, host } = keep("spin", { windowCpuMs: 200 });
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(keeper.canPlay(host)).toBe(true);
});

test("each window has its time anew", async () => {
  for (let isTold = false; !isTold; ) {
    const { keeper, table, host } = keep("spin", { windowCpuMs: 400 });
    let longestMs = 0;
    for (let i = 0; i < 20; i++) {
      const beganMs = performance.now();
      table.turn(host.slot);
      await new Promise((resolve) => setTimeout(resolve, 60));
      table.turn(host.slot);
      longestMs = Math.max(longestMs, performance.now() - beganMs);
    }
    // Where a busy machine made a window last so long that it may have ended the host, that says nothing: once more.
    isTold = longestMs < 300;
    if (isTold) expect(keeper.canPlay(host)).toBe(true);
    else await keeper.end(host);
  }
});

test("a host that was killed plays no further run, also while it is not reaped", () => {
  const { keeper, host } = keep("spin");
  expect(keeper.canPlay(host)).toBe(true);
  keeper.kill(host);
  expect(keeper.canPlay(host)).toBe(false);
});

test("a host that closes its channel but lives on is ended when the player gives it up", async () => {
  const { table, host } = keep("close-channel");
  table.awaitLoss(host.slot, 0);
  expect(await lossOf(table, host)).toMatchObject({
    verdict: "crashed",
    message: expect.stringContaining("closed its channel"),
  });
});

test("nothing is left: no process, no zombie, no descriptor, no temporary file", async () => {
  // A place of its own: other tests have their folders in the usual one.
  const place = mkdtempSync(join(tmpdir(), "keeper-"));
  vi.stubEnv("TMPDIR", place);
  const fds = openDescriptors();
  const { keeper, host } = keep("silent");
  const second = keeper.start(1)[0] as HostHandle;
  await keeper.end(host);
  expect(existsSync(`/proc/${host.pid}`)).toBe(false);
  expect(existsSync(`/proc/${second.pid}`)).toBe(true);
  await keeper.endAll();
  expect(existsSync(`/proc/${second.pid}`)).toBe(false);
  vi.unstubAllEnvs();
  expect(readdirSync(place)).toEqual([]);
  rmdirSync(place);
  // Those of earlier hosts may be closed meanwhile, and these a moment later.
  await until(() => openDescriptors() <= fds, "no descriptor is left");
});

test("hosts see no environment but time zone and locale", () => {
  const { host } = keep("silent");
  const names = readFileSync(`/proc/${host.pid}/environ`, "utf8").split("\0").filter(Boolean);
  expect(names).toEqual(["TZ=UTC", "LC_ALL=en_US.UTF-8"]);
});

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
