import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureOf } from "../../grader/check/failure.ts";
import { KV_KIND } from "../../grader/harness/kv/kind.ts";
import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import { COMMON_RULES } from "../../grader/harness/rules.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { labs } from "../../labs/index.ts";
import { RULES } from "../../labs/raft/rules.ts";
import { ROOT } from "../cli/run-cli.ts";

/** The names of checks that sources below a folder give to what they find. */
function checksBelow(folder: string, recursive = true): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const names = files.flatMap((name) => {
    const lines = readFileSync(join(ROOT, folder, name), "utf8").match(/^ +check: .*"$|^ +check: .*",$/gm) ?? [];
    return lines.flatMap((line) => line.match(/(?<=")[a-z-]+(?=")/g) ?? []);
  });
  return [...new Set(names)].sort();
}

test("whatever a log's checkers, monitor and cluster find has a name that its kind announces, and nothing else is announced", () => {
  const found = [...checksBelow("grader/check/log"), ...checksBelow("grader/harness/log")];
  expect([...new Set(found)].sort()).toEqual([...new Set(LOG_KIND.checks)].sort());
});

test("whatever a store's monitor and cluster find has a name that its kind announces", () => {
  const found = checksBelow("grader/harness/kv");
  expect(found).toEqual(expect.arrayContaining(["done-once", "one-order", "requests-answered"]));
  expect(found.filter((check) => !(KV_KIND.checks as readonly string[]).includes(check))).toEqual([]);
});

test("whatever every cluster finds has a rule in common or in each lab", () => {
  const found = new Set([...checksBelow("grader/check", false), ...checksBelow("grader/harness", false)]);
  for (const lab of labs)
    for (const { id, begin } of lab.suites.flatMap(({ scenarios }) => scenarios)) {
      const { rules } = begin(processesOf([{ role: "peer", size: 3 }]));
      expect([id, [...found].filter((check) => rules[check] === undefined)]).toEqual([id, []]);
      expect(rules).toMatchObject(COMMON_RULES);
    }
});

test("a scenario brings the rule along of what it finds itself, and no other one has that name", () => {
  for (const check of checksBelow("labs/raft/scenarios")) expect([check, RULES[check]]).toEqual([check, undefined]);
});

test("a finding gets its own rule, or the one of its name; without any it is a mistake of the lab", () => {
  const finding = { property: "liveness", check: "elects", expected: "a", seen: "b", timeUs: 1 } as const;
  const rules = { elects: { cite: "section 1", hint: "look" } };
  expect(failureOf(finding, rules)).toEqual({ ...finding, cite: "section 1", hint: "look" });
  expect(failureOf({ ...finding, cite: "section 2" }, rules)).toEqual({ ...finding, cite: "section 2" });
  expect(() => failureOf(finding, {})).toThrow("no rule says where the check elects stands");
});
