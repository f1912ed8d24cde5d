import type { Budget } from "./budget.ts";
import { Aborted, type Played } from "./player.ts";
import { WholeRunTrials } from "./whole-runs.ts";

/** Runs that end together when they are given up. */
export class Course {
  isOver = false;
  /** Hosts of the first half of its budget are played on no more. */
  hasLeftHosts = false;
  /** Until the first difference: of a submission that leaves in its realm what is not seen there, each run would be played twice. */
  renewsInAudits = true;
  readonly trials = new WholeRunTrials();
  private readonly underWay = new Map<Promise<unknown>, (reason: Aborted) => void>();

  constructor(readonly budget: Budget | null) {}

  /** What came of the audits of a run. */
  noteAudits(audits: Played["audits"] = []): void {
    if (audits.some(({ kind }) => kind === "different")) this.renewsInAudits = false;
  }

  /** Plays one run. Nothing is left of it here when it is over, however many there are. */
  take<T>(start: () => Promise<T>): Promise<T> {
    if (this.isOver) return Promise.reject(new Aborted());
    const run = start();
    return new Promise<T>((resolve, reject) => {
      const leave = () => this.underWay.delete(run);
      this.underWay.set(run, reject);
      run.then(resolve, reject).finally(leave);
    });
  }

  end(): void {
    this.isOver = true;
    for (const reject of this.underWay.values()) reject(new Aborted());
  }

  /** Resolves when its runs have noticed that their hosts are gone, or have had the time to. */
  async settled(): Promise<void> {
    const settled = Promise.allSettled(this.underWay.keys());
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS).unref())]);
  }
}

/** How long `close` waits for runs to notice that their hosts are gone. */
const CLOSE_GRACE_MS = 1_000;
