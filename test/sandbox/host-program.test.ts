import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { peerHostProgram } from "../../grader/sandbox/host-program.ts";
import { HostTable } from "../../grader/sandbox/host-table.ts";
import { type HostHandle, HostKeeper } from "../../grader/sandbox/keeper.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../../grader/sandbox/limits.ts";

const MB = 1024 * 1024;
const HEAP = /^--max-old-space-size=(\d+)$/;
const heapOf = (flags: readonly string[]) => flags.flatMap((flag) => HEAP.exec(flag)?.[1] ?? []).map(Number);
const heapWith = (megabytes: number) => heapOf(peerHostProgram(withMemory(megabytes)).nodeFlags);
const withMemory = (megabytes: number): HostLimits => ({ ...DEFAULT_LIMITS, residentBytes: megabytes * MB });

test("V8's own limit on the heap lies above that on memory in use, whatever that is", () => {
  expect(heapOf(peerHostProgram().nodeFlags)).toEqual([1024]);
  expect(heapWith(64)).toEqual([1024]);
  expect(heapWith(1500)).toEqual([3000]);
  expect(heapWith(4096)).toEqual([8192]);
});

test("hosts are started so", async () => {
  const keeper = new HostKeeper(new HostTable(), { limits: withMemory(2048) });
  const [{ pid }] = keeper.start(1) as [HostHandle];
  const flags = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  await keeper.endAll();
  expect(heapOf(flags)).toEqual([4096]);
});
