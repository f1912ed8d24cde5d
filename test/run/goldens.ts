import { existsSync } from "node:fs";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import type { Lab } from "../../grader/harness/scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import type { RealmTexts } from "../../grader/host/realm-texts.ts";
import { loadOf } from "../../grader/run/load.ts";
import type { Played } from "../../grader/run/player.ts";
import { RunPool } from "../../grader/run/pool.ts";
import type { Boundary } from "../../grader/run/result.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";

/** Whose runs are kept, as the file calls them. */
export const GOLDEN_SUBMISSIONS = ["reference", "test/right/rich-base"] as const;

/** The folder of one of them for a lab. */
function folderOf(root: string, submission: string, { home }: Lab): string {
  return `${root}/${submission === "reference" ? `reference/${home}` : `test/right/${home}/rich-base`}`;
}

/** The labs that have one of that name. */
function labsOf(root: string, submission: string): readonly Lab[] {
  return labs.filter((lab) => existsSync(folderOf(root, submission, lab)));
}

export const GOLDENS_FILE = "test/run/goldens.txt";

const HEAD = `# What one run of each scenario comes to, to the byte. Made by "npm run goldens"; CONTRIBUTING.md says when.
# submission, scenario@seed, verdict, virtual milliseconds, requests, hash of the trace
`;

/** The scenarios whose runs are kept: all there are. */
export const GOLDEN_SCENARIOS = labs.flatMap((lab) =>
  lab.suites.flatMap((suite) => suite.scenarios.map((scenario) => ({ lab, scenario }))),
);

/** The ids of the scenarios of which a submission's runs are kept. */
export function goldenIdsOf(root: string, submission: string): string[] {
  const its = labsOf(root, submission);
  return GOLDEN_SCENARIOS.filter(({ lab }) => its.includes(lab)).map(({ scenario }) => scenario.id);
}

/**
 * Plays a run of each scenario with a submission in this process, the first run of a grading with seed 1.
 *
 * @param root the project's root
 * @param onPlay is told of each scenario before it is played
 * @returns scenario ids with one line each
 */
export async function playGoldens(
  root: string,
  submission: string,
  realm: RealmTexts,
  onPlay?: (scenarioId: string) => void,
): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  for (const lab of labsOf(root, submission)) {
    const bundle = await bundleSubmission(openSubmission(folderOf(root, submission, lab), lab.form));
    const engine = new Engine({ ...loadOf(bundle, lab.form), ...realm });
    for (const { scenario } of GOLDEN_SCENARIOS.filter((one) => one.lab === lab)) {
      const seed = runSeed(1, scenario.id, 0);
      onPlay?.(scenario.id);
      lines.set(scenario.id, lineOf(submission, `${scenario.id}@${seed}`, playScenario(scenario, seed, engine)));
    }
  }
  return lines;
}

/**
 * The same, each run played as in a grading: with the boundary, or without.
 *
 * @returns also how many runs were played whole in the process of the peers
 */
export async function playGoldensInPool(
  root: string,
  submission: string,
  boundary: Boundary,
): Promise<{ readonly lines: readonly string[]; readonly whole: number }> {
  const lines: string[] = [];
  let whole = 0;
  for (const lab of labsOf(root, submission)) {
    const bundle = await bundleSubmission(openSubmission(folderOf(root, submission, lab), lab.form));
    const pool = new RunPool(1, Promise.resolve(loadOf(bundle, lab.form)), { boundary });
    for (const { scenario } of GOLDEN_SCENARIOS.filter((one) => one.lab === lab)) {
      const seed = runSeed(1, scenario.id, 0);
      const played = await pool.play({ scenarioId: scenario.id, seed });
      if (played.isWhole) whole++;
      lines.push(lineOf(submission, `${scenario.id}@${seed}`, played));
    }
    await pool.close();
  }
  return { lines, whole };
}

type Figures = Pick<Played, "verdict" | "virtualMs" | "rpcs" | "traceHash">;

function lineOf(submission: string, run: string, { verdict, virtualMs, rpcs, traceHash }: Figures): string {
  return [submission, run, verdict, virtualMs, rpcs, traceHash].join(" ");
}

/** The text of the file. */
export function goldensText(lines: Iterable<string>): string {
  return `${HEAD}${[...lines].join("\n")}\n`;
}

/** The lines of the file's text. */
export function readGoldens(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
