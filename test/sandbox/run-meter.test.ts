import { expect, test } from "vitest";
import type { HostLoss } from "../../grader/sandbox/host-table.ts";
import { RunMeter } from "../../grader/sandbox/run-meter.ts";
import { UNKNOWN_USAGE, type Usage } from "../../grader/sandbox/usage.ts";

const LIMITS = { runCpuMs: 5_000, runWallMs: 10_000 };
const host = (cpuMs: number, waitMs = 0): Usage => ({ cpuMs, residentBytes: 1, waitMs });
const thread = (cpuMs: number, waitMs = 0) => ({ cpuMs, waitMs });

class Ledger {
  cpuMs = 0;
  wallMs = 0;
  loss: HostLoss | null = null;
  spend(cpuMs: number, wallMs: number): void {
    this.cpuMs += cpuMs;
    this.wallMs += wallMs;
  }
}

/** Looks once a second, at usages that grow by the same each time. Gives after how many seconds it was over, and why. */
function over(perSecond: (s: number) => { hosts: Usage[]; player: ReturnType<typeof thread> | null }, seconds: number) {
  const ledger = new Ledger();
  const meter = new RunMeter(LIMITS, ledger, perSecond(0), 0);
  for (let s = 1; s <= seconds; s++) {
    const loss = meter.look(perSecond(s), s * 1000);
    if (loss !== null) return { s, loss, ledger };
  }
  return { s: null, loss: null, ledger };
}

test("the CPU time of a run is that of its host and of the thread that plays it, from where it began", () => {
  const { s, loss, ledger } = over((s) => ({ hosts: [host(9_000 + 300 * s)], player: thread(70_000 + 200 * s) }), 30);
  expect(s).toBe(10);
  expect(loss).toEqual({
    verdict: "hung",
    message: "the peers used up the budget of CPU time of the run, 5 s",
    stackLines: [],
  });
  expect(ledger.cpuMs).toBe(5_000);
});

test("hosts of audits count, and each adds a quarter to what the run may take", () => {
  const hosts = (s: number) => [host(9_000 + 200 * s), host(1_000 + 300 * s), host(300 * s)];
  const { s, loss, ledger } = over((s) => ({ hosts: hosts(s), player: thread(70_000 + 200 * s) }), 30);
  expect(s).toBe(8);
  expect(loss?.message).toBe("the peers used up the budget of CPU time of the run, 7.5 s");
  expect(ledger.cpuMs).toBe(8_000);
});

test("a grader's thread that alone is made to compute uses up the budget of the run too", () => {
  expect(over((s) => ({ hosts: [host(0)], player: thread(1_000 * s) }), 30).s).toBe(5);
});

test("hosts that sleep use up wall time, which the machine may have brought about", () => {
  const { s, loss, ledger } = over(() => ({ hosts: [host(100)], player: thread(100) }), 30);
  expect(s).toBe(10);
  expect(loss).toMatchObject({
    verdict: "hung",
    message: "the peers used up the budget of wall time of the run, 10 s",
    isDoubtful: true,
  });
  expect(ledger).toMatchObject({ cpuMs: 0, wallMs: 10_000 });
});

test("so do hosts of audits that sleep, while the run's own has nothing to do", () => {
  expect(over(() => ({ hosts: [host(100), host(100)], player: thread(100) }), 30).s).toBe(10);
});

test.each([
  ["its host", (s: number) => ({ hosts: [host(100 * s, 900 * s)], player: thread(0) })],
  ["the thread that plays it", (s: number) => ({ hosts: [host(100 * s)], player: thread(0, 900 * s) })],
])("what %s waited for a CPU is the machine's time, not the run's", (_title, usage) => {
  const { s, ledger } = over(usage, 40);
  expect(s).toBeNull();
  expect(ledger.wallMs).toBe(4_000);
});

test("a wait that is known of only when it is over is given back", () => {
  const waited = (s: number) => host(0, s < 8 ? 0 : 8_000);
  const { s, ledger } = over((s) => ({ hosts: [waited(s)], player: thread(0) }), 12);
  expect(s).toBeNull();
  expect(ledger.wallMs).toBe(4_000);
});

test("when nobody could look for a while, everything stood still", () => {
  const ledger = new Ledger();
  const meter = new RunMeter(LIMITS, ledger, { hosts: [host(0)], player: thread(0) }, 0);
  expect(meter.look({ hosts: [host(0)], player: thread(0) }, 600_000)).toBeNull();
  expect(ledger.wallMs).toBe(1_000);
});

test("a host that is still being started has used nothing, and one that is gone nothing more", () => {
  const ledger = new Ledger();
  const meter = new RunMeter(LIMITS, ledger, { hosts: [UNKNOWN_USAGE], player: null }, 0);
  meter.look({ hosts: [host(40, 5)], player: thread(10, 1) }, 100);
  expect(ledger).toMatchObject({ cpuMs: 50, wallMs: 84 });
  meter.look({ hosts: [UNKNOWN_USAGE], player: null }, 200);
  expect(ledger).toMatchObject({ cpuMs: 50, wallMs: 184 });
});

test("what the submission has no time left for ends with its loss", () => {
  const ledger = new Ledger();
  const meter = new RunMeter(LIMITS, ledger, { hosts: [host(0)], player: thread(0) }, 0);
  ledger.loss = { verdict: "hung", message: "of the submission", stackLines: [] };
  expect(meter.look({ hosts: [host(1)], player: thread(1) }, 25)).toBe(ledger.loss);
});
