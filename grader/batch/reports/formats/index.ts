import type { ReportFormat } from "../format.ts";
import { canvas } from "./canvas.ts";
import { csv } from "./csv.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { moodle } from "./moodle.ts";

/** All formats of `grade report`. A new one is a file in this folder and a line here. */
export const FORMATS: readonly ReportFormat[] = [csv, markdown, junit, canvas, moodle];
