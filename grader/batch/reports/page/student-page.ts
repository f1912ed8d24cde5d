import { headline } from "../../../report/failure-text.ts";
import type { RunResult } from "../../../run/result.ts";
import type { BatchResult, MemberResult } from "../../model/batch-result.ts";
import { pointsText } from "../../outputs/text.ts";
import type { StoryOf } from "../stories.ts";
import { failuresOf, passedText, type SeenScenario, type StageView, studentView } from "../student-view.ts";
import { factLines, pointsLines, pointsOf, replayCommand, SCRIPT_USE, whichRun, withoutStory } from "../words.ts";
import { escapedHtml, htmlPage, nameHtml } from "./html.ts";

/**
 * The page of one submission, for whoever handed it in: points, what each scenario came to, and why what did not pass did not.
 *
 * `member`: the one of a group whom it is for; absent: all of them.
 */
export function studentPage(
  lab: string,
  result: BatchResult,
  isDue: boolean,
  { member, storyOf }: { readonly member?: MemberResult | undefined; readonly storyOf?: StoryOf | undefined } = {},
): string {
  const { stages, facts, ungradable } = studentView(result, isDue, member);
  const name = member?.name ?? (result.name || result.id);
  const points = pointsLines(result, member).map(
    ({ who, points: text }) => `<p class="points">${who === "" ? "" : `${nameHtml(who)}: `}${escapedHtml(text)}</p>`,
  );
  return htmlPage(`${lab}: ${name}`, [
    `<h1>${escapedHtml(lab)}: ${nameHtml(name)}</h1>`,
    ...points,
    ...facts.map((fact) => `<p>${escapedHtml(fact)}</p>`),
    ...(ungradable === undefined ? [] : [`<pre dir="auto">${escapedHtml(ungradable)}</pre>`]),
    ...(stages.length === 0 ? [] : [overview(stages)]),
    ...stages.flatMap((stage) => stageSection(stage, (run) => storyOf?.(result, run))),
  ]);
}

function overview(stages: readonly StageView[]): string {
  const rows = stages.map((stage) => [
    `<a href="#${escapedHtml(stage.id)}">${escapedHtml(stage.id)}</a>`,
    escapedHtml(pointsOf(stage.points, stage.maxPoints)),
    passedText(stage),
  ]);
  return table(["stage", "points", "passed"], rows);
}

function stageSection(stage: StageView, told: (run: RunResult) => ReturnType<StoryOf>): readonly string[] {
  const { id, points, maxPoints, capped, scenarios, hidden } = stage;
  const rows = [
    ...scenarios.map(({ scenario, message }) => [
      `${escapedHtml(`${scenario.id}: ${scenario.title}`)}${skippedReason(scenario.verdict, message)}`,
      verdictHtml(scenario.verdict, scenario.verdict),
      `${pointsText(scenario.points)} of ${pointsText(scenario.maxPoints)}`,
    ]),
    ...hidden.map((one) => [
      escapedHtml(one.name),
      verdictHtml(one.verdict, headline(one)),
      `${pointsText(one.points)} of ${pointsText(one.maxPoints)}`,
    ]),
  ];
  return [
    `<section id="${escapedHtml(id)}">`,
    `<h2>${escapedHtml(id)}: ${escapedHtml(pointsOf(points, maxPoints))}</h2>`,
    ...(capped === undefined ? [] : [`<p>${escapedHtml(capped)}</p>`]),
    table(["scenario", "verdict", "points"], rows),
    ...failuresOf(stage).flatMap((seen) => [
      ...failureSection(seen),
      ...(seen.run === undefined ? [] : storySection(told(seen.run))),
    ]),
    "</section>",
  ];
}

function skippedReason(verdict: string, message: string): string {
  return verdict === "skipped" ? `<br/><span class="soft">${escapedHtml(message)}</span>` : "";
}

function verdictHtml(verdict: string, text: string): string {
  const look = verdict === "passed" ? "passed" : verdict === "skipped" ? "soft" : "failed";
  return `<span class="${look}">${escapedHtml(text)}</span>`;
}

function failureSection(seen: SeenScenario): readonly string[] {
  const { scenario, run, message } = seen;
  const lines = run === undefined ? [message] : factLines(seen);
  return [
    `<h3>${escapedHtml(`${scenario.id}: ${scenario.title}`)}</h3>`,
    `<p><span class="failed">${escapedHtml(headline(run ?? scenario))}</span> ${escapedHtml(whichRun(seen))}</p>`,
    `<pre>${escapedHtml(lines.join("\n"))}</pre>`,
    ...(run === undefined
      ? []
      : [`<p>To see it again, in the folder of the submission: <code>${escapedHtml(replayCommand(seen))}</code></p>`]),
  ];
}

/** How it comes about, in steps; where that is not known though others have it, why. */
function storySection(story: ReturnType<StoryOf>): readonly string[] {
  if (story === undefined) return [];
  if (typeof story === "string") return [`<p class="soft">${escapedHtml(withoutStory(story))}</p>`];
  const { lines, script, page } = story;
  return [
    `<pre>${escapedHtml(lines.join("\n"))}</pre>`,
    ...(page === undefined ? [] : [`<p><a href="${escapedHtml(encodeURIComponent(page))}">Step through it</a></p>`]),
    `<p>${escapedHtml(SCRIPT_USE)}</p>`,
    `<pre>${escapedHtml(script)}</pre>`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return [
    "<table>",
    `<thead>${cells("th", head)}</thead>`,
    "<tbody>",
    ...rows.map((row) => cells("td", row)),
    "</tbody>",
    "</table>",
  ].join("\n");
}
