/**
 * The one thing of the host that a realm holds: a function that takes an operation's number and primitives, and gives a
 * primitive. Bytes go through two arrays that belong to the realm, the inbox (read here) and the outbox (written here).
 */
export type RawHook = (
  operation: number,
  a?: number | string | Uint8Array | boolean,
  b?: number | string,
  c?: number | string,
  d?: number | string,
) => number | string | undefined;

/** What the operations are, with their arguments. Lengths are bytes at the start of the outbox. */
export const Op = {
  /** to, callId, method, length */
  call: 1,
  /** requestId, length */
  reply: 2,
  /** state length, snapshot length or -1: the snapshot's bytes follow the state's */
  save: 3,
  /** length */
  upcall: 4,
  /** length */
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

/** The functions of a realm that the host calls; each is one entry into the peer, except `reserve` and `observe`. */
export interface RealmEntries {
  /** Makes the inbox hold so many bytes. */
  reserve(sizeBytes: number): void;
  /**
   * Evaluates the submission and constructs the peer; the inbox holds state, then snapshot.
   * `submission` is its wrapper function of this realm.
   */
  boot(nowUs: number, submission: unknown, peers: number, stateLength: number, snapshotLength: number): void;
  request(nowUs: number, requestId: number, from: number, method: string, length: number): void;
  /** `length` -1 stands for null. */
  reply(nowUs: number, callId: number, length: number): void;
  invoke(nowUs: number, invokeId: number, method: string, length: number): void;
  timer(nowUs: number, id: number): void;
  /** Asks the observer, after an entry's microtasks. */
  observe(): void;
  /** Reports a rejection that nobody handled. */
  rejected(reason: unknown): void;
  /** To recognise the realm's promises by. */
  readonly promisePrototype: object;
}

/** What a realm is told when it is made. */
export interface RealmOptions {
  readonly me: number;
  /** The base name of the bundle, as it stands in stack traces. */
  readonly filename: string;
  readonly file: string;
  readonly className: string;
  /** Names, separated by spaces. */
  readonly localMethods: string;
  readonly observer: string;
}
