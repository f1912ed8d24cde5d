import type { WrongPatch } from "./patch.ts";

/** Mistakes of stage 2B in how the log gets on, in what it costs, and in the student interface. */
export const WRONG_2B_PROGRESS: readonly WrongPatch[] = [
  {
    id: "b-commit-not-on-heartbeat",
    what: "A follower learns what is committed from requests with entries only.",
    stage: "lab2b",
    expected: ["liveness"],
    source: "etcd-io/etcd#3170",
    killedBy: ["lab2b/concurrent-starts", "lab2b/basic-agree", "lab2b/fail-agree"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.commitUpTo(Math.min(args.leaderCommit,",
        replace: "    if (args.entries.length > 0) this.commitUpTo(Math.min(args.leaderCommit,",
      },
    ],
  },
  {
    id: "b-raft-dedups-commands",
    what: "start() does not append a command that is equal to the last one.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "student API: every accepted start() gets an index of its own",
    killedBy: ["lab2b/concurrent-starts", "lab2b/basic-agree", "lab2b/earlier-term-entries"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.log.append({ term, command });\n    this.persist();",
        replace: `    const last = this.log.lastIndex;
    if (last > this.log.lastIncludedIndex && JSON.stringify(this.log.entryAt(last).command) === JSON.stringify(command)) {
      return { index: last, term, isLeader: true };
    }
    this.log.append({ term, command });
    this.persist();`,
      },
    ],
  },
  {
    id: "b-full-log-resend",
    what: "Every request carries the log from its beginning.",
    stage: "lab2b",
    expected: ["efficiency"],
    source: "MIT 6.5840, TestRPCBytes",
    killedBy: ["lab2b/rpc-bytes"],
    edits: [
      {
        file: "raft.ts",
        find: "this.log.entriesFrom(follower.nextIndex, MAX_BATCH)",
        replace: "this.log.entriesFrom(this.log.lastIncludedIndex + 1, 100 * MAX_BATCH)",
      },
      {
        file: "raft.ts",
        find: "Math.max(follower.nextIndex - 1, this.log.lastIncludedIndex)",
        replace: "this.log.lastIncludedIndex",
      },
    ],
  },
  {
    id: "b-linear-backup",
    what: "After a refusal nextIndex goes back by one, and the next heartbeat tries again.",
    stage: "lab2b",
    expected: ["efficiency"],
    source: "etcd-io/etcd#1995, #2002; Students' Guide to Raft",
    killedBy: ["lab2b/backup"],
    edits: [
      {
        file: "raft.ts",
        find: "      follower.backUpTo(this.log.indexAfterConflict(prevLogIndex, reply.conflict));",
        replace: "      follower.backUpTo(prevLogIndex);\n      return;",
      },
    ],
  },
  {
    id: "b-rpc-flood",
    what: "Heartbeats are 5 ms apart.",
    stage: "lab2b",
    expected: ["efficiency"],
    source: "MIT 6.5840, TestCount",
    killedBy: ["lab2b/count", "lab2b/rpc-bytes"],
    edits: [{ file: "timers.ts", find: "HEARTBEAT_MS = 100;", replace: "HEARTBEAT_MS = 5;" }],
  },
  {
    id: "a-zombie-heartbeat-loop",
    what: "Each election that a peer wins starts one more heartbeat loop, which never ends.",
    stage: "lab2b",
    expected: ["efficiency"],
    source: "scalecube/scalecube-services#87",
    killedBy: ["lab2b/count"],
    edits: [
      {
        file: "timers.ts",
        find: "    this.stop();\n    this.timer = setInterval",
        replace: "    this.timer = setInterval",
      },
      {
        file: "raft.ts",
        find: "      this.heartbeatTimer.stop();\n      this.electionTimer",
        replace: "      this.electionTimer",
      },
      {
        file: "raft.ts",
        find: "  private sendHeartbeats(): void {\n",
        replace: '  private sendHeartbeats(): void {\n    if (this.role !== "leader" || this.killed) return;\n',
      },
    ],
  },
  {
    id: "a-kill-leaks-work",
    what: "kill() leaves the timers running, and they do not ask whether the peer was killed.",
    stage: "lab2b",
    expected: ["resource"],
    source: "MIT 6.5840, on killed()",
    killedBy: ["lab2b/kill"],
    edits: [
      {
        file: "raft.ts",
        find: '    this.role = "follower";\n    this.electionTimer.stop();\n    this.heartbeatTimer.stop();',
        replace: '    this.role = "follower";',
      },
    ],
  },
  {
    id: "js-timer-after-kill",
    what: "A handler that was waiting goes on after kill(), and starts the election timer again.",
    stage: "lab2b",
    expected: ["resource"],
    source: "JavaScript: what comes after an await may come after kill()",
    killedBy: [],
    edits: [
      {
        file: "raft.ts",
        find: "  appendEntries(args: AppendEntriesArgs): AppendEntriesReply | Promise<never> {\n    if (this.killed) return noAnswer();",
        replace: `  async appendEntries(args: AppendEntriesArgs): Promise<AppendEntriesReply> {
    if (this.killed) return noAnswer();
    await new Promise((resolve) => setTimeout(resolve, 2));`,
      },
    ],
  },
  {
    id: "js-sort-without-comparator",
    what: "The indices that followers have are sorted as texts: 10 before 9.",
    stage: "lab2b",
    expected: ["liveness", "state-machine-safety"],
    source: "JavaScript: sort() without a comparator compares texts",
    killedBy: ["lab2b/divergent-logs", "lab2b/backup"],
    edits: [{ file: "raft.ts", find: "matched.sort((a, b) => b - a)", replace: "matched.sort().reverse()" }],
  },
  {
    id: "js-apply-across-await",
    what: "While one round of applying waits for the service, another begins with the same entry.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Students' Guide to Raft: one applier; JavaScript: a function that awaits can run twice at a time",
    killedBy: ["lab2b/concurrent-starts", "lab2b/count", "lab2b/slow-follower"],
    edits: [
      {
        file: "raft.ts",
        find: "  private commitUpTo(index: number): void {",
        replace: "  private async commitUpTo(index: number): Promise<void> {",
      },
      {
        file: "raft.ts",
        find: `      this.lastApplied++;
      const { command } = this.log.entryAt(this.lastApplied);
      this.apply({ kind: "command", index: this.lastApplied, command });`,
        replace: `      const index = this.lastApplied + 1;
      const { command } = this.log.entryAt(index);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (this.killed) return;
      this.apply({ kind: "command", index, command });
      this.lastApplied = index;`,
      },
    ],
  },
];
