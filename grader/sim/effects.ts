/**
 * What peers can do and what can happen to them, as tables: the types of inputs and effects follow from them, and so do how they
 * go over the wire, what of them audits compare, what they count for, where a peer can crash, and what is said of them. A new
 * kind is a row here, what the kernel does with it, and what the realm does.
 */
import type { ProcessPlan } from "./role.ts";

/** Virtual time since the start of a run, an integer number of microseconds, 0 … 2^53−1. */
export type Micros = number;

/** How one peer's clock runs: local = offsetUs + t + floor(t · driftPpm / 1 000 000), t being kernel time. */
export interface PeerClock {
  readonly offsetUs: number;
  readonly driftPpm: number;
}

export const LOG_LEVELS = ["debug", "log", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a field holds. */
interface Values {
  /** An integer 0 … 2^53−1. */
  id: number;
  /** The id of a process. */
  peer: number;
  /** A method. */
  name: string;
  text: string;
  /** A line of console output. */
  line: string;
  /** Tells of files and frames, and not of what the peer did: audits leave it out. */
  stack: string;
  level: LogLevel;
  /** Copies made at that moment, mostly MessagePack. */
  bytes: Uint8Array;
  "bytes?": Uint8Array | null;
  /** Four 32-bit words. */
  words: readonly [number, number, number, number];
  clock: PeerClock;
  processes: readonly ProcessPlan[];
}
export type FieldKind = keyof Values;

interface InputRow {
  /** On the wire. */
  readonly number: number;
  readonly fields: Readonly<Record<string, FieldKind>>;
}

interface EffectRow extends InputRow {
  /** What it is when it is too large: "a call", "a reply". */
  readonly what: string;
  /** The same of single fields, where they are told apart. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Whether a peer can crash at it: at any such effect that a scenario does not tell apart, or where it is named. */
  readonly crash?: "any" | "named";
  /** A sentence's end, after "In the run: ", with fields in braces; a piece in brackets is left out where its field is null. */
  readonly says: string;
}

/** The numbers stay what they are; so does the order of fields, in which they go over the wire. */
export const EFFECTS = {
  call: {
    number: 1,
    fields: { callId: "id", to: "peer", method: "name", args: "bytes" },
    what: "a call",
    crash: "any",
    says: "it called {method} on peer {to} with {args} (call {callId})",
  },
  reply: {
    number: 2,
    fields: { requestId: "id", reply: "bytes" },
    what: "a reply",
    crash: "any",
    says: "it answered a request with {reply}",
  },
  save: {
    number: 3,
    fields: { state: "bytes", snapshot: "bytes?" },
    what: "the saved state",
    parts: { snapshot: "the saved snapshot" },
    crash: "any",
    says: "it saved {state}[ and a snapshot {snapshot}]",
  },
  /** It called the function that its constructor was given. */
  upcall: {
    number: 4,
    fields: { message: "bytes" },
    what: "a message to apply",
    crash: "any",
    says: "it applied {message}",
  },
  /** What the role's observer gives changed; asked after every entry. */
  observed: {
    number: 5,
    fields: { value: "bytes" },
    what: "the observed state",
    says: "its state became {value}",
  },
  /** A local method that was called answers. */
  result: {
    number: 6,
    fields: { invokeId: "id", value: "bytes" },
    what: "a result",
    crash: "named",
    says: "it returned {value}",
  },
  log: {
    number: 7,
    fields: { level: "level", text: "line" },
    what: "a log line",
    says: 'it wrote "{text}" to the console',
  },
  /** Student code threw: in the constructor, a handler, a timer, a microtask, or an unhandled rejection. */
  exception: {
    number: 8,
    fields: { where: "text", name: "text", message: "text", stack: "stack" },
    what: "an exception",
    says: "it threw {name}: {message} ({where})",
  },
  /** The student interface was broken: data that cannot be encoded, a method that does not exist, a null reply. */
  misuse: {
    number: 9,
    fields: { message: "text", stack: "stack" },
    what: "a misuse",
    says: "it broke the interface: {message}",
  },
} as const satisfies Record<string, EffectRow>;

export const INPUTS = {
  /**
   * Makes a new realm and constructs the peer in it, of the class and with the arguments that its role says. `processes`: all
   * of the run, by their ids. `seed`: the incarnation's own random stream. `state`, `snapshot`: what was saved last.
   */
  boot: {
    number: 1,
    fields: {
      processes: "processes",
      options: "bytes",
      seed: "words",
      clock: "clock",
      state: "bytes",
      snapshot: "bytes",
    },
  },
  /** Another peer's call arrives: the handler named `method` runs, and answers with an effect `reply`. */
  request: { number: 2, fields: { requestId: "id", from: "peer", method: "name", args: "bytes" } },
  /** The answer to a call that this incarnation made; null when request or reply was lost. */
  reply: { number: 3, fields: { callId: "id", reply: "bytes?" } },
  /** The grader calls one of the role's local methods; answered by an effect `result`, at once or later. `args`: an array. */
  invoke: { number: 4, fields: { invokeId: "id", method: "name", args: "bytes" } },
  /** The peer stands still: its timers wait, and the kernel keeps its deliveries back. */
  pause: { number: 5, fields: {} },
  /** Timers that came due meanwhile fire now, in order of their due time, before any later input. */
  resume: { number: 6, fields: {} },
  /** The incarnation is gone (crash): its realm is forgotten, nothing of it runs any more. */
  drop: { number: 7, fields: {} },
} as const satisfies Record<string, InputRow>;

type FieldsOf<Row extends InputRow> = {
  readonly [Name in keyof Row["fields"]]: Row["fields"][Name] extends FieldKind ? Values[Row["fields"][Name]] : never;
};

interface InputTo {
  /** When it reaches the peer. Inputs to one peer are in order of time; a window's inputs are sorted by time, then peer. */
  readonly timeUs: Micros;
  readonly peer: number;
  /** 1 for the first boot of this peer, one more for each restart. */
  readonly incarnation: number;
}

/** One thing that happens to a peer from outside. */
export type Input = {
  [Kind in keyof typeof INPUTS]: InputTo & { readonly kind: Kind } & FieldsOf<(typeof INPUTS)[Kind]>;
}[keyof typeof INPUTS];

/** One thing that a peer did, in the order in which it did it. */
export type Effect = {
  [Kind in keyof typeof EFFECTS]: { readonly kind: Kind } & FieldsOf<(typeof EFFECTS)[Kind]>;
}[keyof typeof EFFECTS];

/** A row of either table, as those see it that are the same for all kinds. */
export interface Kind {
  readonly kind: string;
  readonly number: number;
  readonly fields: readonly Field[];
}
export interface Field {
  readonly name: string;
  readonly type: FieldKind;
  /** What it is when it is too large. */
  readonly what: string;
}

export interface EffectKind extends Kind {
  readonly kind: Effect["kind"];
  readonly crash: "any" | "named" | null;
  readonly says: string;
}

/** By kind, in the order of the table. */
export const EFFECT_KINDS: ReadonlyMap<string, EffectKind> = new Map(
  Object.entries(EFFECTS).map(([kind, row]: [string, EffectRow]) => {
    const { number, what, parts, crash = null, says } = row;
    const fields = Object.entries(row.fields).map(([name, type]) => ({ name, type, what: parts?.[name] ?? what }));
    return [kind, { kind: kind as Effect["kind"], number, fields, crash, says }];
  }),
);
export const INPUT_KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries(INPUTS).map(([kind, row]: [string, InputRow]) => {
    const fields = Object.entries(row.fields).map(([name, type]) => ({ name, type, what: "an input" }));
    return [kind, { kind, number: row.number, fields }];
  }),
);

/** At which a peer can crash. */
export type CrashPoint = {
  [Kind in keyof typeof EFFECTS]: (typeof EFFECTS)[Kind] extends { readonly crash: string } ? Kind : never;
}[keyof typeof EFFECTS];

/** Of an input or effect what it has in a field of that name. */
export function valueIn(holder: object, name: string): unknown {
  return (holder as Record<string, unknown>)[name];
}

/** How much the data and texts of an input or effect take: bytes, and UTF-16 units. */
export function sizeOf(holder: { readonly kind: string }, kinds: ReadonlyMap<string, Kind>): number {
  let size = 0;
  for (const { name, type } of (kinds.get(holder.kind) as Kind).fields) {
    switch (type) {
      case "id":
      case "peer":
      case "level":
      case "words":
      case "clock":
      case "processes":
        break;
      default:
        size += (valueIn(holder, name) as Uint8Array | string | null)?.length ?? 0;
    }
  }
  return size;
}
