import { PullReader, TooManyItems } from "../../labs/api/codec/pull-reader.ts";
import { portableUtf8 } from "../../labs/api/codec/utf8.ts";
import { hexPieces } from "../text/data-text.ts";
import { printable } from "../text/printable.ts";
import { type Shape, TREE, type Tree } from "./types.ts";

/** How much of a value is shown. */
export interface TreeLimits {
  /** Values and fields within it. */
  readonly nodes: number;
  /** Items of a list: the first and the last so many, one third and two thirds of it. */
  readonly items: number;
  /** Letters of a text. */
  readonly chars: number;
}

/** Deeper down, only how much there is. */
const DEPTH = 12;
/** Bytes of which not even the beginning is shown as text. */
const HEX_BYTES = 16;
/** Letters of a field's name. */
const NAME_CHARS = 80;

/** What the trees of a page have in common. */
export class TreeParts {
  /** The shapes of objects, each once. */
  readonly shapes: Shape[] = [];
  /** Whether anything of any value is left out. */
  isCut = false;
  readonly #known = new Map<string, number>();

  shapeOf(names: readonly string[], more: number): number {
    const key = JSON.stringify([names, more]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.shapes.length);
    return this.shapes.push([names, more]) - 1;
  }
}

/**
 * What a peer encoded, as a tree; of what is large, the beginning and the end. Bytes that are no encoded value are shown as
 * bytes. Takes time in proportion to the bytes, and memory in proportion to the limits.
 */
export function treeOf(bytes: Uint8Array, limits: TreeLimits, parts: TreeParts): Tree {
  try {
    const builder = new TreeBuilder(bytes, limits, parts);
    const tree = builder.value(0);
    if (builder.isAtEnd) return tree;
  } catch (error) {
    if (error instanceof TooManyItems) {
      parts.isCut = true;
      return [TREE.left, sizeOf(bytes)];
    }
    // Not what the codec makes.
  }
  return bytesTree(bytes, limits.chars);
}

/** Of a value of so many items that nobody goes through them. */
function sizeOf(bytes: Uint8Array): string {
  const reader = new PullReader(bytes);
  reader.head();
  return `${reader.kind === "array" ? "a list" : "an object"} of ${reader.size}, ${bytes.length} bytes`;
}

class TreeBuilder {
  readonly #reader: PullReader;
  #nodes: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: TreeLimits,
    private readonly parts: TreeParts,
    nodes = 0,
  ) {
    this.#nodes = nodes;
    this.#reader = new PullReader(bytes);
  }

  get isAtEnd(): boolean {
    return this.#reader.isAtEnd;
  }

  value(depth: number): Tree {
    const reader = this.#reader;
    this.#nodes++;
    reader.head();
    switch (reader.kind) {
      case "null":
        return null;
      case "boolean":
        return reader.boolean;
      case "number":
        return reader.number;
      case "string":
        return cutTree(textTree(this.#content(), this.limits.chars), this.parts);
      case "bytes":
        return this.#bytes(this.#content(), depth);
      case "array":
        return this.#list(reader.size, depth);
      case "object":
        return this.#object(reader.size, depth);
    }
  }

  /** Bytes within a value are often values that were encoded before, such as the entries of a log. */
  #bytes(bytes: Uint8Array, depth: number): Tree {
    if (holdsItems(bytes) && !this.#isTooMuch(depth)) {
      const inner = new TreeBuilder(bytes, this.limits, this.parts, this.#nodes);
      try {
        const tree = inner.value(depth + 1);
        if (inner.isAtEnd) {
          this.#nodes = inner.#nodes;
          return [TREE.encoded, bytes.length, tree];
        }
      } catch {
        // Other bytes that begin like that.
      }
    }
    return bytesTree(bytes, this.limits.chars);
  }

  #list(size: number, depth: number): Tree {
    if (this.#isTooMuch(depth) && size > 0) {
      this.parts.isCut = true;
      this.#skip(size, depth);
      return [TREE.left, `a list of ${size}`];
    }
    const { items } = this.limits;
    if (size <= items) return [TREE.list, ...this.#items(size, depth)];
    const first = Math.floor(items / 3);
    this.parts.isCut = true;
    const before = this.#items(first, depth);
    const left = size - items;
    this.#skip(left, depth);
    return [TREE.longList, left, first, ...before, ...this.#items(items - first, depth)];
  }

  #items(count: number, depth: number): Tree[] {
    const items: Tree[] = [];
    for (let left = count; left > 0; left--) items.push(this.value(depth + 1));
    return items;
  }

  #object(size: number, depth: number): Tree {
    if (this.#isTooMuch(depth) && size > 0) {
      this.parts.isCut = true;
      this.#skip(2 * size, depth);
      return [TREE.left, `an object of ${size} field${size === 1 ? "" : "s"}`];
    }
    const names: string[] = [];
    const values: Tree[] = [];
    let left = size;
    for (; left > 0 && (names.length === 0 || !this.#isTooMuch(0)); left--) {
      const reader = this.#reader;
      reader.name();
      const name = textTree(this.#content(), NAME_CHARS);
      names.push(typeof name === "string" ? name : `${(name as readonly unknown[])[2]}…`);
      values.push(this.value(depth + 1));
    }
    if (left > 0) this.parts.isCut = true;
    this.#skip(2 * left, depth);
    return [this.parts.shapeOf(names, left), ...values];
  }

  /** Of the text or bytes that were read last. */
  #content(): Uint8Array {
    const { content, size } = this.#reader;
    return this.bytes.subarray(content, content + size);
  }

  #isTooMuch(depth: number): boolean {
    return depth >= DEPTH || this.#nodes >= this.limits.nodes;
  }

  #skip(values: number, depth: number): void {
    for (let left = values; left > 0; left--) this.#reader.skip(depth + 1);
  }
}

/** Whether they begin as an object or a list that is not empty does. */
function holdsItems(bytes: Uint8Array): boolean {
  const [tag = 0] = bytes;
  return (tag > 0x80 && tag < 0xa0 && tag !== 0x90) || (tag >= 0xdc && tag <= 0xdf);
}

function cutTree(tree: Tree, parts: TreeParts): Tree {
  if (Array.isArray(tree) && tree[0] === TREE.longText) parts.isCut = true;
  return tree;
}

function textTree(bytes: Uint8Array, chars: number): Tree {
  const text = beginning(bytes, chars);
  return text.length > chars || bytes.length > 4 * chars ? [TREE.longText, bytes.length, text.slice(0, chars)] : text;
}

function bytesTree(bytes: Uint8Array, chars: number): Tree {
  const text = readable(bytes, chars);
  if (text !== null) return [TREE.textBytes, bytes.length, text.slice(0, chars)];
  return [TREE.bytes, bytes.length, [...hexPieces(bytes.subarray(0, HEX_BYTES))].join("")];
}

/** What bytes say, when they are nothing but a text that can be read. */
function readable(bytes: Uint8Array, chars: number): string | null {
  if (bytes.length < 2) return null;
  try {
    const text = beginning(bytes, chars);
    return text.includes("\ufffd") || isMostlyBlank(text) ? null : text;
  } catch {
    return null;
  }
}

/** Padding and the like: of texts that somebody reads, most can be seen. */
function isMostlyBlank(text: string): boolean {
  return 2 * text.replace(/\s/gu, "").length < text.length;
}

/** The first letters, one more than asked for when there are more. Throws where they are no UTF-8. */
function beginning(bytes: Uint8Array, chars: number): string {
  let end = Math.min(bytes.length, 4 * (chars + 1));
  // Back to where a letter begins.
  for (let back = 0; back < 3 && end < bytes.length && ((bytes[end] as number) & 0xc0) === 0x80; back++) end--;
  return printable(portableUtf8.read(bytes, 0, end).slice(0, chars + 1));
}
