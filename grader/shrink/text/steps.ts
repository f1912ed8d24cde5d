import { encode } from "../../../labs/api/codec.ts";
import type { ArgumentKind, ScriptLanguage } from "../../harness/scenario.ts";
import { oneLine } from "../../text/printable.ts";
import type { CrashPoint, Expectation, MessageRef, Step } from "../script.ts";
import type { Line } from "./line.ts";
import type { Processes, Wanted } from "./processes.ts";
import { ScriptError } from "./tokens.ts";

const TIME_MAX_MS = 600_000;
const SLOT_MAX = 1_000_000_000;

/** The words that begin a step. */
const VERBS = [
  ...["boot", "crash", "timer", "kill", "snapshot", "start", "done", "call"],
  ...["deliver", "fail", "lose"],
  ...["cut", "uncut", "disconnect", "connect", "pause", "resume", "partition", "heal"],
  ...["run", "at", "expect"],
] as const;
type Verb = (typeof VERBS)[number];
/** Those of them that ask for a method, which labs do not all have. */
const METHOD_VERBS: readonly Verb[] = ["kill", "snapshot", "start", "done"];

/** Words of a message that are no name of a method; such a name is written in quotes. */
export const MESSAGE_WORDS = ["reply", "all", "again", "nth", "crash"];
const EFFECTS = { call: "call", reply: "reply", save: "save", apply: "upcall" } as const;
const ORDINALS = /^(\d{1,4})(?:st|nd|rd|th)$/;

/** What a line may say, as far as it depends on what stands above it. */
export interface Reading {
  readonly processes: Processes;
  readonly language: ScriptLanguage;
  /** The words that can begin a step, and those that no longer can. */
  readonly verbs: readonly Verb[];
  readonly heads: readonly string[];
}

/** The words that can begin a step in scripts of a lab. */
export function verbsOf({ roles, operations, expectations }: ScriptLanguage): Verb[] {
  return VERBS.filter((verb) => {
    if (verb === "call") return Object.keys(operations).length > 0;
    if (verb === "expect") return Object.keys(expectations).length > 0;
    return !METHOD_VERBS.includes(verb) || roles.some(({ local }) => verb in local);
  });
}

/** Takes a step, or several that one line says. */
export function stepsOf(line: Line, reading: Reading): Step[] {
  const { processes, verbs, heads } = reading;
  const late = heads.find((word) => line.takes(word));
  if (late !== undefined) throw new ScriptError(line.number, 1, `"${late}" must stand before the first step`);
  const verb = line.oneOf<Verb>(verbs, "a step");
  switch (verb) {
    case "boot":
      if (!line.takes("all")) return [withCrash({ do: "boot", peer: processes.read(line, { orElse: '"all"' }) }, line)];
      line.end();
      return processes.all.map(({ id: peer }) => ({ do: "boot", peer }));
    case "timer": {
      const step = { do: "timer", peer: processes.read(line) } as const;
      const once = line.takes("once");
      const times = line.takes("times") ? line.integer("how often", 1, 10_000) : 1;
      return [withCrash({ ...step, ...(once && { once }), ...(times > 1 && { times }) }, line)];
    }
    case "snapshot":
      return [withCrash({ do: "snapshot", peer: whoHas(verb, line, reading) }, line)];
    case "crash":
      return [ended({ do: verb, peer: processes.read(line) }, line)];
    case "kill":
      return [ended({ do: verb, peer: whoHas(verb, line, reading) }, line)];
    case "call":
      return [withCrash(callOf(line, reading), line)];
    case "start": {
      const peer = line.takes("leader") ? "leader" : whoHas(verb, line, reading, { orElse: '"leader"' });
      const slot = line.takes("slot") ? line.integer("a slot", 0, SLOT_MAX) : undefined;
      return [withCrash({ do: "start", peer, ...(slot !== undefined && { slot }), command: commandOf(line) }, line)];
    }
    case "done": {
      const peer = whoHas(verb, line, reading);
      line.needs("slot");
      return [withCrash({ do: "done", peer, slot: line.integer("a slot", 0, SLOT_MAX) }, line)];
    }
    case "deliver": {
      const ref = refOf(line, processes, true);
      return [withCrash({ do: "deliver", ref, ...(line.takes("again") && { again: true }) }, line)];
    }
    case "fail":
      return [withCrash({ do: "fail", ref: refOf(line, processes, false) }, line)];
    case "lose":
      return [ended(line.takes("all") ? { do: "lose" } : { do: "lose", ref: refOf(line, processes, true) }, line)];
    case "run":
      return [ended({ do: "run", ms: line.time("a length of time", TIME_MAX_MS) }, line)];
    case "at":
      return [ended({ do: "at", us: Math.round(1000 * line.time("a moment", 3_600_000)) }, line)];
    case "cut":
    case "uncut":
      return [ended({ do: "fault", fault: verb, ...wayOf(line, processes) }, line)];
    case "disconnect":
    case "connect":
    case "pause":
    case "resume":
      return [ended({ do: "fault", fault: verb, peer: processes.read(line) }, line)];
    case "partition":
      return [ended({ do: "fault", fault: verb, groups: groupsOf(line, processes) }, line)];
    case "heal":
      return [ended({ do: "fault", fault: verb }, line)];
    case "expect":
      return [ended({ do: "expect", expect: expectationOf(line, reading) }, line)];
  }
}

function wayOf(line: Line, processes: Processes): { from: number; to: number } {
  const from = processes.read(line);
  line.needs("->");
  return { from, to: processes.read(line) };
}

/** A process that has a method of that name. */
function whoHas(method: string, line: Line, { processes, language }: Reading, wanted: Wanted = {}): number {
  const roles = language.roles.filter(({ local }) => method in local).map(({ name }) => name);
  return processes.read(line, { ...wanted, roles });
}

/** An operation that a process is told to do, with the texts that it needs. */
function callOf(line: Line, { processes, language: { operations } }: Reading): Step & { do: "call" } {
  const peer = processes.read(line, { roles: Object.keys(operations) });
  const methods = operations[processes.all[peer]?.role ?? ""] ?? {};
  const method = line.oneOf(Object.keys(methods), "an operation");
  const args = (methods[method] ?? []).map((name) => line.text(`the ${name}`));
  return { do: "call", peer, method, args };
}

function refOf(line: Line, processes: Processes, mayBeReply: boolean): MessageRef {
  const what = mayBeReply && line.takes("reply") ? "reply" : "request";
  const method = line.name([...MESSAGE_WORDS, ...processes.words]);
  const way = wayOf(line, processes);
  const nth = line.takes("nth")
    ? line.integer("which request of its method on this link", 1, 1_000_000_000)
    : undefined;
  return { what, ...way, ...(method !== undefined && { method }), ...(nth !== undefined && { nth }) };
}

function commandOf(line: Line): unknown {
  return checkedCommand(line.padded(line.data("a command")), line);
}

function checkedCommand(command: unknown, line: Line): unknown {
  try {
    encode(command);
  } catch (error) {
    throw new ScriptError(
      line.number,
      1,
      `the command cannot be sent: ${oneLine((error as Error).message.slice(0, 200))}`,
    );
  }
  return command;
}

function groupsOf(line: Line, processes: Processes): number[][] {
  const groups = [processes.readList(line)];
  while (line.takes("|")) groups.push(processes.readList(line));
  return groups;
}

function expectationOf(line: Line, { processes, language: { expectations } }: Reading): Expectation {
  const names = Object.keys(expectations);
  const plain = names.filter((name) => !name.includes("/"));
  const scenario = names.find((name) => name.includes("/"));
  const told = scenario === undefined ? plain : [...plain, `or the id of a scenario, such as ${scenario}`];
  const name = line.oneOf(names, "what is expected", told);
  const args = (expectations[name]?.needs ?? []).map((kind) => argumentOf(kind, line, processes));
  return { name, args };
}

function argumentOf(kind: ArgumentKind, line: Line, processes: Processes): unknown {
  switch (kind) {
    case "command":
      return commandOf(line);
    case "peer":
      return processes.read(line);
    case "peers":
      return processes.readList(line);
    case "count":
      return line.integer("a number of peers", 1, processes.all.length);
  }
}

/** With the crash that may stand behind a step. */
function withCrash<S extends Step>(step: S, line: Line): S {
  if (!line.takes(",")) return ended(step, line, '", crash before save" or the like');
  line.needs("crash");
  const when = line.oneOf(["before", "after"], "when it crashes");
  const nth = ordinalOf(line);
  const effect = EFFECTS[line.oneOf(["call", "reply", "save", "apply"], "what it does then")];
  const crash: CrashPoint = { when, effect, nth };
  return ended({ ...step, crash }, line);
}

function ordinalOf(line: Line): number {
  const word = line.name(Object.keys(EFFECTS));
  if (word === undefined) return 1;
  const [, digits] = ORDINALS.exec(word) ?? [];
  if (digits === undefined || Number(digits) === 0)
    throw new ScriptError(line.number, 1, `"${word.slice(0, 20)}" is no place in an order, such as 2nd`);
  return Number(digits);
}

function ended<S extends Step>(step: S, line: Line, ...allowed: readonly string[]): S {
  line.end(...allowed);
  return step;
}
