import type { WrongPatch } from "./patch.ts";

const GRANT = "      this.votedFor = args.candidateId;\n      this.persist();";
const APPEND = "if (this.log.merge(args.prevLogIndex, args.entries)) this.persist();";

/** Mistakes in what survives a crash. */
export const WRONG_2C: readonly WrongPatch[] = [
  {
    id: "c-vote-not-persisted",
    what: "A vote is given, and not saved.",
    stage: "lab2c",
    expected: ["election-safety"],
    source: "ktoso/akka-raft#56, #62; databendlabs/databend#1051",
    killedBy: ["lab2c/crash-before-persist"],
    edits: [{ file: "raft.ts", find: GRANT, replace: "      this.votedFor = args.candidateId;" }],
  },
  {
    id: "c-term-not-persisted",
    what: "A term that was heard of is taken over, and not saved.",
    stage: "lab2c",
    expected: ["durability", "election-safety"],
    source: "Raft paper, Figure 2, persistent state on all servers",
    killedBy: ["lab2c/chaos-delays", "lab2c/chaos-restarts"],
    edits: [
      {
        file: "raft.ts",
        find: "      this.votedFor = null;\n      this.persist();",
        replace: "      this.votedFor = null;",
      },
    ],
  },
  {
    id: "c-log-not-persisted-follower",
    what: "A follower acknowledges entries that it did not save.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety"],
    source: "Raft paper, Figure 2, persistent state on all servers",
    killedBy: ["lab2c/persist-1", "lab2c/persist-2", "lab2c/all-restart"],
    edits: [{ file: "raft.ts", find: APPEND, replace: "this.log.merge(args.prevLogIndex, args.entries);" }],
  },
  {
    id: "c-leader-append-not-persisted",
    what: "A leader counts itself for an entry that it did not save.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety"],
    source: "Raft paper, Figure 2, persistent state on all servers",
    killedBy: ["lab2c/persist-3"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.log.append({ term, command });\n    this.persist();",
        replace: "    this.log.append({ term, command });",
      },
    ],
  },
  {
    id: "c-persist-before-change",
    what: "State is saved just before it changes: what is saved is one step behind.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety", "election-safety"],
    source: "a deferred save that captured old values",
    killedBy: ["lab2c/crash-before-persist", "lab2c/all-restart", "lab2c/chaos-restarts"],
    edits: [
      { file: "raft.ts", find: GRANT, replace: "      this.persist();\n      this.votedFor = args.candidateId;" },
      {
        file: "raft.ts",
        find: APPEND,
        replace: "this.persist();\n    this.log.merge(args.prevLogIndex, args.entries);",
      },
    ],
  },
  {
    id: "c-reply-before-persist",
    what: "An answer leaves, and a moment later the state is saved.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety", "election-safety"],
    source: "hashicorp/raft#661; tikv/tikv#994; ZOOKEEPER-4646",
    killedBy: ["lab2c/crash-before-persist"],
    edits: [
      {
        file: "raft.ts",
        find: GRANT,
        replace: "      this.votedFor = args.candidateId;\n      setImmediate(() => this.persist());",
      },
      {
        file: "raft.ts",
        find: APPEND,
        replace: "if (this.log.merge(args.prevLogIndex, args.entries)) setImmediate(() => this.persist());",
      },
    ],
  },
  {
    id: "c-log-not-restored",
    what: "After a restart term and vote are there, and the log is empty.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety"],
    source: "MIT 6.5840, on labgob and names in small letters",
    killedBy: ["lab2c/persist-3", "lab2c/persist-1", "lab2c/all-restart"],
    edits: [
      {
        file: "saved-state.ts",
        find: "for (const entry of decode(entries) as LogEntry[]) log.append(entry);",
        replace: "for (const entry of (decode(entries) as { all?: LogEntry[] }).all ?? []) log.append(entry);",
      },
    ],
  },
  {
    id: "c-restart-commits-whole-log",
    what: "After a restart the whole log is taken for committed.",
    stage: "lab2c",
    expected: ["state-machine-safety", "durability"],
    source: "RedisLabs/redisraft#31",
    killedBy: ["lab2c/chaos-restarts", "lab2c/crash-before-persist"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.commitIndex = this.log.lastIncludedIndex;\n    this.lastApplied",
        replace: "    this.commitIndex = this.log.lastIndex;\n    this.lastApplied",
      },
    ],
  },
  {
    id: "c-lastapplied-persisted",
    what: "lastApplied survives a restart, though what the service had applied does not.",
    stage: "lab2c",
    expected: ["state-machine-safety"],
    source: "etcd-io/etcd#9809, #10217",
    killedBy: ["lab2c/persist-3", "lab2c/persist-2", "lab2c/all-restart"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.lastApplied = this.log.lastIncludedIndex;\n    this.electionTimer",
        replace:
          "    this.commitIndex = saved.lastApplied;\n    this.lastApplied = saved.lastApplied;\n    this.electionTimer",
      },
      {
        file: "raft.ts",
        find: "    const { currentTerm, votedFor, log } = this;\n    this.persister.save(toBytes({ currentTerm, votedFor, log }), snapshot);",
        replace:
          "    const { currentTerm, votedFor, log, lastApplied } = this;\n    this.persister.save(toBytes({ currentTerm, votedFor, log, lastApplied }), snapshot);",
      },
      {
        file: "saved-state.ts",
        find: "  readonly log: RaftLog;\n}",
        replace: "  readonly log: RaftLog;\n  readonly lastApplied: number;\n}",
      },
      {
        file: "saved-state.ts",
        find: "  votedFor: number | null;\n  lastIncludedIndex: number;",
        replace: "  votedFor: number | null;\n  lastApplied: number;\n  lastIncludedIndex: number;",
      },
      {
        file: "saved-state.ts",
        find: "export function toBytes({ currentTerm, votedFor, log }: SavedState)",
        replace: "export function toBytes({ currentTerm, votedFor, log, lastApplied }: SavedState)",
      },
      {
        file: "saved-state.ts",
        find: "    entries: log.toBytes(),",
        replace: "    entries: log.toBytes(),\n    lastApplied,",
      },
      {
        file: "saved-state.ts",
        find: "votedFor: null, log: new RaftLog() }",
        replace: "votedFor: null, log: new RaftLog(), lastApplied: 0 }",
      },
      {
        file: "saved-state.ts",
        find: "lastIncludedTerm, entries } = decode(",
        replace: "lastIncludedTerm, entries, lastApplied } = decode(",
      },
      {
        file: "saved-state.ts",
        find: "  return { currentTerm, votedFor, log };",
        replace: "  return { currentTerm, votedFor, log, lastApplied };",
      },
    ],
  },
  {
    id: "js-falsy-vote",
    what: "`votedFor || null` after a restart: a vote for peer 0 is forgotten.",
    stage: "lab2c",
    expected: ["election-safety"],
    source: "JavaScript: 0 is falsy",
    killedBy: ["lab2c/crash-before-persist"],
    edits: [
      {
        file: "saved-state.ts",
        find: "  return { currentTerm, votedFor, log };",
        replace: "  return { currentTerm, votedFor: votedFor || null, log };",
      },
    ],
  },
  {
    id: "js-unawaited-save",
    what: "Saving is asynchronous, and nobody waits for it: answers leave first.",
    stage: "lab2c",
    expected: ["durability", "state-machine-safety", "election-safety"],
    source: "JavaScript: a promise that nobody awaits",
    killedBy: ["lab2c/crash-before-persist"],
    edits: [
      {
        file: "raft.ts",
        find: "  private persist(snapshot?: Uint8Array): void {\n",
        replace: "  private async persist(snapshot?: Uint8Array): Promise<void> {\n    await Promise.resolve();\n",
      },
    ],
  },
];
