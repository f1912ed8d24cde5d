import type { ElectionCluster } from "../support.ts";
import { acknowledgedLeader, others } from "../support.ts";

/** One message, as rules see it. */
export type Message = Parameters<Parameters<ElectionCluster["rule"]>[0]>[0];

/**
 * What a scenario has learnt of a submission's methods from who sends them to whom. Nothing of it depends on names, nor on
 * what a message contains. It goes on learning until `heal()`, which ends all rules, and keeps what it has learnt.
 */
export interface Learnt {
  /** A request with which a peer asks to lead, or asks beforehand whether it could (PreVote). */
  asksToLead(m: Message): boolean;
  /** A request for votes in earnest, of a term that its sender has begun. */
  asksForVotes(m: Message): boolean;
  /** A request of a method that leaders send: heartbeats, entries, snapshots. */
  isLeaders(m: Message): boolean;
  /** False where one method does all, say: then nothing is known of who asks to lead, and the two above are never true. */
  readonly knowsAsking: boolean;
  /** Peers ask beforehand, by a method of its own (PreVote). */
  readonly asksBeforehand: boolean;
}

/** So far apart may be what was sent to everybody at once. */
const AT_ONCE_MS = 5;
/** For so long a leader shows what it sends: two heartbeats, at the slowest. */
const REIGN_MS = 600;
/** Of what asks to lead at most one in so many requests is sent by a leader. */
const RARELY = 10;

/** What was seen of one method. */
interface Seen {
  byLeaders: number;
  byOthers: number;
  /** A peer that did not lead sent it to all others at once. */
  toAll: boolean;
  /** How often its sender's term went up in the same step. */
  rises: number;
}

/**
 * Watches the first election, and a leader that is at peace. To be called first of all, since an earlier rule may decide
 * about a message before it is seen. A method is a leader's if leaders send it more often than others do; it asks to lead if
 * leaders hardly send it, and somebody who does not lead sends it to everybody at once.
 */
export function learn(c: ElectionCluster): Learnt {
  const methods = new Map<string, Seen>();
  const watch = new Watch(c, methods);
  c.rule((m) => {
    watch.look(m);
    return "pass";
  });
  acknowledgedLeader(c);
  c.sleep(REIGN_MS);

  const isLeaders = (method: string): boolean => {
    const seen = methods.get(method);
    return seen !== undefined && seen.byLeaders > seen.byOthers;
  };
  const asking = (): string[] =>
    [...methods]
      .filter(([, { toAll, byLeaders, byOthers }]) => toAll && byLeaders * RARELY < byOthers)
      .map(([method]) => method);
  const inEarnest = (): string | undefined => {
    const rises = (method: string): number => methods.get(method)?.rises ?? 0;
    // Who asks beforehand does so first: of two that say nothing the later one counts.
    return asking().reduceRight<string | undefined>(
      (best, method) => (best === undefined || rises(method) > rises(best) ? method : best),
      undefined,
    );
  };
  return {
    asksToLead: (m) => m.kind === "request" && asking().includes(m.method),
    asksForVotes: (m) => m.kind === "request" && m.method === inEarnest(),
    isLeaders: (m) => m.kind === "request" && isLeaders(m.method),
    get knowsAsking() {
      return asking().length > 0;
    },
    get asksBeforehand() {
      return asking().length > 1;
    },
  };
}

/** What one peer sent by one method within a few milliseconds. */
interface Burst {
  readonly from: number;
  readonly seen: Seen;
  readonly fromMs: number;
  /** The sender's term before. */
  readonly term: number;
  readonly to: Set<number>;
  sent: number;
  /** Whether its sender led when the step was over in which it began; null as long as that is not known. */
  isLeaders: boolean | null;
}

/** Counts what is sent. A peer's state is asked after each step of it, so that while it sends it has the one from before. */
class Watch {
  /** The last one of each sender and method. */
  private readonly bursts = new Map<string, Burst>();

  constructor(
    private readonly c: ElectionCluster,
    private readonly methods: Map<string, Seen>,
  ) {}

  look(m: Message): void {
    for (const burst of this.bursts.values()) this.lookBack(burst);
    if (m.kind !== "request") return;
    let seen = this.methods.get(m.method);
    if (seen === undefined) {
      seen = { byLeaders: 0, byOthers: 0, toAll: false, rises: 0 };
      this.methods.set(m.method, seen);
    }
    if (this.c.claimsLeadership(m.from)) {
      seen.byLeaders++;
      return;
    }
    seen.byOthers++;
    const key = `${m.from} ${m.method}`;
    let burst = this.bursts.get(key);
    if (burst === undefined || m.timeMs > burst.fromMs + AT_ONCE_MS) {
      const term = this.c.term(m.from);
      burst = { from: m.from, seen, fromMs: m.timeMs, term, to: new Set(), sent: 0, isLeaders: null };
      this.bursts.set(key, burst);
    }
    burst.sent++;
    burst.to.add(m.to);
    this.noteToAll(burst);
  }

  /** The step is over in which that was sent: what has its sender become by it? */
  private lookBack(burst: Burst): void {
    if (burst.isLeaders !== null || this.c.nowMs() <= burst.fromMs) return;
    const { from, seen, term, sent } = burst;
    burst.isLeaders = this.c.claimsLeadership(from);
    if (burst.isLeaders) {
      seen.byOthers -= sent;
      seen.byLeaders += sent;
    } else if (this.c.term(from) > term) {
      seen.rises++;
    }
    this.noteToAll(burst);
  }

  private noteToAll({ from, seen, to, isLeaders }: Burst): void {
    if (isLeaders === false && others(this.c, from).every((peer) => to.has(peer))) seen.toAll = true;
  }
}
