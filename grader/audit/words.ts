import { decode } from "../../labs/api/codec.ts";
import { peerName, seconds } from "../check/describe.ts";
import type { Effect } from "../sim/peer-host.ts";
import type { Deed, SoloDifference } from "./difference.ts";

const SHOWN_CHARS = 120;
/** So much is shown before the place where two long texts part. */
const BEFORE_CHARS = 40;

const RULE = "A peer may depend on nothing but its messages, its timers, its saved state and its own random numbers.";

/** One paragraph for a student: a peer whose process was lost twice when it ran alone, and why each time. */
export function lostAuditText(peer: number, firstReason: string, secondReason: string): string {
  const reasons = firstReason === secondReason ? firstReason : `${firstReason}; then ${secondReason}`;
  return (
    `peer ${peer} was run once more, alone and on exactly what it had received in this run, and its process was lost, ` +
    `twice: ${reasons}. In the run the peers stayed within all limits; alone this one did not. ${RULE} ` +
    `Whether there are others in its process is nothing that it may know.`
  );
}

/** One paragraph for a student: who, when, what in the run, what alone, and what usually causes it. */
export function differenceText({ peer, incarnation, timeUs, expected, seen }: SoloDifference): string {
  const [was, is] = partingTexts(deedText(expected), deedText(seen));
  return (
    `${peerName(peer, incarnation)} was run once more, alone and on exactly what it had received in this run, and at ` +
    `${seconds(timeUs)} did something else. In the run: ${was}. Alone: ${is}. ` +
    `${RULE} Usual causes: ` +
    `something that peers share outside the network (a changed prototype, a global of the process, a file), or a real clock.`
  );
}

function deedText(deed: Deed): string {
  switch (deed.kind) {
    case "effect":
      return effectText(deed.effect);
    case "nothing":
      return "nothing more";
    case "entry":
      return `${deed.cause === "timer" ? "a timer came due" : "what it received was handled"} at ${deed.timeUs / 1000} ms`;
    case "no-entry":
      return "no timer came due";
  }
}

function effectText(effect: Effect): string {
  switch (effect.kind) {
    case "call":
      return `it called ${effect.method} on peer ${effect.to} with ${dataText(effect.args)} (call ${effect.callId})`;
    case "reply":
      return `it answered a request with ${dataText(effect.reply)}`;
    case "save": {
      const snapshot = effect.snapshot === null ? "" : ` and a snapshot ${dataText(effect.snapshot)}`;
      return `it saved ${dataText(effect.state)}${snapshot}`;
    }
    case "upcall":
      return `it applied ${dataText(effect.message)}`;
    case "observed":
      return `its state became ${dataText(effect.value)}`;
    case "result":
      return `it returned ${dataText(effect.value)}`;
    case "log":
      return `it wrote "${effect.text}" to the console`;
    case "exception":
      return `it threw ${effect.name}: ${effect.message} (${effect.where})`;
    case "misuse":
      return `it broke the interface: ${effect.message}`;
  }
}

function dataText(bytes: Uint8Array): string {
  try {
    return JSON.stringify(decode(bytes), (_, value) =>
      value instanceof Uint8Array ? `${value.length} bytes ${hex(value)}` : value,
    );
  } catch {
    return `${bytes.length} bytes ${hex(bytes)}`;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Both texts, cut to what can be read, but never to where they are equal. */
function partingTexts(a: string, b: string): [string, string] {
  let equal = 0;
  while (equal < a.length && equal < b.length && a[equal] === b[equal]) equal++;
  const from = equal < SHOWN_CHARS - BEFORE_CHARS ? 0 : equal - BEFORE_CHARS;
  return [cut(a, from), cut(b, from)];
}

function cut(text: string, from: number): string {
  const head = from === 0 ? "" : `${text.slice(0, BEFORE_CHARS)}… …`;
  const room = SHOWN_CHARS - (from === 0 ? 0 : BEFORE_CHARS);
  const end = from + room;
  return `${head}${text.slice(from, end)}${end < text.length ? "…" : ""}`;
}
