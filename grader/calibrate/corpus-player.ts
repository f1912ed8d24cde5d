import { playBeyondFaults, playConfirmed } from "../run/confirm.ts";
import type { Player } from "../run/player.ts";
import type { RunPool } from "../run/pool.ts";
import { toRunResult } from "../run/run-result.ts";
import type { BuiltEntry } from "./corpus/build.ts";
import type { Outcome, RunStore } from "./run-store.ts";

/** Plays runs of many submissions in one pool, each run once: what the store has is not played again. */
export class CorpusPlayer {
  /** Runs played by this one. */
  played = 0;
  private readonly players = new Map<string, Player>();

  constructor(
    private readonly pool: RunPool,
    private readonly store: RunStore,
    private readonly onPlayed: () => void,
  ) {}

  async outcome(entry: BuiltEntry, scenario: string, seed: number): Promise<Outcome> {
    const known = this.store.get(entry.hash, scenario, seed);
    if (known !== undefined) return known;
    const player = this.playerOf(entry);
    const order = { scenarioId: scenario, seed };
    // A kill needs no second host to be one. A failure of a right submission does, and so does one of a submission that is
    // expected to differ from itself.
    const isConfirmed = entry.kind === "right" || entry.expects?.includes("nondeterministic") === true;
    const run = await (isConfirmed ? playConfirmed : playBeyondFaults)(player, order);
    const { verdict, property, message, virtualMs, rpcs, timing } = toRunResult(scenario, seed, run, entry.mapper);
    const outcome: Outcome = {
      verdict,
      ...(property !== undefined && { property }),
      ...(message !== undefined && { message }),
      virtualMs,
      rpcs,
      wallMs: timing.wallMs,
    };
    this.store.add(entry.hash, scenario, seed, outcome);
    this.played++;
    this.onPlayed();
    return outcome;
  }

  private playerOf({ id, load }: BuiltEntry): Player {
    const known = this.players.get(id);
    if (known !== undefined) return known;
    const player = this.pool.playerOf(Promise.resolve(load));
    this.players.set(id, player);
    return player;
  }
}

/** Works through a list, so many at a time. What rejects ends it. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
