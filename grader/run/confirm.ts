import type { Played, Player, PlayOrder } from "./player.ts";

/** A run with the verdict that is reported. */
export type ConfirmedRun = Omit<Played, "verdict"> & {
  readonly verdict: Played["verdict"] | "nondeterministic";
  /** With `nondeterministic`: how the two times differed. */
  readonly difference?: string;
};

/**
 * Plays a run so that its verdict can be relied on: what speaks against the submission is played again in a fresh host,
 * where it must come out the same, or else the submission is `nondeterministic`; a fault of the grader is tried once more.
 *
 * `hung`, `out-of-memory` and `output-limit` stand without a second time: they are found by measuring, not by comparing,
 * and would double a long wait.
 */
export async function playConfirmed(player: Player, order: PlayOrder): Promise<ConfirmedRun> {
  const first = await playBeyondFaults(player, order);
  if (first.verdict !== "failed" && first.verdict !== "crashed") return first;
  const second = await playBeyondFaults(player, { ...order, freshHost: true });
  if (second.verdict === "internal-error") return second;
  if (second.verdict === first.verdict && second.traceHash === first.traceHash) return first;
  return { ...first, verdict: "nondeterministic", difference: differenceOf(first, second) };
}

/** Plays a run once, and once more in a fresh host when the grader itself went wrong. */
export async function playBeyondFaults(player: Player, order: PlayOrder): Promise<Played> {
  const first = await player.play(order);
  if (first.verdict !== "internal-error") return first;
  return player.play({ ...order, freshHost: true });
}

function differenceOf(first: Played, second: Played): string {
  const [was, is] = [describe(first), describe(second)];
  if (was !== is) return `the same run with the same seed came out as ${was} once and as ${is} the next time`;
  return `the same run with the same seed came out as ${was} twice, but on different ways`;
}

function describe({ verdict, failure }: Played): string {
  return failure === undefined ? verdict : `${verdict} (${failure.property})`;
}
