import { Lock, mergeShards, prepareFolder, writeOutputs } from "../../batch/index.ts";
import { EXIT } from "../exit-code.ts";
import { closingLines, withBatchErrors } from "../output/batch-lines.ts";
import type { Stdio } from "../output/stdio.ts";

/** `grade merge <dirs...> --out <dir>`. Gives the exit status. */
export function mergeCommand(
  folders: readonly string[],
  { out, missingAs }: { readonly out: string; readonly missingAs?: number },
  stdio: Stdio,
): Promise<number> {
  const { err } = stdio;
  return withBatchErrors(stdio, async () => {
    prepareFolder(out);
    const lock = await Lock.take(out, (message) => err.write(`${message}\n`));
    try {
      const book = mergeShards(folders, out, (message) => err.write(`${message}\n`));
      try {
        const written = writeOutputs(out, book, { missingAs });
        for (const line of closingLines(out, written, [], [], stdio.out.style)) stdio.out.write(`${line}\n`);
        return written.faults.length > 0 ? EXIT.internalError : EXIT.passed;
      } finally {
        book.journal.close();
      }
    } finally {
      lock.release();
    }
  });
}
