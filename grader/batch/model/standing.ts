import type { Intake, Member } from "../intake/index.ts";
import { applyLateness, type Lateness, type Policy, submittedMsOf } from "../policy/index.ts";
import type { BatchResult, MemberResult } from "./batch-result.ts";

/** What a submission's points come to for those who handed it in. */
interface Standing extends Pick<BatchResult, "late" | "question" | "notes"> {
  /** As staff wrote it into the roster, else as the source says it; of a group, the last that was written. */
  readonly submittedAt?: string | undefined;
  readonly points: { readonly penalty: number | null; readonly final: number | null };
  readonly members: readonly MemberResult[];
}

/**
 * Counts lateness for each member by their own line of the roster. The submission itself stands as the member with most points
 * does; where there is a question about any of them, as that one: its points are open.
 */
export function standingOf(
  policy: Policy,
  { members, roster, markedLate }: Pick<Intake, "members" | "roster" | "markedLate">,
  { submittedAt, isUngradable }: { readonly submittedAt: string | undefined; readonly isUngradable: boolean },
  earned: number,
  max: number,
): Standing {
  const lines = members.map((member) => member.roster).filter((line) => line !== undefined);
  const lateness = (own: Member["roster"], others: readonly NonNullable<Member["roster"]>[]) =>
    applyLateness(policy, { submittedAt, markedLate, isUngradable, roster: own, others }, earned, max);
  const [only] = members;
  const written = writtenAt(policy, lines.length === 0 && roster !== undefined ? [roster] : lines);
  const handedIn = { submittedAt: written ?? submittedAt };
  if (only === undefined || members.length === 1) {
    return { ...partOf(policy, lateness(only?.roster ?? roster, [])), ...handedIn, members };
  }
  const each = members.map((member) => ({ member, own: lateness(member.roster, lines) }));
  const best = each.map(({ own }) => own).reduce((top, own) => (isBetter(own, top) ? own : top));
  const notes = [...new Set(each.flatMap(({ own }) => own.notes))];
  if (policy.late === undefined) return { ...partOf(policy, best), ...handedIn, notes, members };
  const counted = each.map(({ member, own }): MemberResult => {
    const { notes: _, ...part } = partOf(policy, own);
    return { ...member, ...part };
  });
  return { ...partOf(policy, best), ...handedIn, notes, members: counted };
}

function writtenAt({ late }: Policy, lines: readonly NonNullable<Member["roster"]>[]): string | undefined {
  const writtenMs = late === undefined ? null : submittedMsOf(late, { others: lines });
  return writtenMs === null ? undefined : new Date(writtenMs).toISOString();
}

function isBetter(one: Lateness, other: Lateness): boolean {
  const isOpen = (lateness: Lateness) => lateness.question !== undefined;
  return isOpen(one) === isOpen(other) ? one.final > other.final : isOpen(one);
}

function partOf({ late }: Policy, lateness: Lateness): Omit<Standing, "members" | "submittedAt"> {
  const { penalty, final, daysLate, freeDaysUsed, isTooLate, notes, question } = lateness;
  if (question !== undefined) return { points: { penalty: null, final: null }, question, notes };
  return {
    points: { penalty, final },
    ...(late !== undefined && { late: { days: daysLate, freeDaysUsed, isTooLate } }),
    notes,
  };
}
