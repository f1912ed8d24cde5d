import { describeRun, headline } from "../../../report/failure-text.ts";
import { block, code, sentence } from "../../../report/markdown.ts";
import { makeStyle } from "../../../report/style.ts";
import type { BatchResult } from "../../model/batch-result.ts";
import { pointsText, several } from "../../outputs/text.ts";
import type { ReportFormat } from "../format.ts";
import { type SeenScenario, studentView } from "../student-view.ts";

const NO_COLOURS = makeStyle(false);

/** What one student may see: points by stage, what did not pass and why, and how to see it again. */
export const markdown: ReportFormat = {
  name: "markdown",
  about: "a page for each submission, for whoever handed it in",
  ending: ".md",
  kind: "each",
  render: (result, { isDue }) => {
    const { scenarios, hidden, stages, facts, ungradable } = studentView(result, isDue);
    const failed = scenarios.filter(({ scenario }) => scenario.verdict !== "passed" && scenario.verdict !== "skipped");
    const skipped = scenarios.filter(({ scenario }) => scenario.verdict === "skipped");
    const stageRows = stages.map(({ id, points, maxPoints }) => {
      const mine = scenarios.filter(({ scenario }) => scenario.id.startsWith(`${id}/`));
      const passed = mine.filter(({ scenario }) => scenario.verdict === "passed").length;
      return `| ${sentence(id)} | ${pointsText(points)} of ${pointsText(maxPoints)} | ${passed} of ${mine.length} |`;
    });
    const parts = [
      `# ${sentence(result.name) || sentence(result.id)}`,
      pointsLine(result),
      ...facts.map((fact) => sentence(fact)),
      ...(ungradable === undefined ? [] : [code(ungradable)]),
      ...(stageRows.length === 0 ? [] : [["| stage | points | passed |", "|---|---|---|", ...stageRows].join("\n")]),
      ...(hidden === 0 ? [] : [`${several(hidden, "scenario")} not shown.`]),
      ...failed.map(failureText),
      ...(skipped.length === 0 ? [] : [`## Not played\n\n${skipped.map(skippedLine).join("\n")}`]),
    ];
    return `${parts.join("\n\n")}\n`;
  },
};

function pointsLine({ points, members = [] }: BatchResult): string {
  const own = members.filter((member) => member.points !== undefined);
  const of = (final: number | null) =>
    final === null
      ? `no points of ${pointsText(points.max)}`
      : `${pointsText(final)} of ${pointsText(points.max)} points`;
  const isSame = own.every((member) => member.points?.final === points.final);
  if (own.length === 0 || isSame) return `**${of(points.final)}**`;
  return own.map((member) => `- ${sentence(member.name ?? "")}: **${of(member.points?.final ?? null)}**`).join("\n");
}

function failureText({ scenario, run, message }: SeenScenario): string {
  const { id, title, verdict } = scenario;
  const head = `## ${sentence(id)}: ${sentence(title)}`;
  if (run === undefined) return `${head}\n\n${sentence(verdict)}: ${code(message)}`;
  const at = scenario.runs.findIndex((one) => one.verdict !== "passed");
  const again = `To see it again, in the folder of the submission: ${code(`npx ${run.replay}`)}`;
  return `${head}\n\n${sentence(headline(run))}, in run ${at + 1}\n\n${block(describeRun(run, NO_COLOURS))}\n\n${again}`;
}

function skippedLine({ scenario, message }: SeenScenario): string {
  return `- ${sentence(scenario.id)}: ${sentence(message)}`;
}
