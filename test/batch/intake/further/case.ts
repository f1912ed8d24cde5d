import type { IntakeOptions } from "../../../../grader/batch/intake/index.ts";
import { RAFT } from "../fixture.ts";
import { type Files, zipped } from "../tried.ts";

/** An input as a course may have it, and what a sensible member of staff expects of it. */
export interface Case {
  readonly what: string;
  /** Below `input/`, which is the source unless another is named. */
  readonly files: Files;
  readonly source?: string;
  readonly options?: Partial<IntakeOptions>;
  /**
   * Of each submission that it has a main file (`ok`), which file is graded of several versions, or why it cannot be graded; or
   * why all is refused.
   */
  readonly want: Readonly<Record<string, RegExp | string>> | RegExp;
  /** What staff is told, in notes, remarks, or what it was taken for. */
  readonly told?: readonly RegExp[];
}

/** A main file with a text in it that no other has. */
export function raft(text = ""): string {
  return `${RAFT}// ${text}\n`;
}

/** A zip file with a main file, and others. */
export function lab(text = "", more: Files = {}): Buffer {
  return zipped({ "raft.ts": raft(text), ...more });
}

export const OK = "ok";
