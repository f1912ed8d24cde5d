import type { ApplyMsg, Persister } from "consensus-labs";
import type { RaftLog } from "./log.ts";

/** The most messages that the service gets in one go. */
const MAX_SLICE = 16;

/** Hands to the service what is committed, in order, and some at a time. There is one, and it runs once at a time. */
export class Applier {
  commitIndex: number;
  lastApplied: number;
  private isRunning = false;
  private pause: ReturnType<typeof setImmediate> | undefined;

  constructor(
    private readonly log: RaftLog,
    private readonly persister: Persister,
    private readonly apply: (msg: ApplyMsg) => void,
  ) {
    // The service restores itself from the snapshot.
    this.commitIndex = log.lastIncludedIndex;
    this.lastApplied = log.lastIncludedIndex;
  }

  commitTo(index: number): void {
    if (index <= this.commitIndex) return;
    this.commitIndex = index;
    if (this.isRunning) return;
    this.isRunning = true;
    this.applySlice();
  }

  stop(): void {
    clearImmediate(this.pause);
  }

  private applySlice(): void {
    for (let count = 0; count < MAX_SLICE; count++) {
      if (this.lastApplied >= this.commitIndex) {
        this.isRunning = false;
        return;
      }
      this.applyNext();
    }
    this.pause = setImmediate(() => this.applySlice());
  }

  private applyNext(): void {
    // Entries that a leader's snapshot has replaced are gone from the log.
    if (this.lastApplied < this.log.lastIncludedIndex) {
      this.applySnapshot();
      return;
    }
    const index = this.lastApplied + 1;
    const { command } = this.log.entryAt(index);
    this.lastApplied = index;
    this.apply({ kind: "command", index, command });
  }

  private applySnapshot(): void {
    const { lastIncludedIndex: index, lastIncludedTerm: term } = this.log;
    this.lastApplied = index;
    this.apply({ kind: "snapshot", index, term, snapshot: this.persister.readSnapshot() });
  }
}
