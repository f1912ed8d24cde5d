import { createHash } from "node:crypto";
import type { Micros } from "./peer-host.ts";

/** What a trace can hold. The numbers go into the trace's hash: add at the end, never change one. */
export const TRACE_KINDS = [
  "boot",
  "deliver-request",
  "deliver-reply",
  "call",
  "reply",
  "save",
  "upcall",
  "observed",
  "result",
  "log",
  "exception",
  "misuse",
  "invoke",
  "lost",
  "held",
  "fault",
  "note",
  "pause",
  "resume",
] as const;
export type TraceKind = (typeof TRACE_KINDS)[number];
const KIND_NUMBER = new Map(TRACE_KINDS.map((kind, i) => [kind, i]));

/** One thing that happened in a run. */
export interface TraceRecord {
  readonly timeUs: Micros;
  readonly kind: TraceKind;
  /** The peer it happened to; -1 for the world. */
  readonly peer: number;
  /** The other peer of a message, or another small number that the kind gives a meaning. */
  readonly other: number;
  /** The call, request or invocation it belongs to. */
  readonly id: number;
  readonly text: string;
  readonly bytes: Uint8Array | null;
}

const BUFFER_BYTES = 1 << 16;
const encoder = new TextEncoder();

/** The trace of a run: always hashed, kept in whole only when somebody wants to read it. */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #kept: TraceRecord[] | undefined;
  #used = 0;

  constructor(keep = false) {
    this.#kept = keep ? [] : undefined;
  }

  get records(): readonly TraceRecord[] {
    return this.#kept ?? [];
  }

  add(
    timeUs: Micros,
    kind: TraceKind,
    peer: number,
    other = -1,
    id = -1,
    text = "",
    bytes: Uint8Array | null = null,
  ): void {
    this.#kept?.push({ timeUs, kind, peer, other, id, text, bytes });
    if (this.#used + 40 > BUFFER_BYTES) this.#flush();
    const view = this.#view;
    const at = this.#used;
    view.setFloat64(at, timeUs);
    view.setUint8(at + 8, KIND_NUMBER.get(kind) ?? 255);
    view.setInt16(at + 9, peer);
    view.setInt16(at + 11, other);
    view.setFloat64(at + 13, id);
    view.setUint32(at + 21, text.length);
    view.setUint32(at + 25, bytes === null ? 0xffff_ffff : bytes.length);
    this.#used = at + 29;
    if (text !== "") this.#text(text);
    if (bytes !== null) this.#bytes(bytes);
  }

  /** Hexadecimal SHA-256 over all records so far; ends the trace. */
  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #text(text: string): void {
    if (this.#used + text.length * 3 > BUFFER_BYTES) {
      this.#bytes(encoder.encode(text));
      return;
    }
    this.#used += encoder.encodeInto(text, this.#buffer.subarray(this.#used)).written;
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BUFFER_BYTES) {
      this.#flush();
      if (bytes.length > BUFFER_BYTES) {
        this.#hash.update(bytes);
        return;
      }
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #flush(): void {
    if (this.#used > 0) this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}
