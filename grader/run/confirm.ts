import { differenceText } from "../audit/words.ts";
import { faultyRun, type Played, type Player, type PlayOrder } from "./player.ts";

/** A run with the verdict that is reported. */
export type ConfirmedRun = Omit<Played, "verdict"> & {
  readonly verdict: Played["verdict"] | "nondeterministic";
  /** With `nondeterministic`: how the two times differed. */
  readonly difference?: string;
};

/**
 * Plays a run so that its verdict can be relied on: what speaks against the submission is played again in a fresh host,
 * where it must come out the same, or else the submission is `nondeterministic`; so it is when an audited peer does
 * something else alone than in a run that passed. A fault of the grader is tried once more, and so is an audit whose host
 * was lost: that never speaks against a submission.
 *
 * `hung`, `out-of-memory` and `output-limit` stand without a second time: they are found by measuring, not by comparing,
 * and would double a long wait. They stand also when a second time ends so: what is near a limit meets it by chance, which
 * is no evidence of anything else.
 */
export async function playConfirmed(player: Player, order: PlayOrder): Promise<ConfirmedRun> {
  const first = await playBeyondFaults(player, order);
  if (first.verdict === "passed") return judgeAudits(player, order, first);
  if (isMeasured(first)) return first;
  const second = await playBeyondFaults(player, { ...order, audit: [], freshHost: true });
  if (isMeasured(second)) return second;
  if (second.verdict === first.verdict && second.traceHash === first.traceHash) return first;
  return { ...first, verdict: "nondeterministic", difference: differenceOf(first, second) };
}

async function judgeAudits(player: Player, order: PlayOrder, played: Played, isSecond = false): Promise<ConfirmedRun> {
  const { audits = [] } = played;
  for (const audit of audits) {
    if (audit.kind !== "different") continue;
    return { ...played, verdict: "nondeterministic", difference: differenceText(audit.difference) };
  }
  const lost = audits.find((audit) => audit.kind === "lost");
  if (lost === undefined) return played;
  if (isSecond) return faultyRun(`the audit of peer ${lost.peer} was lost twice: ${lost.reason}`, played.wallMs);
  const again = await player.play({ ...order, freshHost: true });
  if (again.verdict === "passed") return judgeAudits(player, order, again, true);
  if (isMeasured(again)) return again;
  return { ...played, verdict: "nondeterministic", difference: differenceOf(played, again) };
}

/** Whether a verdict is none that another time could agree or disagree with. */
function isMeasured({ verdict }: Played): boolean {
  return verdict !== "passed" && verdict !== "failed" && verdict !== "crashed";
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
