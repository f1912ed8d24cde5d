import type { ScriptLanguage } from "../../harness/scenario.ts";
import type { Group } from "../../sim/role.ts";
import type { Script, Step } from "../script.ts";
import { Line } from "./line.ts";
import { Processes } from "./processes.ts";
import { type Reading, stepsOf, verbsOf } from "./steps.ts";
import { ScriptError } from "./tokens.ts";

export { ScriptError } from "./tokens.ts";

/** More than any scenario needs. */
export const FILE_CHARS_MAX = 4 * 1024 * 1024;
export const LINE_CHARS_MAX = 64 * 1024;
export const STEPS_MAX = 50_000;
/** Of each role. */
export const PROCESSES_MAX = 24;
const SETTING_NAME = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const BREAKS_CHARS_MAX = 1_000;
/** Of files that name no lab: they are of the lab that was the only one once. */
const UNNAMED_LAB = "lab2";

/** What a scenario file says of the script as a whole. */
interface Head {
  lab: string;
  breaks?: string;
  groups: readonly Group[];
  seed: number;
  clocks: Record<number, { offsetUs: number; driftPpm: number }>;
  options?: Record<string, number>;
}

/** By the lab: what its scripts can say. */
export type Languages = Readonly<Record<string, ScriptLanguage>>;

/** Reads a scenario file. Takes time in proportion to its length. Throws `ScriptError`, whatever the file holds. */
export function parseScript(text: string, languages: Languages): Script {
  if (text.length > FILE_CHARS_MAX) throw new ScriptError(1, 1, `the file is longer than ${FILE_CHARS_MAX} characters`);
  const labs = Object.keys(languages);
  const lab = labs.find((id) => id === UNNAMED_LAB) ?? labs[0] ?? "";
  const head: Head = { lab, groups: [], seed: 1, clocks: {} };
  const steps: Step[] = [];
  let reading: Reading | undefined;
  const lines = text.split("\n");
  for (const [at, one] of lines.entries()) {
    if (one.length > LINE_CHARS_MAX)
      throw new ScriptError(at + 1, 1, `the line is longer than ${LINE_CHARS_MAX} characters`);
    const line = new Line(one, at + 1);
    if (line.isEmpty) continue;
    if (steps.length === 0) while (isHead(line, head, languages));
    if (line.isOver) continue;
    reading ??= readingOf(line, head, languages);
    steps.push(...stepsOf(line, reading));
    if (steps.length > STEPS_MAX) throw new ScriptError(at + 1, 1, `there are more than ${STEPS_MAX} steps`);
  }
  const missing = missingIn(head, languageIn(head, languages));
  if (missing !== undefined)
    throw new ScriptError(lines.length, 1, `here must be "${missing}" and how many there are; the file ends`);
  const { clocks, ...rest } = head;
  return { ...rest, ...(Object.keys(clocks).length > 0 && { clocks }), steps };
}

/** What is known when the first step comes: all that the head has to say. */
function readingOf(line: Line, head: Head, languages: Languages): Reading {
  const language = languageIn(head, languages);
  const missing = missingIn(head, language);
  if (missing !== undefined) line.fail(`"${missing}" and how many there are, before the first step`);
  return { processes: new Processes(head.groups), language, verbs: verbsOf(language), heads: headWords(language) };
}

function languageIn({ lab }: Head, languages: Languages): ScriptLanguage {
  return languages[lab] ?? NOTHING;
}

const NOTHING: ScriptLanguage = { roles: [], operations: {}, expectations: {} };

/** `servers` of the role `server`. */
function several(role: string): string {
  return `${role}s`;
}

function headWords({ roles }: ScriptLanguage): string[] {
  return ["lab", "breaks", "seed", "clock", "set", ...roles.map(({ name }) => several(name))];
}

/** What is not said yet of how many there are. */
function missingIn({ groups }: Head, { roles }: ScriptLanguage): string | undefined {
  const role = roles.find(({ name }) => groups.every((group) => group.role !== name))?.name;
  return role === undefined ? undefined : several(role);
}

/** Takes one thing that the head of a file says. */
function isHead(line: Line, head: Head, languages: Languages): boolean {
  const language = languageIn(head, languages);
  if (line.takes("lab")) {
    head.lab = line.oneOf(Object.keys(languages), "a lab");
    const { roles } = languageIn(head, languages);
    head.groups = head.groups.filter(({ role }) => roles.some(({ name }) => name === role));
  } else if (line.takes("breaks")) {
    const breaks = line.data("what was broken");
    if (typeof breaks !== "string" || breaks.length > BREAKS_CHARS_MAX)
      line.fail("a short text that says what was broken");
    head.breaks = breaks;
  } else if (line.takes("seed")) head.seed = line.integer("a seed", 0, Number.MAX_SAFE_INTEGER);
  else if (line.takes("set")) {
    const name = line.name([]) ?? line.fail("the name of a setting, such as snapshotEvery");
    if (!SETTING_NAME.test(name))
      throw new ScriptError(line.number, 1, "the name of a setting is 1 to 40 letters and digits");
    head.options = { ...head.options, [name]: line.integer("its value", 0, 1_000_000) };
  } else if (line.takes("clock")) {
    const missing = missingIn(head, language);
    if (missing !== undefined) line.fail(`"${missing}" and how many there are, before the clock of one`);
    const peer = new Processes(head.groups).read(line);
    const offsetUs = line.takes("offset") ? 1000 * line.integer("milliseconds", -3_600_000, 3_600_000) : 0;
    const driftPpm = line.takes("drift") ? line.integer("parts per million", -200_000, 200_000) : 0;
    head.clocks[peer] = { offsetUs, driftPpm };
  } else {
    const role = language.roles.find(({ name }) => line.takes(several(name)))?.name;
    if (role === undefined) return false;
    const size = line.integer(`a number of ${several(role)}`, 1, PROCESSES_MAX);
    const isSaid = head.groups.some((group) => group.role === role);
    if (isSaid) head.groups = head.groups.map((group) => (group.role === role ? { role, size } : group));
    else head.groups = [...head.groups, { role, size }];
  }
  return !line.isOver;
}
