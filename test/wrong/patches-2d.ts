import type { WrongPatch } from "./patch.ts";

const INSTALL = "    this.log.compact(lastIncludedIndex, lastIncludedTerm);\n    this.persist(data);";
const TAKE = "    this.log.compact(index, this.log.termAt(index));\n    this.persist(snapshot);";

/** Mistakes in taking, sending and installing snapshots. */
export const WRONG_2D: readonly WrongPatch[] = [
  {
    id: "d-stale-snapshot-rewinds",
    what: "A snapshot is installed that covers less than what is applied already.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "etcd-io/raft#157; eBay/NuRaft#407; databendlabs/openraft#1930",
    killedBy: ["lab2d/late-snapshots", "lab2d/snapshot-install-unreliable", "lab2d/snapshot-install-crash-unreliable"],
    edits: [
      {
        file: "raft.ts",
        find: "    if (lastIncludedIndex <= this.commitIndex) return { term: this.currentTerm };\n    this.log.compact(lastIncludedIndex, lastIncludedTerm);",
        replace: `    if (lastIncludedIndex >= this.log.lastIncludedIndex) this.log.compact(lastIncludedIndex, lastIncludedTerm);
    else this.log = new RaftLog(lastIncludedIndex, lastIncludedTerm);`,
      },
      {
        file: "raft.ts",
        find: 'import type { RaftLog } from "./log.ts";',
        replace: 'import { RaftLog } from "./log.ts";',
      },
    ],
  },
  {
    id: "d-is-discards-matching-suffix",
    what: "Installing a snapshot clears the whole log, and what follows the snapshot with it.",
    stage: "lab2d",
    expected: ["state-machine-safety", "durability"],
    source: "camunda/camunda#6092; tikv/raft-rs#430; cockroachdb/cockroach#132028",
    killedBy: ["lab2d/late-snapshots"],
    edits: [
      {
        file: "raft.ts",
        find: "    this.log.compact(lastIncludedIndex, lastIncludedTerm);\n",
        replace: "    this.log = new RaftLog(lastIncludedIndex, lastIncludedTerm);\n",
      },
      {
        file: "raft.ts",
        find: 'import type { RaftLog } from "./log.ts";',
        replace: 'import { RaftLog } from "./log.ts";',
      },
      // The reference waits for an answer before it sends more; then a snapshot never meets entries that follow it.
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
    id: "d-boundary-next-equals-base",
    what: "A follower that needs exactly the last entry of the snapshot gets entries and not the snapshot.",
    stage: "lab2d",
    expected: ["liveness", "state-machine-safety"],
    source: "willemt/raft#118; RedisLabs/raft#47, #49",
    killedBy: [
      "lab2d/snapshot-install-unreliable",
      "lab2d/snapshot-install-crash-unreliable",
      "lab2d/snapshot-install",
    ],
    edits: [
      {
        file: "raft.ts",
        find: "if (follower.nextIndex <= this.log.lastIncludedIndex)",
        replace: "if (follower.nextIndex < this.log.lastIncludedIndex)",
      },
    ],
  },
  {
    id: "d-term-at-base-lost",
    what: "The term of the last entry in the snapshot is not kept: it counts as 0.",
    stage: "lab2d",
    expected: ["liveness", "state-machine-safety"],
    source: "hashicorp/raft#205; jgroups-extras/jgroups-raft#103; RATIS-874",
    killedBy: ["lab2d/snapshot-init", "lab2d/snapshot-install-unreliable", "lab2d/snapshot-install-crash-unreliable"],
    edits: [
      {
        file: "log.ts",
        find: "? this.lastIncludedTerm : this.entryAt(index).term",
        replace: "? 0 : this.entryAt(index).term",
      },
    ],
  },
  {
    id: "d-prev-below-base-as-conflict",
    what: "A request that begins below the snapshot is taken for a conflict, and the log behind the snapshot is cleared.",
    stage: "lab2d",
    expected: ["state-machine-safety", "durability"],
    source: "databendlabs/openraft#511, #509",
    killedBy: ["lab2d/chaos-drops"],
    edits: [
      {
        file: "log.ts",
        find: "    if (index <= this.lastIncludedIndex) return null;",
        replace: `    if (index === this.lastIncludedIndex) return null;
    if (index < this.lastIncludedIndex) {
      this.truncateFrom(this.lastIncludedIndex + 1);
      return { conflictTerm: null, conflictIndex: this.lastIncludedIndex + 1 };
    }`,
      },
    ],
  },
  {
    id: "d-index-base-mixup",
    what: "start() answers with the entry's place in the array, not with its index.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "indices of the log and of the array behind the snapshot, mixed up",
    killedBy: ["lab2d/snapshot-install", "lab2d/snapshot-basic", "lab2d/late-snapshots"],
    edits: [
      {
        file: "raft.ts",
        find: "    const index = this.log.lastIndex;\n",
        replace: "    const index = this.log.lastIndex - this.log.lastIncludedIndex;\n",
      },
    ],
  },
  {
    id: "d-is-saves-only-raft-state",
    what: "After installing a snapshot only Raft's own state is saved.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "OneSizeFitsQuorum/MIT6.824-2021#16",
    killedBy: ["lab2d/snapshot-install-crash-unreliable", "lab2d/snapshot-install-crash", "lab2d/snapshot-all-crash"],
    edits: [{ file: "raft.ts", find: INSTALL, replace: INSTALL.replace("persist(data)", "persist()") }],
  },
  {
    id: "d-snapshot-and-log-not-atomic",
    what: "The shortened log is saved, and then, by itself, the snapshot.",
    stage: "lab2d",
    expected: ["state-machine-safety", "durability"],
    source: "uwplse/verdi-raft#51; RedisLabs/redisraft#43; canonical/raft#199",
    killedBy: ["lab2d/snapshot-during-compaction", "lab2d/chaos-restarts"],
    edits: [
      { file: "raft.ts", find: TAKE, replace: TAKE.replace("this.persist(", "this.persist();\n    this.persist(") },
    ],
  },
  {
    id: "d-is-ack-before-durable",
    what: "A snapshot is acknowledged, and a moment later saved.",
    stage: "lab2d",
    expected: ["durability", "state-machine-safety", "liveness"],
    source: "the same rule as for votes and entries; vesoft-inc/nebula#795",
    killedBy: [],
    edits: [
      {
        file: "raft.ts",
        find: INSTALL,
        replace: INSTALL.replace("this.persist(data)", "setImmediate(() => this.persist(data))"),
      },
    ],
  },
  {
    id: "d-snapshot-beyond-applied",
    what: "The log is cut at commitIndex, though the service's snapshot ends before.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "RedisLabs/redisraft#43",
    killedBy: ["lab2d/late-snapshots", "lab2d/snapshot-install-unreliable", "lab2d/snapshot-install"],
    edits: [
      {
        file: "raft.ts",
        find: "this.log.compact(index, this.log.termAt(index));",
        replace: "this.log.compact(this.commitIndex, this.log.termAt(this.commitIndex));",
      },
    ],
  },
  {
    id: "d-snapshot-not-delivered",
    what: "An installed snapshot is not handed to the service.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "Raft paper, Figure 13, last rule",
    killedBy: ["lab2d/snapshot-install", "lab2d/snapshot-install-unreliable", "lab2d/late-snapshots"],
    edits: [
      {
        file: "raft.ts",
        find: '    this.apply({ kind: "snapshot", index: lastIncludedIndex, term: lastIncludedTerm, snapshot: data });\n',
        replace: "",
      },
    ],
  },
  {
    id: "d-disk-log-not-trimmed",
    what: "The log is cut in memory, and saved in whole.",
    stage: "lab2d",
    expected: ["resource"],
    source: "MIT 6.5840, MAXLOGSIZE",
    killedBy: ["lab2d/snapshot-install", "lab2d/snapshot-install-unreliable", "lab2d/snapshot-install-crash"],
    edits: [
      {
        file: "log.ts",
        find: "    this.entries.splice(0, covered);\n    this.encoded.dropFirst(covered);",
        replace: "    this.entries.splice(0, covered);\n    this.forgotten += covered;",
      },
      {
        file: "log.ts",
        find: "  private readonly encoded = new EncodedEntries();",
        replace: "  private readonly encoded = new EncodedEntries();\n  private forgotten = 0;",
      },
      {
        file: "log.ts",
        find: "this.encoded.keepFirst(kept);",
        replace: "this.encoded.keepFirst(this.forgotten + kept);",
      },
      {
        file: "saved-state.ts",
        find: "  entries: Uint8Array;\n}",
        replace: "  entries: Uint8Array;\n  kept: number;\n}",
      },
      {
        file: "saved-state.ts",
        find: "    entries: log.toBytes(),",
        replace: "    entries: log.toBytes(),\n    kept: log.lastIndex - log.lastIncludedIndex,",
      },
      {
        file: "saved-state.ts",
        find: "lastIncludedTerm, entries } = decode(",
        replace: "lastIncludedTerm, entries, kept } = decode(",
      },
      {
        file: "saved-state.ts",
        find: "for (const entry of decode(entries) as LogEntry[]) log.append(entry);",
        replace:
          "const all = decode(entries) as LogEntry[];\n  for (const entry of all.slice(all.length - kept)) log.append(entry);",
      },
    ],
  },
  {
    id: "d-trim-waits-for-slowest",
    what: "A leader keeps its log while any follower lacks some of it.",
    stage: "lab2d",
    expected: ["resource"],
    source: "cockroachdb/cockroach#6012",
    killedBy: ["lab2d/snapshot-install-unreliable", "lab2d/snapshot-install", "lab2d/snapshot-install-crash"],
    edits: [
      {
        file: "raft.ts",
        find: TAKE,
        replace: `    if (this.role === "leader" && this.followers.some((follower) => follower.matchIndex < index)) return;\n${TAKE}`,
      },
    ],
  },
  {
    id: "js-snapshot-read-late",
    what: "The index of a snapshot is noted, something is awaited, and then the snapshot is read: it may be a newer one.",
    stage: "lab2d",
    expected: ["state-machine-safety"],
    source: "JavaScript: after an await everything may have changed",
    killedBy: ["lab2d/snapshot-during-compaction"],
    edits: [
      {
        file: "raft.ts",
        find: "      data: this.persister.readSnapshot(),\n    };\n    const request = follower.request(SNAPSHOT_PATIENCE_MS);\n",
        replace: `      data: new Uint8Array(),
    };
    const request = follower.request(SNAPSHOT_PATIENCE_MS);
    await new Promise((resolve) => setTimeout(resolve, 5));
    args.data = this.persister.readSnapshot();
`,
      },
    ],
  },
];
