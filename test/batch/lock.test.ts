import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { currentProcess, Lock } from "../../grader/batch/store/lock.ts";
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
