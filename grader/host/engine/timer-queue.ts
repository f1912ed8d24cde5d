interface Timer {
  readonly id: number;
  /** By the peer's own clock. */
  readonly dueUs: number;
  readonly order: number;
}

/** The timers of one incarnation: by due time, then in the order in which they were set. A binary heap. */
export class TimerQueue {
  private readonly heap: Timer[] = [];
  /** Timers that are set. One that is cleared stays in the heap until it comes to the top. */
  private readonly live = new Map<number, Timer>();
  private orders = 0;

  /** When the earliest timer is due by the peer's clock, or Infinity. */
  nextDueUs(): number {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (this.live.get(top.id) === top) return top.dueUs;
      this.removeTop();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Sets a timer, also again. */
  set(id: number, dueUs: number): void {
    const timer = { id, dueUs, order: this.orders++ };
    this.live.set(id, timer);
    this.insert(timer);
    // Timers that are set again and again, as election timers are, must not pile up.
    if (this.heap.length > 64 && this.heap.length > 4 * this.live.size) this.rebuild();
  }

  clear(id: number): void {
    this.live.delete(id);
  }

  /** None was ever set. */
  renew(): void {
    this.heap.length = 0;
    this.live.clear();
    this.orders = 0;
  }

  /** Takes out the earliest timer and gives its id; ask `nextDueUs` before. */
  take(): number {
    const top = this.heap[0] as Timer;
    this.removeTop();
    this.live.delete(top.id);
    return top.id;
  }

  private insert(timer: Timer): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent] as Timer, timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  private removeTop(): void {
    const { heap } = this;
    const last = heap.pop() as Timer;
    const size = heap.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (isBefore(last, heap[child] as Timer)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }

  private rebuild(): void {
    const kept = [...this.live.values()].sort((a, b) => a.dueUs - b.dueUs || a.order - b.order);
    // A sorted array is a heap.
    this.heap.splice(0, this.heap.length, ...kept);
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.order < b.order);
}
