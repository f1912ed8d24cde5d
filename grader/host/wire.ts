/**
 * What the trusted process and a peer host say to each other: frames of compact binary data.
 *
 * To the host: `load` (answered by `ready` or `lost`), `reset` (not answered), `window` (answered by `result` or `lost`).
 */
import type { HostLossVerdict, Window, WindowResult } from "../sim/peer-host.ts";
import type { Role } from "../sim/role.ts";
import { TEXT_CHARS_MAX } from "./limits.ts";
import { isResultOf, type ResultLimits, readResult, writeResult } from "./wire/entries.ts";
import { readShortText } from "./wire/fields.ts";
import { FrameReader, WireError } from "./wire/frame-reader.ts";
import { FrameWriter } from "./wire/frame-writer.ts";
import { readWindow, windowBytes, writeWindow } from "./wire/inputs.ts";

export type { ResultLimits } from "./wire/entries.ts";
export { WireError, WireExcess } from "./wire/frame-reader.ts";
export { Intake } from "./wire/intake.ts";
export { FrameStream } from "./wire/stream.ts";

/** A layer that a submission builds on: CommonJS that asks `__import` for modules of the realm only. */
export interface LayerCode {
  readonly code: string;
  /** How it is named in stack traces, where it is the submission's own. Absent: it is ours, and nothing of it is shown. */
  readonly filename?: string;
}

/** The submission that a host is to run. */
export interface Load {
  /** The bundle: the body of a function with the parameters `exports`, `module` and `__import`. */
  readonly code: string;
  /** How it is named in stack traces. */
  readonly filename: string;
  /** The classes that it exports, by what the grader does with them. */
  readonly roles: readonly Role[];
  /** Layers that it may import, by name; absent: none. */
  readonly layers?: Readonly<Record<string, LayerCode>>;
  /** After each entry the host tells what changed in the fields of its peer's object. It takes time, and changes nothing else. */
  readonly tellsFields?: boolean;
}

/**
 * What looks after a host's main thread from inside: `stuck` says where it is stuck, and ends it when its parent is gone;
 * `orphan` does the latter only, where nobody asks for the place; `none` is for a host that its sandbox ends.
 */
export type Watchdog = "stuck" | "orphan" | "none";

const WATCHDOGS: readonly Watchdog[] = ["stuck", "orphan", "none"];

export type FrameToHost =
  | ({ readonly kind: "load"; readonly watchdog: Watchdog } & Load)
  | { readonly kind: "reset"; readonly renewsRealms: boolean }
  | { readonly kind: "window"; readonly window: Window };

export type FrameFromHost =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: WindowResult }
  | { readonly kind: "lost"; readonly verdict: HostLossVerdict; readonly message: string };

const Kind = { load: 1, reset: 2, window: 3, ready: 4, result: 5, lost: 6 } as const;

const VERDICTS: readonly HostLossVerdict[] = ["hung", "out-of-memory", "output-limit", "crashed", "internal-error"];

// Each call of an `encode…` function gives a whole frame, length included, which holds until the next call.
const writer = new FrameWriter();

export function encodeLoad(load: Load, watchdog: Watchdog = "stuck"): Uint8Array {
  const { code, filename, roles, layers = {}, tellsFields = false } = load;
  writer.begin(Kind.load);
  writer.byte(WATCHDOGS.indexOf(watchdog));
  writer.byte(tellsFields ? 1 : 0);
  for (const text of [code, filename, JSON.stringify(roles), JSON.stringify(layers)]) writer.text(text);
  return writer.end();
}

/** `renewsRealms`: see `Engine.reset`. */
export function encodeReset(renewsRealms = false): Uint8Array {
  writer.begin(Kind.reset);
  writer.byte(renewsRealms ? 1 : 0);
  return writer.end();
}

export function encodeWindow(window: Window): Uint8Array {
  writer.begin(Kind.window, windowBytes(window));
  writeWindow(writer, window);
  return writer.end();
}

export function encodeReady(): Uint8Array {
  writer.begin(Kind.ready);
  return writer.end();
}

export function encodeResult(result: WindowResult): Uint8Array {
  writer.begin(Kind.result);
  writeResult(writer, result);
  return writer.end();
}

export function encodeLost(verdict: HostLossVerdict, message: string): Uint8Array {
  writer.begin(Kind.lost);
  writer.byte(VERDICTS.indexOf(verdict));
  writer.text(message.slice(0, TEXT_CHARS_MAX));
  return writer.end();
}

/** Decodes the body of a frame that the host got. Throws WireError. */
export function decodeToHost(body: Uint8Array): FrameToHost {
  const reader = new FrameReader(body);
  const frame = readToHost(reader);
  reader.end();
  return frame;
}

/** Decodes the body of a frame that the host sent: nothing in it is trusted. Throws WireError, or WireExcess when it holds too much. */
export function decodeFromHost(body: Uint8Array, limits: ResultLimits): FrameFromHost {
  const reader = new FrameReader(body);
  const frame = readFromHost(reader, limits);
  reader.end();
  return frame;
}

/** Whether the body of a frame from a host is a result of these entries, byte for byte. Throws WireError. */
export function isFrameOf(body: Uint8Array, limits: ResultLimits, raws: readonly Uint8Array[]): boolean {
  const reader = new FrameReader(body);
  return reader.byte() === Kind.result && isResultOf(reader, limits, raws);
}

function readToHost(reader: FrameReader): FrameToHost {
  const kind = reader.byte();
  switch (kind) {
    case Kind.load: {
      const watchdog = WATCHDOGS[reader.byte()];
      if (watchdog === undefined) throw new WireError("there is no such watchdog");
      const tellsFields = reader.flag();
      const [code, filename] = [reader.text(), reader.text()];
      // From whoever started this process, and not from a submission.
      const roles = JSON.parse(reader.text()) as Role[];
      return { kind: "load", watchdog, code, filename, roles, layers: JSON.parse(reader.text()), tellsFields };
    }
    case Kind.reset:
      return { kind: "reset", renewsRealms: reader.flag() };
    case Kind.window:
      return { kind: "window", window: readWindow(reader) };
    default:
      throw new WireError(`there is no kind of frame ${kind} to a host`);
  }
}

function readFromHost(reader: FrameReader, limits: ResultLimits): FrameFromHost {
  const kind = reader.byte();
  switch (kind) {
    case Kind.ready:
      return { kind: "ready" };
    case Kind.result:
      return { kind: "result", result: readResult(reader, limits) };
    case Kind.lost: {
      const verdict = VERDICTS[reader.byte()];
      if (verdict === undefined) throw new WireError("there is no such verdict");
      return { kind: "lost", verdict, message: readShortText(reader) };
    }
    default:
      throw new WireError(`there is no kind of frame ${kind} from a host`);
  }
}
