import { headline } from "../../../report/failure-text.ts";
import { block, code, sentence } from "../../../report/markdown.ts";
import type { RunResult } from "../../../run/result.ts";
import type { BatchResult } from "../../model/batch-result.ts";
import { pointsText } from "../../outputs/text.ts";
import type { ReportFormat } from "../format.ts";
import type { StoryOf } from "../stories.ts";
import { failuresOf, passedText, type SeenScenario, type StageView, studentView } from "../student-view.ts";
import { factLines, pointsLines, pointsOf, replayCommand, SCRIPT_USE, whichRun, withoutStory } from "../words.ts";

/** What one student may see: points by stage, what did not pass and why, and how to see it again. */
export const markdown: ReportFormat = {
  name: "markdown",
  about: "a page for each submission, for whoever handed it in",
  kind: "each",
  parts: [{ ending: ".md", render: (result, { isDue, storyOf }) => markdownPage(result, isDue, storyOf) }],
};

function markdownPage(result: BatchResult, isDue: boolean, storyOf: StoryOf | undefined): string {
  const { stages, facts, ungradable } = studentView(result, isDue);
  const overview = stages.map(
    (stage) => `| ${sentence(stage.id)} | ${pointsOf(stage.points, stage.maxPoints)} | ${passedText(stage)} |`,
  );
  const parts = [
    `# ${sentence(result.name) || sentence(result.id)}`,
    boldPoints(result),
    ...facts.map((fact) => sentence(fact)),
    ...(ungradable === undefined ? [] : [code(ungradable)]),
    ...(overview.length === 0 ? [] : [["| stage | points | passed |", "|---|---|---|", ...overview].join("\n")]),
    ...stages.flatMap((stage) => stageSections(stage, (run) => storyOf?.(result, run))),
  ];
  return `${parts.join("\n\n")}\n`;
}

function boldPoints(result: BatchResult): string {
  const lines = pointsLines(result);
  return lines
    .map(({ who, points }) => (who === "" ? `**${points}**` : `- ${sentence(who)}: **${points}**`))
    .join("\n");
}

type Told = (run: RunResult) => ReturnType<StoryOf>;

function stageSections(stage: StageView, told: Told): readonly string[] {
  const { scenarios, hidden } = stage;
  const skipped = scenarios.filter(({ scenario }) => scenario.verdict === "skipped");
  const row = (what: string, verdict: string, points: number, max: number) =>
    `| ${what} | ${verdict} | ${pointsText(points)} of ${pointsText(max)} |`;
  const rows = [
    ...scenarios.map(({ scenario: { id, title, verdict, points, maxPoints } }) =>
      row(`${sentence(id)}: ${sentence(title)}`, verdict, points, maxPoints),
    ),
    ...hidden.map((one) => row(sentence(one.name), headline(one), one.points, one.maxPoints)),
  ];
  return [
    `## ${sentence(stage.id)}`,
    ...(stage.capped === undefined ? [] : [sentence(stage.capped)]),
    ["| scenario | verdict | points |", "|---|---|---|", ...rows].join("\n"),
    ...failuresOf(stage).map((seen) => failureSection(seen, told)),
    ...(skipped.length === 0 ? [] : [`### Not played\n\n${skipped.map(skippedLine).join("\n")}`]),
  ];
}

function failureSection(seen: SeenScenario, told: Told): string {
  const { scenario, run, message } = seen;
  const { id, title, verdict } = scenario;
  const head = `### ${sentence(id)}: ${sentence(title)}`;
  if (run === undefined) return `${head}\n\n${sentence(verdict)}: ${code(message)}`;
  const again = `To see it again, in the folder of the submission: ${code(replayCommand(seen))}`;
  return `${head}\n\n${sentence(headline(run))}, ${whichRun(seen)}\n\n${block(factLines(seen))}\n\n${again}${storyText(told(run))}`;
}

function storyText(story: ReturnType<StoryOf>): string {
  if (story === undefined) return "";
  if (typeof story === "string") return `\n\n${sentence(withoutStory(story))}`;
  const { lines, script, page } = story;
  const link = page === undefined ? "" : `\n\n[Step through it](<${page}>)`;
  return `\n\n${block(lines)}${link}\n\n${sentence(SCRIPT_USE)}\n\n${block(script.trimEnd().split("\n"))}`;
}

function skippedLine({ scenario, message }: SeenScenario): string {
  return `- ${sentence(scenario.id)}: ${sentence(message)}`;
}
