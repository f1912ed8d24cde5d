import type { BatchResult } from "../model/batch-result.ts";

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
  /** Told what staff should know of what was written, one line each. */
  readonly onRemark: (line: string) => void;
}

/** One format of `grade report`. `whole`: one file of all submissions. `each`: a file for each submission. */
export type ReportFormat = {
  /** What staff types behind `--format`. */
  readonly name: string;
  /** What it is for, on one line. */
  readonly about: string;
  /** End of the names of its files, with the dot. */
  readonly ending: string;
} & (
  | { readonly kind: "whole"; readonly render: (input: ReportInput) => string }
  | { readonly kind: "each"; readonly render: (result: BatchResult, input: Omit<ReportInput, "results">) => string }
);

/** What a format cannot be made without, in one line: what is missing, and what to type. */
export class ReportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReportError";
  }
}
