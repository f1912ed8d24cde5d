import { EFFECT_KINDS, type EffectKind } from "../../sim/effects.ts";
import type { Effect, Entry, Micros, WindowResult } from "../../sim/peer-host.ts";
import { byNumber, type Counting, countFields, readFields, writeFields } from "./fields.ts";
import { type FrameReader, WireError } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { Intake } from "./intake.ts";

const KINDS = byNumber(EFFECT_KINDS);

/** What the byte of an entry's cause is the sum of. */
const TIMER = 1;
const FIELDS = 2;

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
  /** Whether entries may tell of fields. */
  readonly takesFields?: boolean;
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
    writer.byte((entry.cause === "timer" ? TIMER : 0) | (entry.fields === undefined ? 0 : FIELDS));
    if (entry.fields !== undefined) writer.data(entry.fields);
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
  const flags = reader.byte();
  if (flags > (limits.takesFields === true ? TIMER | FIELDS : TIMER))
    throw new WireError(`an entry's cause is ${flags}`);
  const cause = flags & TIMER ? "timer" : "input";
  const fields = flags & FIELDS ? readFieldsOf(reader, intake, peer) : null;
  const count = reader.count(EFFECT_BYTES_MIN);
  const effects: Effect[] = [];
  const counting = { intake, peer, peers };
  for (let i = 0; i < count; i++) effects.push(readEffect(reader, counting));
  // Objects that are copied into others take V8 several times as long.
  const entry: Writable<Entry> = { timeUs, peer, incarnation, cause, effects };
  if (fields !== null) entry.fields = fields;
  if (rawOf?.has(peer)) entry.raw = reader.since(mark);
  return entry;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What changed in the fields of the peer's object. */
function readFieldsOf(reader: FrameReader, intake: Intake, peer: number): Uint8Array {
  intake.bytes(peer, "what its fields hold", reader.size());
  return reader.data();
}

function writeEffect(writer: FrameWriter, effect: Effect): void {
  const kind = EFFECT_KINDS.get(effect.kind) as EffectKind;
  writer.byte(kind.number);
  writeFields(writer, kind, effect);
}

function readEffect(reader: FrameReader, counting: Counting): Effect {
  const number = reader.byte();
  counting.intake.effect(counting.peer);
  const kind = KINDS[number];
  if (kind === undefined) throw new WireError(`there is no kind of effect ${number}`);
  const effect = { kind: kind.kind };
  readFields(reader, kind, effect, counting);
  return effect as unknown as Effect;
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
      countFields(EFFECT_KINDS.get(effect.kind) as EffectKind, effect, { intake, peer, peers: 0 });
    }
  }
}
