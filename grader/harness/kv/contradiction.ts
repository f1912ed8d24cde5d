import { seconds } from "../../check/describe.ts";
import type { Counterexample, KeyOperation } from "../../check/linearizability/index.ts";
import { precedes } from "../../check/linearizability/index.ts";
import { keyText } from "../../text/key-text.ts";
import type { FoundNow } from "../expectations.ts";
import type { Evidence } from "./evidence.ts";
import { foundItself, listed } from "./reasons.ts";
import { letter, timelineOf } from "./timeline.ts";

/** What a contradiction is told with. */
export interface Witness {
  /** "server 1", "clerk 0". */
  nameOf(process: number): string;
  evidenceOf(client: number, value: string): Evidence;
}

/** A contradiction among operations of a history as a finding: what was expected of the key, and the few that cannot be, drawn. */
export function foundIn(
  counterexample: Counterexample<KeyOperation>,
  history: readonly KeyOperation[],
  witness: Witness,
): FoundNow {
  const { operations, part } = counterexample;
  const twice = doneTwice(counterexample);
  const drawn = timelineOf(counterexample, (client) => witness.nameOf(client), twice?.place);
  const lines = [drawn, ...whereabouts(operations, twice?.place ?? foundItself(counterexample) ?? undefined, witness)];
  const peers = [...new Set(operations.map(({ client }) => client))];
  const told = operations.map(({ client, call }, i) => ({ name: letter(i), peer: client, timeUs: call }));
  const where = { peers, operations: told };
  if (twice !== null) {
    const { kind, client } = operations[twice.place] as KeyOperation;
    return {
      property: "exactly-once",
      check: "done-once",
      expected: `each operation on key ${keyText(part)} to be done once, however often its clerk asks for it`,
      seen: `${letter(twice.place)}, ${kind === "append" ? "an" : "a"} ${kind} of ${witness.nameOf(client)}, was done twice:\n${lines.join("\n")}`,
      ...where,
    };
  }
  const overlaps = overlapsIn(counterexample, history, witness);
  const own = foundItself(counterexample);
  if (own !== null) {
    const name = letter(own);
    return {
      property: "linearizability",
      check: "first-answer",
      expected: `a cas on key ${keyText(part)} to be answered with what became of it, also when its clerk asks for it again`,
      seen: `${name} was done, and its clerk was told that it was not:\n${[...lines, ...overlaps].join("\n")}`,
      ...where,
    };
  }
  return {
    property: "linearizability",
    check: overlaps.length > 0 ? "one-order-of-overlapping" : "one-order",
    expected: `an order of all operations on key ${keyText(part)}, each between its call and its return, in which every answer is right`,
    seen: `there is none:\n${[...lines, ...overlaps].join("\n")}`,
    ...where,
  };
}

/** The write that was done twice, where values alone say so. */
function doneTwice({ operations, why }: Counterexample<KeyOperation>): { readonly place: number } | null {
  if (why.kind !== "twice") return null;
  const place = operations.findIndex((one) => one.kind !== "get" && one.value === why.written);
  return place < 0 ? null : { place };
}

/**
 * Where tries of a write went, and where it stands in the log: of the one that was done twice; where the values do not say that
 * any was, of those that stand there twice, which would explain it.
 */
function whereabouts(operations: readonly KeyOperation[], twice: number | undefined, witness: Witness): string[] {
  return operations.flatMap((operation, place) => {
    if (operation.kind === "get" || (twice !== undefined && twice !== place)) return [];
    const { requests, entries } = witness.evidenceOf(operation.client, operation.value);
    if (twice === undefined && entries.length < 2) return [];
    return [...triesText(letter(place), requests, witness), ...entriesText(letter(place), entries, witness)];
  });
}

const SHOWN_MAX = 4;

function triesText(name: string, requests: Evidence["requests"], witness: Witness): string[] {
  if (requests.length < 2) return [];
  const asked = requests
    .slice(0, SHOWN_MAX)
    .map(({ server, timeUs }) => `${witness.nameOf(server)} at ${seconds(timeUs)}`);
  return [`its clerk asked for ${name} at ${listed(asked)}${more(requests.length)}`];
}

function entriesText(name: string, entries: Evidence["entries"], witness: Witness): string[] {
  if (entries.length < 2) return [];
  const shown = entries.slice(0, SHOWN_MAX);
  const servers = shown.map((entry) => listed(entry.servers.map((server) => witness.nameOf(server))));
  const [first = ""] = servers;
  const isSame = servers.every((text) => text === first);
  const places = shown.map(({ index, term }, i) => `index ${index} (term ${term}${isSame ? "" : `, ${servers[i]}`})`);
  return [`${name} stands in the log at ${listed(places)}${more(entries.length)}${isSame ? `: of ${first}` : ""}`];
}

function more(count: number): string {
  return count > SHOWN_MAX ? `, and ${count - SHOWN_MAX} more` : "";
}

/** Calls of one clerk that were open at a time with others of its own, whichever these were. */
function overlapsIn(
  { operations, context }: Counterexample<KeyOperation>,
  history: readonly KeyOperation[],
  witness: Witness,
): string[] {
  return operations.flatMap((one, place) => {
    if (context.includes(place)) return [];
    const count = history.filter(
      (other) => other !== one && other.client === one.client && isOpenWith(one, other),
    ).length;
    if (count === 0) return [];
    const others = count === 1 ? "another call" : `${count} other calls`;
    return [`${letter(place)} was open together with ${others} of ${witness.nameOf(one.client)}`];
  });
}

function isOpenWith(one: KeyOperation, other: KeyOperation): boolean {
  // Two that only look cannot have hidden each other.
  return (one.kind !== "get" || other.kind !== "get") && !precedes(one, other) && !precedes(other, one);
}
