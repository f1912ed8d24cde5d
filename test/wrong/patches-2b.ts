import type { WrongPatch } from "./patch.ts";

const SUCCESS = "    return { term: this.currentTerm, success: true };";
const STALE_CHECK = "    if (args.term < this.currentTerm) return { term: this.currentTerm, success: false };\n";
const VERIFIED_COMMIT = "Math.min(args.leaderCommit, args.prevLogIndex + args.entries.length)";

/** Mistakes in replicating and committing entries: what is stored, acknowledged, counted and applied. */
export const WRONG_2B: readonly WrongPatch[] = [
  {
    id: "b-commit-old-term-by-count",
    what: "An entry of an earlier term is committed because a majority stores it.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, section 5.4.2 and Figure 8; logcabin/logcabin#44; bakwc/PySyncObj#169",
    killedBy: ["lab2b/earlier-term-entries"],
    edits: [{ file: "raft.ts", find: " && this.log.termAt(onMajority) === this.currentTerm", replace: "" }],
  },
  {
    id: "b-commit-loop-stops-at-old-term",
    what: "The search for what can be committed ends at the first entry of an earlier term.",
    stage: "lab2b",
    expected: ["liveness"],
    source: "zhebrak/raftos#30",
    killedBy: ["lab2b/kill", "lab2b/late-requests", "lab2b/split-brain"],
    edits: [
      {
        file: "raft.ts",
        find: "    if (onMajority > this.commitIndex && this.log.termAt(onMajority) === this.currentTerm) this.commitUpTo(onMajority);",
        replace: `    let index = this.commitIndex;
    while (index < onMajority && this.log.termAt(index + 1) === this.currentTerm) index++;
    if (index > this.commitIndex) this.commitUpTo(index);`,
      },
    ],
  },
  {
    id: "b-commit-minority-median",
    what: "Two copies count as a majority, however many peers there are.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 2, last rule for leaders",
    killedBy: ["lab2b/minority-majority-partition", "lab2b/fail-no-agree", "lab2b/split-brain"],
    edits: [{ file: "raft.ts", find: "[this.majority - 1] ?? 0", replace: "[1] ?? 0" }],
  },
  {
    id: "b-cross-term-ack",
    what: "An answer to an earlier leadership of the same peer counts in its present one.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Students' Guide to Raft, term confusion",
    killedBy: ["lab2b/late-answers"],
    edits: [
      {
        file: "raft.ts",
        find: 'if (this.role !== "leader" || this.currentTerm !== term) return false;',
        replace: 'if (this.role !== "leader" || this.currentTerm < term) return false;',
      },
      {
        file: "raft.ts",
        find: `    this.followers = this.peers
      .filter((_, peer) => peer !== this.me)
      .map((end) => new Follower(end, this.log.lastIndex + 1));`,
        replace: `    const others = this.peers.filter((_, peer) => peer !== this.me);
    const fresh = others.map((end) => new Follower(end, this.log.lastIndex + 1));
    this.followers = fresh.map((follower, i) => Object.assign(this.followers[i] ?? follower, follower));`,
      },
    ],
  },
  {
    id: "b-commit-min-own-last",
    what: "A follower commits up to its own last entry, not up to the last that the request has verified.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "atomix/copycat#265; scylladb/scylladb#9965; microsoft/CCF#8172",
    killedBy: ["lab2b/late-requests", "lab2b/leader-crashes-during-commit", "lab2b/late-answers"],
    edits: [{ file: "raft.ts", find: VERIFIED_COMMIT, replace: "Math.min(args.leaderCommit, this.log.lastIndex)" }],
  },
  {
    id: "b-heartbeat-skips-prev-check",
    what: "A request without entries succeeds without the consistency check.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Students' Guide to Raft: heartbeats are not special",
    killedBy: ["lab2b/leader-failure", "lab2b/rejoin", "lab2b/leader-crashes-during-commit"],
    edits: [
      {
        file: "raft.ts",
        find: "const conflict = this.log.conflictWith(args.prevLogIndex, args.prevLogTerm);",
        replace:
          "const conflict = args.entries.length === 0 ? null : this.log.conflictWith(args.prevLogIndex, args.prevLogTerm);",
      },
      { file: "raft.ts", find: VERIFIED_COMMIT, replace: "Math.min(args.leaderCommit, this.log.lastIndex)" },
    ],
  },
  {
    id: "b-blind-truncate",
    what: "Entries of a request replace what follows prevLogIndex also when nothing conflicts.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "hashicorp/raft#113; zhebrak/raftos#26; microsoft/CCF#5991",
    killedBy: ["lab2b/late-requests"],
    edits: [
      {
        file: "log.ts",
        find: `      if (index <= this.lastIndex) {
        if (this.termAt(index) === entry.term) continue;
        this.truncateFrom(index);
      }`,
        replace: "      if (index <= this.lastIndex) this.truncateFrom(index);",
      },
    ],
  },
  {
    id: "b-conflict-kept",
    what: "An entry that conflicts with the leader's stays, and is acknowledged.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 2, AppendEntries, rule 3; amino-os/Amino.Run#143",
    killedBy: ["lab2b/late-requests", "lab2b/late-answers", "lab2b/rejoin"],
    edits: [
      {
        file: "log.ts",
        find: `      if (index <= this.lastIndex) {
        if (this.termAt(index) === entry.term) continue;
        this.truncateFrom(index);
      }`,
        replace: "      if (index <= this.lastIndex) continue;",
      },
      {
        file: "log.ts",
        find: `  private truncateFrom(index: number): void {
    const kept = index - this.lastIncludedIndex - 1;
    this.entries.length = kept;
    this.encoded.keepFirst(kept);
  }
`,
        replace: "",
      },
    ],
  },
  {
    id: "b-prev-gap-accepted",
    what: "Entries are appended although the log ends before prevLogIndex.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 2, AppendEntries, rule 2; Students' Guide to Raft",
    killedBy: ["lab2b/late-requests", "lab2b/leader-crashes-during-commit", "lab2b/fail-agree"],
    edits: [
      {
        file: "log.ts",
        find: "if (index > this.lastIndex) return { conflictTerm: null, conflictIndex: this.lastIndex + 1 };",
        replace: "if (index > this.lastIndex) return null;",
      },
      { file: "raft.ts", find: VERIFIED_COMMIT, replace: "Math.min(args.leaderCommit, this.log.lastIndex)" },
    ],
  },
  {
    id: "b-stale-term-ae-processed",
    what: "A request of an earlier term is refused, but not before its entries were taken.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Students' Guide to Raft: reply false means return immediately",
    killedBy: ["lab2b/isolated-leader-rejoins", "lab2b/late-requests", "lab2b/rejoin"],
    edits: [
      { file: "raft.ts", find: STALE_CHECK, replace: "    const isStale = args.term < this.currentTerm;\n" },
      { file: "raft.ts", find: SUCCESS, replace: "    return { term: this.currentTerm, success: !isStale };" },
    ],
  },
  {
    id: "b-stale-term-ae-accepted",
    what: "Entries of a leader of an earlier term are taken and acknowledged.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "MongoDB SERVER-22136; ajdavis/mongo-repl-tla",
    killedBy: ["lab2b/late-requests", "lab2b/isolated-leader-rejoins", "lab2b/rejoin"],
    edits: [
      {
        file: "raft.ts",
        find: STALE_CHECK,
        replace: STALE_CHECK.replace("this.currentTerm)", "this.currentTerm && args.entries.length === 0)"),
      },
      { file: "raft.ts", find: SUCCESS, replace: "    return { term: args.term, success: true };" },
    ],
  },
  {
    id: "b-uptodate-length-only",
    what: "The longer log is taken for the more up-to-date one, whatever the terms.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, section 5.4.1; ktoso/akka-raft#30, #51",
    killedBy: ["lab2b/rejoin", "lab2b/backup"],
    edits: [
      {
        file: "log.ts",
        find: "return term > this.lastTerm || (term === this.lastTerm && index >= this.lastIndex);",
        replace: "return index > this.lastIndex || (index === this.lastIndex && term >= this.lastTerm);",
      },
    ],
  },
  {
    id: "b-leader-drops-uncommitted",
    what: "A new leader begins with removing what it does not know to be committed.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 3, Leader Append-Only",
    killedBy: ["lab2b/late-requests", "lab2b/leader-crashes-during-commit"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.electionTimer.stop();\n    this.followers",
        replace: "    this.electionTimer.stop();\n    this.log.truncateFrom(this.commitIndex + 1);\n    this.followers",
      },
      { file: "log.ts", find: "  private truncateFrom(", replace: "  truncateFrom(" },
    ],
  },
  {
    id: "b-apply-before-commit",
    what: "A leader applies a command as soon as it is started.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, section 5.3: an entry is applied when it is committed",
    killedBy: ["lab2b/rejoin", "lab2b/late-requests", "lab2b/kill"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.advanceCommitIndex();\n    return { index, term, isLeader: true };",
        replace: "    this.commitUpTo(index);\n    return { index, term, isLeader: true };",
      },
    ],
  },
  {
    id: "b-follower-applies-on-append",
    what: "A follower takes every entry that it stores for committed.",
    stage: "lab2b",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 2, AppendEntries, rule 5",
    killedBy: ["lab2b/fail-no-agree", "lab2b/earlier-term-entries", "lab2b/minority-majority-partition"],
    edits: [{ file: "raft.ts", find: VERIFIED_COMMIT, replace: "args.prevLogIndex + args.entries.length" }],
  },
];
