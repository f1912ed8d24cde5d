import type { Pair } from "./compare.ts";

/** Groups of whoever is tied to one another by pairs, straight or through others; the largest first. */
export function clustersOf(pairs: readonly Pair[]): readonly (readonly number[])[] {
  const parents = new Map<number, number>();
  const root = (of: number): number => {
    let at = of;
    while ((parents.get(at) ?? at) !== at) at = parents.get(at) as number;
    // So that the next way is short.
    for (let step = of; step !== at; ) {
      const next = parents.get(step) as number;
      parents.set(step, at);
      step = next;
    }
    return at;
  };
  for (const { one, other } of pairs) {
    const [a, b] = [root(one), root(other)];
    parents.set(Math.max(a, b), Math.min(a, b));
    parents.set(Math.min(a, b), Math.min(a, b));
  }
  const groups = new Map<number, number[]>();
  for (const member of [...parents.keys()].sort((a, b) => a - b)) {
    const at = root(member);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [member]);
    else group.push(member);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number));
}
