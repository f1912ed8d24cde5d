/**
 * Unhandled rejections in a synchronous loop. Node reports them between two turns of its event loop; a loop that never
 * yields has to ask for it.
 */

type Listener = (reason: unknown, promise: Promise<unknown>) => void;

/** Node's own way to run what is due between two turns. Internal, but the same from Node 20 to 26. */
const tick = (process as unknown as { _tickCallback?: unknown })._tickCallback as (() => void) | undefined;

/** Whether rejections can be asked for. If not, the loop must give Node a turn now and then, and they come late. */
export const canAskForRejections = typeof tick === "function";

/** Reports the rejections of realms' promises, and leaves those of the process itself to whoever listened before. */
export class RejectionWatch {
  private others: Listener[] | null = null;

  /** `report` says whether the promise was one of its own. */
  constructor(private readonly report: (reason: unknown, promise: Promise<unknown>) => boolean) {}

  begin(): void {
    if (this.others !== null) return;
    this.others = process.listeners("unhandledRejection") as Listener[];
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", this.listener);
  }

  /** Asks Node to report what nobody handled so far. */
  readonly settle = (): void => {
    tick?.call(process);
  };

  end(): void {
    if (this.others === null || !canAskForRejections) return;
    process.removeListener("unhandledRejection", this.listener);
    for (const listener of this.others) process.on("unhandledRejection", listener);
    this.others = null;
  }

  private readonly listener: Listener = (reason, promise) => {
    if (this.report(reason, promise)) return;
    const others = this.others ?? [];
    for (const listener of others) listener(reason, promise);
    if (others.length === 0) throw reason;
  };
}
