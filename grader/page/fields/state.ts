/** What a peer's object holds at a moment: the text of each path that is there, as numbers into the page's tables. */
export type FieldState = Map<number, number>;

/** How paths hang together. Their parents stand before them; the first is the object itself. */
export class Paths {
  private readonly children: number[][] = [];

  constructor(readonly parents: readonly number[]) {
    for (let path = 0; path < parents.length; path++) this.add(path, parents[path] as number);
  }

  /** One more, behind those that are there. */
  add(path: number, parent: number): void {
    if (path === 0) return;
    const children = this.children[parent];
    if (children === undefined) this.children[parent] = [path];
    else children.push(path);
  }

  childrenOf(path: number): readonly number[] {
    return this.children[path] ?? [];
  }

  /** Puts a text at a path, or takes away what is there with all that lies below: -1. */
  change(state: FieldState, path: number, text: number): void {
    if (text >= 0) state.set(path, text);
    else if (state.delete(path)) for (const child of this.childrenOf(path)) this.change(state, child, -1);
  }
}
