import { rule } from "./rule.ts";

const BEFORE = "Raft paper, Figure 2, persistent state: updated on stable storage before responding to RPCs";

export const SAVING = [
  rule({
    id: "vote-before-its-save",
    cite: BEFORE,
    on: "answers",
    check: ({ peer, handled: { request, isNew, saves }, reply }) => {
      if (request?.method !== "requestVote" || reply?.yes !== true || !isNew || peer.saves > saves) return null;
      if (request.candidateId === peer.id) return null;
      return `peer ${peer.id} votes for peer ${request.candidateId} in term ${request.term}, and has not saved anything since it was asked`;
    },
  }),
  rule({
    id: "success-before-its-save",
    cite: BEFORE,
    on: "answers",
    check: ({ peer, handled: { request, isNew, saves }, reply }) => {
      if (request?.method !== "appendEntries" || reply?.yes !== true || !isNew || peer.saves > saves) return null;
      if (request.log === null || request.log.prev.index + request.log.terms.length <= peer.base) return null;
      const { prev, terms } = request.log;
      return `peer ${peer.id} answers success to indices ${prev.index + 1} to ${prev.index + terms.length} of term ${request.term}, and has not saved anything since they came`;
    },
  }),
  rule({
    id: "snapshot-without-its-state",
    cite: "Raft paper, section 7; the student API: save(state, snapshot) replaces both at once",
    on: "ends",
    check: ({ peer, invoked, did }) => {
      if (invoked !== "snapshot") return null;
      const saved = did.flatMap((event) => (event.kind === "saves" ? [event.what] : []));
      if (saved.length === 0 || saved.includes("snapshot")) return null;
      return `peer ${peer.id} saves its state in snapshot() and not the snapshot with it`;
    },
  }),
] as const;
