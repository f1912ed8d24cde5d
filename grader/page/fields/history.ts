import { PullReader } from "../../../labs/api/codec/pull-reader.ts";
import { portableUtf8 } from "../../../labs/api/codec/utf8.ts";
import type { FieldChange } from "../../sim/trace.ts";
import { cutText } from "../../text/cut.ts";
import { printable } from "../../text/printable.ts";
import { type FieldState, Paths } from "./state.ts";

/** What one step changed. */
export interface FieldStep {
  /** Places of the records that it made; as in `FieldChange`. */
  readonly from: number;
  readonly to: number;
  readonly peer: number;
  /** The peer is new: nothing is left of what was there. */
  readonly begins: boolean;
  readonly isCut: boolean;
  /** A path and its text in turn; -1 for one that is gone with all below. */
  readonly changes: readonly number[];
}

/** More paths or texts than these no page has room for. */
const TABLE_MAX = 200_000;
/** Nor for more changes and places in all steps. */
const CHANGES_MAX = 3_000_000;
/** Nothing of a reading is longer; the host cuts sooner. */
const TEXT_CHARS = 260;
/** Nor does anything lie deeper: whoever goes down from a path does so with a call for each that it holds. */
const DEPTH_MAX = 16;
/** The sum that a reading begins with (`READING` of the peer host). */
const BEGINS = 1;
const IS_CUT = 2;
const ENDS = 4;

/** Nobody's encoding of a reading, or more than a page can have. */
class Unreadable extends Error {}

/**
 * What the steps of a run changed in the peers' fields, as hosts told it. The bytes come from the process of a submission:
 * they are gone through item by item, and whatever is no reading ends the history there.
 */
export class FieldHistory {
  readonly steps: FieldStep[] = [];
  readonly parents: number[] = [-1];
  /** Names of fields, as texts; the first is nobody's. */
  readonly keys: number[] = [0];
  readonly texts: string[] = [""];
  /** From which record on nothing is known. */
  end = Number.POSITIVE_INFINITY;
  readonly paths = new Paths([]);
  private readonly depths: number[] = [0];
  private readonly textIds = new Map<string, number>([["", 0]]);
  private readonly pathIds = new Map<string, number>();
  /** For each peer: paths by the numbers that its host gives them. */
  private readonly places: number[][] = [];
  private left = CHANGES_MAX;

  constructor(changes: readonly FieldChange[], peers: number) {
    for (const { from, to, peer, bytes } of changes) {
      if (from >= this.end) return;
      if (peer < 0 || peer >= peers) continue;
      try {
        this.steps.push(this.read(bytes, { from, to, peer }));
      } catch {
        this.end = from;
      }
    }
  }

  /** Of each peer what is there before a step, by its place among `steps`. */
  statesBefore(step: number): Map<number, FieldState> {
    const states = new Map<number, FieldState>();
    for (const { peer, begins, changes } of this.steps.slice(0, step)) {
      const state = states.get(peer) ?? new Map<number, number>();
      if (begins) state.clear();
      states.set(peer, state);
      for (let at = 0; at < changes.length; at += 2)
        this.paths.change(state, changes[at] as number, changes[at + 1] as number);
    }
    return states;
  }

  /** Throws when it is no reading. */
  private read(bytes: Uint8Array, at: Pick<FieldStep, "from" | "to" | "peer">): FieldStep {
    const reader = new PullReader(bytes);
    if (sizeOf(reader) !== 3) throw new Unreadable();
    const flags = numberOf(reader);
    const begins = (flags & BEGINS) !== 0;
    const before = begins ? undefined : this.places[at.peer];
    const places = before ?? [0];
    this.places[at.peer] = places;
    for (let left = this.countOf(reader); left > 0; left -= 2) {
      const parent = places[numberOf(reader)];
      if (parent === undefined || left < 2) throw new Unreadable();
      places.push(this.pathOf(parent, keyOf(reader, bytes)));
    }
    const changes: number[] = [];
    for (let left = this.countOf(reader); left > 0; left -= 2) {
      const path = places[numberOf(reader)];
      if (path === undefined || left < 2) throw new Unreadable();
      reader.head();
      changes.push(path, reader.kind === "null" ? -1 : this.textOf(textAt(reader, bytes)));
    }
    if (!reader.isAtEnd) throw new Unreadable();
    if ((flags & ENDS) !== 0) this.end = at.to;
    return { ...at, begins, isCut: (flags & IS_CUT) !== 0, changes };
  }

  private countOf(reader: PullReader): number {
    const count = sizeOf(reader);
    this.left -= count;
    if (this.left < 0) throw new Unreadable();
    return count;
  }

  private pathOf(parent: number, key: string): number {
    const text = this.textOf(key);
    const name = `${parent} ${text}`;
    const known = this.pathIds.get(name);
    if (known !== undefined) return known;
    const path = this.parents.push(parent) - 1;
    const depth = (this.depths[parent] as number) + 1;
    if (path > TABLE_MAX || depth > DEPTH_MAX) throw new Unreadable();
    this.depths.push(depth);
    this.keys.push(text);
    this.paths.add(path, parent);
    this.pathIds.set(name, path);
    return path;
  }

  private textOf(text: string): number {
    const known = this.textIds.get(text);
    if (known !== undefined) return known;
    const id = this.texts.push(text) - 1;
    if (id > TABLE_MAX) throw new Unreadable();
    this.textIds.set(text, id);
    return id;
  }
}

function sizeOf(reader: PullReader): number {
  reader.head();
  if (reader.kind !== "array") throw new Unreadable();
  return reader.size;
}

function numberOf(reader: PullReader): number {
  reader.head();
  if (reader.kind !== "number") throw new Unreadable();
  return reader.number;
}

/** A name, or the place in a list. */
function keyOf(reader: PullReader, bytes: Uint8Array): string {
  reader.head();
  return reader.kind === "number" ? `[${reader.number}]` : textAt(reader, bytes);
}

/** Throws where it is no text. */
function textAt({ kind, content, size }: PullReader, bytes: Uint8Array): string {
  if (kind !== "string" || size > 4 * TEXT_CHARS) throw new Unreadable();
  return printable(cutText(portableUtf8.read(bytes, content, content + size), TEXT_CHARS));
}
