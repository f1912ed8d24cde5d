import { defaultLab, labs } from "../../../labs/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { didYouMean } from "../../text/nearest.ts";
import { namesText } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { STAFF_HELP } from "../staff/commands.ts";
import { studentTopics } from "./topics.ts";

const EXIT_STATUS =
  "Exit status: 0 all passed, 1 not all passed, 2 nothing could be graded, 3 the grader itself went wrong, 130 interrupted.\n";

/** What `grade --help` prints: what a student needs, on a dozen lines. */
export const overview = (
  all: readonly Lab[] = labs,
): string => `Grades a consensus lab in virtual time: the same submission and seed give the same run, always.

  grade <lab> [folder]       grades your code; <lab>:
                             ${all.map(labWords).join("; ")}
  grade <lab> --failed       only what did not pass the last time; --only <text>: scenarios with that in their names
  grade watch <lab>          grades it again at each save, what failed first
  grade replay <run>         one run again, step by step; <run>: as failures name it, such as ${exampleRun(all)}
  grade replay <run> --trace the same as a page to step through; --inspect: under a debugger
  grade explain <run>        the few steps that a failure takes
  grade list                 all scenarios with their points
  grade init [folder]        a new folder to start from (--lab <lab>; default ${defaultLab.id})

grade help <command> has the options of one: grade, ${otherCommands().join(", ")}
grade help staff has the commands for staff.
`;

/** What `grade help [topic]` prints. Throws `UsageError` where there is no such topic. */
export function helpOn(topic: string | undefined, all: readonly Lab[] = labs): string {
  if (topic === undefined) return overview(all);
  if (topic === "staff") return staffHelp();
  const tables = [studentTopics(all), STAFF_HELP.topics];
  const texts = tables.flatMap((topics) => (Object.hasOwn(topics, topic) ? (topics[topic] ?? []) : []));
  if (texts.length > 0) return [...texts, EXIT_STATUS].join("\n");
  // Of a lab, what can be said is how it is graded.
  if (all.some((lab) => wordsOf(lab).includes(topic))) return helpOn("grade", all);
  const names = [...topicNames(all), "staff"];
  throw new UsageError(
    `there is no help on "${topic}"${didYouMean(topic, names) || `; there is on ${names.join(", ")}`}`,
  );
}

/** What is printed where `--help` stands among these words of a command line. */
export function helpFor(words: readonly string[], all: readonly Lab[] = labs): string {
  const topic = words.find((word) => !word.startsWith("-"));
  if (topic === undefined) return overview(all);
  return helpOn(topicNames(all).includes(topic) ? topic : "grade", all);
}

function topicNames(all: readonly Lab[]): readonly string[] {
  return [...new Set([studentTopics(all), STAFF_HELP.topics].flatMap((topics) => Object.keys(topics)))];
}

function staffHelp(): string {
  return [STAFF_HELP.about, ...Object.values(STAFF_HELP.topics), STAFF_HELP.exitStatus].join("\n");
}

function otherCommands(): readonly string[] {
  return Object.keys(studentTopics(labs)).filter((name) => name !== "grade");
}

function labWords({ suites, ...names }: Lab): string {
  return `${namesText(names)} (${suites.map((suite) => suite.id).join(" ")})`;
}

function wordsOf({ id, name, suites }: Lab): readonly string[] {
  return [id, name, ...suites.flatMap((suite) => [suite.id, suite.name])];
}

function exampleRun(all: readonly Lab[]): string {
  const [first] = all.flatMap(({ suites }) => suites.flatMap(({ scenarios }) => scenarios));
  return `${first?.id.slice(first.id.indexOf("/") + 1)}@7`;
}
