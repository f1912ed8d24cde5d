import type { Lab, Suite } from "../harness/scenario.ts";
import type { Omission } from "./omission.ts";
import { VITEST_VERSION } from "./project.ts";

/** Ids of the scenarios of a suite that are in the kit. */
const stays = ({ scenarios }: Suite, { points }: Omission) => scenarios.filter(({ id }) => points.has(id));

/** The first thing that students read. */
export function kitReadme(lab: Lab, omission: Omission, tarball: string, platforms: readonly string[]): string {
  const suites = lab.suites.filter((suite) => stays(suite, omission).length > 0);
  const [first] = suites;
  const example = first === undefined ? undefined : stays(first, omission)[0];
  const stage = first?.id ?? lab.id;
  const id = example?.id ?? stage;
  return `# ${lab.title}

You need Node 20.19 or later, on Linux or macOS (x64 or arm64). On Windows, work inside WSL: this folder, Node and your
editor's terminal belong there. The parts of the grader that differ from system to system are here for
${platforms.join(", ")}; on another one the grader says what to fetch.

    npm ci                                  # once: installs the grader from ${tarball}, without a network
    npm run grade -- ${stage}${" ".repeat(Math.max(1, 23 - stage.length))}# grades the first stage: 0 points at first

Then open \`handouts/README.md\`, and \`${lab.form.file}.ts\`: notes in it say what to do, stage by stage, and where to read about it.

    npm run grade -- ${lab.id}                   # all stages: ${suites.map((suite) => suite.id).join(", ")}
    npm run grade -- list                   # every scenario with its points
    npm run watch -- ${stage}${" ".repeat(Math.max(1, 23 - stage.length))}# grades again at each save; q ends it
    npm run grade -- ${stage} --only ${id.slice(id.indexOf("/") + 1)}
    npm run grade -- ${stage} --runs 100       # each scenario on 100 schedules
    npm run grade -- replay ${id}@7   # one run again, step by step

\`npm test\` runs tests of your own (files called \`….test.ts\`; one is there) and the scenarios as tests, once vitest is
installed, for which it needs a network: \`npm install --save-dev vitest@${VITEST_VERSION}\`. Editors show them too.

Without a folder's name the current one is graded; \`npm run grade -- ${stage} ../other\` grades another. The handouts write
\`npx --no grade …\` for \`npm run grade -- …\`, which does the same in this folder. Never leave \`--no\` out: where the grader is
not installed, npx would fetch a package of that name that has nothing to do with it.

${missingText(lab, omission)}Hand in: \`handouts/hand-in.md\`.
`;
}

function missingText({ suites }: Lab, { kit }: Omission): string {
  const rows = suites.flatMap(({ id }) => {
    const { scenarios = 0, points = 0 } = kit.missing[id] ?? {};
    return scenarios === 0 ? [] : [`${points} of ${id}`];
  });
  if (rows.length === 0) return "";
  return `Some points are decided by scenarios that are not in this kit: ${rows.join(", ")}. They test the same rules, which the handouts state.\n\n`;
}
