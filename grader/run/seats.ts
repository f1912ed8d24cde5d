import type { Load } from "../host/wire.ts";
import type { HostHandle, HostKeeper } from "../sandbox/keeper.ts";

/** A host process, and whose it is: once it belongs to a submission, it plays no other. */
export interface Seat {
  readonly handle: HostHandle;
  owner: Promise<Load> | null;
  /** It has its owner's code. */
  isLoaded: boolean;
  /** How often it was lent. */
  turns: number;
}

/** Host processes that serve one purpose, lent one by one; those that wait are kept warm, up to a number. */
export class Seats {
  private readonly idle: Seat[] = [];
  private readonly lent = new Set<Seat>();

  /** Starts `started` hosts at once; the others when they are needed. */
  constructor(
    private readonly keeper: HostKeeper,
    private readonly idleMax: number,
    started = 0,
  ) {
    if (started > 0) this.idle.push(...this.start(started));
  }

  /** Sees to it that a host is there, or about to be, when this submission takes its first one. */
  reserve(owner: Promise<Load>): void {
    const seat = this.takeIdle(owner) ?? this.startOne();
    seat.owner = owner;
    this.idle.push(seat);
  }

  /** An idle host of this submission or of none, the one used last; or one that has done nothing yet. */
  take(owner: Promise<Load>, fresh: boolean): Seat {
    const seat = (fresh ? undefined : this.takeIdle(owner)) ?? this.startOne();
    seat.owner = owner;
    seat.turns++;
    this.lent.add(seat);
    return seat;
  }

  async giveBack(seat: Seat, usable: boolean): Promise<void> {
    this.lent.delete(seat);
    let leaving = seat;
    if (usable && this.keeper.canPlay(seat.handle)) {
      this.idle.push(seat);
      if (this.idle.length <= this.idleMax) return;
      // A fresh host was added, for a confirmation or another submission.
      leaving = this.takeLeaving(seat.owner);
    }
    await this.keeper.end(leaving.handle);
  }

  /** The one that waits longest; if that is the submission's own, the coldest of its own: who fails often would else play on cold ones only. */
  private takeLeaving(owner: Seat["owner"]): Seat {
    let at = 0;
    if (this.idle[0]?.owner === owner)
      for (const [i, seat] of this.idle.entries())
        if (seat.owner === owner && seat.turns < (this.idle[at] as Seat).turns) at = i;
    return this.idle.splice(at, 1)[0] as Seat;
  }

  /** Kills all hosts of a submission; whoever plays on one finds its channel closed. */
  kill(owner: Promise<Load>): void {
    for (const seat of [...this.idle, ...this.lent]) if (seat.owner === owner) this.keeper.kill(seat.handle);
  }

  /** Ends those hosts of a submission that nobody plays on. */
  async release(owner: Promise<Load>): Promise<void> {
    const leaving = this.idle.filter((seat) => seat.owner === owner);
    this.idle.splice(0, this.idle.length, ...this.idle.filter((seat) => seat.owner !== owner));
    await Promise.all(leaving.map((seat) => this.keeper.end(seat.handle)));
  }

  private takeIdle(owner: Promise<Load>): Seat | undefined {
    const at = this.idle.findLastIndex((seat) => seat.owner === owner);
    const index = at >= 0 ? at : this.idle.findLastIndex((seat) => seat.owner === null);
    return index < 0 ? undefined : this.idle.splice(index, 1)[0];
  }

  private startOne(): Seat {
    return this.start(1)[0] as Seat;
  }

  private start(count: number): Seat[] {
    return this.keeper.start(count).map((handle) => ({ handle, owner: null, isLoaded: false, turns: 0 }));
  }
}
