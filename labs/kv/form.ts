import type { Form } from "../../grader/sim/role.ts";

/** What a submission of the key/value lab holds: servers, and the clerks that use them. Raft is given. */
export const FORM: Form = {
  file: "server",
  home: "kv",
  roles: [
    {
      name: "server",
      file: "server",
      className: "KvServer",
      given: [
        { kind: "ends", name: "peers", to: "server", of: "group" },
        { kind: "me" },
        { kind: "persister" },
        { kind: "options" },
      ],
      local: { getState: "at-once", kill: "at-once" },
      observer: "getState",
      services: { raft: ["getState", "start", "snapshot", "kill"] },
    },
    {
      name: "clerk",
      file: "clerk",
      className: "Clerk",
      given: [{ kind: "ends", name: "servers", to: "server", of: "all" }, { kind: "me" }],
      local: { get: "later", put: "later", append: "later", cas: "later" },
    },
  ],
  layers: { raft: ["Raft"] },
  api: "kv",
};
