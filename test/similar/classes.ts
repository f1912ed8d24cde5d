import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { applyEdit } from "../../grader/calibrate/corpus/build.ts";
import type { Edit } from "../../grader/calibrate/corpus/format.ts";
import { fingerprintsOf, type Subject } from "../../grader/similar/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import {
  all,
  type Disguise,
  joined,
  padded,
  renamed,
  reordered,
  type Sources,
  split,
  stripped,
  turned,
} from "./disguise.ts";

/** Solutions that were written apart from each other. */
export const APART: ReadonlyMap<string, Sources> = new Map(
  [
    "reference/raft",
    ...["rich-base", "mailbox", "pull", "guarded-base", "loops"].map((name) => `test/right/raft/${name}`),
  ].map((folder) => [folder.replace("/raft", "").replace(/^.*\//, ""), sourcesIn(folder)] as const),
);

/** Further ones: each written from the handouts alone, by somebody who had seen nothing else. */
export const FROM_HANDOUTS: ReadonlyMap<string, Sources> = new Map(
  ["inbox", "pure-step", "ported", "callbacks"].map(
    (name) => [name, sourcesIn(`test/similar/fixtures/${name}`)] as const,
  ),
);

/** Wrong ones, each of which is one of those with a mistake in it. */
const WITH_MISTAKE = [
  ["rich-base", "2b-conflicts.yaml", "b-conflict-cuts-to-commit"],
  ["guarded-base", "guarded-rivals.yaml", "g-prevote-ends-vote"],
] as const;

/** Ways to hide a copy: each what somebody may do in an hour or two. */
export const DISGUISES: Readonly<Record<string, Disguise>> = {
  renamed,
  moved: all(stripped, renamed, reordered),
  split: all(renamed, split, reordered),
  joined: all(joined, renamed, turned),
  everything: all(renamed, split, turned, padded, reordered),
};

/** A copy of each of those written apart, and of two with a mistake, in each disguise: forty, with whom each was copied from. */
export function copies(): readonly { readonly from: string; readonly how: string; readonly sources: Sources }[] {
  const origins: [string, Sources][] = [
    ...APART,
    ...WITH_MISTAKE.map(([base, file, id]) => [base, mistaken(base, file, id)] as [string, Sources]),
  ];
  return origins.flatMap(([from, sources]) =>
    Object.entries(DISGUISES).map(([how, disguise]) => ({ from, how, sources: disguise(sources) })),
  );
}

export function subject(id: string, sources: Sources, more: Partial<Subject> = {}): Subject {
  const texts = [...sources].map(([path, text]) => ({ path, text }));
  return { id, name: id, kind: "new", fingerprints: fingerprintsOf(texts), ...more };
}

export function sourcesIn(folder: string): Sources {
  const names = readdirSync(join(ROOT, folder)).filter((name) => /\.(ts|js)$/.test(name));
  return new Map(names.sort().map((name) => [name, readFileSync(join(ROOT, folder, name), "utf8")]));
}

function mistaken(base: string, file: string, id: string): Sources {
  const corpus = parse(readFileSync(join(ROOT, "test/wrong/raft", file), "utf8"));
  const entry: { id: string; edits: Edit[] } = corpus.submissions.find((one: { id: string }) => one.id === id);
  const sources = new Map(APART.get(base));
  for (const edit of entry.edits) sources.set(edit.file, applyEdit(sources.get(edit.file) ?? "", edit, { id, file }));
  return sources;
}
