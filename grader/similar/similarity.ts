import { clustersOf } from "./clusters.ts";
import { compare, MAX_COMPARED, type Pair } from "./compare.ts";
import type { Fingerprints } from "./fingerprints.ts";
import { type CommonPart, commonParts } from "./parts.ts";

/** One that is compared. */
export interface Subject {
  readonly id: string;
  /** Who or what it is, for people; of others. */
  readonly name: string;
  /** `earlier` ones, and the reference, are compared with the new ones only. */
  readonly kind: "new" | "earlier" | "reference";
  readonly fingerprints: Fingerprints;
  /** Of the batch that was named; absent where there is none. */
  readonly points?: number | null;
}

/** Two that are alike, and in what. */
export interface AlikePair {
  readonly one: Subject;
  readonly other: Subject;
  /** See `Pair`. */
  readonly score: number;
  /** Longest first. Null: the pair is so far down that nobody looked. */
  readonly parts: readonly CommonPart[] | null;
}

export interface Similarity {
  readonly subjects: readonly Subject[];
  /** Most alike first. */
  readonly pairs: readonly AlikePair[];
  /** Whoever is tied together by pairs of at least `LOOK_FROM`. */
  readonly clusters: readonly (readonly Subject[])[];
  readonly pairCount: number;
  readonly median: number;
  readonly high: number;
  /** What was not compared, or not as a whole, one line each. */
  readonly remarks: readonly string[];
}

/**
 * From this score on a pair is worth a look: of pairs that were written apart none came to 0.2, and of copies that were
 * renamed, reordered, split, joined and padded none was below 0.35 (test/similar).
 */
export const LOOK_FROM = 0.3;
/** Pairs whose common parts are sought. */
const SHOWN_PAIRS = 100;
const SHOWN_PARTS = 12;

/**
 * Compares all with all. The same subjects in the same order give the same result.
 *
 * @param given What everybody was given.
 * @throws RangeError when there are too many of them.
 */
export function similarity(subjects: readonly Subject[], given: Fingerprints): Similarity {
  if (subjects.length > MAX_COMPARED) {
    throw new RangeError(
      `${subjects.length} submissions are more than the ${MAX_COMPARED} that can be compared at once`,
    );
  }
  const ordered = [...subjects].sort((a, b) => Number(a.kind !== "new") - Number(b.kind !== "new"));
  const newCount = ordered.filter(({ kind }) => kind === "new").length;
  const found = compare(
    ordered.map(({ fingerprints }) => fingerprints),
    newCount,
    given,
  );
  const subjectAt = (at: number) => ordered[at] as Subject;
  const common = new Set(given.unique);
  const toPair = ({ one, other, score }: Pair, rank: number): AlikePair => {
    const [a, b] = [subjectAt(one), subjectAt(other)];
    const isShown = rank < SHOWN_PAIRS;
    const parts = isShown ? commonParts(a.fingerprints, b.fingerprints, common, SHOWN_PARTS) : null;
    return { one: a, other: b, score, parts };
  };
  const near = found.pairs.filter(({ score }) => score >= LOOK_FROM);
  const { pairCount, median, high, tooCommon } = found;
  return {
    subjects: ordered,
    pairs: found.pairs.map(toPair),
    clusters: clustersOf(near).map((cluster) => cluster.map(subjectAt)),
    ...{ pairCount, median, high },
    remarks: [
      ...ordered.flatMap(({ id, fingerprints: { leftOut } }) => (leftOut === undefined ? [] : [`${id}: ${leftOut}`])),
      ...(tooCommon === 0 ? [] : [`${tooCommon} fingerprints did not count, since very many have them`]),
    ],
  };
}
