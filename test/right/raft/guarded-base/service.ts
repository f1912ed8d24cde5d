import type { ApplyMsg } from "consensus-labs";
import type { Log } from "./log.ts";
import type { Position } from "./types.ts";

/** How far the log is committed; all of that is applied in the same step. */
export class Service {
  private committed: number;

  constructor(
    private readonly log: Log,
    private readonly apply: (msg: ApplyMsg) => void,
  ) {
    // At boot the service has restored itself from the snapshot.
    this.committed = log.base.index;
  }

  get commit(): number {
    return this.committed;
  }

  /** What the log does not hold yet stays for later. */
  commitTo(index: number): void {
    const end = Math.min(index, this.log.last.index);
    while (this.committed < end) this.applyNext();
  }

  restore({ index, term }: Position, snapshot: Uint8Array): void {
    this.committed = index;
    this.apply({ kind: "snapshot", index, term, snapshot });
  }

  private applyNext(): void {
    this.committed++;
    const index = this.committed;
    const entry = this.log.entryAt(index);
    if (entry === undefined) throw new RangeError(`no entry ${index} to apply`);
    if (entry.kind === "noop") this.apply({ kind: "noop", index });
    else this.apply({ kind: "command", index, command: entry.command });
  }
}
