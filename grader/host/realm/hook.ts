import type { Makers } from "../../../labs/api/codec.ts";
import type { Role } from "../../sim/role.ts";

/**
 * The one thing of the host that a realm holds: a function that takes an operation's number and values of the realm, and
 * gives a primitive or a value of the realm. The host only reads what it is given, and makes values by the realm's own
 * makers. Texts in other encodings than the codec's go through two arrays of the realm, the inbox and the outbox.
 */
export type RawHook = (operation: number, a?: unknown, b?: unknown, c?: unknown, d?: unknown) => unknown;

/** What the operations are, with their arguments. Lengths are those of the value that was encoded last. */
export const Op = {
  /** to, callId, method, length */
  call: 1,
  /** requestId, length */
  reply: 2,
  /** state, snapshot or undefined */
  save: 3,
  /** length */
  upcall: 4,
  /** length; the host looks whether it changed */
  observed: 5,
  /** invokeId, length */
  result: 6,
  /** level, text */
  log: 7,
  /** where, name, message, stack */
  exception: 8,
  /** message, stack */
  misuse: 9,
  /** id, due by the peer's clock in µs */
  setTimer: 10,
  /** id */
  clearTimer: 11,
  /** the outbox, after it was made anew */
  outbox: 12,
  /** the inbox, after it was made anew */
  inbox: 17,
  /** text, offset in the outbox; gives the number of bytes */
  writeUtf8: 13,
  /** start, end in the inbox; gives the text, or undefined when it is not UTF-8 */
  readUtf8: 14,
  /** start, end in the inbox; gives the text, with U+FFFD for what is not UTF-8 */
  readUtf8Loosely: 15,
  /** what, length: a message of that length was refused */
  tooLarge: 16,
  /** value; gives the length, or -1 when the realm must do it itself, to tell what is wrong with it */
  encode: 18,
  /** length: the realm encoded a value itself, and it stands in the outbox */
  encoded: 19,
  /** gives the bytes that were encoded last */
  takeEncoded: 20,
  /** bytes; gives the value, or undefined when the realm must do it itself, to tell what is wrong with them */
  decode: 21,
} as const;

/** Wraps the raw hook so that nothing the host throws ever reaches code of the realm. */
export function guardHook(raw: RawHook): RawHook {
  return (operation, a, b, c, d) => {
    try {
      return raw(operation, a, b, c, d);
    } catch {
      // The host throws for two reasons: the stack is full, or a limit was passed and the run is over anyway.
      throw new RangeError("Maximum call stack size exceeded");
    }
  };
}

/** The functions of a realm that the host calls; each but `observe` and the makers is one entry into the peer. */
export interface RealmEntries {
  /** Evaluates the submission and constructs the peer. `submission` is its wrapper function of this realm. */
  boot(nowUs: number, submission: unknown, options: unknown, state: Uint8Array, snapshot: Uint8Array): void;
  request(nowUs: number, requestId: number, from: number, method: string, args: unknown): void;
  reply(nowUs: number, callId: number, reply: unknown): void;
  invoke(nowUs: number, invokeId: number, method: string, args: unknown): void;
  timer(nowUs: number, id: number): void;
  /** Asks the observer, after an entry's microtasks. */
  observe(): void;
  /** Reports a rejection that nobody handled. */
  rejected(reason: unknown): void;
  /**
   * Makes the realm what it was before the peer booted, for another life of it, which may be told something else (`optionsText`; null when it
   * is told the same): nothing of this one goes on. Null when the submission left something in the globals, so that it takes a new realm.
   */
  renew(
    bootUs: number,
    seed0: number,
    seed1: number,
    seed2: number,
    seed3: number,
    optionsText: string | null,
  ): RealmEntries | null;
  /** What values that come from the host are made of. */
  readonly makers: Makers;
  /** What the realm's plain objects have as their prototype. */
  readonly objectPrototype: object;
  /** For whoever reads the peer's fields. */
  readonly inner: Inner;
  /** To recognise the realm's promises by. */
  readonly promisePrototype: object;
}

/** What tells the submission's own objects from those that it was given. */
export interface Inner {
  /** The peer, once its constructor has returned. */
  readonly self: () => object | null;
  /** In turn: an object that its constructor was given, and what that is called. */
  readonly given: readonly unknown[];
  /** In turn: the prototype of a class of a layer that it imported, and how that is called. */
  readonly foreign: readonly unknown[];
}

/** What a realm is told when it is made. */
export interface RealmOptions {
  /** Under which names code of the submission stands in stacks. */
  readonly filenames: readonly string[];
  readonly roles: readonly Role[];
  /** Which of them this process has. */
  readonly role: number;
  readonly me: number;
  /** For each of the constructor's arguments that are ends, whom they lead to; empty for others. */
  readonly ends: readonly (readonly number[])[];
  /** All processes of the run, by their ids. */
  readonly processes: readonly { readonly name: string; readonly role: number }[];
}
