import type { Tree } from "../tree.ts";
import { AUTOLAB } from "./autolab.ts";
import { BLACKBOARD } from "./blackboard.ts";
import { BRIGHTSPACE } from "./brightspace.ts";
import { CANVAS } from "./canvas.ts";
import { GRADESCOPE } from "./gradescope.ts";
import { MOODLE } from "./moodle.ts";
import { NBGRADER } from "./nbgrader.ts";
import type { Platform } from "./platform.ts";
import { SAKAI } from "./sakai.ts";
import { TEAMS } from "./teams.ts";

export type { Platform, ReadOptions } from "./platform.ts";

/** All downloads that are recognised. Those with a mark of their own in their names come first. */
const PLATFORMS: readonly Platform[] = [
  GRADESCOPE,
  MOODLE,
  BLACKBOARD,
  BRIGHTSPACE,
  AUTOLAB,
  CANVAS,
  NBGRADER,
  SAKAI,
  TEAMS,
];

/** Which platform's download it is by the shape of its names, with the number of hand-ins in it; null when it is none. */
export function recognise(tree: Pick<Tree, "list">): { readonly platform: Platform; readonly count: number } | null {
  for (const platform of PLATFORMS) {
    const count = platform.count(tree);
    if (count > 0) return { platform, count };
  }
  return null;
}
