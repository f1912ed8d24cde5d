import { ELECTED_WITHIN_MS } from "../../../../grader/harness/log-cluster.ts";
import type { ElectionCluster } from "../support.ts";
import { acknowledgedLeader, others } from "../support.ts";
import { type Kept, keepOneByOne } from "./kept.ts";
import type { Learnt, Message } from "./learn.ts";

/** Two candidates of one term, on a network on which nothing of their requests for votes has arrived yet. */
export interface Rivals {
  /** The term that both ask for. */
  readonly term: number;
  /** The one that asked first, and the other. */
  readonly early: number;
  readonly late: number;
  /** The leader of the term before, which reaches nobody; it answers who asks for its vote. */
  readonly old: number;
  /** Peers in the term before. */
  readonly voters: readonly number[];
  /** How long it took until the first of them asked. */
  readonly patienceMs: number;
  /** Lets go what that candidate asks that peer, and keeps no more of it. */
  letAsk(candidate: number, voter: number): void;
  /** Lets go the first of what that candidate asks that peer. */
  letAskOnce(candidate: number, voter: number): void;
  /** Ends it all: what is kept still does not arrive, and everything else does. */
  end(): void;
}

/**
 * Takes the leader away, lets the others ask beforehand if they do so, and keeps what they ask for in earnest until two of
 * them ask for the same term. Null when that did not come about, since the first lost patience once more before the second
 * did, or a third one came in between. Everybody else is then still in the term before, and free to vote.
 */
export function bringAboutRivals(c: ElectionCluster, learnt: Learnt): Rivals | null {
  if (!learnt.knowsAsking) return null;
  const old = acknowledgedLeader(c);
  const term = c.term(old) + 1;
  const followers = others(c, old);
  const isVote = (m: Message): boolean => learnt.asksForVotes({ ...m, kind: "request" });
  const fromMs = c.nowMs();
  let first: Message | null = null;
  const kept = new Map<string, Kept>();
  for (const from of followers) {
    for (const to of others(c, from)) {
      const isIt = (m: Message): boolean => m.kind === "request" && m.from === from && m.to === to && isVote(m);
      kept.set(
        `${from} ${to}`,
        keepOneByOne(c, (m) => {
          if (!isIt(m)) return false;
          first ??= m;
          return true;
        }),
      );
    }
  }
  const silence = c.rule((m) => ((m.from === old || m.to === old) && m.from !== m.to && !isVote(m) ? "drop" : "pass"));
  const end = (): void => {
    for (const rule of [...kept.values(), silence]) rule.remove();
  };
  const asking = (): number[] => followers.filter((peer) => c.term(peer) >= term);
  c.until(ELECTED_WITHIN_MS, () => asking().length >= 2, 2);
  const candidates = asking();
  const isEven = candidates.length === 2 && candidates.every((peer) => c.term(peer) === term);
  const early = first === null ? undefined : (first as Message).from;
  const late = candidates.find((peer) => peer !== early);
  if (!isEven || early === undefined || late === undefined || candidates.some((peer) => c.claimsLeadership(peer))) {
    end();
    return null;
  }
  return {
    term,
    early,
    late,
    old,
    voters: others(c, old, early, late),
    patienceMs: (first as unknown as Message).timeMs - fromMs,
    letAsk: (candidate, voter) => kept.get(`${candidate} ${voter}`)?.letAllGo(),
    letAskOnce: (candidate, voter) => void kept.get(`${candidate} ${voter}`)?.letOneGo(),
    end,
  };
}

/** Whether a leader that hears from nobody gives up by itself (CheckQuorum), and after how long; null when it leads on. */
export function patienceOfLeader(c: ElectionCluster, withinMs: number): number | null {
  const leader = acknowledgedLeader(c);
  const fromMs = c.nowMs();
  c.disconnect(leader);
  const gaveUp = c.until(withinMs, () => !c.claimsLeadership(leader), 5);
  c.connect(leader);
  return gaveUp ? c.nowMs() - fromMs : null;
}
