import type { Makers } from "../../../labs/api/codec.ts";
import type { Effect, LogLevel } from "../../sim/peer-host.ts";
import { LOG_CHARS_KEPT, TEXT_CHARS_MAX } from "../limits.ts";
import { Op, type RawHook, type RealmEntries } from "../realm/hook.ts";
import { copyBytes } from "./bytes.ts";
import { bytesFor, copyOf, decodeValue, encodedBytes, encodeValue, strictUtf8 } from "./host-codec.ts";
import type { Meter } from "./meter.ts";
import type { TimerQueue } from "./timer-queue.ts";

/** What one incarnation does comes out here: the host's end of the realm's raw hook. */
export class Outlet {
  /** What the realm's values are made of; there once the realm is. */
  realm: Pick<RealmEntries, "makers" | "objectPrototype"> | null = null;
  /** The realm's arrays, seen from here. */
  private inbox: Buffer = Buffer.alloc(0);
  private outbox: Buffer = Buffer.alloc(0);
  /** Where the value stands that was encoded last. */
  private encoded: Uint8Array = this.outbox;
  private encodedLength = 0;
  private observed: Uint8Array | null = null;
  private effects: Effect[] = [];
  private logChars = 0;

  constructor(
    private readonly peer: number,
    private readonly timers: TimerQueue,
    private readonly meter: Meter,
  ) {}

  /** Takes what was done since the last call. */
  take(): Effect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  /** Nothing was done so far: another life begins in the realm. */
  renew(realm: Pick<RealmEntries, "makers" | "objectPrototype">): void {
    this.realm = realm;
    this.observed = null;
    this.effects = [];
    this.logChars = 0;
  }

  add(effect: Effect): void {
    this.effects.push(effect);
  }

  /** The raw hook of a realm. The prelude is the only caller, so the arguments are what `Op` says. */
  readonly hook: RawHook = (operation, a, b, c, d) => {
    switch (operation) {
      case Op.call: {
        this.meter.checkMethod(this.peer, c as string);
        const args = this.message(d as number, `a call of ${c}`);
        this.add({ kind: "call", callId: b as number, to: a as number, method: c as string, args });
        return;
      }
      case Op.reply:
        this.add({ kind: "reply", requestId: a as number, reply: this.message(b as number, "a reply") });
        return;
      case Op.save:
        this.save(a as Uint8Array, b as Uint8Array | undefined);
        return;
      case Op.upcall:
        this.add({ kind: "upcall", message: this.message(a as number, "a message to apply") });
        return;
      case Op.observed:
        this.observe(a as number);
        return;
      case Op.result:
        this.add({ kind: "result", invokeId: a as number, value: this.message(b as number, "a result") });
        return;
      case Op.log:
        this.log(a as LogLevel, b as string);
        return;
      case Op.exception: {
        const [where, name, message, stack] = [a, b, c, d].map((text) => clip(text as string)) as [
          string,
          string,
          string,
          string,
        ];
        this.meter.charge(this.peer, "an exception", message.length + stack.length);
        this.add({ kind: "exception", where, name, message, stack });
        return;
      }
      case Op.misuse: {
        const [message, stack] = [clip(a as string), clip(b as string)];
        this.meter.charge(this.peer, "a misuse", message.length + stack.length);
        this.add({ kind: "misuse", message, stack });
        return;
      }
      case Op.setTimer:
        this.timers.set(a as number, b as number);
        return;
      case Op.clearTimer:
        this.timers.clear(a as number);
        return;
      case Op.inbox:
        this.inbox = viewOf(a as Uint8Array);
        return;
      case Op.outbox:
        this.outbox = viewOf(a as Uint8Array);
        return;
      case Op.writeUtf8:
        return this.outbox.write(a as string, b as number, "utf8");
      case Op.readUtf8:
        return readStrictly(this.inbox.subarray(a as number, b as number));
      case Op.readUtf8Loosely:
        return this.inbox.toString("utf8", a as number, b as number);
      case Op.encode:
        return this.encode(a);
      case Op.encoded:
        this.encoded = this.outbox;
        this.encodedLength = a as number;
        return;
      case Op.takeEncoded:
        return bytesFor(this.makers(), this.encoded.subarray(0, this.encodedLength));
      case Op.decode:
        return decodeOrNot(a as Uint8Array, this.makers());
      case Op.tooLarge:
        return this.meter.tooLarge(this.peer, a as string, b as number);
    }
    return;
  };

  private message(length: number, what: string): Uint8Array {
    this.meter.charge(this.peer, what, length);
    return copyBytes(this.encoded, 0, length);
  }

  private encode(value: unknown): number {
    const length = this.realm === null ? -1 : encodeValue(value, this.realm.objectPrototype);
    if (length >= 0) {
      this.encoded = encodedBytes();
      this.encodedLength = length;
    }
    return length;
  }

  private observe(length: number): void {
    const { encoded, observed } = this;
    let isNew = observed === null || observed.length !== length;
    for (let i = 0; i < length && !isNew; i++) isNew = encoded[i] !== observed?.[i];
    if (!isNew) return;
    const value = this.message(length, "the observed state");
    this.observed = value;
    this.add({ kind: "observed", value });
  }

  private makers(): Makers {
    if (this.realm === null) throw new Error("the realm is not there yet");
    return this.realm.makers;
  }

  private save(state: Uint8Array, snapshot: Uint8Array | undefined): void {
    const savedState = copyOf(state);
    this.meter.charge(this.peer, "the saved state", savedState.length);
    const savedSnapshot = snapshot === undefined ? null : copyOf(snapshot);
    if (savedSnapshot !== null) this.meter.charge(this.peer, "the saved snapshot", savedSnapshot.length);
    this.add({ kind: "save", state: savedState, snapshot: savedSnapshot });
  }

  private log(level: LogLevel, text: string): void {
    const before = this.logChars;
    this.logChars += text.length + 1;
    this.meter.chargeLog(this.peer, this.logChars);
    if (before > LOG_CHARS_KEPT) return;
    this.meter.charge(this.peer, "a log line", text.length);
    if (this.logChars <= LOG_CHARS_KEPT) this.add({ kind: "log", level, text });
    else {
      const kept = `(console output of this peer cut off here: ${LOG_CHARS_KEPT / 1024} KB since it booted)`;
      this.add({ kind: "log", level: "warn", text: kept });
      this.logChars = Math.max(this.logChars, LOG_CHARS_KEPT + 1);
    }
  }
}

const bufferGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "buffer")?.get as (
  this: Uint8Array,
) => ArrayBuffer;

/** A host's view of a whole array of a realm; nothing of the realm can intervene. */
function viewOf(array: Uint8Array): Buffer {
  return Buffer.from(bufferGetter.call(array));
}

function decodeOrNot(bytes: Uint8Array, makers: Makers): unknown {
  try {
    return decodeValue(bytes, makers);
  } catch {
    return undefined;
  }
}

function readStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function clip(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX)}…`;
}
