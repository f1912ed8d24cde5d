import { escapedJson, oneLine } from "../../text/printable.ts";
import type { CrashPoint, Expectation, MessageRef, Script, Step } from "../script.ts";
import { Processes } from "./processes.ts";
import { MESSAGE_WORDS } from "./steps.ts";

/** Strings that end in so many x are written by their length. */
const PADDED_FROM = 30;
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/** A script as a scenario file. `head`: comments above it; `notes`: a comment for each step. */
export function writeScript(script: Script, head: readonly string[] = [], notes: readonly string[] = []): string {
  const { lab, breaks, groups, seed, clocks = {}, options = {}, steps } = script;
  const processes = new Processes(groups);
  const lines = [
    ...head.map((line) => comment(line)),
    `lab ${lab}`,
    ...(breaks === undefined ? [] : [`breaks ${escapedJson(breaks)}`]),
    ...groups.map(({ role, size }) => `${role}s ${size}`),
    `seed ${seed}`,
  ];
  for (const [peer, { offsetUs, driftPpm }] of Object.entries(clocks)) {
    lines.push(`clock ${processes.write(Number(peer))} offset ${Math.round(offsetUs / 1000)} drift ${driftPpm}`);
  }
  for (const [name, value] of Object.entries(options)) lines.push(`set ${name} ${value}`);
  lines.push("");
  const all = processes.all.length;
  const isBootedAtOnce = steps.length >= all && steps.slice(0, all).every((step, at) => isPlainBoot(step, at));
  if (isBootedAtOnce) lines.push("boot all");
  const begun = isBootedAtOnce ? all : 0;
  const texts = steps.slice(begun).map((step) => stepText(step, processes));
  const width = Math.min(60, Math.max(0, ...texts.map((text) => text.length)));
  for (const [at, text] of texts.entries()) {
    const note = notes[at + begun] ?? "";
    lines.push(note === "" ? text : `${text.padEnd(width)}  ${comment(note)}`);
  }
  return `${lines.join("\n")}\n`;
}

function isPlainBoot(step: Step, peer: number): boolean {
  return step.do === "boot" && step.peer === peer && step.crash === undefined;
}

function comment(text: string): string {
  return `# ${oneLine(text)}`.trimEnd();
}

/** A step as a line of a scenario file. */
export function stepText(step: Step, processes: Processes): string {
  const who = (id: number) => processes.write(id);
  switch (step.do) {
    case "boot":
    case "snapshot":
      return `${step.do} ${who(step.peer)}${crashText(step.crash)}`;
    case "crash":
    case "kill":
      return `${step.do} ${who(step.peer)}`;
    case "timer":
      return `timer ${who(step.peer)}${step.once ? " once" : ""}${step.times === undefined ? "" : ` times ${step.times}`}${crashText(step.crash)}`;
    case "deliver":
      return `deliver ${refText(step.ref, processes)}${step.again ? " again" : ""}${crashText(step.crash)}`;
    case "fail":
      return `fail ${refText(step.ref, processes)}${crashText(step.crash)}`;
    case "lose":
      return step.ref === undefined ? "lose all" : `lose ${refText(step.ref, processes)}`;
    case "start": {
      const starter = step.peer === "leader" ? step.peer : who(step.peer);
      return `start ${starter} ${step.slot === undefined ? "" : `slot ${step.slot} `}${commandText(step.command)}${crashText(step.crash)}`;
    }
    case "call":
      return `call ${[who(step.peer), step.method, ...step.args.map(commandText)].join(" ")}${crashText(step.crash)}`;
    case "done":
      return `done ${who(step.peer)} slot ${step.slot}${crashText(step.crash)}`;
    case "at":
      return `at ${step.us / 1_000_000} s`;
    case "run":
      return `run ${timeText(step.ms)}`;
    case "fault":
      return faultText(step, processes);
    case "expect":
      return `expect ${expectationText(step.expect, processes)}`;
  }
}

function refText({ what, from, to, method, nth }: MessageRef, processes: Processes): string {
  const name = method === undefined ? "" : `${isPlain(method, processes) ? method : escapedJson(method)} `;
  const way = `${processes.write(from)} -> ${processes.write(to)}`;
  return `${what === "reply" ? "reply " : ""}${name}${way}${nth === undefined ? "" : ` nth ${nth}`}`;
}

/** Whether it is read as the name of a method without quotes. */
function isPlain(name: string, { words }: Processes): boolean {
  return (
    name.split(".").every((part) => PLAIN_NAME.test(part)) &&
    ![...MESSAGE_WORDS, ...words, "true", "false", "null"].includes(name)
  );
}

const EFFECT_WORDS = { call: "call", reply: "reply", save: "save", upcall: "apply" } as const;

function crashText(crash: CrashPoint | undefined): string {
  if (crash === undefined) return "";
  const { when, effect, nth } = crash;
  return `, crash ${when} ${nth === 1 ? "" : `${ordinal(nth)} `}${EFFECT_WORDS[effect]}`;
}

function ordinal(nth: number): string {
  const isTeen = nth % 100 > 10 && nth % 100 < 14;
  return `${nth}${isTeen ? "th" : (["th", "st", "nd", "rd"][nth % 10] ?? "th")}`;
}

/** A command as it stands in a file. */
export function commandText(command: unknown): string {
  if (typeof command !== "string" || !command.endsWith("x".repeat(PADDED_FROM))) return escapedJson(command);
  let kept = command.length;
  while (kept > 0 && command[kept - 1] === "x") kept--;
  return `${escapedJson(command.slice(0, kept))} padded to ${command.length}`;
}

function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

function faultText(step: Step & { do: "fault" }, processes: Processes): string {
  switch (step.fault) {
    case "cut":
    case "uncut":
      return `${step.fault} ${processes.write(step.from)} -> ${processes.write(step.to)}`;
    case "partition":
      return `partition ${step.groups.map((group) => processes.writeList(group)).join(" | ")}`;
    case "heal":
      return "heal";
    default:
      return `${step.fault} ${processes.write(step.peer)}`;
  }
}

function expectationText({ name, args }: Expectation, processes: Processes): string {
  return [name, ...args.map((arg) => (isPeers(arg) ? processes.writeList(arg) : commandText(arg)))].join(" ");
}

/** Whether it is a list of peers, which no command of a scenario is. */
function isPeers(arg: unknown): arg is readonly number[] {
  return Array.isArray(arg) && arg.length > 0 && arg.every((item) => typeof item === "number");
}
