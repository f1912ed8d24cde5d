import { INPUT_KINDS, type Kind, sizeOf } from "../../sim/effects.ts";
import type { Input, Window } from "../../sim/peer-host.ts";
import { byNumber, readFields, writeFields } from "./fields.ts";
import { type FrameReader, WireError } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** Kind, time, peer and incarnation: no input is shorter. */
const INPUT_BYTES_MIN = 17;
/** Without its data none is longer, but for uncommon names of methods. */
const INPUT_BYTES_MAX = 128;
/** Each process of a run, which a boot names. */
const PROCESS_BYTES_MAX = 128;

const KINDS = byNumber(INPUT_KINDS);

export function writeWindow(writer: FrameWriter, window: Window): void {
  writer.number(window.untilUs);
  writer.number(window.spanUs);
  writer.uint32(window.maxEntries);
  writer.uint32(window.inputs.length);
  for (const input of window.inputs) writeInput(writer, input);
}

/** A little more than what a window takes as a frame. */
export function windowBytes({ inputs }: Window): number {
  let bytes = INPUT_BYTES_MAX * (inputs.length + 1);
  for (const input of inputs) {
    bytes += sizeOf(input, INPUT_KINDS);
    if (input.kind === "boot") bytes += PROCESS_BYTES_MAX * input.processes.length;
  }
  return bytes;
}

export function readWindow(reader: FrameReader): Window {
  const untilUs = reader.integerOrInfinity("the end of a window");
  const spanUs = reader.integerOrInfinity("the span of a window");
  const maxEntries = reader.uint32();
  const count = reader.count(INPUT_BYTES_MIN);
  const inputs: Input[] = [];
  for (let i = 0; i < count; i++) inputs.push(readInput(reader));
  return { untilUs, spanUs, maxEntries, inputs };
}

function writeInput(writer: FrameWriter, input: Input): void {
  const kind = INPUT_KINDS.get(input.kind) as Kind;
  writer.byte(kind.number);
  writer.number(input.timeUs);
  writer.uint32(input.peer);
  writer.uint32(input.incarnation);
  writeFields(writer, kind, input);
}

function readInput(reader: FrameReader): Input {
  const number = reader.byte();
  const kind = KINDS[number];
  if (kind === undefined) throw new WireError(`there is no kind of input ${number}`);
  const input = {
    kind: kind.kind,
    timeUs: reader.integer("an input's time"),
    peer: reader.uint32(),
    incarnation: reader.uint32(),
  };
  readFields(reader, kind, input, null);
  return input as unknown as Input;
}
