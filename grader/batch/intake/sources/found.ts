import type { Material } from "../material.ts";
import type { Member } from "../types.ts";

/** A submission as a source names it, before ids are made safe. */
export interface Found {
  /** Unique within its source; any text. */
  readonly rawId: string;
  readonly name: string;
  readonly origin: string;
  readonly members?: readonly Member[];
  readonly submittedAt?: string;
  readonly markedLate?: true;
  readonly roster?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly material: Material;
}

/** All that a source holds. `remarks`: what was left out of it, one line each. */
export interface Source {
  readonly found: readonly Found[];
  readonly remarks: readonly string[];
  /** What it was taken for, such as `a Canvas download`; absent when it was named as what it is. */
  readonly takenFor?: string;
  /** It is one submission by itself, and was named as that. */
  readonly isOne?: true;
  /**
   * Why it should not be graded like that, one line each with what to do, though it can be: a mistake of staff, most
   * likely. Only who says so goes on.
   */
  readonly doubts?: readonly string[];
}
