/**
 * Which scenarios find which wrong submissions of the older list. Takes many minutes, and is
 * therefore played only when asked for, with the runs that each scenario gets and, if wanted, which submissions:
 *
 *   MATRIX=5 npx vitest run
 *   MATRIX=20 BASE=7 npx vitest run -t "d-is-"
 */
import { describe, expect, test } from "vitest";
import { WRONG } from "./index.ts";
import { openPatched, outcome, type PlayRun, SCENARIOS } from "./play.ts";

const RUNS = Number(process.env.MATRIX ?? 0);
const BASE = Number(process.env.BASE ?? 1);
const HOURS_MS = 3_600_000;

/** Lines of those scenarios that some run did not pass: how often each outcome was seen. */
function failing(
  play: PlayRun,
  scenarios: readonly string[],
): { readonly lines: string[]; readonly seen: Set<string> } {
  const seen = new Set<string>();
  const lines = scenarios.flatMap((scenario) => {
    const outcomes = Array.from({ length: RUNS }, (_, run) => outcome(play(scenario, run, BASE)));
    const kinds = [...new Set(outcomes)].filter((kind) => kind !== "passed");
    for (const kind of kinds) seen.add(kind);
    const counts = kinds.map((kind) => `${kind} ${outcomes.filter((one) => one === kind).length}/${RUNS}`);
    return counts.length === 0 ? [] : [`  ${scenario}: ${counts.join(", ")}`];
  });
  return { lines, seen };
}

describe("wrong submissions fail in their stage, and not before:", () => {
  test.each(WRONG.map((wrong) => [wrong.id, wrong] as const))(
    "%s",
    async (id, { stage, expected, ...patch }) => {
      const play = await openPatched(patch);
      const ids = [...SCENARIOS.keys()];
      const before = ids.slice(
        0,
        ids.findIndex((scenario) => scenario.startsWith(stage)),
      );
      const own = ids.filter((scenario) => scenario.startsWith(stage));
      const { lines, seen } = failing(play, own);
      console.log([`${id} (${expected.join(" or ")})`, ...lines].join("\n"));
      expect(expected.filter((property) => seen.has(property))).not.toEqual([]);
      expect(failing(play, before).lines).toEqual([]);
    },
    HOURS_MS,
  );
});
