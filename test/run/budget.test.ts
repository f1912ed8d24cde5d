import { expect, test } from "vitest";
import { Budget } from "../../grader/run/budget.ts";

const LIMITS = { cpuMs: 10_000, cpuMsPerRun: 1_000, wallMs: 20_000, wallMsPerRun: 2_000 };

test("a budget grows with the runs that are planned, also later", () => {
  let planned = 4;
  const budget = new Budget(LIMITS, () => planned);
  budget.spend(13_999, 0);
  expect(budget.loss).toBeNull();
  planned = 6;
  budget.spend(2_000, 0);
  expect(budget.loss).toBeNull();
  budget.spend(1, 0);
  expect(budget.loss).toEqual({
    verdict: "hung",
    message: "the peers used up the budget of CPU time of the submission, 16 s",
    stackLines: [],
  });
});

test("one that is used up stays so, though less was used than it seemed, and more is planned", () => {
  let planned = 0;
  const budget = new Budget(LIMITS, () => planned);
  budget.spend(0, 20_000);
  const { loss } = budget;
  expect(loss?.message).toBe("the peers used up the budget of wall time of the submission, 20 s");
  planned = 100;
  budget.spend(50_000, -15_000);
  expect(budget.loss).toBe(loss);
  budget.spend(500_000, 500_000);
  expect(budget.loss).toBe(loss);
});

test("wall time that is taken back was not used", () => {
  const budget = new Budget(LIMITS, () => 0);
  budget.spend(0, 9_000);
  budget.spend(0, -8_000);
  budget.spend(0, 8_999);
  expect(budget.isInDoubt).toBe(false);
  budget.spend(0, 1);
  expect(budget.isInDoubt).toBe(true);
  budget.spend(0, -5_000);
  expect(budget.isInDoubt).toBe(true);
  expect(budget.loss).toBeNull();
});

test("who has used more than a tenth is slow, and it is said once", () => {
  let told = 0;
  const budget = new Budget(
    LIMITS,
    () => 0,
    () => told++,
  );
  budget.spend(5_000, 1_999);
  expect([budget.isSlow, told]).toEqual([false, 0]);
  budget.spend(0, 1);
  budget.spend(0, 5_000);
  expect([budget.isSlow, told]).toEqual([true, 1]);
});

test("it knows the most memory that each host had", () => {
  const budget = new Budget(LIMITS, () => 0);
  budget.noteHosts([{ pid: 7 }, { pid: 8 }], [100, 200]);
  budget.noteHosts([{ pid: 9 }, { pid: 7 }], [50, 150]);
  expect(budget.hostPeaksBytes).toEqual([150, 200, 50]);
});
