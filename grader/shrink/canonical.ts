import type { StepOutcome } from "./play-script.ts";
import type { MessageRef, Script, Step } from "./script.ts";

/** How a shrunk script can be written down; the shortest first. */
export interface Style {
  /** A message is named by its number only where an older one of its method is on its way, too. */
  readonly oldestUnsaid: boolean;
  readonly commandsRenamed: boolean;
  readonly timersMerged: boolean;
}

export const STYLES: readonly Style[] = [
  { oldestUnsaid: true, commandsRenamed: true, timersMerged: true },
  { oldestUnsaid: true, commandsRenamed: false, timersMerged: true },
  { oldestUnsaid: false, commandsRenamed: true, timersMerged: true },
  { oldestUnsaid: false, commandsRenamed: false, timersMerged: true },
  { oldestUnsaid: false, commandsRenamed: false, timersMerged: false },
];

/** The script as it is written to a file: its messages as they are named in it, and not in the run that it came from. */
export function canonical(script: Script, outcomes: readonly StepOutcome[], style: Style): Script {
  const named = script.steps.map((step, at) => namedStep(step, outcomes[at], style));
  const renamed = style.commandsRenamed ? withPlainCommands(named) : named;
  return { ...script, steps: style.timersMerged ? merged(renamed) : renamed };
}

function namedStep({ place: _, ...step }: Step, outcome: StepOutcome | undefined, { oldestUnsaid }: Style): Step {
  if (step.do !== "deliver" && step.do !== "fail") return step;
  const { what, from, to, method: wasMethod, nth: wasNth } = step.ref;
  const { method = wasMethod, nth = wasNth, isOldest = false } = outcome ?? {};
  const isUnsaid = oldestUnsaid && isOldest;
  const ref: MessageRef = {
    what,
    from,
    to,
    ...(method !== undefined && { method }),
    ...(nth !== undefined && !isUnsaid && { nth }),
  };
  return { ...step, ref };
}

/**
 * Commands become 1, 2, 3 … in the order in which they are named; values of slots "v1", "v2", "v3" …, as their peers and ballots
 * are numbers, too: "peer 4 decided 2, and peer 0 1" is hard to read.
 */
function withPlainCommands(steps: readonly Step[]): Step[] {
  const numbers = new Map<string, number>();
  const numberOf = (command: unknown): number => {
    const key = JSON.stringify(command) ?? "";
    const known = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, known);
    return known;
  };
  return steps.map((step) => {
    if (step.do !== "start") return step;
    const number = numberOf(step.command);
    return { ...step, command: step.slot === undefined ? number : `v${number}` };
  });
}

/** Timers of a peer that follow each other become one step. */
export function merged(steps: readonly Step[]): Step[] {
  const all: Step[] = [];
  for (const step of steps) {
    const last = all.at(-1);
    const isMore =
      step.do === "timer" &&
      last?.do === "timer" &&
      last.peer === step.peer &&
      last.once === step.once &&
      last.crash === undefined &&
      step.crash === undefined;
    if (isMore) all[all.length - 1] = { ...last, times: (last.times ?? 1) + (step.times ?? 1) };
    else all.push(step);
  }
  return all;
}
