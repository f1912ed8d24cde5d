import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../grader/sandbox/limits.ts";
import { UNKNOWN_USAGE } from "../../grader/sandbox/usage.ts";
import { HostWatch } from "../../grader/sandbox/watch.ts";

const MB = 1024 * 1024;
const limits = { ...DEFAULT_LIMITS, windowCpuMs: 1000, runCpuMs: 5000 };
const using = (cpuMs: number, megabytes = 50) => ({ cpuMs, residentBytes: megabytes * MB });

test("a window is measured from when the process can be seen", () => {
  const watch = new HostWatch(limits);
  const place = { run: 1, window: 1 };
  expect(watch.look(place, UNKNOWN_USAGE, 0)).toBeNull();
  expect(watch.look(place, using(300), 25)).toBeNull();
  expect(watch.look(place, using(1200), 50)).toBeNull();
  expect(watch.look(place, using(1300), 75)?.verdict).toBe("hung");
});

test("many short windows of one run add up, and a new run begins anew", () => {
  const watch = new HostWatch(limits);
  for (let cpuMs = 0; cpuMs < 5000; cpuMs += 500) {
    expect(watch.look({ run: 1, window: cpuMs / 250 + 1 }, using(cpuMs), cpuMs)).toBeNull();
  }
  expect(watch.look({ run: 2, window: 101 }, using(5000), 5000)).toBeNull();
  expect(watch.look({ run: 2, window: null }, using(10_000), 6000)).toMatchObject({
    verdict: "hung",
    message: "the peers took more than 5 s of computing in all",
  });
});

test("it remembers the most memory, not what is left of a process that is being taken down", () => {
  const watch = new HostWatch(limits);
  watch.look({ run: 1, window: 1 }, using(100, 400), 0);
  watch.look({ run: 1, window: 1 }, using(120, 0), 25);
  expect(watch.seen).toEqual({ cpuMs: 120, residentBytes: 400 * MB });
});

test("a window that ends by the wall clock is told from one that ends by its computing", () => {
  const place = { run: 1, window: 1 };
  const waiting = new HostWatch(limits);
  expect(waiting.look(place, using(100), 0)).toBeNull();
  expect(waiting.look(place, using(900), limits.windowWallMs)).toMatchObject({ verdict: "hung", isDoubtful: true });
  const computing = new HostWatch(limits);
  expect(computing.look(place, using(100), 0)).toBeNull();
  const loss = computing.look(place, using(1_100), limits.windowWallMs);
  expect(loss).toMatchObject({ verdict: "hung", message: expect.stringContaining("of computing") });
  expect(loss?.isDoubtful).toBeUndefined();
});
