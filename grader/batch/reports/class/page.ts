import { createHash } from "node:crypto";
import { escapedHtml } from "../../../text/html.ts";
import { escapedJson } from "../../../text/printable.ts";
import { pointsText, several } from "../../outputs/text.ts";
import { histogram, timeline } from "./charts.ts";
import { CLASS_SCRIPT } from "./script.ts";
import { CLASS_STYLE } from "./style.ts";
import type { ClassView } from "./view.ts";

/**
 * The class at a glance, for staff: one page that needs nothing else and asks nobody. Names are hidden until somebody wants
 * them, since such pages end on a projector.
 */
export function classPage(view: ClassView): string {
  const title = `${view.lab}: the class at a glance`;
  // Only these two are style and script, whatever else might get into the page.
  const policy = `default-src 'none'; style-src '${hashOf(CLASS_STYLE)}'; script-src '${hashOf(CLASS_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapedHtml(title)}</title>`,
    `<style>${CLASS_STYLE}</style>`,
    "</head>",
    "<body><main>",
    `<header><h1>${escapedHtml(title)}</h1><button id="names" aria-pressed="false">show names</button><span class="soft"><kbd>/</kbd> search <kbd>n</kbd> names <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd> in the table</span></header>`,
    tiles(view),
    '<div class="grid" id="cards"></div>',
    ...charts(view),
    '<section id="scenarios"><h2>Scenarios</h2>',
    '<p class="soft">Tells apart: how passing it goes with the points that each has elsewhere (point-biserial correlation, -1 to 1). Near 0 it says little of how good a submission is; below 0 look at the scenario itself. Suggested: points of the same stage, given by that and by how many fail.</p>',
    '<div class="scroll"><table><thead id="scenario-head"></thead><tbody id="scenario-rows"></tbody></table></div></section>',
    '<section><h2>Commonest causes</h2><p class="soft">Failures with the same facts, numbers apart.</p><div class="card"><ol id="causes"></ol></div></section>',
    '<section id="students"><h2>Submissions</h2>',
    '<div class="tools"><input id="search" type="search" placeholder="name, scenario, property" aria-label="search"><span id="filters"></span><span id="count" class="soft" role="status"></span></div>',
    '<div class="scroll"><table><thead id="student-head"></thead><tbody id="student-rows"></tbody></table></div></section>',
    "</main>",
    // In a script, `<` could end it.
    `<script type="application/json" id="data">${escapedJson(view).replaceAll("<", "\\u003c")}</script>`,
    `<script>${CLASS_SCRIPT}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function tiles({ students, max }: ClassView): string {
  const points = students.flatMap((one) => (one.points === null ? [] : [one.points])).sort((a, b) => a - b);
  const mean = points.reduce((sum, some) => sum + some, 0) / Math.max(1, points.length);
  const median = points[Math.floor(points.length / 2)] ?? 0;
  const full = points.filter((some) => some === max).length;
  const count = (status: string) => students.filter((one) => one.status === status).length;
  const tile = (figure: string, text: string) => `<li><strong>${figure}</strong>${text}</li>`;
  const optional = (some: number, text: string) => (some === 0 ? [] : [tile(String(some), text)]);
  return `<ul class="tiles">${[
    tile(String(students.length), students.length === 1 ? "submission" : "submissions"),
    tile(pointsText(median), `points at the median, of ${pointsText(max)}`),
    tile(pointsText(mean), "points on average"),
    tile(String(full), "have all points"),
    ...optional(count("ungradable"), "could not be graded"),
    ...optional(count("not-handed-in"), "handed nothing in"),
    ...optional(count("internal-error"), "on which the grader went wrong"),
  ].join("")}</ul>`;
}

function charts(view: ClassView): string[] {
  const { students, stages, max } = view;
  const points = students.flatMap((one) => (one.points === null ? [] : [one.points]));
  const ofStage = (at: number) => students.flatMap((one) => one.stages[at] ?? []);
  const time = timeline(view);
  return [
    "<section><h2>Points</h2>",
    '<div class="grid">',
    histogram(`All stages: ${several(points.length, "submission")}`, points, max),
    ...(time === ""
      ? []
      : [time.replace("</figure>", '<p id="pointed" class="soft">Point at one to see who it is.</p></figure>')]),
    ...stages.map(({ id, max: stageMax }, at) => histogram(escapedHtml(id), ofStage(at), stageMax)),
    "</div>",
    ...(time === "" ? ['<p id="pointed" hidden></p>'] : []),
    "</section>",
  ];
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
