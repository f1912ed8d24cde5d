import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import type { Message } from "./support.ts";

/**
 * What a scenario has learnt of a submission's methods from who sends them to whom, and in which order. Nothing of it depends on
 * names, nor on what a message contains.
 */
export interface Phases {
  /** A request of phase 1. Never true where the two phases cannot be told apart. */
  isPrepare(m: Message): boolean;
  /** A request of phase 2. */
  isAccept(m: Message): boolean;
  /** False where one method does all, or nobody is seen to ask everybody twice: a moment between the phases does not come about then. */
  readonly areKnown: boolean;
}

/** What goes on by itself is seen within so long. */
const QUIET_MS = 400;

/**
 * Watches one slot be decided in peace. Phase 1 and 2 are the first two methods by which one peer asks all others, of those that are
 * not called when there is nothing to decide.
 */
export function learnPhases(c: DecideCluster, proposer: number, slot: number): Phases {
  const methods: string[] = [];
  const idle = new Set<string>();
  const asked = new Map<string, Set<number>>();
  let isIdle = true;
  const watch = c.rule((m) => {
    if (m.kind === "request" && m.from !== m.to) {
      if (isIdle) idle.add(m.method);
      const key = `${m.from} ${m.method}`;
      const to = (asked.get(key) ?? new Set<number>()).add(m.to);
      asked.set(key, to);
      if (to.size === c.size - 1 && !methods.includes(m.method)) methods.push(m.method);
    }
    return "pass";
  });
  c.sleep(QUIET_MS);
  isIdle = false;
  asked.clear();
  c.start(proposer, slot);
  c.decided(slot);
  watch.remove();
  const [prepare, accept] = methods.filter((method) => !idle.has(method));
  const areKnown = prepare !== undefined && accept !== undefined;
  return {
    isPrepare: (m) => areKnown && m.kind === "request" && m.method === prepare,
    isAccept: (m) => areKnown && m.kind === "request" && m.method === accept,
    areKnown,
  };
}
