import type { Lab } from "../../harness/scenario.ts";
import { openSubmission } from "../../submission/index.ts";
import { EXIT } from "../exit-code.ts";
import { cacheFolder } from "../input/cache-folder.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { LastGradings } from "../input/last-grading.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { selectLab, selectScenarios } from "../input/select.ts";
import type { Stdio } from "../output/stdio.ts";
import { interruptible } from "../thread/interrupt.ts";
import { FolderWatch } from "../watch/folder-watch.ts";
import { openKeyboard } from "../watch/keyboard.ts";
import { WatchSession } from "../watch/session.ts";

export interface WatchOptions {
  readonly only?: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly workers?: number;
  /** Begins with what did not pass in the last grading, and nothing else. */
  readonly failed?: boolean;
}

/** `grade watch <lab> [submission]`: grades it again whenever it is saved, until it is told to end. Gives the exit status. */
export async function watchCommand(
  labs: readonly Lab[],
  labName: string,
  submissionArgument: string | undefined,
  options: WatchOptions,
  stdio: Stdio,
): Promise<number> {
  const selection = selectLab(labs, labName);
  const scenarios = selectScenarios(selection, options.only);
  const submission = submissionFolder(selection.lab, submissionArgument, (line) => stdio.err.write(`${line}\n`));
  requireNativeParts();
  // A folder that was mistyped never becomes one: it is refused, as it is by every command.
  const { dir } = openSubmission(submission, selection.lab.form);
  const caches = cacheFolder();
  const session = new WatchSession(
    {
      selection,
      scenarios,
      submission,
      named: submissionArgument,
      last: caches === null ? null : new LastGradings(caches),
      ...options,
    },
    stdio,
  );
  const watch = new FolderWatch(dir, session.onSaved);
  const keyboard = openKeyboard(session.onKey);
  const { signal } = interruptible();
  signal.addEventListener("abort", () => session.end(EXIT.interrupted), { once: true });
  stdio.onClosed(() => session.end(EXIT.usage));
  try {
    return await session.play(keyboard !== null);
  } finally {
    watch.close();
    keyboard?.close();
  }
}
