import type { ArgumentKind } from "../harness/scenario.ts";
import { processesOf } from "../sim/role.ts";
import type { Candidate } from "./candidate.ts";
import type { Step } from "./script.ts";

/** A group whose majority counts, before some of it go and after that. */
interface Members {
  readonly before: readonly number[];
  /** By the ids that they had. */
  readonly after: readonly number[];
}

/**
 * What stays behind a script's steps, of a cluster without these. Null where it would ask for something else then: what is a
 * majority must stay one and what is none must not become one, so that whatever may be asked for of the larger cluster may be of
 * the smaller one. Links that are cut in one direction only are left as they are.
 */
export function resizedTail(
  { groups, tail = [], needs }: Candidate,
  gone: readonly number[],
  renamed: (peer: number) => number,
): Step[] | null {
  if (tail.some((step) => step.do === "fault" && "from" in step)) return null;
  const { members: before, present } = worldOf(groups, tail);
  const members = { before, after: before.filter((id) => !gone.includes(id)) };
  if (!meansTheSame(present, members, gone)) return null;
  const resized: Step[] = [];
  for (const step of tail) {
    if ("peer" in step && typeof step.peer === "number") {
      if (!gone.includes(step.peer)) resized.push({ ...step, peer: renamed(step.peer) });
    } else if (step.do === "expect") {
      if (needs === undefined || needs.length !== step.expect.args.length) return null;
      const args = needs.map((kind, at) => resizedArgument(kind, step.expect.args[at]));
      if (args.includes(undefined)) return null;
      resized.push({ ...step, expect: { ...step.expect, args } });
    } else resized.push(step);
  }
  return resized;

  function resizedArgument(kind: ArgumentKind, value: unknown): unknown {
    switch (kind) {
      case "command":
        return value;
      case "peer":
        return gone.includes(value as number) ? undefined : renamed(value as number);
      case "peers": {
        const peers = value as readonly number[];
        const left = peers.filter((peer) => !gone.includes(peer));
        return left.length > 0 && meansTheSame(peers, members, gone) ? left.map(renamed) : undefined;
      }
      case "count":
        return resizedCount(value as number, present.length, members, gone.filter((id) => present.includes(id)).length);
    }
  }
}

/**
 * The script without one of the faults that its tail leaves, or with what is on its way arriving after all: each way in which
 * more of the cluster is well. Only where a majority is there as it is, since else something may be asked for that needs the faults;
 * and a group that is named may need that nobody else is there.
 */
export function inBetterWorlds(script: Candidate): Candidate[] {
  const { groups, tail = [], needs } = script;
  const isAsked = tail.some(({ do: what }) => what === "expect");
  const { members, present } = worldOf(groups, tail);
  if ((isAsked && needs === undefined) || present.length < majorityOf(members)) return [];
  const isOfGroup = needs?.includes("peers") ?? false;
  return tail.flatMap((step, at) => {
    const isNeedless = step.do === "lose" || (!isOfGroup && (step.do === "crash" || step.do === "fault"));
    if (!isNeedless) return [];
    return [{ ...script, tail: tail.filter((_, other) => other !== at) }];
  });
}

/** The group whose majority counts, and who of it has a part in what follows. */
function worldOf(groups: Candidate["groups"], tail: readonly Step[]) {
  const members = processesOf(groups)
    .filter(({ role }) => role === groups[0]?.role)
    .map(({ id }) => id);
  const away = tail.flatMap((step) => (isAway(step) ? [step.peer] : []));
  return { members, present: members.filter((id) => !away.includes(id)) };
}

/** Whether a step of a tail says that its peer has no part in what follows. */
function isAway(step: Step): step is Step & { readonly peer: number } {
  return step.do === "crash" || (step.do === "fault" && (step.fault === "disconnect" || step.fault === "pause"));
}

function majorityOf(some: readonly number[]): number {
  return Math.floor(some.length / 2) + 1;
}

/** Whether those that are left of these peers are a majority if and only if all of them were. */
function meansTheSame(peers: readonly number[], { before, after }: Members, gone: readonly number[]): boolean {
  const all = peers.filter((peer) => before.includes(peer));
  const left = all.filter((peer) => !gone.includes(peer));
  return all.length >= majorityOf(before) === left.length >= majorityOf(after);
}

/** Everybody stays everybody, all that are present stay all that are, and a majority or fewer stay so. */
function resizedCount(count: number, present: number, { before, after }: Members, gone: number): number | undefined {
  if (count === before.length) return after.length;
  if (count === present) return present - gone;
  return count <= majorityOf(before) ? Math.min(count, majorityOf(after)) : undefined;
}
