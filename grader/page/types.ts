import type { FieldChange, TraceRecord } from "../sim/trace.ts";
import type { UpcallWords } from "../text/upcall-words.ts";

/** Which of a peer's facts is told under which title. A fact is a field of what the lab's observer gives. */
export interface FactColumn {
  readonly fact: string;
  readonly title: string;
  /** Of a fact that is true or false: the word for it when it is true, and nothing otherwise. */
  readonly whenTrue?: string;
}

/** Which fields of what a process is seen to apply say where it stands, and what it is; by default those of a log. */
export interface EntryFields {
  /** Such as `index`; also what the columns are called. */
  readonly place: string;
  readonly content: string;
  /** What the entries are together: "Logs". */
  readonly title: string;
}

/** An operation of a client that the failure speaks of, by the name it has there. */
export interface NamedOperation {
  readonly name: string;
  readonly peer: number;
  /** When it was called. */
  readonly timeUs: number;
}

/** A moment of a run that the page marks, and what there is to say of it. */
export interface Mark {
  readonly kind: "violation" | "departure";
  readonly timeUs: number;
  /** Who did it, when it was one peer. */
  readonly peer?: number;
  /** A sentence. */
  readonly text: string;
}

/** A run as the page shows it. Texts may be anybody's. */
export interface TracedRun {
  /** `lab2b/backup@7`. */
  readonly run: string;
  readonly title: string;
  readonly about: string;
  /** Verdict and property, or that it passed. */
  readonly headline: string;
  readonly hasPassed: boolean;
  /** What is told of the run, a label and a text each: what was expected, seen, which rule, how it came to this. */
  readonly story: readonly (readonly [label: string, text: string])[];
  readonly peers: number;
  /** What the processes are called, by their numbers; default: `peer 2`. */
  readonly names?: readonly string[];
  /** Absent: fields of what was observed, under their own names. */
  readonly columns?: readonly FactColumn[];
  /** Absent: those of a log. */
  readonly entries?: EntryFields;
  /** Absent: that of a log. */
  readonly upcall?: UpcallWords;
  readonly marks: readonly Mark[];
  /** Operations that contradict each other. */
  readonly operations?: readonly NamedOperation[];
  readonly records: readonly TraceRecord[];
  /** What each step changed in the fields of its peer's object; or why this is not known, a sentence. */
  readonly fields?: readonly FieldChange[] | string;
}

/**
 * A value as the page has it, so that it is short: a scalar is itself, everything else a list that begins with a number.
 * From 0: an object of that shape, then its fields' values. Below: see `TREE`.
 */
export type Tree = null | boolean | number | string | readonly [number, ...(readonly unknown[])];

/** What a list that stands for a value begins with, when it is no object, and what follows. */
export const TREE = {
  /** All items. */
  list: -1,
  /** How many items are left out, how many of the others stand before them, then the others. */
  longList: -2,
  /** How many characters or bytes it has in all, then its beginning. */
  longText: -3,
  /** How many bytes, then the first ones in hexadecimal. */
  bytes: -4,
  /** How many bytes, then what they are as text, or its beginning. */
  textBytes: -5,
  /** A few words instead of the value. */
  left: -6,
  /** How many bytes, then what they are when they are decoded once more. */
  encoded: -7,
} as const;

/** Names of an object's fields, and how many more it has. */
export type Shape = readonly [names: readonly string[], more: number];

/** Events, as columns. Each has its time as the distance from the one before. */
export interface EventColumns {
  readonly timeUs: readonly number[];
  /** Index into `kinds`. */
  readonly kind: readonly number[];
  readonly peer: readonly number[];
  readonly other: readonly number[];
  /** Which call of the run, or -1. */
  readonly call: readonly number[];
  readonly id: readonly number[];
  /** Index into `texts`. */
  readonly text: readonly number[];
  /** Index into `values`, or -1. */
  readonly value: readonly number[];
}

/** How a step of a page's fields comes about: by what a peer did, by its boot, or it is all that was there before. */
export const STEP = { change: 0, boot: 1, base: 2 } as const;

/** What peers' objects hold, as changes. */
export interface PageFields {
  /** Of each path the one that it lies below, which stands before it; the first is the object itself. */
  readonly parents: readonly number[];
  /** Names of fields: index into `texts`. */
  readonly keys: readonly number[];
  readonly texts: readonly string[];
  /** In order; what a step changed is its next `count` of `path` and `text`. */
  readonly steps: {
    /** The first event of the step, as the distance from that of the step before. */
    readonly from: readonly number[];
    /** How many events it has. */
    readonly events: readonly number[];
    readonly peer: readonly number[];
    /** Of `STEP`. */
    readonly kind: readonly number[];
    /** 1: not all that is there is told. */
    readonly isCut: readonly number[];
    readonly count: readonly number[];
    readonly path: readonly number[];
    /** Index into `texts`; -1: gone, with all below. */
    readonly text: readonly number[];
  };
  /** From which event on, and up to before which one, fields are known. */
  readonly known: readonly [from: number, to: number];
}

/** What the page's script reads. */
export interface PageData {
  /** What the processes are called; there are as many. */
  readonly names: readonly string[];
  readonly kinds: readonly string[];
  readonly columns: readonly FactColumn[];
  readonly entries: EntryFields;
  readonly upcall: UpcallWords;
  readonly texts: readonly string[];
  readonly shapes: readonly Shape[];
  readonly values: readonly Tree[];
  /** Sizes in bytes of what was encoded in `values`. */
  readonly sizes: readonly number[];
  readonly events: EventColumns;
  /** Where events were left out: before which event, and how many. */
  readonly gaps: readonly (readonly [before: number, count: number])[];
  readonly marks: readonly (Omit<Mark, "timeUs"> & { readonly event: number })[];
  /** Operations that contradict each other: their names, and the events that call them. */
  readonly operations: readonly (readonly [name: string, event: number])[];
  /** Absent: nothing is known of fields. */
  readonly fields?: PageFields;
  /** What the page leaves out, a sentence each. */
  readonly left: readonly string[];
}
