import { differenceText, lostAuditText } from "../audit/words.ts";
import type { HostLoss } from "../sandbox/host-table.ts";
import { type AuditFinding, faultyRun, type Played, type Player, type PlayOrder } from "./player.ts";

/** A run with the verdict that is reported. */
export type ConfirmedRun = Omit<Played, "verdict"> & {
  readonly verdict: Played["verdict"] | "nondeterministic";
  /** With `nondeterministic`: how the two times differed. */
  readonly difference?: string;
};

/**
 * Plays a run so that its verdict can be relied on: what speaks against the submission is played again in a fresh host,
 * where it must come out the same, or else the submission is `nondeterministic`; so it is when an audited peer does
 * something else alone than in a run that passed. A fault of the grader is tried once more, and so is what a loaded
 * machine can have done.
 *
 * What was measured (`hung`, `out-of-memory`, `output-limit`) stands when a fresh host shows it, without a second time: it
 * says nothing about schedules, and what is near a limit meets it by chance, which is no evidence of anything else.
 *
 * `isWanted`: whether somebody still asks what comes of it. If not, it is not played again, and what this gives is not to be used.
 */
export async function playConfirmed(
  player: Player,
  order: PlayOrder,
  isWanted: () => boolean = () => true,
): Promise<ConfirmedRun> {
  const first = await playBeyondFaults(player, order);
  if (first.verdict === "passed") return judgeAudits(player, order, first);
  if (isMeasured(first) || !isWanted()) return first;
  const second = await playBeyondFaults(player, { ...order, audit: [], freshHost: true, explain: true });
  if (isMeasured(second)) return second;
  if (second.verdict === first.verdict && second.traceHash === first.traceHash) {
    return second.explanation === undefined ? first : { ...first, explanation: second.explanation };
  }
  return { ...first, verdict: "nondeterministic", difference: differenceOf(first, second) };
}

/**
 * What the audits of a run that passed make of it. A host that was lost in one is no evidence at first, nor is a difference in
 * realms of earlier lives: the run is played and audited again on fresh hosts, in windows none of which took too long in the
 * run, each life in a realm of its own. It must come out on the same way, or else the second audit would be that of another
 * run. What happens twice is evidence: a peer that stays within all limits in company, and does not alone, knows that it is alone.
 */
async function judgeAudits(player: Player, order: PlayOrder, first: Played): Promise<ConfirmedRun> {
  const earlier = new Map<Cause, LostAudit>();
  for (let played = first; ; ) {
    const { audits = [] } = played;
    const found = audits.find((audit) => audit.kind === "different");
    const isEvidence = played.hasRenewedAudits !== true;
    if (found !== undefined && isEvidence) {
      return { ...played, verdict: "nondeterministic", difference: differenceText(found.difference) };
    }
    const lost = audits.find((audit) => audit.kind === "lost");
    if (lost === undefined && found === undefined) return played;
    if (lost !== undefined) {
      const cause = causeOf(lost.loss);
      const before = earlier.get(cause);
      if (before !== undefined && cause === "the machine") {
        return faultyRun(`the audit of peer ${lost.peer} was lost twice: ${reasonOf(lost)}`, played.wallMs);
      }
      if (before !== undefined) {
        const difference = lostAuditText(lost.peer, reasonOf(before), reasonOf(lost));
        return { ...played, verdict: "nondeterministic", difference };
      }
      earlier.set(cause, lost);
    }
    const again = await playBeyondFaults(player, { ...order, freshHost: true });
    if (isMeasured(again)) return again;
    if (again.verdict !== "passed" || again.traceHash !== first.traceHash) {
      // What a peer did alone says more than that the second time was another, and nothing speaks for the peer now.
      const difference = found === undefined ? differenceOf(first, again) : differenceText(found.difference);
      return { ...first, verdict: "nondeterministic", difference };
    }
    played = again;
  }
}

type LostAudit = AuditFinding & { readonly kind: "lost" };
/** Each is counted for itself: one of each is chance. Since they are three, no submission gets out of it by changing over. */
type Cause = "the machine" | "the submission" | "either";

function causeOf({ verdict, isDoubtful }: HostLoss): Cause {
  if (verdict === "internal-error") return "the machine";
  return isDoubtful === true ? "either" : "the submission";
}

function reasonOf({ loss: { verdict, message } }: LostAudit): string {
  return `${verdict}: ${message}`;
}

/** Whether a verdict is none that another time could agree or disagree with. */
function isMeasured({ verdict }: Played): boolean {
  return verdict !== "passed" && verdict !== "failed" && verdict !== "crashed";
}

/**
 * Plays a run until what comes of it is the submission's own doing in this run. Once more, each time in fresh hosts, when the
 * grader itself went wrong, when the machine can have brought the end about as well as the submission, and when more than
 * a limit was measured in a host that had played other runs, as those may have left something in it. What happens twice of
 * the first or the second, and what a fresh host shows of the third, happens.
 */
export async function playBeyondFaults(player: Player, order: PlayOrder): Promise<Played> {
  let played = await player.play(order);
  let isFresh = order.freshHost === true || played.isOnFreshHost === true;
  const seen = new Set<"fault" | "doubt">();
  for (;;) {
    const chance = chanceOf(played);
    if (chance === null && (isFresh || !isMeasured(played))) return played;
    if (chance !== null && seen.has(chance)) return played;
    if (chance !== null) seen.add(chance);
    const explain = order.explain === true || isMeasured(played);
    played = await player.play({ ...order, freshHost: true, ...(explain && { explain }) });
    isFresh = true;
  }
}

/** What else than the submission can have brought the end of a run about. */
function chanceOf({ verdict, loss }: Played): "fault" | "doubt" | null {
  if (verdict === "internal-error") return "fault";
  return loss?.isDoubtful === true ? "doubt" : null;
}

function differenceOf(first: Played, second: Played): string {
  const [was, is] = [describe(first), describe(second)];
  if (was !== is) return `the same run with the same seed came out as ${was} once and as ${is} the next time`;
  return `the same run with the same seed came out as ${was} twice, but on different ways`;
}

function describe({ verdict, failure }: Played): string {
  return failure === undefined ? verdict : `${verdict} (${failure.property})`;
}
