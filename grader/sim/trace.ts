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
  /** Of calls and what becomes of them: which call of the run it is, from 1. Not in the hash, as it follows from the rest. */
  readonly call?: number;
}

/** What one entry of a peer changed in the fields of its object. Not in the hash. */
export interface FieldChange {
  /** Which records the entry made: their places in the trace, the second one behind the last. None: they are equal. */
  readonly from: number;
  readonly to: number;
  readonly peer: number;
  /** As the peer host encoded it. */
  readonly bytes: Uint8Array;
}

const BUFFER_BYTES = 1 << 16;
/** What is kept of a trace, each record counted with a little more than its bytes; then the older half goes. */
const KEPT_BYTES_MAX = 48 * 1024 * 1024;
const RECORD_BYTES = 256;
/** What is kept of fields, counted likewise: more than a host tells. */
const FIELDS_BYTES_MAX = 64 * 1024 * 1024;
const encoder = new TextEncoder();

/**
 * The trace of a run: always hashed; kept only when somebody wants to read it, and then in whole, unless it is far longer
 * than that of any right submission: then what came last is kept, behind a note.
 */
export class Trace {
  readonly #hash = createHash("sha256");
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #kept: TraceRecord[] | undefined;
  #keptBytes = 0;
  #left = 0;
  #used = 0;
  /** How many records there are so far. */
  count = 0;
  readonly #fields: FieldChange[] = [];
  #fieldsBytes = 0;

  constructor(keep = false) {
    this.#kept = keep ? [] : undefined;
  }

  get records(): readonly TraceRecord[] {
    const kept = this.#kept ?? [];
    const first = kept[0];
    if (this.#left === 0 || first === undefined) return kept;
    const text = `${this.#left} earlier records are left out: the trace is too long to be kept`;
    return [{ timeUs: first.timeUs, kind: "note", peer: -1, other: -1, id: -1, text, bytes: null }, ...kept];
  }

  /** What was added by `addFields`, by the places of `records`. */
  get fields(): readonly FieldChange[] {
    if (this.#left === 0) return this.#fields;
    // What is left out is one note.
    const placed = (at: number) => Math.max(1, at - this.#left + 1);
    return this.#fields.map((change) => ({ ...change, from: placed(change.from), to: placed(change.to) }));
  }

  /** What changed in a peer's fields in the entry that made all records from that one on. Kept beside them, while the trace is. */
  addFields(from: number, peer: number, bytes: Uint8Array): void {
    if (this.#kept === undefined) return;
    if (this.#fieldsBytes > FIELDS_BYTES_MAX) return;
    this.#fieldsBytes += RECORD_BYTES + bytes.length;
    // Nothing, as nobody encodes it, says that no more is kept.
    const kept = this.#fieldsBytes > FIELDS_BYTES_MAX ? bytes.subarray(0, 0) : bytes;
    this.#fields.push({ from, to: this.count, peer, bytes: kept });
  }

  add(
    timeUs: Micros,
    kind: TraceKind,
    peer: number,
    other = -1,
    id = -1,
    text = "",
    bytes: Uint8Array | null = null,
    call = 0,
  ): void {
    this.count++;
    if (this.#kept !== undefined) {
      this.#keep({ timeUs, kind, peer, other, id, text, bytes, ...(call > 0 && { call }) });
    }
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

  #keep(record: TraceRecord): void {
    const kept = this.#kept as TraceRecord[];
    kept.push(record);
    this.#keptBytes += recordBytes(record);
    if (this.#keptBytes <= KEPT_BYTES_MAX) return;
    let from = 0;
    while (this.#keptBytes > KEPT_BYTES_MAX / 2 && from < kept.length - 1) {
      this.#keptBytes -= recordBytes(kept[from++] as TraceRecord);
    }
    this.#kept = kept.slice(from);
    this.#left += from;
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

function recordBytes({ text, bytes }: TraceRecord): number {
  return RECORD_BYTES + text.length + (bytes?.length ?? 0);
}
