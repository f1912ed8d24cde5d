import type { BatchResult } from "../model/batch-result.ts";
import type { StoryOf } from "./stories.ts";

/** What a report is made from: results in the order of their ids, and what staff said. */
export interface ReportInput {
  /** `lab2` or `lab2b`. */
  readonly lab: string;
  readonly results: Iterable<BatchResult>;
  /** The last hand-in is over: what is hidden until then is shown. */
  readonly isDue: boolean;
  /** Points of who handed nothing in; absent: an empty field. */
  readonly missingAs?: number | undefined;
  /** Name of the platform's column, for formats that have one. */
  readonly column?: string | undefined;
  /** When the last hand-in is over, ISO 8601; absent where the policy has no deadline. */
  readonly due?: string | undefined;
  /** What a submission had before, or in the batch that staff compares with; undefined: it had no grade. */
  readonly pointsBefore?: (id: string) => number | null | undefined;
  /** CPU time that a submission's grading took; undefined: not known. */
  readonly cpuMsOf?: (id: string) => number | undefined;
  /** Leaves names and ids out, in formats that show more than one student. */
  readonly anonymous?: boolean;
  /** What is told of a failure in steps; absent: nothing of any. */
  readonly storyOf?: StoryOf;
  /** Told what staff should know of what was written, one line each. */
  readonly onRemark: (line: string) => void;
}

/** What formats with files for each submission are told beside the result. */
export type PageInput = Omit<ReportInput, "results">;

/** One of the files that a format has for each submission. */
export interface Part {
  /** End of its name, with the dot. */
  readonly ending: string;
  /** Null: there is nothing that the file could say. */
  readonly render: (result: BatchResult, input: PageInput) => string | null;
}

/** One format of `grade report`. `whole`: one file of all submissions. `each`: files for each submission. */
export type ReportFormat = {
  /** What staff types behind `--format`. */
  readonly name: string;
  /** What it is for, on one line. */
  readonly about: string;
} & (
  | {
      readonly kind: "whole";
      /** End of the file's name, with the dot. */
      readonly ending: string;
      /** Bytes of what is no text. */
      readonly render: (input: ReportInput) => string | Uint8Array;
    }
  | { readonly kind: "each"; readonly parts: readonly [Part, ...Part[]] }
);

/** What a format cannot be made without, in one line: what is missing, and what to type. */
export class ReportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReportError";
  }
}
