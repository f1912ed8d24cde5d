import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import type { Message } from "./support.ts";

/**
 * What a scenario has learnt of a submission's methods from who sends them to whom, and in which order; where one method does all,
 * from how large its requests are, too, or from when they leave. Nothing of it depends on names, nor on what a message says.
 */
export interface Phases {
  /** A request of phase 1. Never true where the two phases cannot be told apart. */
  isPrepare(m: Message): boolean;
  /** A request of phase 2. */
  isAccept(m: Message): boolean;
  /** False where nobody is seen to ask everybody twice, or the two cannot be told apart: a moment between the phases does not come about then. */
  readonly areKnown: boolean;
}

/** What goes on by itself is seen within so long. */
const QUIET_MS = 400;
/** A request of phase 1 is smaller, and one that holds a value of so many bytes is not. */
const LARGE_BYTES = 1_000;
/** No scenario uses it, but the one in which sizes are learnt. */
const SIZES_SLOT = 29;
/** The same of moments: where it answers at once, and where it waits so long for its disk. */
const MOMENTS_SLOTS = [
  [28, 0],
  [27, 3],
] as const;

/**
 * Watches one slot be decided in peace. Phase 1 and 2 are the first two methods by which one peer asks all others before it has
 * decided, of those that are called neither when there is nothing to decide nor by anybody else. Where that is one method, values are
 * large from then on: a request that holds one is of phase 2. Where requests of both phases hold one, those of phase 1 leave by themselves, and those of
 * phase 2 at the moment at which an answer arrives, or right after it. Where it is not so either, somebody decides before he may, and the second method is what he
 * asks with afterwards.
 */
export function learnPhases(c: DecideCluster, proposer: number, slot: number): Phases {
  const idle = new Set<string>();
  const watch = c.rule((m) => {
    if (m.kind === "request" && m.from !== m.to) idle.add(m.method);
    return "pass";
  });
  c.sleep(QUIET_MS);
  watch.remove();
  const { before, ever } = askedInTurn(c, proposer, slot, ({ method }) => (idle.has(method) ? null : method));
  const [prepare = ever[0], accept] = before;
  if (prepare === undefined) return UNKNOWN;
  if (accept !== undefined) return byMethods(prepare, accept);
  c.valuesOf(LARGE_BYTES);
  const sizeOf = (m: Message) => (m.method !== prepare ? null : m.sizeBytes < LARGE_BYTES ? "small" : "large");
  const sizes = askedInTurn(c, proposer, SIZES_SLOT, (m) => (m.from === proposer ? sizeOf(m) : null)).before;
  // Others, and who has decided, tell a value by the same method, and a small one is told so too.
  if (sizes[0] === "small" && sizes[1] === "large") return byKinds(c, sizeOf, "small", "large");
  c.valuesOf(0);
  for (const [slot, agoMs] of MOMENTS_SLOTS) {
    if (agoMs > 0) c.sleep(QUIET_MS);
    const momentOf = (m: Message) => (m.method !== prepare ? null : c.heard(m.from, agoMs) ? "in answer" : "by itself");
    const moments = askedInTurn(c, proposer, slot, (m) => (m.from === proposer ? momentOf(m) : null)).before;
    if (moments[0] === "by itself" && moments[1] === "in answer") return byKinds(c, momentOf, "by itself", "in answer");
  }
  return ever[1] === undefined ? UNKNOWN : byMethods(prepare, ever[1]);
}

/** Requests of two kinds, of those who have yet to decide. */
function byKinds(c: DecideCluster, kindOf: (m: Message) => string | null, first: string, second: string): Phases {
  const isOf = (m: Message, kind: string) => m.kind === "request" && kindOf(m) === kind && c.isProposing(m.from);
  return { isPrepare: (m) => isOf(m, first), isAccept: (m) => isOf(m, second), areKnown: true };
}

const UNKNOWN: Phases = { isPrepare: () => false, isAccept: () => false, areKnown: false };

function byMethods(prepare: string, accept: string): Phases {
  return {
    isPrepare: (m) => m.kind === "request" && m.method === prepare,
    isAccept: (m) => m.kind === "request" && m.method === accept,
    areKnown: true,
  };
}

/**
 * A slot is decided in peace. The kinds of requests by which the proposer asked all others before it had decided, in order, and nobody
 * else asked anything; and those by which anybody ever asked all others.
 */
function askedInTurn(
  c: DecideCluster,
  proposer: number,
  slot: number,
  kindOf: (m: Message) => string | null,
): { readonly before: readonly string[]; readonly ever: readonly string[] } {
  const asked = new Map<string, Set<number>>();
  const before: string[] = [];
  const ever: string[] = [];
  const ofOthers = new Set<string>();
  const watch = c.rule((m) => {
    const kind = kindOf(m);
    if (m.kind !== "request" || m.from === m.to || kind === null) return "pass";
    if (m.from !== proposer) ofOthers.add(kind);
    const key = `${m.from} ${kind}`;
    const to = (asked.get(key) ?? new Set<number>()).add(m.to);
    asked.set(key, to);
    if (to.size < c.size - 1) return "pass";
    if (!ever.includes(kind)) ever.push(kind);
    if (!before.includes(kind) && !c.hasDecided(proposer, slot)) before.push(kind);
    return "pass";
  });
  c.start(proposer, slot);
  c.decided(slot);
  watch.remove();
  return { before: before.filter((kind) => !ofOthers.has(kind)), ever };
}
