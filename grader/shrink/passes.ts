import { actorOf, type Step } from "./script.ts";

/** Steps that belong together. */
export interface Group {
  readonly name: string;
  readonly indices: readonly number[];
}

/** So many steps side by side are left out together at the end. */
const WINDOW_MAX = 8;

/**
 * What of a script belongs together: timers that did nothing, all that a peer has to do with, messages of one kind or on one
 * link, commands, faults. The largest first; groups of one step are none.
 */
export function groupsOf(steps: readonly Step[]): Group[] {
  const groups = new Map<string, number[]>();
  for (const [at, step] of steps.entries()) {
    for (const name of namesOf(step)) {
      const known = groups.get(name);
      if (known === undefined) groups.set(name, [at]);
      else known.push(at);
    }
  }
  return [...groups]
    .map(([name, indices]) => ({ name, indices }))
    .filter(({ indices }) => indices.length > 1 && indices.length < steps.length)
    .sort((a, b) => b.indices.length - a.indices.length || (a.name < b.name ? -1 : 1));
}

function namesOf(step: Step): string[] {
  const names: string[] = [];
  if (step.do === "at") return ["moments"];
  if (step.do === "timer" && step.once) names.push("silent", `silent ${step.peer}`);
  if (step.do === "deliver" || step.do === "fail") {
    const { what, from, to, method } = step.ref;
    names.push(`${step.do} ${what} ${method}`, `link ${from} ${to}`, `${step.do} ${what} ${method} to ${to}`);
    names.push(`peer ${from}`, `peer ${to}`);
    if (step.do === "fail") names.push("fails");
  } else {
    names.push(step.do);
    if (actorOf(step) >= 0) names.push(`${step.do} ${actorOf(step)}`, `peer ${actorOf(step)}`);
  }
  return names;
}

/** These steps, and the deliveries of what would set out in them, and in those: without the first there is nothing to deliver. */
export function withWhatFollows(indices: readonly number[], steps: readonly Step[]): number[] {
  const all = new Set(indices);
  const gone = new Set<number | undefined>();
  for (const [at, step] of steps.entries()) {
    const origin = step.do === "deliver" || step.do === "fail" ? step.ref.origin : undefined;
    if (origin !== undefined && gone.has(origin.place)) all.add(at);
    if (all.has(at) && step.place !== undefined) gone.add(step.place);
  }
  return [...all].sort((a, b) => a - b);
}

/** Steps side by side, two to eight of them, in all places of a script. */
export function windowsOf(size: number): number[][] {
  const windows: number[][] = [];
  for (let width = 2; width <= WINDOW_MAX; width++) {
    for (let from = 0; from + width <= size; from++) windows.push(Array.from({ length: width }, (_, i) => from + i));
  }
  return windows;
}

/** Any two steps that are not side by side. */
export function pairsOf(size: number): number[][] {
  const pairs: number[][] = [];
  for (let one = 0; one < size; one++) for (let other = one + 2; other < size; other++) pairs.push([one, other]);
  return pairs;
}
