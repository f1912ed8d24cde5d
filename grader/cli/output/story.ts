import { describeRun, headline } from "../../report/failure-text.ts";
import { foldedSteps } from "../../report/story-fold.ts";
import { tellSteps } from "../../report/story-text.ts";
import type { Style } from "../../report/style.ts";
import type { Story } from "../../run/explain.ts";
import { writeScript } from "../../shrink/text/write.ts";

/** A story for the terminal: who did what, and what that broke. `isShown`: the failure itself has been shown. */
export function storyLines(story: Story, style: Style, isShown = false): string[] {
  const { script, outcomes, trace, result, from, endedBy } = story;
  const told = foldedSteps(script, tellSteps(script, outcomes, trace));
  const labels = told.map(({ from: first, to }) => (first === to ? `${first}` : `${first}-${to}`));
  const width = Math.max(...labels.map(({ length }) => length));
  const share = from.events === 0 ? 0 : Math.round(100 * (1 - trace.length / from.events));
  const rows = [style.bad(headline(result)), ...describeRun(result, style).map((line) => `  ${line}`.trimEnd())];
  if (share < LEAST_SHARE && runsByItself(story)) {
    return [
      style.strong("there is no short way to this failure: things have to run by themselves for so long"),
      ...(isShown ? [] : rows),
    ];
  }
  return [
    style.strong(`how it comes about, in ${several(script.steps.length, "step")}`),
    ...told.flatMap(({ text, did }, at) => [
      `  ${(labels[at] ?? "").padStart(width)}  ${text}`,
      ...(did === "" ? [] : [style.dim(`  ${"".padStart(width)}    ${did}`)]),
    ]),
    ...rows,
    style.dim(
      `the run had ${several(from.steps, "step")} and ${several(from.events, "event")}; this has ${several(trace.length, "event")}, ${share} % fewer, and failed alike twice in fresh processes`,
    ),
    ...(endedBy === undefined ? [] : [style.dim(ENDED_BY[endedBy])]),
  ];
}

/** The most of it is what happens in the end without being told to. */
function runsByItself({ script, outcomes, trace }: Story): boolean {
  const last = script.steps.at(-1)?.do;
  return (last === "expect" || last === "run") && (outcomes.at(-1)?.traceFrom ?? 0) < trace.length / 2;
}

/** A way that is shorter by less, in percent, tells nothing that the failure itself does not tell. */
const LEAST_SHARE = 10;

const ENDED_BY = {
  budget: "it may not be the shortest: the budget was used up (--shrink-budget gives more)",
  interrupt: "it may not be the shortest: it was interrupted",
  time: "it may not be the shortest: its runs take so long that the time for it was over",
} as const;

/** A story as a scenario file, with what each step did as a comment. */
export function storyFile(story: Story, run: string): string {
  const { script, outcomes, trace, result } = story;
  const told = tellSteps(script, outcomes, trace);
  const head = [
    `Made of ${run}; fails: ${headline(result)}`,
    ...(result.failure === undefined ? [] : [`expected ${result.failure.expected}`, `seen ${result.failure.seen}`]),
    "Nothing happens but what is said here. Play it: grade run <this file> [submission]",
  ];
  return writeScript(
    script,
    head,
    told.map(({ did }) => did),
  );
}

function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
