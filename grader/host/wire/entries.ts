import type { Effect, Entry, LogLevel, Micros, WindowResult } from "../../sim/peer-host.ts";
import { LOG_CHARS_KEPT, METHOD_CHARS_MAX, TEXT_CHARS_MAX } from "../limits.ts";
import { type FrameReader, WireError } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { Intake } from "./intake.ts";

const Kind = {
  call: 1,
  reply: 2,
  save: 3,
  upcall: 4,
  observed: 5,
  result: 6,
  log: 7,
  exception: 8,
  misuse: 9,
} as const;

const LEVELS: readonly LogLevel[] = ["debug", "log", "info", "warn", "error"];

/** Time, peer, incarnation, cause and number of effects. */
const ENTRY_BYTES_MIN = 21;
/** Kind and one length. */
const EFFECT_BYTES_MIN = 5;

/** What entries can be, so that others are refused. */
export interface ResultLimits {
  /** No entry lies before it. */
  readonly fromUs: Micros;
  /** All entries lie before it. */
  readonly untilUs: Micros;
  /** Cluster size. */
  readonly peers: number;
  /** Counts what the answers of a run hold. Absent: this answer is counted by itself. */
  readonly intake?: Intake;
  /** Entries of these peers keep the bytes that they came in. */
  readonly rawOf?: ReadonlySet<number>;
}

export function writeResult(writer: FrameWriter, result: WindowResult): void {
  writer.number(result.endUs);
  writer.number(result.nextWakeUs);
  writer.uint32(result.entries.length);
  for (const entry of result.entries) {
    writer.number(entry.timeUs);
    writer.uint32(entry.peer);
    writer.uint32(entry.incarnation);
    writer.byte(entry.cause === "timer" ? 1 : 0);
    writer.uint32(entry.effects.length);
    for (const effect of entry.effects) writeEffect(writer, effect);
  }
}

/** Throws WireError unless the entries are in order and within the limits, WireExcess when they hold too much. */
export function readResult(reader: FrameReader, limits: ResultLimits): WindowResult {
  const intake = limits.intake ?? new Intake();
  intake.beginWindow();
  const { endUs, nextWakeUs, count } = readHead(reader, limits);
  const entries: Entry[] = [];
  let before: Entry | null = null;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(reader, limits, intake);
    const isLater =
      before === null || entry.timeUs > before.timeUs || (entry.timeUs === before.timeUs && entry.peer >= before.peer);
    if (!isLater) throw new WireError(`entry ${i} is out of order`);
    entries.push(entry);
    before = entry;
  }
  return { entries, endUs, nextWakeUs };
}

/** Whether a result consists of these entries. Throws WireError. */
export function isResultOf(reader: FrameReader, limits: ResultLimits, raws: readonly Uint8Array[]): boolean {
  return readHead(reader, limits).count === raws.length && reader.isRest(raws);
}

function readHead(reader: FrameReader, { untilUs }: ResultLimits) {
  const endUs = reader.integerOrInfinity("the end of a window");
  if (endUs > untilUs) throw new WireError(`a window that ends at ${endUs} and not by ${untilUs}`);
  const nextWakeUs = reader.integerOrInfinity("the next wake-up");
  return { endUs, nextWakeUs, count: reader.count(ENTRY_BYTES_MIN) };
}

function readEntry(reader: FrameReader, limits: ResultLimits, intake: Intake): Entry {
  const { fromUs, untilUs, peers, rawOf } = limits;
  const { mark } = reader;
  const timeUs = reader.integer("an entry's time");
  if (timeUs < fromUs || timeUs >= untilUs)
    throw new WireError(`an entry at ${timeUs} is not in ${fromUs} … ${untilUs}`);
  const peer = reader.uint32();
  if (peer >= peers) throw new WireError(`there is no peer ${peer}`);
  intake.entry(peer);
  const incarnation = reader.uint32();
  if (incarnation === 0) throw new WireError("incarnations begin at 1");
  const cause = reader.flag() ? "timer" : "input";
  const count = reader.count(EFFECT_BYTES_MIN);
  const effects: Effect[] = [];
  for (let i = 0; i < count; i++) effects.push(readEffect(reader, peer, peers, intake));
  const entry = { timeUs, peer, incarnation, cause, effects } as const;
  return rawOf?.has(peer) ? { ...entry, raw: reader.since(mark) } : entry;
}

function writeEffect(writer: FrameWriter, effect: Effect): void {
  writer.byte(Kind[effect.kind]);
  switch (effect.kind) {
    case "call":
      writer.number(effect.callId);
      writer.uint32(effect.to);
      writer.text(effect.method);
      writer.data(effect.args);
      break;
    case "reply":
      writer.number(effect.requestId);
      writer.data(effect.reply);
      break;
    case "save":
      writer.data(effect.state);
      writer.optionalData(effect.snapshot);
      break;
    case "upcall":
      writer.data(effect.message);
      break;
    case "observed":
      writer.data(effect.value);
      break;
    case "result":
      writer.number(effect.invokeId);
      writer.data(effect.value);
      break;
    case "log":
      writer.byte(LEVELS.indexOf(effect.level));
      writer.text(effect.text);
      break;
    case "exception":
      writer.text(effect.where);
      writer.text(effect.name);
      writer.text(effect.message);
      writer.text(effect.stack);
      break;
    case "misuse":
      writer.text(effect.message);
      writer.text(effect.stack);
      break;
  }
}

function readEffect(reader: FrameReader, peer: number, peers: number, intake: Intake): Effect {
  const kind = reader.byte();
  intake.effect(peer);
  switch (kind) {
    case Kind.call: {
      const callId = reader.integer("a call's id");
      const to = reader.uint32();
      if (to >= peers) throw new WireError(`a call to peer ${to}, which does not exist`);
      const method = readText(reader, intake, peer, "a call", METHOD_CHARS_MAX);
      return { kind: "call", callId, to, method, args: readData(reader, intake, peer, "a call") };
    }
    case Kind.reply: {
      const requestId = reader.integer("a request's id");
      return { kind: "reply", requestId, reply: readData(reader, intake, peer, "a reply") };
    }
    case Kind.save: {
      const state = readData(reader, intake, peer, "the saved state");
      const snapshot = reader.flag() ? readData(reader, intake, peer, "the saved snapshot") : null;
      return { kind: "save", state, snapshot };
    }
    case Kind.upcall:
      return { kind: "upcall", message: readData(reader, intake, peer, "a message to apply") };
    case Kind.observed:
      return { kind: "observed", value: readData(reader, intake, peer, "the observed state") };
    case Kind.result: {
      const invokeId = reader.integer("an invocation's id");
      return { kind: "result", invokeId, value: readData(reader, intake, peer, "a result") };
    }
    case Kind.log: {
      const level = LEVELS[reader.byte()];
      if (level === undefined) throw new WireError("there is no such log level");
      return { kind: "log", level, text: readText(reader, intake, peer, "a log line", LOG_CHARS_KEPT) };
    }
    case Kind.exception: {
      const text = () => readText(reader, intake, peer, "an exception");
      return { kind: "exception", where: text(), name: text(), message: text(), stack: text() };
    }
    case Kind.misuse: {
      const message = readText(reader, intake, peer, "a misuse");
      return { kind: "misuse", message, stack: readText(reader, intake, peer, "a misuse") };
    }
    default:
      throw new WireError(`there is no kind of effect ${kind}`);
  }
}

/**
 * Counts what an answer holds that never was a frame, as if it were read from one. Throws WireExcess when it is too much, and
 * WireError for what a frame would not carry as it is.
 */
export function countResult({ entries }: WindowResult, intake: Intake): void {
  intake.beginWindow();
  for (const { peer, effects } of entries) {
    intake.entry(peer);
    for (const effect of effects) {
      intake.effect(peer);
      countEffect(effect, (what, sizeBytes) => intake.bytes(peer, what, sizeBytes));
    }
  }
}

/** UTF-8 has no bytes for half a character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function countEffect(effect: Effect, bytes: (what: string, sizeBytes: number) => void): void {
  switch (effect.kind) {
    case "call":
      if (LONE_SURROGATE.test(effect.method)) throw new WireError("the name of a method is no Unicode");
      bytes("a call", BYTES_A_CHAR * effect.method.length);
      bytes("a call", effect.args.length);
      break;
    case "reply":
      bytes("a reply", effect.reply.length);
      break;
    case "save":
      bytes("the saved state", effect.state.length);
      bytes("the saved snapshot", effect.snapshot?.length ?? 0);
      break;
    case "upcall":
      bytes("a message to apply", effect.message.length);
      break;
    case "observed":
      bytes("the observed state", effect.value.length);
      break;
    case "result":
      bytes("a result", effect.value.length);
      break;
    case "log":
      bytes("a log line", BYTES_A_CHAR * effect.text.length);
      break;
    case "exception":
      bytes("an exception", BYTES_A_CHAR * (effect.message.length + effect.stack.length));
      break;
    case "misuse":
      bytes("a misuse", BYTES_A_CHAR * (effect.message.length + effect.stack.length));
  }
}

function readData(reader: FrameReader, intake: Intake, peer: number, what: string): Uint8Array {
  intake.bytes(peer, what, reader.size());
  return reader.data();
}

function readText(reader: FrameReader, intake: Intake, peer: number, what: string, charsMax?: number): string {
  intake.bytes(peer, what, reader.size());
  return readShortText(reader, charsMax);
}

/** UTF-8 needs at most so many bytes for each UTF-16 unit. */
const BYTES_A_CHAR = 3;

/** A text that is to be shown. The host clips what it sends, by one character more; a longer one is not from its code. */
export function readShortText(reader: FrameReader, charsMax = TEXT_CHARS_MAX): string {
  const sizeBytes = reader.size();
  if (sizeBytes > BYTES_A_CHAR * (charsMax + 1)) throw new WireError(`a text of ${sizeBytes} bytes is too long`);
  const text = reader.text();
  if (text.length > charsMax + 1) throw new WireError(`a text of ${text.length} characters is too long`);
  return text;
}
