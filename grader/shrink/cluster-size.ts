import { processesOf } from "../sim/role.ts";
import type { Candidate } from "./candidate.ts";
import { resizedTail } from "./resized-tail.ts";
import type { MessageRef, Step } from "./script.ts";

/**
 * The script with fewer processes, in all ways to leave some of one group out: those first that have least to do with it. The
 * first group is one whose majority counts, as are others of its role: of an odd number two go, so that the majority is smaller
 * and takes fewer steps, and none when there are three. Of other groups one goes, and none when it is alone. What its tail asks
 * for must mean the same: see `resizedTail`.
 */
export function inSmallerClusters(script: Candidate): Candidate[] {
  const processes = processesOf(script.groups);
  const weights = processes.map(({ id }) => script.steps.filter((step) => peersOf(step).includes(id)).length);
  const weightOf = (some: readonly number[]) => some.reduce((sum, peer) => sum + (weights[peer] ?? 0), 0);
  return script.groups
    .flatMap(({ role, size }, group) => {
      const ids = processes.filter((plan) => plan.group === group).map(({ id }) => id);
      const [gone, least] = role === script.groups[0]?.role ? [size % 2 === 0 ? 1 : 2, 3] : [1, 1];
      return size - gone < least ? [] : chosen(ids, gone);
    })
    .sort((a, b) => weightOf(a) - weightOf(b))
    .flatMap((some) => without(script, some) ?? []);
}

/** All ways to choose one or two of them. */
function chosen(ids: readonly number[], count: number): number[][] {
  return count === 1 ? ids.map((id) => [id]) : ids.flatMap((one, at) => ids.slice(at + 1).map((other) => [one, other]));
}

/** The others get their numbers, in the same order. */
function without(script: Candidate, gone: readonly number[]): Candidate | null {
  const renamed = (peer: number) => peer - gone.filter((other) => other < peer).length;
  const tail = resizedTail(script, gone, renamed);
  if (tail === null) return null;
  const left = processesOf(script.groups).filter(({ id }) => !gone.includes(id));
  const clocks = Object.entries(script.clocks ?? {}).filter(([peer]) => !gone.includes(Number(peer)));
  const { clocks: _, ...rest } = script;
  return {
    ...rest,
    groups: script.groups.map((one, group) => ({ ...one, size: left.filter((plan) => plan.group === group).length })),
    ...(clocks.length > 0 && {
      clocks: Object.fromEntries(clocks.map(([peer, clock]) => [renamed(Number(peer)), clock])),
    }),
    steps: script.steps
      .filter((step) => !peersOf(step).some((peer) => gone.includes(peer)))
      .map((step) => renamedIn(step, renamed)),
    ...(tail.length > 0 && { tail }),
  };
}

/** Whom a step names. */
export function peersOf(step: Step): readonly number[] {
  if ("ref" in step && step.ref !== undefined) return [step.ref.from, step.ref.to];
  if ("peer" in step && typeof step.peer === "number") return [step.peer];
  if (step.do === "fault" && "from" in step) return [step.from, step.to];
  return [];
}

export function renamedIn(step: Step, renamed: (peer: number) => number): Step {
  if ("ref" in step && step.ref !== undefined) {
    const ref: MessageRef = { ...step.ref, from: renamed(step.ref.from), to: renamed(step.ref.to) };
    return { ...step, ref };
  }
  if ("peer" in step && typeof step.peer === "number") return { ...step, peer: renamed(step.peer) };
  if (step.do === "fault" && "from" in step) return { ...step, from: renamed(step.from), to: renamed(step.to) };
  return step;
}
