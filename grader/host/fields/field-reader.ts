import { encode } from "../../../labs/api/codec.ts";
import { eachEntry, eachItem, getOwnPropertyDescriptor, getPrototypeOf, internal, is, ownKeys } from "./intrinsics.ts";
import type { PrivateFields } from "./privates.ts";
import { classNameOf, entryText, keyText, leafText, primitiveText, sameText } from "./words.ts";

/** Values of one peer that are told at a moment; what lies further away from its object is left out. */
const NODES_MAX = 4_000;
/** Of longer lists and larger objects the first and the last items: logs are looked at where they end. */
const FIRST_ITEMS = 50;
const LAST_ITEMS = 150;
/** Of an object of more fields than these it is said how many there are; no map is gone through for more entries. */
const FIELDS_MAX = 10_000;
const DEPTH_MAX = 12;
/** Values that are looked at in one run; then no more is read, as the run shall come to its end. */
export const LOOKS_MAX = 30_000_000;
/** Bytes that are told in one run. */
export const TOLD_BYTES_MAX = 48 * 1024 * 1024;

/** What came of one reading is told with: the first element, a sum of these. */
export const READING = { begins: 1, isCut: 2, ends: 4 } as const;

/** How much was read in a run, by all of its peers. */
export interface ReadSoFar {
  looks: number;
  bytes: number;
}

/** What is to be known of a realm to read a peer's fields. */
export interface Subject {
  /** The peer, once it is there. */
  readonly self: () => object | null;
  /** Objects of the grader that the submission was given, and what they are called. */
  readonly given: ReadonlyMap<object, string>;
  /** Prototypes of classes that the submission was given to build on, and their names: what such an object holds is not its own. */
  readonly foreign: ReadonlyMap<object, string>;
  readonly objectPrototype: object;
  readonly privates: PrivateFields;
}

/** A place among a peer's fields, and what was told of it last. */
class Place {
  readonly children = new Map<string | number, Place>();
  /** What is there, as far as that says whether it is still the same; `UNTOLD` at first. */
  value: unknown = UNTOLD;
  seen = 0;

  constructor(
    readonly id: number,
    readonly depth: number,
    readonly path: () => string,
  ) {}
}

const UNTOLD = Symbol("untold");

/**
 * Reads the fields of one life of a peer, again and again, and tells what has changed. It looks at descriptors only, so that
 * nothing of the realm runs: of an accessor it is said that there is one, a proxy is not gone into, and what
 * is the grader's own is called by its name. Breadth first: what is near to the peer's object is told, whatever lies below.
 *
 * Where variables of functions are all that holds a value it is not seen.
 */
export class FieldReader {
  private root = new Place(0, 0, () => "this");
  private places = 1;
  private readings = 0;
  private readonly classNames = new Map<object | null, string>();
  /** Objects of very many fields: they are not counted again. */
  private readonly vast = new WeakMap<object, string>();
  // Of the reading that is under way:
  private made: (number | string)[] = [];
  private changes: (number | string | null)[] = [];
  private isCut = false;
  private left = 0;
  private readonly met = new Map<object, Place>();
  private queue: (readonly [value: object, place: Place])[] = [];

  constructor(
    private readonly subject: Subject,
    private readonly soFar: ReadSoFar,
  ) {}

  /** What changed since the last reading, encoded; null when nothing did, and when no more is read in this run. */
  read(): Uint8Array | null {
    const self = this.subject.self();
    if (self === null || this.isOver) return null;
    this.readings++;
    [this.made, this.changes, this.isCut, this.left] = [[], [], false, NODES_MAX];
    this.met.clear();
    this.visit(self, this.root);
    for (let at = 0; at < this.queue.length; at++) {
      const [value, place] = this.queue[at] as (typeof this.queue)[number];
      this.goInto(value, place);
    }
    this.queue = [];
    this.soFar.looks += NODES_MAX - this.left;
    return this.changes.length > 0 || this.isOver ? this.told() : null;
  }

  private get isOver(): boolean {
    return this.soFar.looks > LOOKS_MAX || this.soFar.bytes > TOLD_BYTES_MAX;
  }

  private told(): Uint8Array {
    const { made, changes, soFar } = this;
    const flags = (this.readings === 1 ? READING.begins : 0) | (this.isCut ? READING.isCut : 0);
    soFar.bytes += encode([flags, made, changes]).length;
    return encode([flags | (this.isOver ? READING.ends : 0), made, changes]);
  }

  /** Tells a value where it differs from what was there, and puts down what it holds to be gone through. */
  private visit(value: unknown, place: Place): void {
    place.seen = this.readings;
    if (value === ACCESSOR) this.tell(place, ACCESSOR, () => "getter");
    else if ((typeof value === "object" && value !== null) || typeof value === "function") this.meet(value, place);
    else this.tell(place, value, () => primitiveText(value));
  }

  private meet(value: object, place: Place): void {
    const isPlain = !is.proxy(value) && getPrototypeOf(value) === this.subject.objectPrototype;
    const name = isPlain ? undefined : (this.subject.given.get(value) ?? this.foreignText(value));
    const before = name === undefined ? this.met.get(value) : undefined;
    const leaf = name ?? (isPlain ? undefined : leafText(value)) ?? this.vast.get(value);
    if (before === undefined) this.met.set(value, place);
    // Functions and the like say all in a word; so it is not told that they are the same.
    if (leaf !== undefined) this.tell(place, leaf, () => leaf);
    else if (before !== undefined) this.tell(place, before, () => sameText(before.path()));
    else this.queue.push([value, place]);
  }

  /** `value`: by which it is seen whether it is still the same. Whatever lay below is gone. */
  private tell(place: Place, value: unknown, text: () => string): void {
    if (!Object.is(place.value, value)) {
      place.value = value;
      this.changes.push(place.id, text());
    }
    if (place.children.size > 0) this.sweep(place, -1);
  }

  private foreignText(value: object): string | undefined {
    const { foreign } = this.subject;
    if (foreign.size === 0 || is.proxy(value)) return undefined;
    for (let one = getPrototypeOf(value); one !== null && !is.proxy(one); one = getPrototypeOf(one)) {
      const name = foreign.get(one);
      if (name !== undefined) return `${name}, given: its fields are not shown`;
    }
    return undefined;
  }

  /** What an object holds. */
  private goInto(value: object, place: Place): void {
    const prototype = getPrototypeOf(value);
    const name = this.classNameOf(prototype);
    let head = prototype === this.subject.objectPrototype ? "{}" : `${name} {}`;
    if (is.array(value)) head = `${name === "Array" ? "" : `${name} `}[${lengthOf(value)}]`;
    else if (is.map(value)) head = `${name}(${internal("mapSize", value)})`;
    else if (is.set(value)) head = `${name}(${internal("setSize", value)})`;
    if (place.value !== head) {
      place.value = head;
      this.changes.push(place.id, head);
    }
    const first = place.children.size;
    let count = 0;
    const give = (key: string | number, item: unknown) => {
      if (!this.mayTell(place)) return;
      count++;
      this.visit(item, this.child(place, key));
    };
    if (is.array(value)) this.items(value, give);
    else {
      if (is.map(value)) this.entries(value, give);
      else if (is.set(value)) this.members(value, give);
      this.fields(value, place, give);
      if (prototype !== null) this.privates(value, prototype, give);
    }
    if (first + count > 0 && place.children.size !== count) this.sweep(place, this.readings);
  }

  private mayTell(place: Place): boolean {
    if (this.left > 0 && place.depth < DEPTH_MAX) {
      this.left--;
      return true;
    }
    this.isCut = true;
    return false;
  }

  private items(list: object, give: (key: number, item: unknown) => void): void {
    const length = lengthOf(list);
    for (let at = 0; at < length; at++) {
      if (length > FIRST_ITEMS + LAST_ITEMS && at === FIRST_ITEMS) {
        at = length - LAST_ITEMS;
        this.isCut = true;
      }
      const item = getOwnPropertyDescriptor(list, at as unknown as string);
      if (item !== undefined) give(at, "value" in item ? item.value : ACCESSOR);
    }
  }

  private entries(map: object, give: (key: string, item: unknown) => void): void {
    const shown = this.window(internal("mapSize", map) as number);
    let at = 0;
    eachEntry(map, (key, item) => {
      if (shown(at)) give(`${entryText(key, at)} ⇒`, item);
      return at++ < FIELDS_MAX;
    });
    this.soFar.looks += at;
  }

  private members(set: object, give: (key: string, item: unknown) => void): void {
    const shown = this.window(internal("setSize", set) as number);
    let at = 0;
    eachItem(set, (item) => {
      if (shown(at)) give(`(${at})`, item);
      return at++ < FIELDS_MAX;
    });
    this.soFar.looks += at;
  }

  /** Which of so many are told, by their places. */
  private window(size: number): (at: number) => boolean {
    if (size <= FIRST_ITEMS + LAST_ITEMS) return () => true;
    this.isCut = true;
    return (at) => at < FIRST_ITEMS || at >= size - LAST_ITEMS;
  }

  private fields(value: object, place: Place, give: (key: string, item: unknown) => void): void {
    const keys = ownKeys(value);
    this.soFar.looks += keys.length;
    if (keys.length > FIELDS_MAX) {
      const text = `an object of ${keys.length} fields, which are not shown`;
      this.vast.set(value, text);
      this.isCut = true;
      place.value = text;
      this.changes.push(place.id, text);
      return;
    }
    const shown = this.window(keys.length);
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as string | symbol;
      if (!shown(at)) continue;
      // Whoever asks for the stack of an exception lets its realm write it.
      if (key === "stack" && Reflect.apply(is.enumerable, value, [key]) !== true) continue;
      const field = getOwnPropertyDescriptor(value, key);
      if (field !== undefined) give(keyText(key), "value" in field ? field.value : ACCESSOR);
    }
  }

  private privates(value: object, prototype: object, give: (key: string, item: unknown) => void): void {
    for (const { name, read } of this.subject.privates.of(prototype)) {
      const item = read(value);
      if (!this.subject.privates.isNone(item)) give(name, item);
    }
  }

  private classNameOf(prototype: object | null): string {
    let name = this.classNames.get(prototype);
    if (name === undefined) {
      name = classNameOf(prototype);
      this.classNames.set(prototype, name);
    }
    return name;
  }

  private child(parent: Place, key: string | number): Place {
    let child = parent.children.get(key);
    // Two names that are cut to the same.
    for (let nth = 2; child !== undefined && child.seen === this.readings; nth++) {
      key = `${key} (${nth})`;
      child = parent.children.get(key);
    }
    if (child === undefined) {
      const path = () => pathOf(parent, key);
      child = new Place(this.places++, parent.depth + 1, path);
      parent.children.set(key, child);
      this.made.push(parent.id, key);
    }
    return child;
  }

  /** Tells which children are gone: those that were not seen in this reading. */
  private sweep(place: Place, reading: number): void {
    for (const [key, child] of place.children) {
      if (child.seen === reading) continue;
      place.children.delete(key);
      if (child.value !== UNTOLD) this.changes.push(child.id, null);
    }
  }
}

/** Stands for the value of a field that is a getter or setter. */
const ACCESSOR = Symbol("accessor");

function lengthOf(list: object): number {
  return getOwnPropertyDescriptor(list, "length")?.value as number;
}

function pathOf(parent: Place, key: string | number): string {
  if (typeof key === "number") return `${parent.path()}[${key}]`;
  return /^[\w$#]+$/.test(key) ? `${parent.path()}.${key}` : `${parent.path()}[${key}]`;
}
