import { peerName, seconds } from "../check/describe.ts";
import { EFFECT_KINDS, type EffectKind, valueIn } from "../sim/effects.ts";
import type { Effect } from "../sim/peer-host.ts";
import { dataText, hexPieces, JSON_STYLE } from "../text/data-text.ts";
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

/** What was done, in pieces that are made as they are read: large data is no larger text because its end differs. */
function* deedText(deed: Deed): Generator<string> {
  switch (deed.kind) {
    case "effect":
      yield* effectText(deed.effect);
      break;
    case "nothing":
      yield "nothing more";
      break;
    case "entry":
      yield `${deed.cause === "timer" ? "a timer came due" : "what it received was handled"} at ${deed.timeUs / 1000} ms`;
      break;
    case "no-entry":
      yield "no timer came due";
  }
}

/** As the table says it: `[ and {x}]` is left out where x is null. */
function* effectText(effect: Effect): Generator<string> {
  for (const piece of (EFFECT_KINDS.get(effect.kind) as EffectKind).says.split(/(?=\[)|(?<=\])/)) {
    const isOptional = piece.startsWith("[");
    const parts = (isOptional ? piece.slice(1, -1) : piece).split(/[{}]/);
    const values = parts.map((part, i) => (i % 2 === 0 ? part : valueIn(effect, part)));
    if (isOptional && values.includes(null)) continue;
    for (const value of values) yield* value instanceof Uint8Array ? valueText(value) : [String(value)];
  }
}

const WITH_CONTENT = { ...JSON_STYLE, bytes: contentText };

function* contentText(bytes: Uint8Array): Generator<string> {
  yield `"${bytes.length} bytes `;
  yield* hexPieces(bytes);
  yield '"';
}

function* valueText(bytes: Uint8Array): Generator<string> {
  try {
    yield* dataText(bytes, WITH_CONTENT);
  } catch {
    yield `${bytes.length} bytes `;
    yield* hexPieces(bytes);
  }
}

/** Both texts, cut to what can be read, but never to where they are equal. */
function partingTexts(a: Iterator<string>, b: Iterator<string>): [string, string] {
  const [restA, restB] = [new Rest(a), new Rest(b)];
  let equal = 0;
  /** The beginning and the end of what is equal. */
  let first = "";
  let last = "";
  while (!restA.isEmpty() && !restB.isEmpty()) {
    const count = equalChars(restA.text, restB.text);
    const shared = restA.text.slice(0, count);
    equal += count;
    if (first.length < SHOWN_CHARS) first = (first + shared).slice(0, SHOWN_CHARS);
    last = (last + shared).slice(-BEFORE_CHARS);
    restA.drop(count);
    restB.drop(count);
    // Pieces need not end at the same places.
    if (restA.text !== "" && restB.text !== "") break;
  }
  const isShort = equal < SHOWN_CHARS - BEFORE_CHARS;
  const head = isShort ? first : `${first.slice(0, BEFORE_CHARS)}… …${last}`;
  const room = isShort ? SHOWN_CHARS - equal : SHOWN_CHARS - BEFORE_CHARS - last.length;
  return [head + restA.beginning(room), head + restB.beginning(room)];
}

function equalChars(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let equal = 0;
  while (equal < length && a[equal] === b[equal]) equal++;
  return equal;
}

/** What is left of a text that comes in pieces. */
class Rest {
  text = "";

  constructor(private readonly pieces: Iterator<string>) {}

  /** Reads on when nothing is at hand. */
  isEmpty(): boolean {
    while (this.text === "") {
      const next = this.pieces.next();
      if (next.done === true) return true;
      this.text = next.value;
    }
    return false;
  }

  drop(chars: number): void {
    this.text = this.text.slice(chars);
  }

  /** So many characters of it, and a mark when there are more. */
  beginning(chars: number): string {
    let shown = "";
    while (shown.length <= chars && !this.isEmpty()) {
      shown += this.text;
      this.text = "";
    }
    return shown.length > chars ? `${shown.slice(0, chars)}…` : shown;
  }
}
