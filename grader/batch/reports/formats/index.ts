import type { ReportFormat } from "../format.ts";
import { classFormat } from "./class.ts";
import { csv } from "./csv.ts";
import { html } from "./html.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { autolab, autolabFeedback } from "./platforms/autolab.ts";
import { blackboard } from "./platforms/blackboard.ts";
import { brightspace } from "./platforms/brightspace.ts";
import { canvas } from "./platforms/canvas.ts";
import { githubClassroom } from "./platforms/github-classroom.ts";
import { gradescope } from "./platforms/gradescope.ts";
import { gradescopeAutograder } from "./platforms/gradescope-autograder.ts";
import { moodle } from "./platforms/moodle.ts";
import { moodleFeedback } from "./platforms/moodle-feedback.ts";
import { nbgrader } from "./platforms/nbgrader.ts";

/** All formats of `grade report`. A new one is a file in this folder and a line here. */
export const FORMATS: readonly ReportFormat[] = [
  csv,
  markdown,
  html,
  classFormat,
  junit,
  canvas,
  moodle,
  moodleFeedback,
  blackboard,
  brightspace,
  gradescope,
  gradescopeAutograder,
  githubClassroom,
  autolab,
  autolabFeedback,
  nbgrader,
];
