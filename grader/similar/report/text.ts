import { oneLine } from "../../text/printable.ts";
import type { CommonPart, Place } from "../parts.ts";
import { type AlikePair, LOOK_FROM, type Similarity, type Subject } from "../similarity.ts";

/** Pairs that are printed; the page and the JSON have more. */
const PRINTED_PAIRS = 40;
const PRINTED_CLUSTERS = 20;

/** What a score is, and what it is not. */
export const WHAT_IT_IS =
  "A place to look, never a verdict: who is alike may have had the same book, the same tutor, or the same idea.";

/** The result for a terminal, as lines. */
export function similarityLines(result: Similarity): string[] {
  const near = result.pairs.filter(({ score }) => score >= LOOK_FROM);
  const clusters = result.clusters.filter(({ length }) => length > 2);
  return [
    summaryLine(result),
    ...levelLines(result),
    "",
    near.length === 0
      ? `no pair is at ${LOOK_FROM} or above`
      : `${near.length} at ${LOOK_FROM} or above. ${WHAT_IT_IS}`,
    ...near.slice(0, PRINTED_PAIRS).flatMap(pairLines),
    ...(near.length > PRINTED_PAIRS ? [`and ${near.length - PRINTED_PAIRS} more; --json and --out have them`] : []),
    ...(clusters.length === 0 ? [] : ["", "alike to one another, straight or through others:"]),
    ...clusters.slice(0, PRINTED_CLUSTERS).map((cluster) => `  ${cluster.map(({ id }) => id).join(", ")}`),
    ...(result.remarks.length === 0 ? [] : ["", ...result.remarks.map((remark) => oneLine(remark))]),
  ];
}

/** How many were compared with how many. */
export function summaryLine({ subjects, pairCount }: Similarity): string {
  const count = (kind: Subject["kind"]) => subjects.filter((subject) => subject.kind === kind).length;
  const earlier = count("earlier");
  const others = [
    ...(earlier > 0 ? [`${earlier} of earlier years`] : []),
    ...(count("reference") > 0 ? ["the reference"] : []),
  ];
  const fresh = count("new");
  const beside = others.length === 0 ? "" : ` and with ${others.join(" and ")}`;
  return `${fresh} submission${fresh === 1 ? "" : "s"} compared with one another${beside}: ${pairCount} pairs`;
}

/** What is usual here, by which a score can be judged. */
function levelLines({ pairCount, median, high }: Similarity): string[] {
  if (pairCount === 0) return [];
  return [`half of all pairs are at ${median.toFixed(2)} or below, 99 of 100 at ${high.toFixed(2)} or below`];
}

function pairLines({ one, other, score, parts }: AlikePair): string[] {
  const [longest] = parts ?? [];
  const where = longest === undefined ? "" : `  ${partText(longest)}`;
  return [`  ${score.toFixed(2)}  ${whoText(one)}  ${whoText(other)}${where}`];
}

/** `log.ts 3-40 = store.ts 10-44`. */
export function partText({ one, other }: CommonPart): string {
  return `${placeText(one)} = ${placeText(other)}`;
}

/** `log.ts 3-40`. */
export function placeText({ path, firstLine, lastLine }: Place): string {
  return `${oneLine(path)} ${firstLine}-${lastLine}`;
}

/** With name and points, where they say more. */
export function whoText({ id, name, points }: Subject): string {
  const shown = oneLine(name);
  const more = [
    ...(shown === "" || shown === id ? [] : [shown]),
    ...(typeof points === "number" ? [`${Math.round(points * 100) / 100} points`] : []),
  ];
  return more.length === 0 ? id : `${id} (${more.join(", ")})`;
}

/** The result for programs: all that was found, without the sources themselves. */
export function similarityJson({ subjects, pairs, clusters, pairCount, median, high, remarks }: Similarity): unknown {
  const place = ({ path, firstLine, lastLine }: Place) => ({ path, firstLine, lastLine });
  return {
    subjects: subjects.map(({ id, name, kind, points, fingerprints: { unique } }) => ({
      ...{ id, name, kind, fingerprints: unique.length },
      ...(points !== undefined && { points }),
    })),
    ...{ pairCount, median, high, lookFrom: LOOK_FROM },
    pairs: pairs.map(({ one, other, score, parts }) => ({
      ...{ one: one.id, other: other.id, score },
      ...(parts !== null && {
        parts: parts.map((part) => ({ words: part.words, one: place(part.one), other: place(part.other) })),
      }),
    })),
    clusters: clusters.map((cluster) => cluster.map(({ id }) => id)),
    remarks,
  };
}
