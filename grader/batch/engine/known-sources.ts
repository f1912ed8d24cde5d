import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sandbox/dist-file.ts";
import type { Submission } from "../../submission/index.ts";

/** Sources that every student has: what to start from, and a solution. */
const KNOWN = [
  { folder: "skeleton", what: "the skeleton" },
  { folder: "reference", what: "the reference solution" },
] as const;

/** Fewer lines of one file say nothing: types and small helpers are the same in all. */
const TELLING_LETTERS = 400;

type KnownOf = Pick<Submission, "contents" | "main" | "form">;
type Known = (typeof KNOWN)[number] & { readonly texts: ReadonlyMap<string, string> };
const loaded = new Map<string, readonly Known[]>();

/**
 * What staff should know of a submission that is, or holds, sources which the course itself gives out, one line each: the
 * skeleton as it was, or files of the reference. Comments, blank lines and indentation make no difference.
 */
export function knownSources({ contents, main, form }: KnownOf): readonly string[] {
  const [skeleton, reference] = knownOf(form.home ?? "") as [Known, Known];
  const texts = [...contents].map(([path, content]) => ({ path, text: plainText(content.toString("utf8")) }));
  const mainText = texts.find(({ path }) => path === main)?.text ?? "";
  if (holds(skeleton, mainText)) return [`${main} is that of the skeleton, unchanged`];
  const given = new Set(skeleton.texts.values());
  const telling = texts.filter(({ text }) => text.length >= TELLING_LETTERS && !given.has(text));
  const taken = telling.filter(({ text }) => holds(reference, text));
  if (taken.length === 0) return [];
  const isAll = taken.length === telling.length;
  const names = taken.map(({ path }) => path).join(", ");
  return [isAll ? `it is a copy of the reference solution` : `it has files of the reference solution: ${names}`];
}

/** Of a lab's own folders. */
function knownOf(home: string): readonly Known[] {
  let known = loaded.get(home);
  if (known === undefined) {
    known = KNOWN.map((one) => ({ ...one, texts: textsIn(join(one.folder, home)) }));
    loaded.set(home, known);
  }
  return known;
}

function holds({ texts }: Known, text: string): boolean {
  return text !== "" && [...texts.values()].includes(text);
}

function textsIn(folder: string): ReadonlyMap<string, string> {
  const place = join(packageRoot(), folder);
  const names = readdirSync(place).filter((name) => name.endsWith(".ts"));
  return new Map(names.sort().map((name) => [name, plainText(readFileSync(join(place, name), "utf8"))]));
}

/** What a source says, without comments that stand on lines of their own, blank lines, indentation, and ends of lines. */
function plainText(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^(\/\/|\/?\*)/.test(line)).join("\n");
}
