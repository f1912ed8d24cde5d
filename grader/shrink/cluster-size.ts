import type { MessageRef, Script, Step } from "./script.ts";

/**
 * The script in a cluster of fewer peers, in all ways to leave some out: those first that have least to do with it. A majority
 * of the others is smaller, and takes fewer steps. Of an odd number two go, so that it is; none when there are three.
 */
export function inSmallerClusters(script: Script): Script[] {
  const { peers } = script;
  const gone = peers % 2 === 0 ? 1 : 2;
  if (peers - gone < 3) return [];
  const weights = Array.from(
    { length: peers },
    (_, peer) => script.steps.filter((step) => peersOf(step).includes(peer)).length,
  );
  const weightOf = (some: readonly number[]) => some.reduce((sum, peer) => sum + (weights[peer] ?? 0), 0);
  return chosen(peers, gone)
    .sort((a, b) => weightOf(a) - weightOf(b))
    .map((some) => without(script, some));
}

/** All ways to choose one or two of so many. */
function chosen(peers: number, count: number): number[][] {
  const all = Array.from({ length: peers }, (_, peer) => peer);
  return count === 1
    ? all.map((peer) => [peer])
    : all.flatMap((one) => all.slice(one + 1).map((other) => [one, other]));
}

/** The others get their numbers, in the same order. */
function without(script: Script, gone: readonly number[]): Script {
  const renamed = (peer: number) => peer - gone.filter((other) => other < peer).length;
  const clocks = Object.entries(script.clocks ?? {}).filter(([peer]) => !gone.includes(Number(peer)));
  const { clocks: _, ...rest } = script;
  return {
    ...rest,
    peers: script.peers - gone.length,
    ...(clocks.length > 0 && {
      clocks: Object.fromEntries(clocks.map(([peer, clock]) => [renamed(Number(peer)), clock])),
    }),
    steps: script.steps
      .filter((step) => !peersOf(step).some((peer) => gone.includes(peer)))
      .map((step) => renamedIn(step, renamed)),
  };
}

function peersOf(step: Step): readonly number[] {
  if ("ref" in step && step.ref !== undefined) return [step.ref.from, step.ref.to];
  if ("peer" in step && typeof step.peer === "number") return [step.peer];
  if (step.do === "fault" && "from" in step) return [step.from, step.to];
  return [];
}

function renamedIn(step: Step, renamed: (peer: number) => number): Step {
  if ("ref" in step && step.ref !== undefined) {
    const ref: MessageRef = { ...step.ref, from: renamed(step.ref.from), to: renamed(step.ref.to) };
    return { ...step, ref };
  }
  if ("peer" in step && typeof step.peer === "number") return { ...step, peer: renamed(step.peer) };
  if (step.do === "fault" && "from" in step) return { ...step, from: renamed(step.from), to: renamed(step.to) };
  return step;
}
