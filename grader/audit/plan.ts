/**
 * How much is audited over the runs of a scenario: each peer once, which finds a peer that breaks the rules in all of its
 * runs; every peer in every run, which finds one that does so once; or nothing.
 */
export type AuditExtent = "each-peer" | "every-run" | "none";

/**
 * Which peers are audited in which run: a list for each run, whose cluster sizes are given. Audits are spread over the
 * runs as evenly as can be. `below(n)` draws 0 … n − 1; nobody may be able to tell beforehand what it will draw.
 */
export function planAudits(
  extent: AuditExtent,
  sizes: readonly number[],
  below: (count: number) => number,
): readonly (readonly number[])[] {
  switch (extent) {
    case "none":
      return sizes.map(() => []);
    case "every-run":
      return sizes.map((size) => Array.from({ length: size }, (_, peer) => peer));
    case "each-peer":
      return eachPeerOnce(sizes, below);
  }
}

function eachPeerOnce(sizes: readonly number[], below: (count: number) => number): number[][] {
  const audits: number[][] = sizes.map(() => []);
  // The last peers first: they are not in every run.
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  for (let peer = largest - 1; peer >= 0; peer--) {
    const having = audits.filter((_, run) => (sizes[run] as number) > peer);
    fewest(having, (audited) => audited.length, below).push(peer);
  }
  return audits;
}

/** One of those that have the fewest, drawn. */
function fewest<T>(items: readonly T[], countOf: (item: T) => number, below: (count: number) => number): T {
  const least = items.reduce((min, item) => Math.min(min, countOf(item)), Number.POSITIVE_INFINITY);
  const best = items.filter((item) => countOf(item) === least);
  return best[below(best.length)] as T;
}
