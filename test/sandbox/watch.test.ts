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
    message: "the peers used up the budget of CPU time of the run, 5 s",
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

test("what a host waited for a CPU is no part of a window's wall time", () => {
  const place = { run: 1, window: 1 };
  const starved = new HostWatch(limits);
  const waiting = (waitMs: number) => ({ ...using(100), waitMs });
  expect(starved.look(place, waiting(50), 0)).toBeNull();
  expect(starved.look(place, waiting(50 + limits.windowWallMs), limits.windowWallMs * 2 - 1)).toBeNull();
  expect(starved.look(place, waiting(50 + limits.windowWallMs), limits.windowWallMs * 2)?.verdict).toBe("hung");
});

test("memory that earlier runs left in a host is not the run's that it plays now", () => {
  const watch = new HostWatch({ ...limits, residentBytes: 200 * MB });
  const place = { run: 1, window: 1 };
  watch.beginRun(using(0, 20));
  expect(watch.look(place, using(10, 190), 0)).toBeNull();
  expect(watch.look(place, using(20, 201), 25)?.verdict).toBe("out-of-memory");
  watch.beginRun(using(30, 164));
  expect(watch.look({ run: 2, window: 3 }, using(40, 300), 50)).toBeNull();
  expect(watch.look({ run: 2, window: 3 }, using(50, 301), 75)?.verdict).toBe("out-of-memory");
});
