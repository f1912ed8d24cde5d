import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { Budget } from "../../grader/run/budget.ts";
import { grade } from "../../grader/run/grade.ts";
import { Aborted } from "../../grader/run/player.ts";
import { WholeRunTrials } from "../../grader/run/whole-runs.ts";
import { distFile } from "../../grader/sandbox/dist-file.ts";
import { wholeRunProgram } from "../../grader/sandbox/host-program.ts";
import { HostTable } from "../../grader/sandbox/host-table.ts";
import { type HostHandle, HostKeeper } from "../../grader/sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../../grader/sandbox/limits.ts";
import { playWholeRun } from "../../grader/sandbox/whole-run-host.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { raft } from "../attacks/attack.ts";
import { childrenOf, folderWith, isRunning, raftWith, until } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";
import { INITIAL, loadOf, loadOfSource, poolOf, REFERENCE } from "./whole-run-fixture.ts";

describe("processes that play whole runs", () => {
  test("are used again, and nothing else is started, while runs pass", async () => {
    const pool = poolOf(loadOf(REFERENCE), { boundary: "none" });
    const order = { ...INITIAL, audit: [0, 1] };
    for (const seed of [1, 2, 3]) expect((await pool.play({ ...order, seed })).isWhole).toBe(true);
    // The bundler may take a moment to be gone.
    await until(() => childrenOf(process.pid).length === 1, "there is one host, and nothing else");
    expect(childrenOf(process.pid).every(isRunHost)).toBe(true);
  });

  test("are not used again when they said anything else", async () => {
    const pool = poolOf(loadOfSource(raft({})), { boundary: "none" });
    expect((await pool.play(INITIAL)).verdict).toBe("failed");
    expect(childrenOf(process.pid).some(isRunHost)).toBe(false);
  });

  test("may take more for a run than for a window, and no more than half of what it may with the boundary", async () => {
    const load = await loadOf(REFERENCE);
    // Some milliseconds of computing, in many windows.
    const work = "setInterval(() => { for (let i = 0, x = 0; i < 4e6; i++) x += i % 7; }, 100);";
    const busy = Promise.resolve({ ...load, code: `${load.code}\n${work}` });
    const play = async (limits: Partial<HostLimits>) => {
      const account = new Budget({ cpuMs: 600_000, cpuMsPerRun: 0, wallMs: 600_000, wallMsPerRun: 0 }, () => 1);
      const patient = { windowWallMs: 600_000, runWallMs: 600_000, ...limits };
      const run = await poolOf(busy, { boundary: "none", budget: account, limits: patient }).play({
        ...INITIAL,
        seed: 12,
      });
      return { isWhole: run.isWhole, cpuMs: account.cpuMs };
    };
    // What it takes here and now, which no yardstick in this process tells of another one.
    let last = await play({ windowCpuMs: 60_000, runCpuMs: 200_000 });
    expect(last.isWhole).toBe(true);
    // On a busy machine it takes more one time than the next.
    let windowCpuMs = last.cpuMs;
    while (last.cpuMs <= 1.5 * windowCpuMs) {
      windowCpuMs = last.cpuMs / 3;
      last = await play({ windowCpuMs, runCpuMs: 20 * windowCpuMs });
      expect(last.isWhole).toBe(true);
    }
    // It is played whole only where it takes no more than half.
    while (last.isWhole) {
      const runCpuMs = 1.4 * last.cpuMs;
      last = await play({ windowCpuMs, runCpuMs });
      if (last.isWhole) expect(last.cpuMs).toBeLessThan(0.6 * runCpuMs);
    }
  });

  test("end themselves in a window that does not end, when their keeper would wait for long", async () => {
    const own = { ...DEFAULT_LIMITS, windowCpuMs: 300 * slowness() };
    const patient = { ...own, windowCpuMs: 600_000, runCpuMs: 600_000, windowWallMs: 600_000 };
    const program = wholeRunProgram(own);
    const keeper = new HostKeeper(new HostTable(), { limits: patient, program, usesSockets: true });
    onTestFinished(() => keeper.endAll());
    const [handle] = keeper.start(1) as [HostHandle];
    const load = await loadOfSource(raft({ init: "for (;;);" }));
    expect(await playWholeRun(keeper, handle, load, { number: 1, ...INITIAL, audit: [] })).toBeNull();
  });

  test("that the machine stopped cost nobody a verdict", async () => {
    const load = loadOf(REFERENCE);
    const pool = poolOf(load, { boundary: "none", limits: { windowWallMs: 500 * slowness() } });
    for (const pid of childrenOf(process.pid).filter(isRunHost)) process.kill(pid, "SIGSTOP");
    const run = await pool.play({ ...INITIAL, seed: 12 });
    expect(run.isWhole).toBeUndefined();
    expect(run.verdict).toBe("passed");
  });

  test("end when the run is given up, whatever they are at", async () => {
    const load = await loadOfSource(raft({ init: "for (;;);" }));
    const pool = poolOf(Promise.resolve(load), { boundary: "none" });
    const run = pool.play(INITIAL).catch((reason: unknown) => reason);
    await until(
      () => childrenOf(process.pid).some((pid) => isRunHost(pid) && cpuTicksOf(pid) > 40),
      "it is in its loop",
    );
    pool.abort();
    expect(await run).toBeInstanceOf(Aborted);
    await pool.close();
    expect(childrenOf(process.pid).filter(isRunHost)).toEqual([]);
  });

  test("end with their parent, whatever they are at", async () => {
    const { script, nodeFlags } = wholeRunProgram();
    // A parent that gives an endless submission to play, and says who plays it.
    const parent = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      `import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ${JSON.stringify([...nodeFlags, script])}, { detached: true, stdio: ["ignore", "ignore", "ignore", "pipe"] });
      child.stdio[3].write(Buffer.from(${JSON.stringify((await endlessFrames()).toString("base64"))}, "base64"));
      console.log(child.pid);
      setInterval(() => {}, 1000);`,
    ]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const player = Number(line);
    await until(() => cpuTicksOf(player) > 60, "it is in its loop");
    parent.kill("SIGKILL");
    await until(() => !isRunning(player), "it is gone");
  });
});

function cpuTicksOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[13]);
}

async function endlessFrames(): Promise<Buffer> {
  const { encodeLoad } = await import("../../grader/host/wire.ts");
  const { encodeWholeRunOrder } = await import("../../grader/host/wire/whole-run.ts");
  const load = Buffer.from(encodeLoad(await loadOfSource(raft({ init: "for (;;);" }))));
  return Buffer.concat([load, encodeWholeRunOrder({ number: 1, ...INITIAL, audit: [] })]);
}

describe("a budget is charged", () => {
  const budget = () => new Budget({ cpuMs: 60_000, cpuMsPerRun: 0, wallMs: 60_000, wallMsPerRun: 0 }, () => 1);

  test("for a run that passed", async () => {
    const account = budget();
    const pool = poolOf(loadOf(REFERENCE), { boundary: "none", budget: account });
    expect((await pool.play({ ...INITIAL, seed: 12 })).isWhole).toBe(true);
    expect(account.cpuMs).toBeGreaterThan(10);
  });

  test("for nothing that is played again", async () => {
    const account = budget();
    // The thread that plays it again says at once that it passed.
    const threadScript = fileURLToPath(new URL("fixtures/mortal-worker.mjs", import.meta.url));
    const load = loadOfSource(raft({ init: "for (;;);" }));
    const pool = poolOf(load, { boundary: "none", budget: account, threadScript, limits: { windowCpuMs: 1_500 } });
    expect(await pool.play({ ...INITIAL, seed: 7 })).toMatchObject({ verdict: "passed", rpcs: 1 });
    expect(account.cpuMs).toBeLessThan(1_000);
  });
});

describe("which runs are tried whole", () => {
  test("none that is to be seen step by step, or in a process that has done nothing before", () => {
    const trials = new WholeRunTrials();
    expect(trials.isWorth(INITIAL)).toBe(true);
    expect(trials.isWorth({ ...INITIAL, audit: [1], options: {} })).toBe(true);
    expect(trials.isWorth({ ...INITIAL, freshHost: true })).toBe(false);
    expect(trials.isWorth({ ...INITIAL, options: { keepTrace: true } })).toBe(false);
  });

  test("none of a scenario whose last run did not pass", () => {
    const trials = new WholeRunTrials();
    trials.note("lab2a/initial-election", false);
    expect(trials.isWorth(INITIAL)).toBe(false);
    expect(trials.isWorth({ ...INITIAL, scenarioId: "lab2a/re-election" })).toBe(true);
    trials.note("lab2a/initial-election", true);
    expect(trials.isWorth(INITIAL)).toBe(true);
  });

  test("none of a submission of which more than a few fail, until twelve have passed for each", () => {
    const trials = new WholeRunTrials();
    const worthAfter = (note: () => void, times: number) => {
      for (let i = 0; i < times; i++) note();
      return trials.isWorth(INITIAL);
    };
    const fail = () => trials.noteFailedTrial();
    // In whatever way: of a submission that fails early nothing is tried whole for a while.
    const pass = () => trials.note("lab2a/re-election", true);
    expect(worthAfter(fail, 2)).toBe(true);
    expect(worthAfter(fail, 1)).toBe(false);
    expect(worthAfter(pass, 35)).toBe(false);
    expect(worthAfter(pass, 1)).toBe(true);
    expect(worthAfter(fail, 1)).toBe(false);
    expect(worthAfter(pass, 12)).toBe(true);
  });

  test("none of a submission that has lost three processes", () => {
    const trials = new WholeRunTrials();
    for (const number of [1, 2, 3]) {
      expect(trials.isWorth(INITIAL)).toBe(true);
      trials.noteLoss(`lab2b/${number}`);
    }
    expect(trials.isWorth(INITIAL)).toBe(false);
  });

  test("none of a scenario of which a run was lost, though it passed with the boundary", () => {
    const trials = new WholeRunTrials();
    trials.noteLoss(INITIAL.scenarioId);
    trials.note(INITIAL.scenarioId, true);
    expect(trials.isWorth(INITIAL)).toBe(false);
    expect(trials.isWorth({ ...INITIAL, scenarioId: "lab2a/re-election" })).toBe(true);
  });
});

test("a few runs are begun by one worker, and many by all", async () => {
  const hostsOf = async (runs: number) => {
    let most = 0;
    await grade({
      lab: "lab2a",
      form: lab2.form,
      scenarios: lab2.suites.flatMap((suite) => suite.scenarios).filter(({ id }) => id === "lab2a/initial-election"),
      submission: folderWith({ "raft.ts": raftWith("") }),
      seed: 1,
      runs,
      workers: 3,
      boundary: "none",
      onEvent: ({ kind }) => {
        if (kind === "started") most = childrenOf(process.pid).filter(isRunHost).length;
      },
    });
    return most;
  };
  expect(distFile("run-host.js")).toContain("run-host.js");
  expect(await hostsOf(8)).toBe(1);
  expect(await hostsOf(9)).toBe(3);
});

function isRunHost(pid: number): boolean {
  return isRunning(pid) && cmdlineOf(pid).includes("run-host.js");
}

function cmdlineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
