/** Longer ones are no words that somebody mistyped, and of more candidates none is looked for. */
const MAX_LETTERS = 200;
const MAX_CANDIDATES = 1_000;

/** The candidate that was most likely meant: at most a third of it mistyped, or one that contains the text. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > MAX_LETTERS || candidates.length > MAX_CANDIDATES) return undefined;
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate.length > MAX_LETTERS) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  if (best !== undefined && bestDistance <= Math.max(1, Math.ceil(best.length / 3))) return best;
  if (wanted === "") return undefined;
  return candidates.find(({ length }, at) => length <= MAX_LETTERS && candidates[at]?.toLowerCase().includes(wanted));
}

/** Ends a message with a suggestion when there is one. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const suggestion = nearest(text, candidates);
  return suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
}

/** How many letters must be put in, left out, replaced or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
