import type { WrongPatch } from "./patch.ts";

/** Mistakes in elections. */
export const WRONG_2A: readonly WrongPatch[] = [
  {
    id: "a-no-votedfor-check",
    what: "A vote is granted without a look at votedFor.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "Raft paper, Figure 2; ktoso/akka-raft#47, #51",
    killedBy: ["lab2a/simultaneous-candidates", "lab2a/many-elections", "lab2a/one-way-links"],
    edits: [
      {
        file: "raft.ts",
        find: "const free = this.votedFor === null || this.votedFor === args.candidateId;",
        replace: "const free = true;",
      },
    ],
  },
  {
    id: "a-votedfor-cleared-same-term",
    what: "Becoming a follower clears votedFor also when the term stays the same.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "microsoft/CCF#8094",
    killedBy: ["lab2a/many-elections"],
    edits: [
      {
        file: "raft.ts",
        find: `    if (term > this.currentTerm) {
      this.currentTerm = term;
      this.votedFor = null;
      this.persist();
    }`,
        replace: `    this.currentTerm = term;
    this.votedFor = null;
    this.persist();`,
      },
    ],
  },
  {
    id: "a-stale-vote-reply-counted",
    what: "A vote of an earlier election counts in a later one.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "xnnyygn/xraft#33, #34",
    killedBy: ["lab2a/late-votes", "lab2a/one-way-links"],
    edits: [
      {
        file: "raft.ts",
        find: 'this.role !== "candidate" || this.currentTerm !== args.term || !reply.voteGranted',
        replace: 'this.role !== "candidate" || !reply.voteGranted',
      },
    ],
  },
  {
    id: "a-duplicate-vote-counted",
    what: "Votes are counted and not collected, and a candidate asks twice.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "xnnyygn/xraft#27; ktoso/akka-raft#45; microsoft/coyote-samples#8",
    killedBy: ["lab2a/even-cluster"],
    edits: [
      {
        file: "raft.ts",
        find: `      if (peer !== this.me) void this.requestVoteFrom(peer, end, args, votes);`,
        replace: `      if (peer === this.me) continue;
      void this.requestVoteFrom(peer, end, args, votes);
      setTimeout(() => {
        const isWanted = this.role === "candidate" && this.currentTerm === args.term;
        if (isWanted) void this.requestVoteFrom(peer, end, args, votes);
      }, 20);`,
      },
      { file: "raft.ts", find: "const votes = new Set([this.me]);", replace: "const votes = [this.me];" },
      {
        file: "raft.ts",
        find: "    if (votes.size >= this.majority) this.becomeLeader();\n  }\n\n  private async",
        replace: "    if (votes.length >= this.majority) this.becomeLeader();\n  }\n\n  private async",
      },
      { file: "raft.ts", find: "votes: Set<number>,", replace: "votes: number[]," },
      {
        file: "raft.ts",
        find: "votes.add(peer);\n    if (votes.size >=",
        replace: "votes.push(peer);\n    if (votes.length >=",
      },
    ],
  },
  {
    id: "a-quorum-even-rounding",
    what: "Half of an even number of peers counts as a majority.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "Raft paper, section 5.2: a majority of the full cluster",
    killedBy: ["lab2a/even-cluster"],
    edits: [
      {
        file: "raft.ts",
        find: "Math.floor(this.peers.length / 2) + 1",
        replace: "Math.ceil(this.peers.length / 2)",
      },
    ],
  },
  {
    id: "a-no-stepdown-on-reply",
    what: "A higher term in an answer is ignored; only requests depose a leader or candidate.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "Raft paper, Figure 2, rules for all servers",
    killedBy: [],
    edits: [
      {
        file: "raft.ts",
        find: "    if (reply.term > this.currentTerm) this.becomeFollower(reply.term);\n    // The answer may",
        replace: "    // The answer may",
      },
      {
        file: "raft.ts",
        find: '    if (reply.term > this.currentTerm) this.becomeFollower(reply.term);\n    if (this.role !== "leader"',
        replace: '    if (this.role !== "leader"',
      },
    ],
  },
  {
    id: "a-candidate-ignores-equal-term-ae",
    what: "A candidate stays one when the leader of its own term is heard.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "influxdata/influxdb#2418; vesoft-inc/nebula#1769",
    killedBy: ["lab2a/simultaneous-candidates"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.becomeFollower(args.term);\n    this.electionTimer.restart();\n\n    const conflict =",
        replace: `    if (this.role === "candidate" && args.term === this.currentTerm) return { term: this.currentTerm, success: false };
    this.becomeFollower(args.term);
    this.electionTimer.restart();

    const conflict =`,
      },
    ],
  },
  {
    id: "a-no-election-restart",
    what: "An election that nobody wins is not followed by another.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "Raft paper, section 5.2; Students' Guide to Raft, livelocks",
    killedBy: ["lab2a/re-election"],
    edits: [
      {
        file: "timers.ts",
        find: "        this.restart();\n        this.onTimeout();",
        replace: "        this.onTimeout();",
      },
    ],
  },
  {
    id: "a-fixed-timeout",
    what: "The election timeout is a constant, the same for all peers.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "Raft paper, section 5.2: randomized election timeouts",
    killedBy: ["lab2a/initial-election", "lab2a/re-election", "lab2a/even-cluster"],
    edits: [
      {
        file: "timers.ts",
        find: "ELECTION_TIMEOUT_MIN_MS + Math.random() * spread",
        replace: "ELECTION_TIMEOUT_MIN_MS + spread",
      },
    ],
  },
  {
    id: "a-no-reset-on-heartbeat",
    what: "A heartbeat does not restart the election timeout.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "Raft paper, section 5.2 and Figure 2, rules for followers",
    killedBy: ["lab2a/even-cluster", "lab2a/one-way-links", "lab2a/late-votes"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.electionTimer.restart();\n\n    const conflict =",
        replace: "\n    const conflict =",
      },
    ],
  },
  {
    id: "js-float-majority",
    what: "More than half is asked for as `size - 0.5 === n / 2`: never true for an even number of peers.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "JavaScript: no integer division",
    killedBy: ["lab2a/even-cluster"],
    edits: [
      {
        file: "raft.ts",
        find: "votes.add(peer);\n    if (votes.size >= this.majority)",
        replace: "votes.add(peer);\n    if (votes.size - 0.5 === this.peers.length / 2)",
      },
    ],
  },
  {
    id: "js-vote-checked-before-await",
    what: "votedFor is looked at, then something is awaited, then the vote is given without another look.",
    stage: "lab2a",
    expected: ["election-safety"],
    source: "JavaScript: after an await everything may have changed",
    killedBy: ["lab2a/simultaneous-candidates"],
    edits: [
      {
        file: "raft.ts",
        find: "  requestVote(args: RequestVoteArgs): RequestVoteReply | Promise<never> {",
        replace: "  async requestVote(args: RequestVoteArgs): Promise<RequestVoteReply> {",
      },
      {
        file: "raft.ts",
        find: "    if (voteGranted) {\n",
        replace: "    if (voteGranted) {\n      await new Promise((resolve) => setTimeout(resolve, 5));\n",
      },
    ],
  },
  {
    id: "js-promise-all-votes",
    what: "A candidate counts its votes when all peers have answered, with Promise.all.",
    stage: "lab2a",
    expected: ["liveness"],
    source: "JavaScript: Promise.all waits for the slowest",
    killedBy: ["lab2a/many-elections"],
    edits: [
      {
        file: "raft.ts",
        find: `    for (const [peer, end] of this.peers.entries()) {
      if (peer !== this.me) void this.requestVoteFrom(peer, end, args, votes);
    }`,
        replace: `    const others = this.peers.filter((_, peer) => peer !== this.me);
    void Promise.all(others.map((end) => end.call("requestVote", args))).then((replies) => {
      const newest = Math.max(...replies.map((reply) => reply?.term ?? 0));
      if (!this.killed && newest > this.currentTerm) this.becomeFollower(newest);
      if (this.killed || this.role !== "candidate" || this.currentTerm !== args.term) return;
      const granted = replies.filter((reply) => reply?.voteGranted === true).length;
      if (1 + granted >= this.majority) this.becomeLeader();
    });`,
      },
      {
        file: "raft.ts",
        find: `  private async requestVoteFrom(
    peer: number,
    end: ClientEnd<Raft>,
    args: RequestVoteArgs,
    votes: Set<number>,
  ): Promise<void> {
    const reply = await end.call("requestVote", args);
    if (reply === null || this.killed) return;
    if (reply.term > this.currentTerm) this.becomeFollower(reply.term);
    // The answer may come after this election ended: won, lost, or overtaken by a newer term.
    if (this.role !== "candidate" || this.currentTerm !== args.term || !reply.voteGranted) return;
    votes.add(peer);
    if (votes.size >= this.majority) this.becomeLeader();
  }

`,
        replace: "",
      },
    ],
  },
];
