import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { type Fingerprints, fingerprintsOf, shareIn } from "../../similar/index.ts";
import type { Submission } from "../../submission/index.ts";

/** Sources that every student has: what to start from, and a solution. */
const KNOWN = [
  { folder: "skeleton", what: "the skeleton" },
  { folder: "reference", what: "the reference solution" },
] as const;

/** Fewer lines of one file say nothing: types and small helpers are the same in all. */
const TELLING_LETTERS = 400;

/** What was written apart has at most a fifth in common with the reference, names and comments apart; see `LOOK_FROM`. */
const TELLING_SHARE = 0.4;
/** Fewer fingerprints of one's own are a few lines, which may be alike by chance. */
const FEWEST_OWN = 200;

type KnownOf = Pick<Submission, "contents" | "main" | "form">;
type Known = (typeof KNOWN)[number] & {
  readonly texts: ReadonlyMap<string, string>;
  readonly fingerprints: Fingerprints;
};
const loaded = new Map<string, readonly Known[]>();

/**
 * What staff should know of a submission that is, or holds, sources which the course itself gives out, one line each: the
 * skeleton as it was, or the reference, or files of it. Comments, blank lines and indentation make no difference, nor do names.
 */
export function knownSources({ contents, main, form }: KnownOf): readonly string[] {
  const [skeleton, reference] = knownOf(form.home ?? "") as [Known, Known];
  const texts = [...contents].map(([path, content]) => ({ path, text: plainText(content.toString("utf8")) }));
  const mainText = texts.find(({ path }) => path === main)?.text ?? "";
  if (holds(skeleton, mainText)) return [`${main} is that of the skeleton, unchanged`];
  const given = new Set(skeleton.texts.values());
  const telling = texts.filter(({ text }) => text.length >= TELLING_LETTERS && !given.has(text));
  const taken = telling.filter(({ text }) => holds(reference, text));
  if (taken.length > 0 && taken.length === telling.length) return ["it is a copy of the reference solution"];
  const names = taken.map(({ path }) => path).join(", ");
  return [
    ...(taken.length > 0 ? [`it has files of the reference solution: ${names}`] : []),
    ...disguised(contents, skeleton, reference),
  ];
}

/** The same, where every line may be another: only names, comments, types and the order of functions are. */
function disguised(contents: Submission["contents"], skeleton: Known, reference: Known): readonly string[] {
  const sources = [...contents].map(([path, content]) => ({ path, text: content.toString("utf8") }));
  const fingerprints = fingerprintsOf(sources);
  const { own, share } = shareIn(fingerprints, reference.fingerprints, skeleton.fingerprints);
  if (own === 0 && fingerprints.unique.length > 0) return ["it is the skeleton, but for names and comments"];
  if (own < FEWEST_OWN || share < TELLING_SHARE) return [];
  const percent = Math.round(100 * share);
  return [`${percent} % of it is as in the reference solution, names and comments apart`];
}

/** Of a lab's own folders. */
function knownOf(home: string): readonly Known[] {
  let known = loaded.get(home);
  if (known === undefined) {
    known = KNOWN.map((one) => ({ ...one, ...sourcesIn(join(one.folder, home)) }));
    loaded.set(home, known);
  }
  return known;
}

function holds({ texts }: Known, text: string): boolean {
  return text !== "" && [...texts.values()].includes(text);
}

function sourcesIn(folder: string): Pick<Known, "texts" | "fingerprints"> {
  const place = join(packageRoot(), folder);
  const names = readdirSync(place).filter((name) => name.endsWith(".ts"));
  const sources = names.sort().map((path) => ({ path, text: readFileSync(join(place, path), "utf8") }));
  return {
    texts: new Map(sources.map(({ path, text }) => [path, plainText(text)])),
    fingerprints: fingerprintsOf(sources),
  };
}

/** What a source says, without comments that stand on lines of their own, blank lines, indentation, and ends of lines. */
function plainText(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^(\/\/|\/?\*)/.test(line)).join("\n");
}
