import type { Form, Role } from "../../grader/sim/role.ts";

/** A peer: `new Raft(peers, me, persister, apply)`. */
const RAFT_ROLE: Role = {
  name: "peer",
  file: "raft",
  className: "Raft",
  given: [
    { kind: "ends", name: "peers", to: "peer", of: "group" },
    { kind: "me" },
    { kind: "persister" },
    { kind: "upcall", name: "apply" },
  ],
  local: { getState: "at-once", start: "at-once", snapshot: "at-once", kill: "at-once" },
  observer: "getState",
};

/** What a submission of lab 2 holds, and so does a folder whose Raft stands below a service. */
export const FORM: Form = { file: "raft", home: "raft", roles: [RAFT_ROLE] };
