import type { Knowledge } from "../knowledge.ts";
import { positionText } from "../messages.ts";
import { rule } from "./rule.ts";

const CHECK =
  "Raft paper, Figure 2, AppendEntries RPC, rule 2: reply false if the log has no entry at prevLogIndex whose term is prevLogTerm";

/** Whether an entry that a peer applies stands behind a snapshot that it was sent and has not applied. */
export function skipsSnapshot({ appliedNow, installed, boot, bootBase }: Knowledge, index: number): boolean {
  if (appliedNow > 0) return installed > appliedNow && index > appliedNow + 1;
  // A boot that has applied nothing may have begun with a snapshot of its own.
  return boot > 1 && installed > bootBase && index > installed;
}

export const LOG = [
  rule({
    id: "success-without-the-entry-before",
    cite: CHECK,
    on: "answers",
    check: ({ peer, handled: { request, from, committed }, reply }) => {
      if (request?.method !== "appendEntries" || request.log === null || reply?.yes !== true) return null;
      const { prev } = request.log;
      if (peer.gotUnreadable || prev.index <= committed) return null;
      if (peer.given.has(prev.index, prev.term)) return null;
      return `peer ${peer.id} answers success to appendEntries of peer ${from} with prevLogIndex ${prev.index}, prevLogTerm ${prev.term}, and was never given that entry`;
    },
  }),

  rule({
    id: "refuses-an-entry-that-it-has",
    cite: CHECK,
    on: "answers",
    check: ({ peer, handled: { request, from, isStale, hasPrev }, reply }) => {
      if (request?.method !== "appendEntries" || request.log === null || reply?.yes !== false || isStale) return null;
      const { prev } = request.log;
      if (reply.term !== request.term || !hasPrev) return null;
      return `peer ${peer.id} refuses appendEntries of peer ${from} with prevLogIndex ${prev.index}, prevLogTerm ${prev.term}, and had that entry; nothing that reached it since conflicts with it`;
    },
  }),

  rule({
    id: "own-entries-changed",
    cite: "Raft paper, Figure 3 (Leader Append-Only), section 5.3",
    on: "asks",
    check: ({ peer, asked: { to }, request }) => {
      if (request?.method !== "appendEntries" || request.log === null || to === peer.id) return null;
      const { prev, terms } = request.log;
      const index = peer.log.conflictWith(prev, terms);
      // Of what is committed it may have another copy, with another term.
      if (index === null || index <= peer.settled) return null;
      const [was, is] = [
        peer.log.termAt(index) ?? 0,
        index === prev.index ? prev.term : (terms[index - prev.index - 1] ?? 0),
      ];
      if (is >= was) return null;
      return `peer ${peer.id} sends index ${index} as an entry of term ${is} to peer ${to}, and had an entry of term ${was} there; nothing that reached it since conflicts with that`;
    },
  }),

  rule({
    id: "index-given-twice",
    cite: "Raft paper, Figure 3 (Leader Append-Only), section 5.3: a new command goes behind the last entry of the log",
    on: "accepts",
    check: ({ peer, index, term }) => {
      const own = peer.endBefore;
      if (index > own.index) return null;
      return `peer ${peer.id}, leader of term ${term}, gives index ${index} to a new command, and had ${positionText(own)}`;
    },
  }),

  rule({
    id: "snapshot-not-handed-over",
    cite: "Raft paper, Figure 13, rule 8: the service's state is reset with the snapshot",
    on: "applies",
    check: ({ peer, index, isSnapshot }) => {
      const { appliedNow, installed } = peer;
      if (isSnapshot || !skipsSnapshot(peer, index)) return null;
      const last = appliedNow === 0 ? `as the first since it booted` : `after index ${appliedNow}`;
      return `peer ${peer.id} applies index ${index} ${last}; it got a snapshot up to index ${installed} and did not hand it to the service`;
    },
  }),
] as const;
