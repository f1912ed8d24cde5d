import { readFileSync } from "node:fs";
import type { Lab, ScenarioMeta } from "../../harness/scenario.ts";
import { tracePage } from "../../page/trace-page.ts";
import type { Mark } from "../../page/types.ts";
import { describeRun, headline } from "../../report/failure-text.ts";
import { makeStyle } from "../../report/style.ts";
import type { Story } from "../../run/explain.ts";
import type { Replay } from "../../run/replay.ts";
import type { RunResult } from "../../run/result.ts";
import { distFile } from "../../sandbox/dist-file.ts";
import { Processes } from "../../shrink/text/processes.ts";

/** A replayed run as one HTML file's text. */
export function pageOfReplay(lab: Lab, scenario: ScenarioMeta, replay: Replay): string {
  return pageOf(lab, scenario, replay, replay.names, replay.fields);
}

/** The run that a story was shrunk to, as one HTML file's text. */
export function pageOfStory(lab: Lab, scenario: ScenarioMeta, story: Story): string {
  const names = new Processes(story.script.groups).all.map(({ name }) => name);
  return pageOf(lab, { ...scenario, about: aboutStory(scenario, story) }, story, names, story.fields);
}

/** Peers and faults that the scenario speaks of may be gone from what is left of its run. */
function aboutStory({ about }: ScenarioMeta, { script, from }: Story): string {
  const steps = `${script.steps.length} ${script.steps.length === 1 ? "step" : "steps"} instead of ${from.steps}`;
  return `A shorter way to the failure of this run: ${steps}, and no more peers and faults than it needs. The scenario itself: ${about}`;
}

function pageOf(
  { wording }: Lab,
  scenario: ScenarioMeta,
  { result, trace }: Pick<Replay, "result" | "trace">,
  names: readonly string[],
  fields?: Replay["fields"],
): string {
  const hasPassed = result.verdict === "passed";
  const run = {
    ...{ run: runName(scenario, result), title: scenario.title, about: scenario.about },
    ...{ hasPassed, headline: headline(result), peers: names.length, names, columns: wording.columns, records: trace },
    ...(wording.entries !== undefined && { entries: wording.entries }),
    ...(wording.upcall !== undefined && { upcall: wording.upcall }),
    ...(result.failure?.operations !== undefined && { operations: result.failure.operations }),
    ...(fields !== undefined && { fields }),
    story: hasPassed ? [] : storyOf(result),
    marks: hasPassed ? [] : marksOf(result),
  };
  const [script, style] = ["page/script.js", "page/style.css"].map((name) => readFileSync(distFile(name), "utf8"));
  return tracePage(run, { script: script ?? "", style: style ?? "" });
}

/** As `grade replay` takes it. */
function runName({ id }: ScenarioMeta, { seed }: RunResult): string {
  return `${id}@${seed}`;
}

/** A file name for the page of a run: `lab2b-backup@7.html`. */
export function pageFileName({ id }: ScenarioMeta, seed: number): string {
  return `${id.replaceAll("/", "-")}@${seed}.html`;
}

/** What the terminal says of the run, by its labels; the peers are there at each moment. */
function storyOf(result: RunResult): (readonly [label: string, text: string])[] {
  const story: [string, string][] = [];
  for (const line of describeRun(result, makeStyle(false))) {
    const [label, text] = [line.slice(0, LABEL_WIDTH).trim(), line.slice(LABEL_WIDTH)];
    const last = story.at(-1);
    if (label !== "" || last === undefined) story.push([label, text]);
    else last[1] += `\n${text}`;
  }
  return story.filter(([label]) => label !== "peers");
}

/** Of the columns of labels that `describeRun` makes. */
const LABEL_WIDTH = 10;

function marksOf({ failure, message, virtualMs, departures = [] }: RunResult): Mark[] {
  const seen = failure === undefined ? (message ?? "") : `expected ${failure.expected}; seen: ${failure.seen}`;
  return [
    { kind: "violation", timeUs: failure?.timeUs ?? virtualMs * 1_000, text: seen },
    ...departures.map(({ timeUs, peer, text, cite }) => ({
      ...{ kind: "departure" as const, timeUs, peer, text: `${text} (${cite})` },
    })),
  ];
}
