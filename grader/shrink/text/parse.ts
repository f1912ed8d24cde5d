import { encode } from "../../../labs/api/codec.ts";
import type { ArgumentKind, Expectations } from "../../harness/scenario.ts";
import { oneLine } from "../../text/printable.ts";
import type { CrashPoint, Expectation, MessageRef, Script, Step } from "../script.ts";
import { Line } from "./line.ts";
import { ScriptError } from "./tokens.ts";

export { ScriptError } from "./tokens.ts";

/** More than any scenario needs. */
export const FILE_CHARS_MAX = 4 * 1024 * 1024;
export const LINE_CHARS_MAX = 64 * 1024;
export const STEPS_MAX = 50_000;
export const PEERS_MAX = 9;
const SETTING_NAME = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const BREAKS_CHARS_MAX = 1_000;
const TIME_MAX_MS = 600_000;
const COMMAND_CHARS_MAX = 100_000;
const SLOT_MAX = 1_000_000_000;

/** The words that begin a line. */
export const VERBS = {
  head: ["lab", "breaks", "peers", "seed", "clock", "set"],
  peers: ["boot", "crash", "timer", "kill", "snapshot", "start", "done"],
  messages: ["deliver", "fail", "lose"],
  faults: ["cut", "uncut", "disconnect", "connect", "pause", "resume", "partition", "heal"],
  time: ["run", "at"],
  asking: ["expect"],
} as const;
const HEAD_VERBS: readonly string[] = VERBS.head;
const ALL_VERBS = Object.values(VERBS).flat();
type Verb = (typeof ALL_VERBS)[number];

/** Words of a message that are no name of a method; such a name is written in quotes. */
export const MESSAGE_WORDS = ["reply", "all", "again", "nth", "crash"];
const EFFECTS = { call: "call", reply: "reply", save: "save", apply: "upcall" } as const;
const ORDINALS = /^(\d{1,4})(?:st|nd|rd|th)$/;

/** What a scenario file says of the script as a whole. */
interface Head {
  lab: string;
  breaks?: string;
  peers: number;
  seed: number;
  clocks: Record<number, { offsetUs: number; driftPpm: number }>;
  options?: Record<string, number>;
}

/** What a line may say, as far as it depends on what stands above it. */
interface Reading {
  readonly peers: number;
  readonly expectations: Expectations;
}

/**
 * Reads a scenario file; `expectationsOf` gives what the scripts of a lab can expect. Takes time in proportion to its length.
 * Throws `ScriptError`, whatever the file holds.
 */
export function parseScript(text: string, expectationsOf: (lab: string) => Expectations): Script {
  if (text.length > FILE_CHARS_MAX) throw new ScriptError(1, 1, `the file is longer than ${FILE_CHARS_MAX} characters`);
  const head: Head = { lab: "lab2", peers: 0, seed: 1, clocks: {} };
  const steps: Step[] = [];
  const lines = text.split("\n");
  for (const [at, one] of lines.entries()) {
    if (one.length > LINE_CHARS_MAX)
      throw new ScriptError(at + 1, 1, `the line is longer than ${LINE_CHARS_MAX} characters`);
    const line = new Line(one, at + 1);
    if (line.isEmpty) continue;
    if (steps.length === 0) while (isHead(line, head));
    if (line.isOver) continue;
    if (head.peers === 0) line.fail('"peers" and how many there are, before the first step');
    const verb = line.oneOf<Verb>(ALL_VERBS, "a step");
    if (HEAD_VERBS.includes(verb)) throw new ScriptError(at + 1, 1, `"${verb}" must stand before the first step`);
    steps.push(...stepsOf(verb, line, { peers: head.peers, expectations: expectationsOf(head.lab) }));
    if (steps.length > STEPS_MAX) throw new ScriptError(at + 1, 1, `there are more than ${STEPS_MAX} steps`);
  }
  if (head.peers === 0)
    throw new ScriptError(lines.length, 1, 'here must be "peers" and how many there are; the file ends');
  const { clocks, ...rest } = head;
  return { ...rest, ...(Object.keys(clocks).length > 0 && { clocks }), steps };
}

/** Takes one thing that the head of a file says. */
function isHead(line: Line, head: Head): boolean {
  if (line.takes("lab")) head.lab = line.name([]) ?? line.fail("the name of a lab");
  else if (line.takes("breaks")) {
    const breaks = line.data("what was broken");
    if (typeof breaks !== "string" || breaks.length > BREAKS_CHARS_MAX)
      line.fail("a short text that says what was broken");
    head.breaks = breaks;
  } else if (line.takes("peers")) head.peers = line.integer("a number of peers", 1, PEERS_MAX);
  else if (line.takes("seed")) head.seed = line.integer("a seed", 0, Number.MAX_SAFE_INTEGER);
  else if (line.takes("set")) {
    const name = line.name([]) ?? line.fail("the name of a setting, such as snapshotEvery");
    if (!SETTING_NAME.test(name))
      throw new ScriptError(line.number, 1, "the name of a setting is 1 to 40 letters and digits");
    head.options = { ...head.options, [name]: line.integer("its value", 0, 1_000_000) };
  } else if (line.takes("clock")) {
    if (head.peers === 0) line.fail('"peers" and how many there are, before the clock of one');
    const peer = peerOf(line, head.peers);
    const offsetUs = line.takes("offset") ? 1000 * line.integer("milliseconds", -3_600_000, 3_600_000) : 0;
    const driftPpm = line.takes("drift") ? line.integer("parts per million", -200_000, 200_000) : 0;
    head.clocks[peer] = { offsetUs, driftPpm };
  } else return false;
  return !line.isOver;
}

function stepsOf(verb: Verb, line: Line, reading: Reading): Step[] {
  const { peers } = reading;
  switch (verb) {
    case "boot":
      if (!line.takes("all")) return [withCrash({ do: "boot", peer: peerOf(line, peers, '"all"') }, line)];
      line.end();
      return Array.from({ length: peers }, (_, peer) => ({ do: "boot", peer }));
    case "timer": {
      const step = { do: "timer", peer: peerOf(line, peers) } as const;
      const once = line.takes("once");
      const times = line.takes("times") ? line.integer("how often", 1, 10_000) : 1;
      return [withCrash({ ...step, ...(once && { once }), ...(times > 1 && { times }) }, line)];
    }
    case "snapshot":
      return [withCrash({ do: "snapshot", peer: peerOf(line, peers) }, line)];
    case "crash":
    case "kill":
      return [ended({ do: verb, peer: peerOf(line, peers) }, line)];
    case "start": {
      const peer = line.takes("leader") ? "leader" : peerOf(line, peers, '"leader"');
      const slot = line.takes("slot") ? line.integer("a slot", 0, SLOT_MAX) : undefined;
      return [withCrash({ do: "start", peer, ...(slot !== undefined && { slot }), command: commandOf(line) }, line)];
    }
    case "done": {
      const peer = peerOf(line, peers);
      line.needs("slot");
      return [withCrash({ do: "done", peer, slot: line.integer("a slot", 0, SLOT_MAX) }, line)];
    }
    case "deliver": {
      const ref = refOf(line, peers, true);
      return [withCrash({ do: "deliver", ref, ...(line.takes("again") && { again: true }) }, line)];
    }
    case "fail":
      return [withCrash({ do: "fail", ref: refOf(line, peers, false) }, line)];
    case "lose":
      return [ended(line.takes("all") ? { do: "lose" } : { do: "lose", ref: refOf(line, peers, true) }, line)];
    case "run":
      return [ended({ do: "run", ms: line.time("a length of time", TIME_MAX_MS) }, line)];
    case "at":
      return [ended({ do: "at", us: Math.round(1000 * line.time("a moment", 3_600_000)) }, line)];
    case "cut":
    case "uncut":
      return [ended({ do: "fault", fault: verb, ...wayOf(line, peers) }, line)];
    case "disconnect":
    case "connect":
    case "pause":
    case "resume":
      return [ended({ do: "fault", fault: verb, peer: peerOf(line, peers) }, line)];
    case "partition":
      return [ended({ do: "fault", fault: verb, groups: groupsOf(line, peers) }, line)];
    case "heal":
      return [ended({ do: "fault", fault: verb }, line)];
    case "expect":
      return [ended({ do: "expect", expect: expectationOf(line, reading) }, line)];
    default:
      return line.fail("a step");
  }
}

function peerOf(line: Line, peers: number, orElse?: string): number {
  return line.integer(`${orElse === undefined ? "" : `${orElse} or `}a peer`, 0, peers - 1);
}

function wayOf(line: Line, peers: number): { from: number; to: number } {
  const from = peerOf(line, peers);
  line.needs("->");
  return { from, to: peerOf(line, peers) };
}

function refOf(line: Line, peers: number, mayBeReply: boolean): MessageRef {
  const what = mayBeReply && line.takes("reply") ? "reply" : "request";
  const method = line.name(MESSAGE_WORDS);
  const way = wayOf(line, peers);
  const nth = line.takes("nth")
    ? line.integer("which request of its method on this link", 1, 1_000_000_000)
    : undefined;
  return { what, ...way, ...(method !== undefined && { method }), ...(nth !== undefined && { nth }) };
}

function commandOf(line: Line): unknown {
  const command = line.data("a command");
  if (!line.takes("padded")) return checkedCommand(command, line);
  line.needs("to");
  const size = line.integer("a number of characters", 1, COMMAND_CHARS_MAX);
  if (typeof command !== "string") line.fail('a text before "padded"');
  return command.padEnd(size, "x");
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

function groupsOf(line: Line, peers: number): number[][] {
  const groups = [listOf(line, peers)];
  while (line.takes("|")) groups.push(listOf(line, peers));
  return groups;
}

function listOf(line: Line, peers: number): number[] {
  const list = [peerOf(line, peers)];
  while (line.takes(",")) list.push(peerOf(line, peers));
  return list;
}

function expectationOf(line: Line, { peers, expectations }: Reading): Expectation {
  const names = Object.keys(expectations);
  if (names.length === 0) line.fail("another step: nothing can be expected in this lab");
  const plain = names.filter((name) => !name.includes("/"));
  const scenario = names.find((name) => name.includes("/"));
  const told = scenario === undefined ? plain : [...plain, `or the id of a scenario, such as ${scenario}`];
  const name = line.oneOf(names, "what is expected", told);
  const args = (expectations[name]?.needs ?? []).map((kind) => argumentOf(kind, line, peers));
  return { name, args };
}

function argumentOf(kind: ArgumentKind, line: Line, peers: number): unknown {
  switch (kind) {
    case "command":
      return commandOf(line);
    case "peer":
      return peerOf(line, peers);
    case "peers":
      return listOf(line, peers);
    case "count":
      return line.integer("a number of peers", 1, peers);
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
