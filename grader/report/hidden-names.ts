/** Under which name a scenario is told of: its own, or one that says no more than its stage. */
export type Names = ReadonlyMap<string, string>;

const HIDDEN = /^[^/]+\/hidden-\d+$/;

/** Names for scenarios of which students may know that they exist, and nothing else; numbered in the order given. */
export function publicNames(ids: readonly string[], isHidden: (id: string) => boolean): Names {
  const counts = new Map<string, number>();
  return new Map(
    ids.map((id) => {
      if (!isHidden(id)) return [id, id];
      const suite = id.slice(0, id.indexOf("/"));
      const number = (counts.get(suite) ?? 0) + 1;
      counts.set(suite, number);
      return [id, `${suite}/hidden-${number}`];
    }),
  );
}

export function isHiddenName(id: string): boolean {
  return HIDDEN.test(id);
}

/** A text without the ids of these scenarios. `isTold`: students may know that there are such. */
export function withoutNames(text: string, ids: readonly string[], isTold: boolean): string {
  // The longest first: one id may begin another.
  const longest = [...ids].sort((a, b) => b.length - a.length);
  return longest.reduce((rest, id) => rest.replaceAll(id, isTold ? "a hidden scenario" : "another scenario"), text);
}
