import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";

/** `grade ci comment <dir>`. Gives the exit status. */
export function ciCommentCommand(_dir: string, _stdio: Stdio): number {
  throw new UsageError("grade ci comment prints nothing yet");
}
