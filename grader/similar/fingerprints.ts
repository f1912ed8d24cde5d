import { type Token, tokensOf } from "./source/lexer.ts";
import { type Shape, shapeOf } from "./source/shape.ts";
import { withoutTypes } from "./source/strip-types.ts";

/** A source file of a submission. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** What a submission is compared by, and shown by. */
export interface Fingerprints {
  readonly files: readonly FingerprintedFile[];
  /** Different fingerprints of all files, ascending. */
  readonly unique: Uint32Array;
  /** What was left out, in words; undefined: nothing. */
  readonly leftOut?: string;
}

export interface FingerprintedFile {
  readonly path: string;
  /** The source's lines; null: it is too long to be shown. */
  readonly lines: readonly string[] | null;
  /** At each word the fingerprint of the words from there on. */
  readonly hashes: Uint32Array;
  /** Of each word, from 1. */
  readonly lineOf: Uint32Array;
}

/** Words that one fingerprint covers. */
export const GRAM_WORDS = 12;
/** Tokens of all files of one submission that are looked at; a Raft has about 6000. */
export const MAX_TOKENS = 150_000;
/** Letters of all files of one submission that are kept to be shown. */
const MAX_SHOWN_LETTERS = 400_000;

/** The fingerprints of a submission's sources. Takes time in proportion to them, and bounded memory, whatever they hold. */
export function fingerprintsOf(sources: readonly SourceText[]): Fingerprints {
  let tokensLeft = MAX_TOKENS;
  let lettersLeft = MAX_SHOWN_LETTERS;
  const files: FingerprintedFile[] = [];
  for (const { path, text } of sources) {
    const tokens: readonly Token[] = tokensOf(text, tokensLeft);
    tokensLeft -= tokens.length;
    const { words, lines }: Shape = shapeOf(withoutTypes(tokens));
    const isShown = text.length <= lettersLeft;
    if (isShown) lettersLeft -= text.length;
    files.push({ path, lines: isShown ? text.split(/\r?\n/) : null, hashes: hashesOf(words), lineOf: lines });
  }
  const leftOut = tokensLeft > 0 ? {} : { leftOut: `only its first ${MAX_TOKENS} tokens were compared` };
  return { files, unique: uniqueOf(files.map(({ hashes }) => hashes)), ...leftOut };
}

function hashesOf(words: Uint8Array): Uint32Array {
  const hashes = new Uint32Array(Math.max(0, words.length - GRAM_WORDS + 1));
  for (let at = 0; at < hashes.length; at++) {
    let hash = 0x811c9dc5;
    for (let i = at; i < at + GRAM_WORDS; i++) hash = Math.imul(hash ^ (words[i] as number), 0x01000193);
    // The last words would else move low bits only.
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hashes[at] = (hash ^ (hash >>> 13)) >>> 0;
  }
  return hashes;
}

function uniqueOf(all: readonly Uint32Array[]): Uint32Array {
  const sorted = new Uint32Array(all.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const hashes of all) {
    sorted.set(hashes, end);
    end += hashes.length;
  }
  sorted.sort();
  return sorted.filter((hash, at) => at === 0 || hash !== sorted[at - 1]);
}
