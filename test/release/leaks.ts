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

/** A large text in which sentences are looked for, as `sentences` gives them. */
export class Haystack {
  private readonly text: string;

  constructor(texts: Iterable<string>) {
    this.text = squeezed([...texts].join("\n"));
  }

  holds(sentence: string): boolean {
    return this.text.includes(sentence);
  }
}
