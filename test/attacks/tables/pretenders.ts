import { type Attack, ESCAPE, raftFile } from "../attack.ts";

/** What a host and all its peers can see, once one is out of the realm. */
const SHARED = `${ESCAPE}
const out = escape();
const shared = (out.shared ??= { term: 1, leader: 0, commands: [] });
`;

/** Peers that look right without the messages which that takes, by lab and scenario. */
export const PRETENDERS: Readonly<Record<string, readonly Attack[]>> = {
  "lab2a/re-election": [
    {
      id: "leader-without-votes",
      files: raftFile({ getState: "return { term: 1, isLeader: this.me === 0 };" }),
      verdict: "failed",
      property: "liveness",
    },
    {
      id: "leader-by-the-clock",
      files: raftFile({
        init: "setInterval(() => {}, 1000);",
        getState:
          "const term = 1 + Math.floor(performance.now() / 1000); return { term, isLeader: term % this.peers.length === this.me };",
      }),
      verdict: "failed",
      property: "election-safety",
    },
    {
      id: "leader-by-shared-memory",
      files: raftFile({
        top: SHARED,
        init: `
          if (me === 0) shared.leader = 0;
          setInterval(async () => {
            let answers = 0;
            for (const peer of peers) void peer.call("ping", {}).then((reply) => { if (reply !== null) answers++; });
            setTimeout(() => { if (answers < 2 && shared.leader === me) { shared.leader = (me + 1) % peers.length; shared.term++; } }, 90);
          }, 100);`,
        members: "ping() { return {}; }",
        getState: "return { term: shared.term, isLeader: shared.leader === this.me };",
      }),
      verdict: "nondeterministic",
    },
  ],
  "lab2b/basic-agree": [
    {
      id: "applies-alone",
      files: raftFile({
        getState: "return { term: 1, isLeader: this.me === 0 };",
        start: `
          if (this.me !== 0) return { index: -1, term: 1, isLeader: false };
          this.index = (this.index ?? 0) + 1;
          const index = this.index;
          setTimeout(() => this.apply({ kind: "command", index, command }), 10);
          return { index, term: 1, isLeader: true };`,
      }),
      verdict: "failed",
      property: "liveness",
    },
    {
      id: "applies-by-shared-memory",
      files: raftFile({
        top: SHARED,
        init: `
          if (me === 0) shared.commands = [];
          let applied = 0;
          setInterval(() => {
            for (; applied < shared.commands.length; applied++) apply({ kind: "command", index: applied + 1, command: shared.commands[applied] });
          }, 10);`,
        getState: "return { term: 1, isLeader: this.me === 0 };",
        start: `
          if (this.me !== 0) return { index: -1, term: 1, isLeader: false };
          return { index: shared.commands.push(command), term: 1, isLeader: true };`,
      }),
      verdict: "nondeterministic",
    },
  ],
};
