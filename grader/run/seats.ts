import type { Load } from "../host/wire.ts";
import type { HostHandle, HostKeeper } from "../sandbox/keeper.ts";

/** A host process, and whose code it has: once it has played a submission, it plays no other. */
export interface Seat {
  readonly handle: HostHandle;
  owner: Promise<Load> | null;
}

/** Host processes that serve one purpose, lent one by one; those that wait are kept warm, up to a number. */
export class Seats {
  private readonly idle: Seat[] = [];

  /** Starts `started` hosts at once; the others when they are needed. */
  constructor(
    private readonly keeper: HostKeeper,
    private readonly idleMax: number,
    started = 0,
  ) {
    if (started > 0) this.idle.push(...keeper.start(started).map((handle) => ({ handle, owner: null })));
  }

  /** An idle host that has this submission's code or none, the one used last; or one that has done nothing yet. */
  take(owner: Promise<Load>, fresh: boolean): Seat {
    return (fresh ? undefined : this.takeIdle(owner)) ?? this.start();
  }

  async giveBack(seat: Seat, usable: boolean): Promise<void> {
    let leaving = seat;
    if (usable && this.keeper.canPlay(seat.handle)) {
      this.idle.push(seat);
      if (this.idle.length <= this.idleMax) return;
      // A fresh host was added, for a confirmation or another submission: the one that waits longest goes.
      leaving = this.idle.shift() as Seat;
    }
    await this.keeper.end(leaving.handle);
  }

  private takeIdle(owner: Promise<Load>): Seat | undefined {
    const at = this.idle.findLastIndex((seat) => seat.owner === owner);
    const index = at >= 0 ? at : this.idle.findLastIndex((seat) => seat.owner === null);
    return index < 0 ? undefined : this.idle.splice(index, 1)[0];
  }

  private start(): Seat {
    const [handle] = this.keeper.start(1);
    return { handle: handle as HostHandle, owner: null };
  }
}
