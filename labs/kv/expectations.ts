import type { Expect } from "../../grader/check/failure.ts";
import { KvCluster } from "../../grader/harness/kv/cluster.ts";
import type { KvExpect } from "../../grader/harness/kv/expect.ts";
import { askedOf, type Expectations } from "../../grader/harness/scenario.ts";
import { RELEASED_WITHIN_MS } from "./limits.ts";

const asked = askedOf(KvCluster, "keeps a store");

/** What scripts can ask of a store: what its scenarios wait for, with their bounds. One order is asked for behind every script. */
export const EXPECTATIONS: Expectations = {
  leader: asked([], (c) => c.leaderWithin()),
  "leader-among": asked(["peers"], (c, among) => c.leaderWithin(among as number[])),
  ended: asked([], (c) => c.ended(c.all)),
  released: asked([], (c) => c.ended(c.all, RELEASED_WITHIN_MS)),
  answers: asked([], (c) => c.expectAnswers()),
  "one-order": asked([], (c) => c.check()),
};

/** Which of these an expectation of a scenario is. Those that name amounts mean nothing in another run. */
export function expectationOf(expect: Expect): { readonly name: string; readonly args: readonly unknown[] } | null {
  const known = expect as KvExpect;
  switch (known.is) {
    case "leader":
      return { name: "leader-among", args: [known.among] };
    case "ended":
      return { name: known.withinMs === RELEASED_WITHIN_MS ? "released" : "ended", args: [] };
    case "requests-answered":
      return { name: "answers", args: [] };
    case "one-order":
      return { name: "one-order", args: [] };
    default:
      return null;
  }
}
