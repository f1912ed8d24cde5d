import type { Expect } from "../../grader/check/failure.ts";
import type { NamedExpect } from "../../grader/harness/expectations.ts";
import { AGREED_WITHIN_MS, ELECTED_WITHIN_MS, LogCluster } from "../../grader/harness/log/cluster.ts";
import { judge, type LogExpect } from "../../grader/harness/log/expect.ts";
import { askedOf, type Expectations } from "../../grader/harness/scenario.ts";
import { CALM_ATTEMPTS, CALM_MS } from "./limits.ts";
import { judgeRestart, judgeSnapshots } from "./scenarios/restarts.ts";
import { judgeStateSizes } from "./scenarios/snapshots.ts";
import { judgeLeadsOn, judgeWinner } from "./scenarios/staying.ts";
import { underCommands } from "./scenarios/support.ts";

const ELECTED = { withinMs: ELECTED_WITHIN_MS } as const;
const AGREED = { withinMs: AGREED_WITHIN_MS } as const;

const asked = askedOf(LogCluster, "replicates a log");

/** What scripts of Raft can expect: what scenarios do, with their bounds; and what more than one scenario asks for by name. */
export const EXPECTATIONS: Expectations = {
  leader: asked([], (c) => judge<"leader">(c, { is: "leader", ...ELECTED })),
  "leader-among": asked(["peers"], (c, among) =>
    judge<"leader-among">(c, { is: "leader-among", among: among as number[], newerThan: -1, ...ELECTED }),
  ),
  "no-leader": asked([], (c) => judge<"no-leader">(c, { is: "no-leader" })),
  "terms-agree": asked([], (c) => judge<"terms-agree">(c, { is: "terms-agree", ...ELECTED })),
  calm: asked([], (c) => judge<"calm">(c, { is: "calm", forMs: CALM_MS, attempts: CALM_ATTEMPTS })),
  agree: asked(["command", "count"], (c, command, by) =>
    judge<"agree">(c, { is: "agree", command, by: by as number, retry: true, ...AGREED }),
  ),
  "agree-among": asked(["command", "peers"], (c, command, among) =>
    judge<"agree-among">(c, { is: "agree-among", command, among: among as number[], ...AGREED }),
  ),
  "winner-stays": asked(["peer"], (c, winner) => judgeWinner(c, winner as number)),
  "leads-on": asked(["peer"], (c, peer) => judgeLeadsOn(c, peer as number)),
  applied: asked(["count"], (c, by) => allApplied(c, by as number)),
  "applied-in-term": asked(["count"], (c, by) => appliedInTerm(c, by as number)),
  "not-applied": asked(["command"], (c, command) =>
    judge<"not-applied">(c, { is: "not-applied", command, why: "the script says so" }),
  ),
  "applied-survives-restart": asked([], judgeRestart),
  "snapshot-saved": asked([], judgeSnapshots),
  "state-trimmed": asked([], judgeStateSizes),
};

/** Which of these an expectation of a scenario is. Those that name an index mean nothing in another run. */
export function expectationOf(expect: Expect): { readonly name: string; readonly args: readonly unknown[] } | null {
  const known = expect as LogExpect | NamedExpect;
  switch (known.is) {
    case "leader":
    case "no-leader":
    case "terms-agree":
    case "calm":
      return { name: known.is, args: [] };
    case "leader-among":
      return { name: known.is, args: [known.among] };
    case "agree":
      return { name: known.is, args: [known.command, known.by] };
    case "agree-among":
      return { name: known.is, args: [known.command, known.among] };
    case "applied":
      return { name: known.startTerm < Number.POSITIVE_INFINITY ? "applied-in-term" : known.is, args: [known.by] };
    case "not-applied":
      return { name: known.is, args: [known.command] };
    case "named":
      return { name: known.name, args: known.args };
    default:
      return null;
  }
}

/** So many apply whatever anybody has applied. */
function allApplied(c: LogCluster, by: number): void {
  const index = c.highestApplied();
  const startTerm = Number.POSITIVE_INFINITY;
  if (index > 0) underCommands(c, () => judge<"applied">(c, { is: "applied", index, by, startTerm, ...ELECTED }));
}

/** What the leader accepted last is applied by so many, though nothing comes after it, unless a newer term begins. */
function appliedInTerm(c: LogCluster, by: number): void {
  const leader = c.leader();
  const accepted = leader === null ? null : c.lastAccepted(leader);
  if (leader === null || accepted === null || accepted.term !== c.term(leader)) return;
  const { index, term: startTerm } = accepted;
  judge<"applied">(c, { is: "applied", index, by, startTerm, ...ELECTED });
}
