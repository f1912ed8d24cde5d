import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { currentProcess, Lock } from "../../grader/batch/store/lock.ts";
import { lifeOf } from "../../grader/batch/store/process-life.ts";
import { temporaryFolder } from "./fake-batch.ts";

function left(folder: string, change: Partial<ReturnType<typeof currentProcess>>): void {
  writeFileSync(join(folder, "lock"), `${JSON.stringify({ ...currentProcess(), ...change })}\n`);
}

/** The number of a process that is no more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

const hasProc = existsSync("/proc/self/stat");

/** The number of a process that was killed, and whose parent will never ask for it. */
async function zombiePid(): Promise<number> {
  // What the shell becomes knows nothing of the child that it has.
  const script = `"${process.execPath}" -e 'setTimeout(() => {}, 600_000)' & echo $!; exec sleep 600`;
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  // Not before the shell is gone, which would ask for it.
  await vi.waitUntil(() => readFileSync(`/proc/${parent.pid}/comm`, "utf8") === "sleep\n", { timeout: 60_000 });
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1")), { timeout: 60_000 });
  return pid;
}

/** The first three fields of a process or thread, with as many more as there are before its start time. */
function stat(pid: number, state: string, name = "node"): string {
  return `${pid} (${name}) ${state} ${"1 ".repeat(18)}4711 ${"0 ".repeat(30)}\n`;
}

/** A /proc with one process whose threads have these states, the first one's first. */
function procWith(states: readonly string[], name?: string): string {
  const proc = temporaryFolder();
  for (const [at, state] of states.entries()) {
    mkdirSync(join(proc, `7/task/${7 + at}`), { recursive: true });
    writeFileSync(join(proc, `7/task/${7 + at}/stat`), stat(7 + at, state, name));
  }
  writeFileSync(join(proc, "7/stat"), stat(7, states[0] ?? "", name));
  return proc;
}

describe("what the system says of a process", () => {
  test.each([
    ["running", ["R", "S"], "running"],
    ["waiting for a disk", ["D"], "running"],
    ["stopped", ["T"], "running"],
    ["a zombie", ["Z"], "ended"],
    ["a zombie with all its threads", ["Z", "X", "Z"], "ended"],
    ["dead", ["X"], "ended"],
    ["dead, as older kernels say", ["x"], "ended"],
    ["without its first thread", ["Z", "S"], "ending"],
    ["with a thread that has ended", ["S", "Z"], "running"],
  ])("%s", (_title, states, state) => {
    expect(lifeOf(7, procWith(states))).toEqual({ state, startTime: "4711" });
    // A name may look like the fields that follow it.
    expect(lifeOf(7, procWith(states, ") Z 1 ("))).toEqual({ state, startTime: "4711" });
    expect(lifeOf(7, procWith(states, "a) R 1 (b) R"))).toEqual({ state, startTime: "4711" });
  });

  test("nothing, when there is none of that number", async () => {
    expect(lifeOf(8, procWith(["S"]))).toEqual({ state: "unknown", startTime: "" });
    expect(lifeOf(await deadPid())).toEqual({ state: "unknown", startTime: "" });
  });
});

describe("the lock of a folder", () => {
  test("is held by one, who is named, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const lock = await Lock.take(folder);
    await expect(Lock.take(folder)).rejects.toThrow(
      `another batch is at work in this folder: process ${process.pid} on ${currentProcess().host} holds`,
    );
    expect(lock.isHeld()).toBe(true);
    left(folder, { pid: 1 });
    expect(lock.isHeld()).toBe(false);
    rmSync(join(folder, "lock"));
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await Lock.take(folder)).release();
  });

  test("of many who want it at once, one gets it", async () => {
    const folder = temporaryFolder();
    left(folder, { pid: await deadPid() });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => Lock.take(folder)));
    const got = tries.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(got).toHaveLength(1);
    got[0]?.release();
  });

  test("is taken over from a process that is gone, from another one with its number, and from before a reboot", async () => {
    for (const change of [{ pid: await deadPid() }, { startTime: "1" }, { bootId: "another" }]) {
      const folder = temporaryFolder();
      left(folder, change);
      const lock = await Lock.take(folder);
      expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8"))).toEqual(currentProcess());
      lock.release();
      expect(existsSync(join(folder, "lock"))).toBe(false);
    }
  });

  // Only /proc tells a zombie from a process that runs.
  test.runIf(hasProc)("is taken over at once from a process that was killed and stays a zombie", async () => {
    const folder = temporaryFolder();
    const pid = await zombiePid();
    const { startTime } = lifeOf(pid);
    expect(startTime).toMatch(/^\d+$/);
    left(folder, { pid, startTime });
    const messages: string[] = [];
    const lock = await Lock.take(folder, (message) => messages.push(message));
    expect(messages).toEqual([]);
    expect(lock.isHeld()).toBe(true);
    // Nor does what one left in the making stay.
    writeFileSync(join(folder, ".lock-here-1"), JSON.stringify({ ...currentProcess(), pid, startTime }));
    lock.release();
    (await Lock.take(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  // As above: what is pinned is how /proc is read.
  test.runIf(hasProc)("is held by a process that was only stopped", async () => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
    const pid = child.pid ?? 0;
    process.kill(pid, "SIGSTOP");
    left(folder, { pid, startTime: lifeOf(pid).startTime });
    await expect(Lock.take(folder)).rejects.toThrow(`another batch is at work in this folder: process ${pid} `);
  });

  test("of another machine is watched for a while: touched, it holds; untouched, it is left over", async () => {
    vi.useFakeTimers();
    try {
      const folder = temporaryFolder();
      left(folder, { host: "elsewhere" });
      const messages: string[] = [];
      const refused = Lock.take(folder, (message) => messages.push(message));
      const check = expect(refused).rejects.toThrow(/process \d+ on elsewhere holds .*if that machine is gone/);
      await vi.advanceTimersByTimeAsync(3_000);
      utimesSync(join(folder, "lock"), 1, 1);
      await vi.advanceTimersByTimeAsync(20_000);
      await check;
      expect(messages.slice(0, 1)).toEqual([expect.stringMatching(/left by process \d+ on elsewhere; waiting/)]);
      // So is one of a container on this machine that shares its name and not its process numbers.
      left(folder, { pidSpace: "pid:[1]" });
      const apart = Lock.take(folder);
      const refusal = expect(apart).rejects.toThrow(/another batch is at work/);
      await vi.advanceTimersByTimeAsync(3_000);
      utimesSync(join(folder, "lock"), 2, 2);
      await vi.advanceTimersByTimeAsync(20_000);
      await refusal;
      const taken = Lock.take(folder);
      await vi.advanceTimersByTimeAsync(20_000);
      (await taken).release();
    } finally {
      vi.useRealTimers();
    }
  });
});

test("what a batch left that was killed while it took the lock goes away with the next", async () => {
  const folder = temporaryFolder();
  const dead = { ...currentProcess(), pid: await deadPid() };
  writeFileSync(join(folder, ".lock-here-1"), JSON.stringify(dead));
  writeFileSync(join(folder, "lock-left-by-1-2"), JSON.stringify(dead));
  writeFileSync(join(folder, ".lock-elsewhere-1"), JSON.stringify({ ...dead, host: "elsewhere" }));
  (await Lock.take(folder)).release();
  expect(readdirSync(folder)).toEqual([".lock-elsewhere-1"]);
});
