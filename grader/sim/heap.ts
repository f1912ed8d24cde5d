import type { Micros } from "./peer-host.ts";

/** Anything that happens at a moment. At equal times the one that was added first comes first. */
export interface Timed {
  readonly timeUs: Micros;
  /** Set by the heap: how many items were added before this one. */
  order: number;
}

/** A binary heap by (time, order of adding). */
export class TimeHeap<T extends Timed> {
  readonly #items: T[] = [];
  #added = 0;

  get size(): number {
    return this.#items.length;
  }

  /** When the earliest item is due; Infinity when there is none. */
  get nextUs(): Micros {
    return this.#items[0]?.timeUs ?? Number.POSITIVE_INFINITY;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    item.order = this.#added++;
    this.restore(item);
  }

  /** Puts back what was taken, into the place that it had. */
  restore(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = items[parentAt] as T;
      if (!before(item, parent)) break;
      items[at] = parent;
      at = parentAt;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as T, items[child] as T)) child++;
      if (!before(items[child] as T, last)) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function before(a: Timed, b: Timed): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
}
