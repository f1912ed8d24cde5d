import type { Lab } from "../grader/harness/scenario.ts";
import { lab2 } from "./raft/index.ts";

/** All labs: the only place that lists them. */
export const labs: readonly Lab[] = [lab2];
