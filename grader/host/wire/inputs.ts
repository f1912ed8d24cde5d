import type { Input, Window } from "../../sim/peer-host.ts";
import type { ProcessPlan } from "../../sim/role.ts";
import { type FrameReader, WireError } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";

const Kind = { boot: 1, request: 2, reply: 3, invoke: 4, pause: 5, resume: 6, drop: 7 } as const;

/** Kind, time, peer and incarnation: no input is shorter. */
const INPUT_BYTES_MIN = 17;
/** Without its data none is longer, but for uncommon names of methods. */
const INPUT_BYTES_MAX = 128;

/** Group, place and two texts. */
const PROCESS_BYTES_MIN = 16;
const PROCESS_BYTES_MAX = 128;

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
    switch (input.kind) {
      case "boot":
        bytes += PROCESS_BYTES_MAX * input.processes.length + input.options.length;
        bytes += input.state.length + input.snapshot.length;
        break;
      case "request":
      case "invoke":
        bytes += input.args.length;
        break;
      case "reply":
        bytes += input.reply?.length ?? 0;
        break;
    }
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
  writer.byte(Kind[input.kind]);
  writer.number(input.timeUs);
  writer.uint32(input.peer);
  writer.uint32(input.incarnation);
  switch (input.kind) {
    case "boot":
      writer.uint32(input.processes.length);
      for (const process of input.processes) writeProcess(writer, process);
      writer.data(input.options);
      for (const word of input.seed) writer.uint32(word);
      writer.number(input.clock.offsetUs);
      writer.number(input.clock.driftPpm);
      writer.data(input.state);
      writer.data(input.snapshot);
      break;
    case "request":
      writer.number(input.requestId);
      writer.uint32(input.from);
      writer.text(input.method);
      writer.data(input.args);
      break;
    case "reply":
      writer.number(input.callId);
      writer.optionalData(input.reply);
      break;
    case "invoke":
      writer.number(input.invokeId);
      writer.text(input.method);
      writer.data(input.args);
      break;
  }
}

function writeProcess(writer: FrameWriter, { role, group, place, name }: ProcessPlan): void {
  writer.text(role);
  writer.uint32(group);
  writer.uint32(place);
  writer.text(name);
}

function readProcess(reader: FrameReader, id: number): ProcessPlan {
  return { id, role: reader.text(), group: reader.uint32(), place: reader.uint32(), name: reader.text() };
}

function readInput(reader: FrameReader): Input {
  const kind = reader.byte();
  const timeUs = reader.integer("an input's time");
  const peer = reader.uint32();
  const incarnation = reader.uint32();
  switch (kind) {
    case Kind.boot:
      return {
        kind: "boot",
        timeUs,
        peer,
        incarnation,
        processes: Array.from({ length: reader.count(PROCESS_BYTES_MIN) }, (_, id) => readProcess(reader, id)),
        options: reader.data(),
        seed: [reader.uint32(), reader.uint32(), reader.uint32(), reader.uint32()],
        clock: { offsetUs: reader.signed("a clock's offset"), driftPpm: reader.signed("a clock's drift") },
        state: reader.data(),
        snapshot: reader.data(),
      };
    case Kind.request: {
      const requestId = reader.integer("a request's id");
      const from = reader.uint32();
      const method = reader.text();
      return { kind: "request", timeUs, peer, incarnation, requestId, from, method, args: reader.data() };
    }
    case Kind.reply:
      return {
        kind: "reply",
        timeUs,
        peer,
        incarnation,
        callId: reader.integer("a call's id"),
        reply: reader.optionalData(),
      };
    case Kind.invoke: {
      const invokeId = reader.integer("an invocation's id");
      return { kind: "invoke", timeUs, peer, incarnation, invokeId, method: reader.text(), args: reader.data() };
    }
    case Kind.pause:
      return { kind: "pause", timeUs, peer, incarnation };
    case Kind.resume:
      return { kind: "resume", timeUs, peer, incarnation };
    case Kind.drop:
      return { kind: "drop", timeUs, peer, incarnation };
    default:
      throw new WireError(`there is no kind of input ${kind}`);
  }
}
