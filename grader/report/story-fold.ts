import type { Script, Step } from "../shrink/script.ts";
import { Names, shortened, type ToldStep } from "./story-text.ts";

/** Steps that are told together. */
export interface ToldSteps extends ToldStep {
  /** Which they are, from 1. */
  readonly from: number;
  readonly to: number;
}

/** So many alike are told together at least. */
const ALIKE = 3;

/** Told steps for a reader: alike ones that follow each other, and in which the same was done, in one line. */
export function foldedSteps({ groups, steps }: Script, told: readonly ToldStep[]): ToldSteps[] {
  const folded: ToldSteps[] = [];
  const names = new Names(groups);
  for (let from = 0; from < told.length; ) {
    let to = from + 1;
    while (to < told.length && areAlike(steps, told, from, to)) to++;
    const text = to - from < ALIKE ? null : together(steps.slice(from, to), names);
    const end = text === null ? from + 1 : to;
    const { text: own, did } = told[from] as ToldStep;
    folded.push({ text: text ?? own, did, from: from + 1, to: end });
    from = end;
  }
  return folded;
}

function areAlike(steps: readonly Step[], told: readonly ToldStep[], at: number, next: number): boolean {
  const [a, b] = [steps[at] as Step, steps[next] as Step];
  if (a.do !== b.do || told[at]?.did !== told[next]?.did) return false;
  if (a.do === "start" && b.do === "start") return a.peer === b.peer && a.slot === undefined && b.slot === undefined;
  return a.do === "boot" || (a.do === "timer" && told[at]?.did === "");
}

/** Null for steps of a kind that is told one by one. */
function together(steps: readonly Step[], names: Names): string | null {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first?.do === "start" && last?.do === "start") {
    const who = typeof first.peer === "number" ? names.of(first.peer) : `the ${first.peer}`;
    return `${who} is given ${steps.length} commands to start, one by one: ${shortened(first.command)} to ${shortened(last.command)}`;
  }
  const ids = new Set(steps.flatMap((step) => (step.do === "boot" || step.do === "timer" ? [step.peer] : [])));
  const peers = [...ids].map((id) => names.of(id)).join(", ");
  if (first?.do === "boot") return `${peers} boot`;
  if (first?.do !== "timer") return null;
  const times = steps.reduce((sum, step) => sum + (step.do === "timer" ? (step.times ?? 1) : 0), 0);
  return `timers fire ${times} times (${peers}), and nothing comes of it`;
}
