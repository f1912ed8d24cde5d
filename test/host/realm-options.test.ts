import { expect, test } from "vitest";
import { areSame } from "../../grader/host/engine/realm-options.ts";
import { boot } from "./fixture.ts";

const { processes } = boot();

test("a realm is told the same of processes that are the same, whatever lists they stand in", () => {
  expect(areSame(processes, structuredClone(processes))).toBe(true);
});

test("it is told anew of fewer of them", () => {
  expect(areSame(processes, processes.slice(1))).toBe(false);
});

test.each([
  ["id", 9],
  ["role", "another"],
  ["group", 9],
  ["place", 9],
  ["name", "another"],
] as const)("it is told anew where the last of them has another %s", (field, value) => {
  const others = structuredClone(processes).map((one, at) =>
    at === processes.length - 1 ? { ...one, [field]: value } : one,
  );
  expect(areSame(processes, others)).toBe(false);
});
