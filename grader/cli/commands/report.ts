import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  FORMATS as BATCH_FORMATS,
  type BatchResult,
  openReport,
  parseInstant,
  ReportError,
  type ReportFormat,
  type ReportInput,
} from "../../batch/index.ts";
import { github } from "../../ci/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { didYouMean } from "../../text/nearest.ts";
import { EXIT } from "../exit-code.ts";
import { UsageError } from "../input/usage-error.ts";
import { withBatchErrors } from "../output/batch-lines.ts";
import { requireNothingLost } from "../output/nothing-lost.ts";
import type { Stdio } from "../output/stdio.ts";
import { storiesFor } from "../staff/report-stories.ts";
import type { StoryOptions } from "../staff/tell-stories.ts";

export interface ReportOptions extends StoryOptions {
  readonly format: string;
  /** File to write, or folder for formats with a file for each submission; absent: standard output, or a folder in the batch's. */
  readonly to?: string;
  /** Of one submission only. */
  readonly id?: string;
  readonly afterDue?: boolean;
  readonly at?: string;
  readonly missingAs?: number;
  readonly column?: string;
  /** Another batch's folder, which points are compared with. */
  readonly against?: string;
  readonly anonymous?: boolean;
}

/** Those of a batch, and the one that checks have as well. */
const FORMATS: readonly ReportFormat[] = [...BATCH_FORMATS, github];

/** In a batch's folder, for formats with a file for each submission. */
const REPORTS_FOLDER = "reports";

/** `grade report <out> --format <name>`. Gives the exit status. */
export function reportCommand(
  labs: readonly Lab[],
  out: string,
  options: ReportOptions,
  stdio: Stdio,
): Promise<number> {
  return withBatchErrors(stdio, async () => {
    const format = formatOf(options.format);
    if (options.to !== undefined) requireNothingLost("--to", options.to);
    const onDamage = (message: string) => void stdio.err.write(`${message}\n`);
    const against = options.against === undefined ? undefined : pointsIn(options.against, onDamage);
    const batch = openReport(out, onDamage);
    try {
      const one = options.id === undefined ? undefined : batch.find(options.id);
      if (options.id !== undefined && one === undefined) {
        throw new UsageError(
          `--id ${options.id}: there is no such submission, or more than one; say an id as in gradebook.csv`,
        );
      }
      const results = one === undefined ? batch.results : [one];
      const due = isDue(options, batch.due);
      const isInFiles = options.to !== undefined || one === undefined;
      const task = { out, lab: batch.lab, results, isDue: due, format, isInFiles, options };
      const stories = await storiesFor(labs, task, stdio);
      if (stories === null) return EXIT.interrupted;
      const input: ReportInput = {
        lab: batch.lab,
        results,
        isDue: due,
        storyOf: stories.storyOf,
        missingAs: options.missingAs,
        column: options.column,
        due: batch.due,
        pointsBefore: (id) => (against === undefined ? batch.before(id)?.points.final : against.get(id)),
        cpuMsOf: (id) => batch.timingOf(id)?.cpuMs,
        anonymous: options.anonymous === true,
        onRemark: (line) => stdio.err.write(`${line}\n`),
      };
      write(format, input, options, out, stdio);
      stories.copyPages(folderOf(format, options, out, one !== undefined));
      return EXIT.passed;
    } catch (error) {
      if (error instanceof ReportError) throw new UsageError(error.message);
      throw error;
    } finally {
      batch.close();
    }
  });
}

function pointsIn(out: string, onDamage: (message: string) => void): ReadonlyMap<string, number | null> {
  const batch = openReport(out, onDamage);
  try {
    return new Map([...batch.results].map(({ id, points }) => [id, points.final]));
  } finally {
    batch.close();
  }
}

function formatOf(name: string): ReportFormat {
  const names = FORMATS.map((format) => format.name);
  const format = FORMATS.find((one) => one.name === name);
  if (format !== undefined) return format;
  throw new UsageError(`there is no format "${name}"${didYouMean(name, names)}; there are ${names.join(", ")}`);
}

/** The clock is not asked: the same words give the same report. */
function isDue({ afterDue = false, at }: ReportOptions, due: string | undefined): boolean {
  if (at === undefined) return afterDue;
  if (afterDue) throw new UsageError("--after-due and --at are two answers to one question; leave one out");
  const atMs = parseInstant(at);
  if (atMs === null)
    throw new UsageError(`--at "${at}" is no time with an offset; write it as 2026-03-01T23:59:00+01:00`);
  if (due === undefined) {
    throw new UsageError(
      "the batch's policy has no late.deadline that --at could be compared with; say --after-due once it is over",
    );
  }
  return atMs > (parseInstant(due) ?? Number.POSITIVE_INFINITY);
}

/** Where files beside those of the report go. */
function folderOf({ name }: ReportFormat, { to }: ReportOptions, out: string, isOne: boolean): string {
  if (to === undefined) return join(out, REPORTS_FOLDER, name);
  return isOne ? dirname(to) : to;
}

function write(format: ReportFormat, input: ReportInput, { to, id }: ReportOptions, out: string, stdio: Stdio): void {
  if (format.kind === "each") {
    const folder = to ?? join(out, REPORTS_FOLDER, format.name);
    if (id === undefined) writeEach(format, input, folder, stdio);
    else for (const result of input.results) writeParts(format, result, input, to, stdio);
    return;
  }
  const content = format.render(input);
  if (to !== undefined) writing(to, () => writeFileSync(to, content));
  else if (typeof content === "string") stdio.out.write(content);
  else throw new UsageError(`${format.name} is no text; name its file: --to ${format.name}${format.ending}`);
}

type EachFormat = Extract<ReportFormat, { kind: "each" }>;

function writeEach({ parts }: EachFormat, input: ReportInput, folder: string, stdio: Stdio): void {
  let count = 0;
  const without: string[] = [];
  writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    for (const result of input.results) {
      for (const { ending, render } of parts) {
        const path = join(folder, `${result.id}${ending}`);
        const text = render(result, input);
        // One of an earlier report would be taken for what is so now.
        if (text === null) rmSync(path, { force: true });
        else writeFileSync(path, text);
        if (text === null) without.push(result.id);
        else count++;
      }
    }
  });
  stdio.out.write(`${count} files in ${folder}\n`);
  if (without.length > 0) stdio.err.write(`no file, as there are no points: ${without.join(", ")}\n`);
}

/** Those of one submission: a file where there is one, else a folder of them; without either they are printed. */
function writeParts(
  { parts }: EachFormat,
  result: BatchResult,
  input: ReportInput,
  to: string | undefined,
  stdio: Stdio,
): void {
  for (const { ending, render } of parts) {
    const text = render(result, input);
    if (text === null) throw new UsageError(`${result.id} has no points, and so nothing that could be written`);
    if (to === undefined) stdio.out.write(text);
    else if (parts.length === 1) writing(to, () => writeFileSync(to, text));
    else {
      writing(to, () => {
        mkdirSync(to, { recursive: true });
        writeFileSync(join(to, `${result.id}${ending}`), text);
      });
    }
  }
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new UsageError(`${path} cannot be written: ${error.message}`);
  }
}
