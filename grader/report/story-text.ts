import { encode } from "../../labs/api/codec.ts";
import { wordingOf } from "../../labs/index.ts";
import type { StepOutcome } from "../shrink/play-script.ts";
import type { Fault, Script, Step } from "../shrink/script.ts";
import { type ProcessPlan, processesOf } from "../sim/role.ts";
import type { TraceRecord } from "../sim/trace.ts";
import { cutText } from "../text/cut.ts";
import { oneLine } from "../text/printable.ts";
import { APPLIES, type UpcallWords } from "../text/upcall-words.ts";
import { value } from "./trace-text.ts";

/** One step of a script, in words. */
export interface ToldStep {
  /** What happened. */
  readonly text: string;
  /** What the peer did about it, or why nothing happened; may be empty. */
  readonly did: string;
}

/** What the processes of a script are called. */
export class Names {
  readonly #processes: readonly ProcessPlan[];
  readonly #isOneGroup: boolean;

  constructor(groups: Script["groups"]) {
    this.#processes = processesOf(groups);
    this.#isOneGroup = groups.length < 2;
  }

  /** "server 2". */
  of(id: number): string {
    return this.#processes[id]?.name ?? `process ${id}`;
  }

  /** "2" where all are of one kind. */
  short(id: number): string {
    return this.#isOneGroup ? `${id}` : this.of(id);
  }

  /** "peers", "processes". */
  get all(): string {
    return this.#isOneGroup ? `${this.#processes[0]?.role ?? "peer"}s` : "processes";
  }
}

/** Of what one step did, so much is told. */
const THEN_CHARS = 300;
const NAME_CHARS = 40;

/** A script that was played and its trace kept, step by step, up to where the run ended. */
export function tellSteps(
  { lab, groups, steps }: Script,
  outcomes: readonly StepOutcome[],
  trace: readonly TraceRecord[],
): ToldStep[] {
  const known = new Map<number, string>();
  const called = new Set<string>();
  const names = new Names(groups);
  const { upcall = APPLIES } = wordingOf(lab);
  return outcomes.map((outcome, at) => {
    const step = steps[at] as Step;
    const records = trace.slice(outcome.traceFrom, outcomes[at + 1]?.traceFrom ?? trace.length);
    const text = happening(step, records, names);
    if (step.do === "call") {
      for (const { kind, peer, id } of records) if (kind === "invoke") called.add(`${peer} ${id}`);
    }
    if (outcome.nothing !== undefined) return { text, did: `nothing to do: ${outcome.nothing}` };
    // What a step calls that answers at once is told by what the peer does.
    const isTold = ({ kind, peer, id }: TraceRecord) => kind !== "result" || called.has(`${peer} ${id}`);
    const did = deeds(records.filter(isTold), known, names, upcall);
    if ((step.do === "expect" || step.do === "run") && did.length > THEN_CHARS)
      return { text, did: sums(records, upcall) };
    return { text, did: cutText(did, THEN_CHARS) };
  });
}

function happening(step: Step, records: readonly TraceRecord[], names: Names): string {
  const who = (id: number) => names.of(id);
  switch (step.do) {
    case "boot":
      return `${who(step.peer)} boots`;
    case "crash":
      return `${who(step.peer)} crashes`;
    case "kill":
      return `${who(step.peer)} is killed`;
    case "timer":
      return `${who(step.peer)}'s timer fires${step.times === undefined ? "" : `, ${step.times} times`}`;
    case "deliver":
    case "fail": {
      const { from, to, method = "a message" } = step.ref;
      const name = oneLine(cutText(method, NAME_CHARS));
      const body = value(
        records.find(({ kind }) => kind === "deliver-request" || kind === "deliver-reply")?.bytes ?? null,
      );
      if (step.do === "fail") return `${who(from)} is told that ${name} to ${who(to)} got no answer`;
      if (step.ref.what === "reply") return `${who(to)} gets ${who(from)}'s answer to ${name}: ${oneLine(body)}`;
      return `${who(to)} gets ${name} of ${who(from)}${step.again ? " once more" : ""}: ${oneLine(body)}`;
    }
    case "lose":
      return step.ref === undefined
        ? "all that is on its way is lost"
        : `a message from ${names.short(step.ref.from)} to ${names.short(step.ref.to)} is lost`;
    case "start": {
      const { peer, slot } = step;
      const where = slot === undefined ? "" : ` for slot ${slot}`;
      return `${typeof peer === "number" ? who(peer) : `the ${peer}`} is given ${shortened(step.command)} to start${where}`;
    }
    case "call":
      return `${who(step.peer)} is told to ${step.method}(${step.args.map(shortened).join(", ")})`;
    case "done":
      return `the service of ${who(step.peer)} is done with all up to slot ${step.slot}`;
    case "at":
      return `the clocks go on to ${step.us / 1_000_000} s`;
    case "run":
      return `everything runs by itself for ${step.ms / 1000} s`;
    case "fault":
      return faultWords(step, names);
    case "expect":
      return `everything runs by itself, and what is expected is: ${oneLine(step.expect.name)}`;
    default:
      return `the service of ${who(step.peer)}: ${step.do}`;
  }
}

function faultWords(fault: Fault, names: Names): string {
  switch (fault.fault) {
    case "cut":
    case "uncut":
      return `${fault.fault}: what ${names.short(fault.from)} sends to ${names.short(fault.to)}`;
    case "partition":
      return `the ${names.all} are split: ${fault.groups.map((group) => group.map((id) => names.short(id)).join(", ")).join(" | ")}`;
    case "heal":
      return "all faults end";
    default:
      return `${names.of(fault.peer)}: ${fault.fault}`;
  }
}

/** A command as it is told. */
export function shortened(command: unknown): string {
  return oneLine(value(encode(command)));
}

/** Of a stretch in which too much happens to be told: how much of what. */
function sums(records: readonly TraceRecord[], { one, several }: UpcallWords): string {
  const count = (of: TraceRecord["kind"]) => records.filter(({ kind }) => kind === of).length;
  const told = (
    [
      ["call", "call", "calls"],
      ["reply", "answer", "answers"],
      ["save", "save", "saves"],
      ["upcall", one, several],
    ] as const
  ).flatMap(([kind, single, plural]) =>
    count(kind) === 0 ? [] : [`${count(kind)} ${count(kind) === 1 ? single : plural}`],
  );
  return `${told.join(", ")}: more than can be told step by step`;
}

/** What the peers did, in their order; alike things that follow each other together. `known`: what each said of itself last. */
function deeds(records: readonly TraceRecord[], known: Map<number, string>, names: Names, upcall: UpcallWords): string {
  const parts: string[] = [];
  const asked = new Map<string, number[]>();
  const flush = () => {
    for (const [method, peers] of asked)
      parts.push(`sends ${method} to ${[...new Set(peers)].map((id) => names.short(id)).join(", ")}`);
    asked.clear();
  };
  for (const { kind, peer, other, text, bytes } of records) {
    if (kind === "call") {
      const method = oneLine(cutText(text, NAME_CHARS));
      asked.set(method, [...(asked.get(method) ?? []), other]);
      continue;
    }
    if (kind === "lost") continue;
    flush();
    if (kind === "reply") parts.push(`answers ${oneLine(value(bytes))}`);
    else if (kind === "upcall") parts.push(`${upcall.does} ${oneLine(value(bytes))}`);
    else if (kind === "result") parts.push(`returns ${oneLine(value(bytes))}`);
    else if (kind === "save") parts.push(`saves its ${text}`);
    else if (kind === "exception") parts.push("throws");
    else if (kind === "misuse") parts.push("breaks the interface");
    else if (kind === "fault")
      parts.push(
        oneLine(text)
          .replace(/^crash/, "crashes")
          .replace(/upcall$/, upcall.one),
      );
    else if (kind === "observed") {
      const state = oneLine(value(bytes));
      if (known.get(peer) !== state) parts.push(`is now ${state}`);
      known.set(peer, state);
    }
  }
  flush();
  return parts.join("; ");
}
