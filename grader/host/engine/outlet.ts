import type { Effect, LogLevel } from "../../sim/peer-host.ts";
import { LOG_CHARS_KEPT, TEXT_CHARS_MAX } from "../limits.ts";
import { Op } from "../realm/hook.ts";
import { copyBytes } from "./bytes.ts";
import type { Meter } from "./meter.ts";
import type { TimerQueue } from "./timer-queue.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What one incarnation does comes out here: the host's end of the realm's raw hook. */
export class Outlet {
  /** The realm's arrays, seen from here. */
  inbox: Buffer = Buffer.alloc(0);
  private outbox: Buffer = Buffer.alloc(0);
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

  add(effect: Effect): void {
    this.effects.push(effect);
  }

  /** The raw hook of a realm. The prelude is the only caller, so the arguments are what `Op` says. */
  readonly hook = (
    operation: number,
    a?: unknown,
    b?: unknown,
    c?: unknown,
    d?: unknown,
  ): number | string | undefined => {
    switch (operation) {
      case Op.call: {
        const args = this.message(d as number, `a call of ${c}`);
        this.add({ kind: "call", callId: b as number, to: a as number, method: c as string, args });
        return;
      }
      case Op.reply:
        this.add({ kind: "reply", requestId: a as number, reply: this.message(b as number, "a reply") });
        return;
      case Op.save:
        this.save(a as number, b as number);
        return;
      case Op.upcall:
        this.add({ kind: "upcall", message: this.message(a as number, "a message to apply") });
        return;
      case Op.observed:
        this.add({ kind: "observed", value: this.message(a as number, "the observed state") });
        return;
      case Op.result:
        this.add({ kind: "result", invokeId: a as number, value: this.message(b as number, "a result") });
        return;
      case Op.log:
        this.log(a as LogLevel, b as string);
        return;
      case Op.exception: {
        const [where, name, message, stack] = [a, b, c, d].map((text) => clip(text as string));
        this.meter.charge(this.peer, "an exception", 0);
        this.add({ kind: "exception", where, name, message, stack } as Effect);
        return;
      }
      case Op.misuse:
        this.meter.charge(this.peer, "a misuse", 0);
        this.add({ kind: "misuse", message: clip(a as string), stack: clip(b as string) });
        return;
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
      case Op.tooLarge:
        return this.meter.tooLarge(this.peer, a as string, b as number);
    }
    return;
  };

  private message(length: number, what: string): Uint8Array {
    this.meter.charge(this.peer, what, length);
    return copyBytes(this.outbox, 0, length);
  }

  private save(stateLength: number, snapshotLength: number): void {
    this.meter.charge(this.peer, "the saved state", stateLength);
    const state = copyBytes(this.outbox, 0, stateLength);
    let snapshot: Uint8Array | null = null;
    if (snapshotLength >= 0) {
      this.meter.charge(this.peer, "the saved snapshot", snapshotLength);
      snapshot = copyBytes(this.outbox, stateLength, stateLength + snapshotLength);
    }
    this.add({ kind: "save", state, snapshot });
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
