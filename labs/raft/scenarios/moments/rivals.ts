import { ELECTED_WITHIN_MS } from "../../../../grader/harness/log/cluster.ts";
import { HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
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
  /**
   * Lets the late one ask the old leader. Where leaders that hear nobody give up by themselves (CheckQuorum), and help
   * nobody before, it waits for that.
   */
  letAskOld(): void;
  /** Whether the late one is still a candidate of that term: it has neither won nor asked for another one. */
  isOpen(): boolean;
  /** Ends it all: what is kept still does not arrive, and everything else does. */
  end(): void;
}

/** Brings rivals about, again and again. */
export interface RivalMaker {
  /** After how long a leader that hears nobody gives up by itself (CheckQuorum); null when it leads on. */
  readonly leaderGivesUpAfterMs: number | null;
  /** Null when it did not come to that. */
  bringAbout(): Rivals | null;
}

/**
 * Takes the leader away, lets the others ask beforehand if they do so, and keeps what they ask for in earnest until two of
 * them ask for the same term. Null when that did not come about, since the first lost patience once more before the second
 * did, or a third one came in between. Everybody else is then still in the term before, and free to vote.
 */
export function rivalsOf(c: ElectionCluster, learnt: Learnt): RivalMaker {
  const leaderGivesUpAfterMs = learnt.knowsAsking ? patienceOfLeader(c) : null;
  return { leaderGivesUpAfterMs, bringAbout: () => bringAboutRivals(c, learnt, leaderGivesUpAfterMs !== null) };
}

/** Waits until others have had the time to elect another leader twice over. */
function patienceOfLeader(c: ElectionCluster): number | null {
  const leader = acknowledgedLeader(c);
  const fromMs = c.nowMs();
  let gaveUpMs: number | null = null;
  const hasGivenUp = (): boolean => {
    if (!c.claimsLeadership(leader)) gaveUpMs ??= c.nowMs() - fromMs;
    return gaveUpMs !== null;
  };
  c.disconnect(leader);
  c.until(ELECTED_WITHIN_MS, () => hasGivenUp() || c.leader() !== null);
  c.checkOneLeader();
  c.until(1.5 * (c.nowMs() - fromMs), hasGivenUp);
  c.connect(leader);
  return gaveUpMs;
}

function bringAboutRivals(c: ElectionCluster, learnt: Learnt, givesUp: boolean): Rivals | null {
  if (!learnt.knowsAsking) return null;
  acknowledgedLeader(c);
  // An entry with which it may have begun its term reaches everybody.
  c.sleep(HEARTBEAT_MAX_MS);
  const old = acknowledgedLeader(c);
  const term = c.term(old) + 1;
  const followers = others(c, old);
  const isVote = (m: Message): boolean => learnt.asksForVotes({ ...m, kind: "request" });
  const fromMs = c.nowMs();
  let first = null as Message | null;
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
  // Whoever asks in earnest tells nobody of its term by other messages.
  let isSecret = true;
  let hasGivenUp = false;
  const secret = c.rule((m) => {
    if (m.from === m.to || isVote(m)) return "pass";
    if (isSecret) return m.from === first?.from ? "drop" : "pass";
    if (m.from === late && learnt.asksToLead(m)) hasGivenUp = true;
    return "pass";
  });
  const end = (): void => {
    for (const rule of [...kept.values(), silence, secret]) rule.remove();
  };
  const newer = (): number[] => followers.filter((peer) => c.term(peer) >= term);
  const hasAsked = (peer: number): boolean =>
    others(c, peer).some((to) => (kept.get(`${peer} ${to}`)?.count() ?? 0) > 0);
  // What a peer asks for may leave a while after its term has grown, when it is saved.
  c.until(2 * PAST_ANY_TIMEOUT_MS, () => newer().length > 2 || newer().filter(hasAsked).length === 2, 2);
  const candidates = newer();
  const isEven = candidates.length === 2 && candidates.every((peer) => c.term(peer) === term && hasAsked(peer));
  const early = candidates.find((peer) => peer === first?.from);
  const late = candidates.find((peer) => peer !== early);
  if (!isEven || first === null || early === undefined || late === undefined) {
    end();
    return null;
  }
  isSecret = false;
  const patienceMs = first.timeMs - fromMs;
  const isOpen = (): boolean => c.term(late) === term && !c.claimsLeadership(late) && !hasGivenUp;
  return {
    term,
    early,
    late,
    old,
    voters: others(c, old, early, late),
    patienceMs,
    letAsk: (candidate, voter) => kept.get(`${candidate} ${voter}`)?.letAllGo(),
    letAskOnce: (candidate, voter) => void kept.get(`${candidate} ${voter}`)?.letOneGo(),
    letAskOld() {
      if (givesUp) c.until(PAST_ANY_TIMEOUT_MS, () => !c.claimsLeadership(old) || !isOpen(), 5);
      kept.get(`${late} ${old}`)?.letAllGo();
    },
    isOpen,
    end,
  };
}
