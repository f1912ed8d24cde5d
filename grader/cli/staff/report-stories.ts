import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BatchResult, type ReportFormat, type StoryOf, StoryStore } from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { UsageError } from "../input/usage-error.ts";
import { reasonOf } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";
import { type StoryOptions, tellStories } from "./tell-stories.ts";

/** What a report is made with of stories. */
export interface ReportStories {
  readonly storyOf: StoryOf;
  /** Copies the pages that were named into the folder of the reports that name them. */
  copyPages(folder: string): void;
}

/** Formats whose files have files beside them. */
const WITH_PAGES: readonly string[] = ["html", "markdown"];

export interface ReportTask {
  /** The batch's folder. */
  readonly out: string;
  /** `lab2` or `lab2b`. */
  readonly lab: string;
  readonly results: Iterable<BatchResult>;
  readonly isDue: boolean;
  readonly format: ReportFormat;
  /** The report goes into files, beside which pages can lie. */
  readonly isInFiles: boolean;
  readonly options: StoryOptions;
}

/**
 * The stories of a report: those that are there, and, where staff names the sources of the batch, those that can be made now.
 * Null when it was interrupted.
 */
export async function storiesFor(labs: readonly Lab[], task: ReportTask, stdio: Stdio): Promise<ReportStories | null> {
  const { out, results, isDue, options } = task;
  const store = new StoryStore(out);
  let without: ReadonlyMap<string, string> = new Map();
  if (options.batch !== undefined) {
    const lab = labs.find(({ id, suites }) => id === task.lab || suites.some((suite) => suite.id === task.lab));
    if (lab === undefined) throw new UsageError(`the batch is of ${task.lab}, which is no lab here`);
    const made = await tellStories({ ...options, lab, results, isDue, store }, stdio);
    if (made.isInterrupted) return null;
    without = made.without;
  }
  const hasPages = task.isInFiles && WITH_PAGES.includes(task.format.name);
  const named = new Set<string>();
  return {
    storyOf: (result, run) => {
      const story = store.read(result, run) ?? without.get(result.id);
      if (story === undefined || typeof story === "string") return story;
      const { page, ...told } = story;
      if (page === undefined || !hasPages) return told;
      named.add(page);
      return story;
    },
    copyPages: (folder) => {
      for (const page of named) copyPage(store.pathOf(page), folder, page);
    },
  };
}

/** Throws `UsageError` where it cannot be read or written. One that is not there was never made. */
function copyPage(from: string, folder: string, name: string): void {
  const to = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    if (existsSync(from)) copyFileSync(from, to);
  } catch (error) {
    throw new UsageError(`the page of a story cannot be copied from ${from} to ${to}: ${reasonOf(error, to)}`);
  }
}
