import type { Instance } from "../../harness/instance.ts";
import type { Lab } from "../../harness/scenario.ts";
import { coverageText, effortText } from "../../report/coverage-text.ts";
import { describeRun, headline } from "../../report/failure-text.ts";
import { LiveLine } from "../../report/live-line.ts";
import { Aborted } from "../../run/player.ts";
import { type InstanceResult, searchInstances } from "../../run/search.ts";
import { didYouMean } from "../../text/nearest.ts";
import { EXIT } from "../exit-code.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultWorkers } from "../input/options.ts";
import { SCENARIO_SUFFIX } from "../input/scenario-file.ts";
import { selectLab } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";
import { storyFile, storyLines } from "../output/story.ts";
import { interruptible } from "../thread/interrupt.ts";
import { writeStory } from "./explain.ts";

export interface SearchOptions {
  readonly instance?: string;
  readonly workers?: number;
  readonly shrinkBudget?: number;
  readonly prefixes?: number;
}

/** `grade search <lab> [submission]`: all orders of small instances. Gives the exit status. */
export async function searchCommand(
  labs: readonly Lab[],
  name: string,
  submissionArgument: string | undefined,
  options: SearchOptions,
  { out, err, onClosed }: Stdio,
): Promise<number> {
  const { lab } = selectLab(labs, name);
  const instances = instancesOf(lab, options.instance);
  requireNativeParts();
  const submission = submissionFolder(lab, submissionArgument, (line) => err.write(`${line}\n`));
  const { signal, abort } = interruptible();
  onClosed(abort);
  let done = 0;
  const line = new LiveLine(err, err.style, () => `${done} of ${instances.length} instances searched`, err.isTerminal);
  try {
    const results = await searchInstances({
      lab,
      submission,
      instances,
      workers: options.workers ?? defaultWorkers(),
      ...(options.shrinkBudget !== undefined && { shrinkBudget: options.shrinkBudget }),
      ...(options.prefixes !== undefined && { prefixes: options.prefixes }),
      signal,
      onDone: () => {
        done++;
        line.update();
      },
    });
    line.end();
    for (const result of results) {
      for (const text of lines(lab, result, out)) out.write(`${text}\n`);
      if (result.story === undefined) continue;
      const name = `${lab.id}-${result.instance.name}`;
      writeStory(`${name}${SCENARIO_SUFFIX}`, storyFile(result.story, `the search of ${name}`), out);
    }
    if (results.some(({ result }) => result?.verdict === "internal-error")) return EXIT.internalError;
    return results.every(({ result }) => result === undefined) ? EXIT.passed : EXIT.notPassed;
  } catch (error) {
    if (error instanceof Aborted) return EXIT.interrupted;
    throw error;
  } finally {
    line.end();
  }
}

function instancesOf(lab: Lab, wanted: string | undefined): readonly Instance[] {
  const { instances = [] } = lab;
  if (instances.length === 0) throw new UsageError(`${lab.id} has no instances to search`);
  if (wanted === undefined) return instances;
  const found = instances.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const names = instances.map((one) => one.name);
  throw new UsageError(
    `${lab.id} has no instance "${wanted}"${didYouMean(wanted, names) || `; there are ${names.join(", ")}`}`,
  );
}

function lines(
  lab: Lab,
  { instance, coverage, result, story, foundAfter, unconfirmed }: InstanceResult,
  out: Stdio["out"],
): string[] {
  const { style } = out;
  const heading = style.strong(`${lab.id} ${instance.name}: ${instance.title}`);
  const effort = coverage === undefined ? [] : [style.dim(`  ${effortText(coverage)}`)];
  const doubts =
    unconfirmed === 0
      ? []
      : [
          style.dim(
            `  ${unconfirmed} of its orders could not be repeated by the ordinary kernel, and count for nothing`,
          ),
        ];
  if (result === undefined) {
    const covered = coverage === undefined ? "" : coverageText(coverage, instance);
    const isAll = coverage?.leftAtLeast === null;
    return [heading, `  ${style.good(isAll ? "passed" : "passed (bounded)")}: ${covered}`, ...effort, ...doubts];
  }
  if (story === undefined || coverage === undefined)
    return [
      heading,
      ...[style.bad(headline(result)), ...describeRun(result, style)].map((text) => `  ${text}`.trimEnd()),
      ...effort,
    ];
  return [
    heading,
    `  ${style.bad("failed")}: found after ${foundAfter} beginnings of orders`,
    ...storyLines(story, style).map((text) => `  ${text}`.trimEnd()),
    ...effort,
    ...doubts,
  ];
}
