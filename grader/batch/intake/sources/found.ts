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
}
