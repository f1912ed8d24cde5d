import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder that is not of somebody else's package, as text, by its path. */
export function textsBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/(^|\/)node_modules\/(?!consensus-labs\/(?!node_modules))/.test(path) && !path.endsWith(".tgz"));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** Names in a source that are long enough to be somebody's own, in it and in none of the others. */
export function ownNames(text: string, others: string): string[] {
  const known = new Set(namesIn(others));
  return [...new Set(namesIn(text))].filter((name) => name.length >= 7 && !known.has(name));
}

function namesIn(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$]*/g) ?? [];
}

/** Sentences and lines of code that say something, without the white space between their words. */
export function sentences(text: string): string[] {
  return text
    .split(/\n|(?<=[.:;]) /)
    .map((line) => squeezed(line.replace(/^\s*(\/\/|\/?\*+)/, "")))
    .filter((line) => line.length >= 30 && /[a-z]{4}/.test(line));
}

/** Without white space, as a bundler and a writer set it in other ways. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

/** So many characters that stand in the text nowhere tell at once that a sentence with them does not. */
const GRAM_CHARS = 8;
const GRAM_BITS = 24;

/** A large text in which sentences are looked for, as `sentences` gives them. */
export class Haystack {
  private readonly text: string;
  /** By its hash, whether a piece of the text of `GRAM_CHARS` may be there. */
  private readonly grams = new Uint8Array(2 ** GRAM_BITS);

  constructor(texts: Iterable<string>) {
    this.text = squeezed([...texts].join("\n"));
    for (let at = 0; at + GRAM_CHARS <= this.text.length; at++) this.grams[gramAt(this.text, at)] = 1;
  }

  holds(sentence: string): boolean {
    for (let at = 0; at + GRAM_CHARS <= sentence.length; at++) if (this.grams[gramAt(sentence, at)] === 0) return false;
    return this.text.includes(sentence);
  }
}

function gramAt(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + GRAM_CHARS; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return Math.imul(hash, 0x9e3779b1) >>> (32 - GRAM_BITS);
}
