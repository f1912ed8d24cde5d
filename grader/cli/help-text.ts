import { defaultLab, labs } from "../../labs/index.ts";
import type { Lab } from "../harness/scenario.ts";
import { SEE_STAFF_GUIDE, STAFF_COMMANDS_HELP, STAFF_OPTIONS_HELP } from "./staff/commands.ts";

/** What `grade --help` prints. By hand, since it is short and read often; all but what the labs say. */
export const helpText = (
  all: readonly Lab[] = labs,
): string => `Grades a consensus lab in virtual time: the same submission and seed give the same run, always.

  grade <lab> [submission]     grades a submission
  grade replay <run> [submission]
                               plays one run again and shows its trace; run: <lab>/<scenario>@<seed>
  grade replay <run> [submission] --trace [file]
                               writes the trace as a page to step through in a browser
    --last 2s, --from 1.5, --to 2, --peer 1,2, --rpc <name>
                               only that part of the trace: of virtual time, of peers (also by name), of calls
    --fold, --columns          what repeats is told once, with how often; a column for each peer
  grade explain <run> [submission]
                               shrinks a run that fails to the steps that it takes, and tells them; also as a file
  grade run <file> [submission]
                               plays a scenario file, or all of a folder
  grade search <lab> [submission]
                               plays small instances of the lab in all orders in which messages can arrive
    --instance <name>, --prefixes <n>
                               only that one; so many beginnings of orders at most (default 3000000)
${STAFF_COMMANDS_HELP}  grade ci [lab]               grades what a pull request or push changed, and writes what CI systems show
  grade ci comment <dir>       prints a comment from the ci.json of a check, whoever made that
  grade list [lab] [--json]    shows all scenarios with their points, or those of a lab or stage
  grade init [--lab <lab>] [dir]
                               makes a folder to start from (default: of ${defaultLab.id})
  grade --help, --version

${labLines(all)}
submission  a folder with ${mainFiles(all)}; by default the current one if it has one, else skeleton/

  --only <text>                scenarios whose id contains the text
  --seed <n>                   base seed of all runs (default 1)
  --runs <n>                   how many runs each scenario gets (default 4)
  --workers <n>                how many runs at a time (default: one for each core)
  --no-audit, --audit-all      runs no peer once more alone, or each in every run (default: each once a scenario;
                               with fewer runs than the default, none)
  --all-runs                   goes on after a scenario's first run that does not pass
  --sandbox, --no-sandbox      keeps the submission from this machine, or not (default)${SEE_STAFF_GUIDE}
  --no-cache                   checks the types again though nothing has changed since the last grading
  --boundary <where>           process: the submission runs in a process of its own, and everything else outside it
                               (default with --sandbox); none: runs that pass are played in one process, which is
                               quicker and for one's own code (default)
  --no-shrink                  tells no failure in the steps that it takes; --shrink-budget <n> of how many replays it is
                               made (default 2000, some ten seconds)
  --json [file]                results as JSON, on standard output when no file is named
  --trace <dir>                a page to step through for the first failing run of each scenario that does not pass
${ownLayerLines(all)}${STAFF_OPTIONS_HELP}
ci, in a checkout of the repository${SEE_STAFF_GUIDE}:
  --repo <dir>                 the repository (default: the current folder)
  --event <file>               of a pull request or push (default: GITHUB_EVENT_PATH)
  --base <revision>            what the change is compared with, instead of what the event says
  --submission <folder>        what is graded, where the change does not say it
  --config <file>              policy, with a section "ci"; never one of the repository that is graded
  --out <dir>                  gets ci.json, result.json, junit.xml, summary.md, comment.md, code-quality.json
                               (default grade-ci)
  --base-result <file>         ci.json or result.json of the base: what has changed since, and no need to play it again
  --min-points <n>, --require <stage or scenario>, --no-worse
                               what must be so for the check to pass (default: every scenario passes)
  --budget <time>              minutes on two cores, such as 5m: the scenarios that matter most, as many as fit
  --sandbox, --no-sandbox      with a sandbox or not at all, or without one (default: with one where that works)
  --seed, --runs, --workers    as above

Exit status: 0 all passed, 1 not all passed, 2 nothing could be graded, 3 the grader itself went wrong, 130 interrupted.
`;

/** A line for each layer that a submission may bring itself, with the labs that are built on it. */
function ownLayerLines(all: readonly Lab[]): string {
  const layers = all.flatMap((lab) =>
    Object.entries(lab.layers ?? {}).map(([name, { title }]) => ({ name, title, lab })),
  );
  const names = [...new Set(layers.map(({ name }) => name))];
  return names
    .map((name) => {
      const same = layers.filter((layer) => layer.name === name);
      const ids = same.map(({ lab }) => lab.id).join(", ");
      const [first] = same;
      return `  --own-${name}[=<folder>]${" ".repeat(Math.max(1, 12 - name.length))}${ids}, also in replay: over the ${first?.title} of the submission's folder, or of that one, in
                               place of ours; no grade, but it says in which of both a fault is
`;
    })
    .join("");
}

function labLines(all: readonly Lab[]): string {
  const words = all.flatMap(({ suites }) => suites.map(({ name }) => name));
  const lines = all.map(({ id, name, suites }) => {
    // Those of two labs would be refused.
    const own = suites.filter((suite) => words.filter((word) => word === suite.name).length === 1);
    const also = own.length === 0 ? "" : `, also ${own.map((suite) => suite.name).join(" ")}`;
    return `${id}${name === id ? "" : ` or ${name}`}, or a stage: ${suites.map((suite) => suite.id).join(" ")}${also}`;
  });
  return `lab         ${lines.join(`\n${" ".repeat(12)}`)}`;
}

function mainFiles(all: readonly Lab[]): string {
  const files = [...new Set(all.map(({ form }) => form.file))];
  return files.map((file) => `${file}.ts or ${file}.js`).join(", or ");
}
