import { type Field, type Kind, LOG_LEVELS, type PeerClock, valueIn } from "../../sim/effects.ts";
import type { ProcessPlan } from "../../sim/role.ts";
import { LOG_CHARS_KEPT, METHOD_CHARS_MAX, TEXT_CHARS_MAX } from "../limits.ts";
import { type FrameReader, WireError } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import type { Intake } from "./intake.ts";

/** The fields of inputs and effects on the wire, as the tables of the kernel say them. */

/** Who is told how much a field holds, before memory is taken for it. */
export interface Counting {
  readonly intake: Intake;
  readonly peer: number;
  /** How many processes the run has. */
  readonly peers: number;
}

/** Rows by their number on the wire. */
export function byNumber<K extends Kind>(kinds: ReadonlyMap<string, K>): readonly (K | undefined)[] {
  const rows: K[] = [];
  for (const kind of kinds.values()) rows[kind.number] = kind;
  return rows;
}

export function writeFields(writer: FrameWriter, { fields }: Kind, holder: object): void {
  for (let i = 0; i < fields.length; i++) {
    const { name, type } = fields[i] as Field;
    const value = valueIn(holder, name);
    switch (type) {
      case "id":
        writer.number(value as number);
        break;
      case "peer":
        writer.uint32(value as number);
        break;
      case "bytes":
        writer.data(value as Uint8Array);
        break;
      case "bytes?":
        writer.optionalData(value as Uint8Array | null);
        break;
      case "name":
      case "text":
      case "line":
      case "stack":
        writer.text(value as string);
        break;
      case "level":
        writer.byte(LOG_LEVELS.indexOf(value as (typeof LOG_LEVELS)[number]));
        break;
      case "words":
        for (const word of value as readonly number[]) writer.uint32(word);
        break;
      case "clock":
        writer.number((value as PeerClock).offsetUs);
        writer.number((value as PeerClock).driftPpm);
        break;
      case "processes":
        writeProcesses(writer, value as readonly ProcessPlan[]);
        break;
    }
  }
}

/** Adds to `holder` what its kind has. `counting`: for what is not trusted. Throws WireError, and WireExcess. */
export function readFields(
  reader: FrameReader,
  { fields }: Kind,
  holder: Record<string, unknown>,
  counting: Counting | null,
): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as Field;
    holder[field.name] = readField(reader, field, counting);
  }
}

function readField(reader: FrameReader, { name, type, what }: Field, counting: Counting | null): unknown {
  switch (type) {
    case "id":
      return reader.integer(name);
    case "peer": {
      const peer = reader.uint32();
      if (counting !== null && peer >= counting.peers)
        throw new WireError(`${what} to peer ${peer}, which does not exist`);
      return peer;
    }
    case "bytes":
      counting?.intake.bytes(counting.peer, what, reader.size());
      return reader.data();
    case "bytes?":
      if (!reader.flag()) return null;
      counting?.intake.bytes(counting.peer, what, reader.size());
      return reader.data();
    case "name":
      return readText(reader, what, counting, METHOD_CHARS_MAX);
    case "line":
      return readText(reader, what, counting, LOG_CHARS_KEPT);
    case "text":
    case "stack":
      return readText(reader, what, counting, TEXT_CHARS_MAX);
    case "level": {
      const level = LOG_LEVELS[reader.byte()];
      if (level === undefined) throw new WireError("there is no such log level");
      return level;
    }
    case "words":
      return [reader.uint32(), reader.uint32(), reader.uint32(), reader.uint32()];
    case "clock":
      return { offsetUs: reader.signed("a clock's offset"), driftPpm: reader.signed("a clock's drift") };
    case "processes":
      return readProcesses(reader);
  }
}

function readText(reader: FrameReader, what: string, counting: Counting | null, charsMax: number): string {
  if (counting === null) return reader.text();
  counting.intake.bytes(counting.peer, what, reader.size());
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

/** UTF-8 has no bytes for half a character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Counts what fields hold that never were a frame, as if they were read from one. Throws as `readFields` does. */
export function countFields({ fields }: Kind, holder: object, { intake, peer }: Counting): void {
  for (let i = 0; i < fields.length; i++) {
    const { name, type, what } = fields[i] as Field;
    const value = valueIn(holder, name);
    switch (type) {
      case "bytes":
        intake.bytes(peer, what, (value as Uint8Array).length);
        break;
      case "bytes?":
        if (value !== null) intake.bytes(peer, what, (value as Uint8Array).length);
        break;
      case "name":
        if (LONE_SURROGATE.test(value as string)) throw new WireError("the name of a method is no Unicode");
        intake.bytes(peer, what, BYTES_A_CHAR * (value as string).length);
        break;
      case "text":
      case "line":
      case "stack":
        intake.bytes(peer, what, BYTES_A_CHAR * (value as string).length);
        break;
    }
  }
}

/** Group, place and two texts. */
const PROCESS_BYTES_MIN = 16;

function writeProcesses(writer: FrameWriter, processes: readonly ProcessPlan[]): void {
  writer.uint32(processes.length);
  for (const { role, group, place, name } of processes) {
    writer.text(role);
    writer.uint32(group);
    writer.uint32(place);
    writer.text(name);
  }
}

function readProcesses(reader: FrameReader): ProcessPlan[] {
  return Array.from({ length: reader.count(PROCESS_BYTES_MIN) }, (_, id) => {
    return { id, role: reader.text(), group: reader.uint32(), place: reader.uint32(), name: reader.text() };
  });
}
