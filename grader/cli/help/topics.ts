import { defaultLab } from "../../../labs/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { DEFAULT_RUNS, DEFAULT_SEED } from "../../run/grade.ts";
import { namesText } from "../input/select.ts";
import { STAFF_HELP } from "../staff/commands.ts";

/** What `grade help <command>` prints, by command: those that students have. By hand, since it is read often; all but what labs say. */
export const studentTopics = (all: readonly Lab[]): Readonly<Record<string, string>> => ({
  grade: `grade <lab> [folder]
  grades what is in the folder

${labLines(all)}
folder      one with ${mainFiles(all)}; by default the current one, or the nearest above that has one

  --only <text>                scenarios whose id contains the text
  --failed                     scenarios that did not pass when they were graded last, here
  --seed <n>                   base seed of all runs (default ${DEFAULT_SEED})
  --runs <n>                   how many runs each scenario gets (default ${DEFAULT_RUNS})
  --workers <n>                how many runs at a time (default: one for each core)
  --no-audit, --audit-all      runs no peer once more alone, or each in every run (default: each once a scenario;
                               with fewer runs than the default, none)
  --all-runs                   goes on after a scenario's first run that does not pass
  --sandbox, --no-sandbox      keeps the submission from this machine, or not (default)${STAFF_HELP.seeGuide}
  --no-cache                   checks the types again though nothing has changed since the last grading, and remembers
                               nothing of this one
  --boundary <where>           process: the submission runs in a process of its own, and everything else outside it
                               (default with --sandbox); none: runs that pass are played in one process, which is
                               quicker and for one's own code (default)
  --no-shrink                  tells no failure in the steps that it takes; --shrink-budget <n> of how many replays it is
                               made (default 2000, some ten seconds)
  --json [file]                results as JSON, on standard output when no file is named
  --trace <dir>                a page to step through for the first failing run of each scenario that does not pass
${ownLayerLines(all)}`,
  watch: `grade watch <lab> [folder]
  grades it again whenever something in the folder is saved, begins with what failed, and tells what has changed

  keys: a all scenarios, f what did not pass, n the next one that fails, p those with a text in their names, enter again,
  h help, q quit

  --failed                     begins with what did not pass the last time
  --only <text>, --seed <n>, --runs <n>, --workers <n>
                               as for grade
`,
  replay: `grade replay <run> [folder]
  plays one run again and shows its trace; <run>: <lab>/<scenario>@<seed>, where the lab may be left out if it is clear

  --trace [file]               writes the trace as a page to step through in a browser
  --last 2s, --from 1.5, --to 2, --peer 1,2, --rpc <name>
                               only that part of the trace: of virtual time, of peers (also by name), of calls
${ownLayerWords(all)}  --inspect[=<port>]           waits for a debugger (default port 9229) before it begins; breakpoints in your files hold, virtual
                               time stands still meanwhile, nothing counts as hung, and the run stays the same
  --fold, --columns            what repeats is told once, with how often; a column for each peer
  On a terminal the lines have colours by what they are about, unless NO_COLOR is set. At the end it says whether this is the
  failure that the last grading of the folder told of this run.
`,
  explain: `grade explain <run> [folder]
  shrinks a run that fails to the steps that it takes, and tells them; also as a file, and as a page

  --out <file>                 the scenario file (default: into the current folder, under the name of the run)
  --only-file                  writes it, and tells no steps: they were told before
  --shrink-budget <n>          how many replays it may take (default 2000)
  --workers <n>                how many at a time
`,
  run: `grade run <file> [folder]
  plays a scenario file, such as explain writes, or all of a folder

  --workers <n>                how many at a time
`,
  search: `grade search <lab> [folder]
  plays small instances of the lab in all orders in which messages can arrive

  --instance <name>            only that one
  --prefixes <n>               so many beginnings of orders at most (default 10000000)
  --shrink-budget <n>          of how many replays the story of what it finds is made
  --workers <n>                how many at a time
`,
  list: `grade list [lab]
  shows all scenarios with their points, or those of a lab or stage

  --json                       for programs
`,
  init: `grade init [folder]
  makes a folder to start from, with the skeleton of a lab; without a name the current one, which must be empty

  --lab <lab>                  of which one (default ${defaultLab.id})
`,
  test: `grade test [words...]
  runs the tests of this folder once, your own and the scenarios, with vitest, which it says how to install; the words are
  vitest's: names of files, -t <pattern>. "npx --no vitest" runs them again at each save
`,
  completion: `grade completion <shell>
  prints what makes bash, zsh or fish complete the words of this command; where it goes stands in its first lines
`,
  ci: `grade ci [lab], in a checkout of the repository${STAFF_HELP.seeGuide}
  grades what a pull request or push changed, and writes what CI systems show
grade ci comment <dir>
  prints a comment from the ci.json of a check, whoever made that

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
  --seed, --runs, --workers    as for grade
`,
});

/** A line for each layer that a submission may bring itself, with the labs that are built on it. */
function ownLayerLines(all: readonly Lab[]): string {
  return layersOf(all)
    .map(({ name, title, labs }) => {
      const option = `--own-${name}[=<folder>]`.padEnd(28);
      return `  ${option} ${labs.join(", ")}: over the ${title} of the submission's folder, or of that one, in place of ours; no
                               grade, but it says in which of both a fault is
`;
    })
    .join("");
}

function ownLayerWords(all: readonly Lab[]): string {
  return layersOf(all)
    .map(({ name }) => `  ${`--own-${name}[=<folder>]`.padEnd(28)} as for grade\n`)
    .join("");
}

function layersOf(all: readonly Lab[]) {
  const layers = all.flatMap((lab) => Object.entries(lab.layers ?? {}).map(([name, { title }]) => ({ name, title })));
  const names = [...new Set(layers.map(({ name }) => name))];
  return names.map((name) => ({
    name,
    title: layers.find((layer) => layer.name === name)?.title ?? name,
    labs: all.flatMap((lab) => (lab.layers !== undefined && Object.hasOwn(lab.layers, name) ? [lab.id] : [])),
  }));
}

function labLines(all: readonly Lab[]): string {
  const words = all.flatMap(({ suites }) => suites.map(({ name }) => name));
  const lines = all.map(({ suites, ...names }) => {
    // Those of two labs would be refused.
    const own = suites.filter((suite) => words.filter((word) => word === suite.name).length === 1);
    const also = own.length === 0 ? "" : `, also ${own.map((suite) => suite.name).join(" ")}`;
    return `${namesText(names)}, or a stage: ${suites.map((suite) => suite.id).join(" ")}${also}`;
  });
  return `lab         ${lines.join(`\n${" ".repeat(12)}`)}`;
}

function mainFiles(all: readonly Lab[]): string {
  const files = [...new Set(all.map(({ form }) => form.file))];
  return files.map((file) => `${file}.ts or ${file}.js`).join(", or ");
}
