import type { WrongPatch } from "./patch.ts";
import { WRONG_2A } from "./patches-2a.ts";
import { WRONG_2B } from "./patches-2b.ts";
import { WRONG_2B_PROGRESS } from "./patches-2b-progress.ts";
import { WRONG_2C } from "./patches-2c.ts";
import { WRONG_2D } from "./patches-2d.ts";

/** All submissions that are known to be wrong, as patches of the reference. */
export const WRONG: readonly WrongPatch[] = [...WRONG_2A, ...WRONG_2B, ...WRONG_2B_PROGRESS, ...WRONG_2C, ...WRONG_2D];
