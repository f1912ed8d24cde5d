import { at } from "../../../../grader/explain/words.ts";
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
    id: "term-forgotten",
    cite: BEFORE,
    on: "shows",
    check: ({ peer, term }) => {
      if (peer.hasShown || peer.boot < 2 || term >= peer.answeredTerm) return null;
      return `peer ${peer.id} booted at ${at(peer.bootUs)} into term ${term}, and had answered others with term ${peer.answeredTerm} before it crashed`;
    },
  }),
  rule({
    id: "leads-by-a-vote-that-is-not-saved",
    cite: BEFORE,
    on: "shows",
    check: ({ peer, term, isLeader }) => {
      if (!isLeader || peer.unsavedVote !== term || peer.campaign !== term || peer.asksItself) return null;
      if (peer.voters.has(peer.id) || peer.voters.size > peer.others) return null;
      return `peer ${peer.id} leads term ${term} with its own vote, and has not saved anything since it gave it`;
    },
  }),
  rule({
    id: "snapshot-without-its-state",
    cite: "Raft paper, section 7; the student API: save(state, snapshot) replaces both at once",
    on: "ends",
    check: ({ peer, invoked, cause, did, before }) => {
      const isInstalling =
        cause?.kind === "gets" &&
        cause.handled.request?.method === "installSnapshot" &&
        cause.handled.isNew &&
        cause.handled.request.term === before.term;
      if (invoked !== "snapshot" && !isInstalling) return null;
      const saved = did.flatMap((event) => (event.kind === "saves" ? [event.what] : []));
      const apart = saved.some((what, i) => what === "state" && saved[i + 1] !== "snapshot");
      if (!apart) return null;
      const when = invoked === "snapshot" ? "in snapshot()" : "when it installs one that its leader sent";
      return `peer ${peer.id} saves its state without the snapshot ${when}: a crash after that save leaves a log and a snapshot that do not fit together`;
    },
  }),
] as const;
