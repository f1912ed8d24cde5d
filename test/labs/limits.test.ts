import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAX_CALLS_PER_2_MIN, MAX_CALLS_PER_S } from "../../grader/check/call-rate.ts";
import { LIMITS as KV_LIMITS } from "../../labs/kv/limits.ts";
import { LIMITS as PAXOS_LIMITS } from "../../labs/paxos/limits.ts";
import { LIMITS as RAFT_LIMITS } from "../../labs/raft/limits.ts";

const TABLES = { raft: RAFT_LIMITS, kv: KV_LIMITS, paxos: PAXOS_LIMITS };

describe.each(Object.entries(TABLES))("every number that decides a verdict of %s", (home, limits) => {
  const read = (path: string): string => readFileSync(new URL(`../../labs/${home}/${path}`, import.meta.url), "utf8");

  test.each(Object.entries(limits))("%s is stated in a handout", (_, { value, handout, words }) => {
    expect(read(`${handout}.md`).replace(/\s+/g, " ")).toContain(words);
    // In the words it may stand in seconds or kilobytes.
    const figures = [...words.matchAll(/\d+(\.\d+)?/g)].map(([figure]) => Number(figure));
    expect(figures.some((figure) => figure === value || figure * 1000 === value)).toBe(true);
  });

  test("is one of the list", () => {
    const names = [...read("limits.ts").matchAll(/^export const ([A-Z_]+) = /gm)].map(([, name]) => name);
    expect(Object.keys(limits)).toEqual(expect.arrayContaining(names));
  });

  test("stands in no scenario as a bare figure: neither what is compared in an expectation, nor a time that fails a run", () => {
    const folder = new URL(`../../labs/${home}/scenarios/`, import.meta.url);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const text = readFileSync(new URL(file, folder), "utf8");
      const bare =
        /withinMs: \d|within \d+ s|expect\((?:(?!=>|\{)[^;])*[<>]=? \d{2,}|expectAtMost\([^,]*, [1-9]|ended\([^;]*\], \d/;
      expect([file, ...(text.match(bare) ?? [])]).toEqual([file]);
    }
  });
});

test.each(["raft", "paxos"])(
  "how often a peer may call, and all of them, stands in the contract's timing: %s",
  (lab) => {
    const readme = readFileSync(new URL(`../../labs/${lab}/README.md`, import.meta.url), "utf8").replaceAll(
      "\u00a0",
      " ",
    );
    const spaced = (count: number) => count.toString().replace(/(\d)(\d{3})$/, "$1 $2");
    expect(readme).toMatch(new RegExp(`at most ${spaced(MAX_CALLS_PER_S)} (by one peer )?in a second`));
    expect(readme).toMatch(new RegExp(`${spaced(MAX_CALLS_PER_2_MIN)} (by all )?in two minutes`));
  },
);
