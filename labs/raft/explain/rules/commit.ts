import { isCount, scalarsOf } from "../../../../grader/explain/fields.ts";
import { at, listed } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import { triggerText } from "../facts/words.ts";
import type { Knowledge } from "../knowledge.ts";
import { skipsSnapshot } from "./log.ts";
import { rule } from "./rule.ts";

const MAJORITY = "Raft paper, section 5.3: an entry is committed once a majority of the peers stores it";
const OWN_TERM =
  "Raft paper, section 5.4.2 and Figure 8: only entries of the leader's own term are committed by counting copies";

/** "peer 1 up to index 4 (2.104 s), peer 2 up to index 3 (2.105 s)". */
export function acknowledgements({ acknowledged }: Knowledge): string {
  const all = [...acknowledged].sort(([a], [b]) => a - b);
  if (all.length === 0) return "nobody anything";
  return listed(all.map(([peer, { index, timeUs }]) => `peer ${peer} up to index ${index} (${at(timeUs)})`));
}

/** Whether the leader that this peer is cannot know that so much is committed, and why one sees that. */
function tooFar(peer: Knowledge, index: number): "majority" | "own-term" | null {
  if (index <= peer.settled) return null;
  if (!peer.leadsNow || peer.heardUnreadable || peer.gotUnreadable || peer.size < 2) return null;
  return peer.majorityIndex("any") >= index ? "own-term" : "majority";
}

function deedText(peer: Knowledge, what: string, timeUs: Micros): string {
  const stray =
    peer.strayAck?.timeUs === timeUs
      ? `; the success of peer ${peer.strayAck.from} that comes now answers a request of term ${peer.strayAck.term}`
      : "";
  const trigger = stray === "" ? ` ${triggerText(peer)}` : "";
  return `peer ${peer.id}, leader of term ${peer.term}, ${what}${trigger}; the others had acknowledged to it: ${acknowledgements(peer)}${stray}`;
}

/** "applies index 2", "applies indices 27 to 100": all that it applies in this step. */
function applying({ entered: { effects } }: Knowledge, index: number): string {
  let last = index;
  for (const { kind, bytes } of effects) {
    const [applied] = kind === "upcall" ? (scalarsOf(bytes, ["index"]) ?? []) : [];
    if (isCount(applied)) last = Math.max(last, applied);
  }
  return last === index ? `applies index ${index}` : `applies indices ${index} to ${last}`;
}

const says = (index: number) => `says that all up to index ${index} is committed`;

export const COMMIT = [
  rule({
    id: "applied-without-a-majority",
    cite: MAJORITY,
    on: "applies",
    check: ({ peer, index, isSnapshot, timeUs }) =>
      !isSnapshot && tooFar(peer, index) === "majority" ? deedText(peer, applying(peer, index), timeUs) : null,
  }),
  rule({
    id: "committed-without-a-majority",
    cite: MAJORITY,
    on: "asks",
    check: ({ peer, request, timeUs }) =>
      request?.method === "appendEntries" && tooFar(peer, request.leaderCommit ?? 0) === "majority"
        ? deedText(peer, says(request.leaderCommit ?? 0), timeUs)
        : null,
  }),
  rule({
    id: "old-term-committed-by-counting",
    cite: OWN_TERM,
    on: "applies",
    check: ({ peer, index, isSnapshot, timeUs }) =>
      !isSnapshot && tooFar(peer, index) === "own-term"
        ? `${deedText(peer, applying(peer, index), timeUs)}; no majority had an entry of term ${peer.term} yet`
        : null,
  }),
  rule({
    id: "applied-beyond-what-was-compared",
    cite: "Raft paper, Figure 2, AppendEntries RPC, rule 5: commitIndex = min(leaderCommit, index of last new entry)",
    on: "applies",
    check: ({ peer, index, isSnapshot }) => {
      if (isSnapshot || peer.leadsNow || peer.gotUnreadable || peer.heardUnreadable) return null;
      if (index <= peer.settled || peer.ledTerm === peer.termNow) return null;
      const seen =
        peer.verifiedTerm < 0
          ? "no leader's request had come to it"
          : `the leader of term ${peer.verifiedTerm} had compared its log up to index ${peer.verified} only`;
      const why = index > peer.heardCommit ? `no leader had told it a commit index above ${peer.heardCommit}` : seen;
      const who =
        peer.leaderHeardTerm === peer.termNow
          ? `follower of peer ${peer.leaderHeard} in term ${peer.termNow}`
          : `which does not lead`;
      return `peer ${peer.id}, ${who}, ${applying(peer, index)} ${triggerText(peer)}, and ${why}`;
    },
  }),
  rule({
    id: "applied-out-of-order",
    cite: "Raft paper, Figure 2, rules for all servers: while commitIndex > lastApplied, increment lastApplied and apply log[lastApplied]",
    on: "applies",
    check: ({ peer, index, isSnapshot }) => {
      const { appliedNow } = peer;
      if (appliedNow === 0 || (isSnapshot ? index > appliedNow : index === appliedNow + 1)) return null;
      if (!isSnapshot && skipsSnapshot(peer, index)) return null;
      return `peer ${peer.id} hands over ${isSnapshot ? `a snapshot up to index ${index}` : `index ${index}`} after index ${appliedNow}`;
    },
  }),
] as const;
