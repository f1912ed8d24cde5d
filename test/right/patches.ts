import type { Edit, Patch } from "../wrong/patch.ts";

/** Election timeouts and heartbeats; all must lie within what the contract allows. */
function timing(heartbeatMs: number, minMs: number, maxMs: number): Edit[] {
  return [
    { file: "timers.ts", find: "HEARTBEAT_MS = 100;", replace: `HEARTBEAT_MS = ${heartbeatMs};` },
    { file: "timers.ts", find: "ELECTION_TIMEOUT_MIN_MS = 500;", replace: `ELECTION_TIMEOUT_MIN_MS = ${minMs};` },
    { file: "timers.ts", find: "ELECTION_TIMEOUT_MAX_MS = 1000;", replace: `ELECTION_TIMEOUT_MAX_MS = ${maxMs};` },
  ];
}

/** Submissions that are known to be right, and unusual: they must pass everything. */
export const RIGHT: readonly Patch[] = [
  {
    id: "noop-at-term-start",
    what: "A leader begins its term with an entry of its own, so that indices of commands have holes.",
    edits: [
      {
        file: "types.ts",
        find: "  term: number;\n  command: unknown;",
        replace: "  term: number;\n  command: unknown;\n  isNoop?: boolean;",
      },
      {
        file: "raft.ts",
        find: "    this.heartbeatTimer.start();\n    this.sendHeartbeats();",
        replace: `    this.log.append({ term: this.currentTerm, command: null, isNoop: true });
    this.persist();
    this.heartbeatTimer.start();
    this.sendHeartbeats();`,
      },
      {
        file: "raft.ts",
        find: "const { command } = this.log.entryAt(this.lastApplied);",
        replace: "const { command, isNoop } = this.log.entryAt(this.lastApplied);",
      },
      {
        file: "raft.ts",
        find: '      this.apply({ kind: "command", index: this.lastApplied, command });',
        replace: `      const index = this.lastApplied;
      this.apply(isNoop === true ? { kind: "noop", index } : { kind: "command", index, command });`,
      },
    ],
  },
  {
    id: "slow-timing",
    what: "Heartbeats 250 ms apart, election timeouts of 1 to 2 s.",
    edits: timing(250, 1000, 2000),
  },
  {
    id: "fast-timing",
    what: "Heartbeats 40 ms apart, election timeouts of 150 to 300 ms.",
    edits: timing(40, 150, 300),
  },
  {
    id: "tight-timing",
    what: "The shortest election timeout is three heartbeats, and the longest little more.",
    edits: timing(50, 150, 250),
  },
  {
    id: "check-quorum",
    what: "A leader that a majority has not answered for an election timeout steps down by itself.",
    edits: [
      {
        file: "follower.ts",
        find: "  private requestsSent = 0;",
        replace: "  /** When it answered last. */\n  heardMs = Date.now();\n  private requestsSent = 0;",
      },
      {
        file: "follower.ts",
        find: "  answered(request: number): void {\n",
        replace: "  answered(request: number): void {\n    this.heardMs = Date.now();\n",
      },
      {
        file: "raft.ts",
        find: "  private sendHeartbeats(): void {\n",
        replace: `  private sendHeartbeats(): void {
    const present = this.followers.filter(({ heardMs }) => Date.now() - heardMs < ELECTION_TIMEOUT_MIN_MS).length;
    if (present + 1 < this.majority) {
      this.becomeFollower(this.currentTerm);
      return;
    }
`,
      },
      {
        file: "raft.ts",
        find: 'import { ElectionTimer, HeartbeatTimer } from "./timers.ts";',
        replace: 'import { ELECTION_TIMEOUT_MIN_MS, ElectionTimer, HeartbeatTimer } from "./timers.ts";',
      },
    ],
  },
  {
    id: "pre-vote",
    what: "A peer asks whether it could win before it begins a term, and is refused by those who hear a leader.",
    edits: [
      {
        file: "raft.ts",
        find: "new ElectionTimer(() => this.startElection());",
        replace: "new ElectionTimer(() => this.askBeforehand());\n  private heardMs = -ELECTION_TIMEOUT_MIN_MS;",
      },
      {
        file: "raft.ts",
        find: 'import { ElectionTimer, HeartbeatTimer } from "./timers.ts";',
        replace: 'import { ELECTION_TIMEOUT_MIN_MS, ElectionTimer, HeartbeatTimer } from "./timers.ts";',
      },
      {
        file: "raft.ts",
        find: "    this.electionTimer.restart();\n\n    const conflict =",
        replace: "    this.electionTimer.restart();\n    this.heardMs = performance.now();\n\n    const conflict =",
      },
      {
        file: "raft.ts",
        find: "  appendEntries(args: AppendEntriesArgs)",
        replace: `  preVote(args: RequestVoteArgs): RequestVoteReply | Promise<never> {
    if (this.killed) return noAnswer();
    const hasLeader = this.role === "leader" || performance.now() - this.heardMs < ELECTION_TIMEOUT_MIN_MS;
    const isCovered = this.log.isCoveredBy(args.lastLogIndex, args.lastLogTerm);
    return { term: this.currentTerm, voteGranted: !hasLeader && args.term > this.currentTerm && isCovered };
  }

  appendEntries(args: AppendEntriesArgs)`,
      },
      {
        file: "raft.ts",
        find: "  private startElection(): void {\n",
        replace: `  private askBeforehand(): void {
    const args: RequestVoteArgs = {
      term: this.currentTerm + 1,
      candidateId: this.me,
      lastLogIndex: this.log.lastIndex,
      lastLogTerm: this.log.lastTerm,
    };
    const willing = new Set([this.me]);
    for (const [peer, end] of this.peers.entries()) {
      if (peer === this.me) continue;
      void end.call("preVote", args).then((reply) => {
        if (reply === null || this.killed) return;
        if (reply.term > this.currentTerm) this.becomeFollower(reply.term);
        const isOver = willing.size >= this.majority || this.currentTerm + 1 !== args.term;
        if (isOver || this.role === "leader" || !reply.voteGranted) return;
        willing.add(peer);
        if (willing.size >= this.majority) this.startElection();
      });
    }
  }

  private startElection(): void {
`,
      },
    ],
  },
  {
    id: "eager-sending",
    what: "Each start and each heartbeat sends a follower all that it has not acknowledged, whatever is under way.",
    edits: [
      {
        file: "raft.ts",
        find: "      if (!follower.isPending) this.replicateTo(follower);\n    }\n    this.advanceCommitIndex();",
        replace: "      this.replicateTo(follower);\n    }\n    this.advanceCommitIndex();",
      },
      {
        file: "raft.ts",
        find: "      if (!follower.isPending) this.replicateTo(follower);\n      else void this.sendEntries(follower, []);",
        replace: "      this.replicateTo(follower);",
      },
    ],
  },
  {
    id: "commit-told-at-once",
    what: "When its commit index moves, a leader tells all followers at once, and not with the next heartbeat.",
    edits: [
      {
        file: "raft.ts",
        find: "=== this.currentTerm) this.commitUpTo(onMajority);",
        replace: `=== this.currentTerm) {
      this.commitUpTo(onMajority);
      for (const follower of this.followers) void this.sendEntries(follower, []);
    }`,
      },
    ],
  },
  {
    id: "batched-starts",
    what: "Commands are kept for 5 ms and sent together.",
    edits: [
      {
        file: "raft.ts",
        find: `    for (const follower of this.followers) {
      if (!follower.isPending) this.replicateTo(follower);
    }
    this.advanceCommitIndex();
    return`,
        replace: `    this.flushSoon();
    this.advanceCommitIndex();
    return`,
      },
      {
        file: "raft.ts",
        find: "  /** Section 7. The service can only",
        replace: `  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    setTimeout(() => {
      this.isFlushing = false;
      if (this.role !== "leader") return;
      for (const follower of this.followers) if (!follower.isPending) this.replicateTo(follower);
    }, 5);
  }

  /** Section 7. The service can only`,
      },
      {
        file: "raft.ts",
        find: "  private killed = false;\n",
        replace: "  private killed = false;\n  private isFlushing = false;\n",
      },
    ],
  },
];
