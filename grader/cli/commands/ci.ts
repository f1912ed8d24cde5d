import type { Lab } from "../../harness/scenario.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";

export interface CiOptions {
  /** Default: the current folder. */
  readonly repo?: string;
  /** Default: `GITHUB_EVENT_PATH`. */
  readonly event?: string;
  /** Instead of the base that the event names. */
  readonly base?: string;
  /** Relative to the repository. */
  readonly submission?: string;
  /** Policy file. */
  readonly config?: string;
  /** Default: `grade-ci`. */
  readonly out?: string;
  /** `ci.json` or `result.json` of the base. */
  readonly baseResult?: string;
  readonly minPoints?: number;
  /** Stages and scenarios that must pass. */
  readonly require?: readonly string[];
  /** `false` with `--no-worse`. */
  readonly worse: boolean;
  /** Minutes on two cores. */
  readonly budget?: number;
  readonly seed?: number;
  readonly runs?: number;
  readonly workers?: number;
  /** Absent: where it works. */
  readonly sandbox?: boolean;
}

/** `grade ci [lab]`. Gives the exit status. */
export async function ciCommand(
  _labs: readonly Lab[],
  _labName: string | undefined,
  _options: CiOptions,
  _stdio: Stdio,
): Promise<number> {
  throw new UsageError("grade ci grades nothing yet");
}
